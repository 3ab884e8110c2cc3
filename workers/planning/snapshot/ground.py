"""Places, depots, bays, chargers, tariffs, zones, rules, permits of the snapshot."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from models.rules.tables import AccessRule as RuleRow
from models.spatial import lon_lat, polygons
from routing.problem import (
    AccessRule,
    Bay,
    ChargingSite,
    Connector,
    DailyHours,
    Depot,
    Permit,
    Place,
    Swap,
    Tariff,
    TariffStep,
    When,
    Who,
    Zone,
)
from workers.planning.snapshot.days import Days
from workers.planning.snapshot.rows import Rows, grouped


def places(rows: Rows, used: set[str]) -> list[Place]:
    """The places that the problem speaks of."""
    out = []
    for row in rows.places:
        if str(row.id) not in used:
            continue
        lon, lat = lon_lat(row.geometry)
        out.append(
            Place(
                id=str(row.id),
                kind=row.kind,  # type: ignore[arg-type]  # the table's CHECK holds the same kinds
                lon=lon,
                lat=lat,
                fixed_s=row.fixed_s,
                yard=row.yard,
                rest=row.rest,
                yard_max_length_mm=row.yard_max_length_mm,
                yard_max_height_mm=row.yard_max_height_mm,
                yard_max_mass_g=row.yard_max_mass_g,
            )
        )
    return out


def depots(rows: Rows, days: Days) -> list[Depot]:
    """Every depot of the city."""
    return [
        Depot(place=str(row.place_id), hours=days.hours(row.hours), fixed_s=row.fixed_s)
        for row in rows.depots
    ]


def bays(rows: Rows, days: Days, served: set[str]) -> list[Bay]:
    """Bays that can serve one of the places ``served``."""
    useful = {link.bay_id for link in rows.bay_places if str(link.place_id) in served}
    return [
        Bay(
            id=str(row.id),
            place=str(row.place_id),
            spaces=row.spaces,
            hours=days.hours(row.hours),
            longest_stay_s=row.longest_stay_s,
            max_length_mm=row.max_length_mm,
            max_mass_g=row.max_mass_g,
            buffer_before_s=row.buffer_before_s,
            buffer_after_s=row.buffer_after_s,
            fixed_s=row.fixed_s,
        )
        for row in rows.bays
        if row.id in useful and row.active
    ]


def chargers(rows: Rows, days: Days) -> list[ChargingSite]:
    """Sites that some vehicle of the operator may use, with their working connectors."""
    points = grouped(rows.points, lambda point: point.site_id)
    connectors = grouped(rows.connectors, lambda connector: connector.point_id)
    out = []
    for row in rows.sites:
        private = None
        if row.private_to is not None:
            owners = {str(owner) for owner in row.private_to}
            private = [str(v.id) for v in rows.vehicles if str(v.organisation_id) in owners]
        plugs = [
            Connector(id=str(c.id), point=str(p.id), power_w=c.power_w, plug=c.plug)
            for p in points.get(row.id, [])
            for c in connectors.get(p.id, [])
            if c.active
        ]
        if not row.active or private == [] or not (plugs or row.swap_s):
            continue
        swap = Swap(seconds=row.swap_s, per_swap=row.swap_mfen) if row.swap_s else None
        out.append(
            ChargingSite(
                id=str(row.id),
                place=str(row.place_id),
                connectors=plugs,
                power_w=row.power_w,
                tariff=str(row.tariff_id),
                hours=days.hours(row.hours),
                overlaps=list(row.overlaps),
                attended=row.attended,
                swap=swap,
                private_to=private,
            )
        )
    return out


def tariffs(rows: Rows, days: Days, used: set[str]) -> list[Tariff]:
    """Tariffs of the sites and fuels in use, over the horizon."""
    return [
        Tariff(
            id=str(row.id),
            steps=[
                TariffStep(start=start, per_kwh=int(step["per_kwh"]))
                for start, step in days.steps(row.steps)
            ],
        )
        for row in rows.tariffs
        if str(row.id) in used
    ]


def zones(rows: Rows, used: set[str]) -> list[Zone]:
    """Zones of the rules in force."""
    return [
        Zone(id=str(row.id), polygons=polygons(row.area), sections=list(row.sections))
        for row in rows.zones
        if str(row.id) in used
    ]


def rules(rows: Rows, days: Days) -> list[AccessRule]:
    """Rules that exist on a date of the horizon."""
    first, last = days.dates[0], days.dates[-1]
    zone_ids = {row.id for row in rows.zones if row.active}
    out = []
    for row in rows.rules:
        gone = (row.effective_to and row.effective_to < first) or (
            row.effective_from and row.effective_from > last
        )
        if gone or not row.active or row.zone_id not in zone_ids:
            continue
        out.append(access_rule(row))
    return out


def access_rule(row: RuleRow) -> AccessRule:
    """A rule as the planning problem has it."""
    return AccessRule(
        id=str(row.id),
        zone=str(row.zone_id),
        effect=row.effect,  # type: ignore[arg-type]  # the table's CHECK
        who=msgspec.convert(row.who, list[Who]),
        exempt=msgspec.convert(row.exempt, list[Who]),
        when=_when(row.when, row.effective_from, row.effective_to),
    )


def _when(when: dict[str, Any], since: date | None, until: date | None) -> When:
    """The rule's own dates within those on which it exists."""
    given = dict(when)
    starts = [text for text in (given.get("date_from"), since and since.isoformat()) if text]
    ends = [text for text in (given.get("date_to"), until and until.isoformat()) if text]
    given["date_from"] = max(starts) if starts else None
    given["date_to"] = min(ends) if ends else None
    return msgspec.convert(given, When)


def permits(rows: Rows, days: Days, vehicles: set[str], rule_ids: set[str]) -> list[Permit]:
    """Passes that are approved and touch the horizon; suspended and ended ones are left out."""
    named = grouped(rows.permit_vehicles, lambda link: link.permit_id)
    lifted = grouped(rows.permit_rules, lambda link: link.permit_id)
    out = []
    for row in rows.permits:
        whom = [str(x.vehicle_id) for x in named.get(row.id, []) if str(x.vehicle_id) in vehicles]
        what = [str(x.rule_id) for x in lifted.get(row.id, []) if str(x.rule_id) in rule_ids]
        outside = row.last_day < days.dates[0] or row.date_from > days.dates[-1]
        if row.state != "approved" or outside or not whom or not what:
            continue
        out.append(
            Permit(
                id=str(row.id),
                vehicles=sorted(whom),
                rules=sorted(what),
                date_from=row.date_from.isoformat(),
                date_to=row.last_day.isoformat(),
                hours=msgspec.convert(row.hours, list[DailyHours]),
                trips_per_day=row.trips_per_day,
            )
        )
    return out
