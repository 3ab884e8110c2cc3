"""Vehicle kinds, vehicles, drivers, duties of the snapshot, and what other plans hold."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec

from models.fleet.tables import Vehicle as VehicleRow
from models.fleet.tables import VehicleType as TypeRow
from models.planning.tables import Claim
from routing.problem import (
    ChargeStep,
    Commitment,
    Compartment,
    Driver,
    Duty,
    EnergyUse,
    Interval,
    Paper,
    SpeedStep,
    Vehicle,
    VehicleAvailability,
    VehicleType,
)
from workers.planning.snapshot.consumption import consumption
from workers.planning.snapshot.days import Days
from workers.planning.snapshot.rows import Rows, grouped


def types(rows: Rows, days: Days, profiles: dict[str, list[SpeedStep]]) -> list[VehicleType]:
    """The kinds of the vehicles that are planned with."""
    used = {row.type_id for row in rows.vehicles}
    air = float(rows.city.planning.get("air_temperature_c", 15))
    return [_type(row, days, profiles, air) for row in rows.types if row.id in used]


def _type(
    row: TypeRow, days: Days, profiles: dict[str, list[SpeedStep]], air: float
) -> VehicleType:
    if row.use:
        use = [
            EnergyUse(
                start=start,
                base_mwh_per_km=int(step["base_mwh_per_km"]),
                load_mwh_per_tkm=int(step["load_mwh_per_tkm"]),
                drive_w=int(step.get("drive_w", 0)),
            )
            for start, step in days.steps(row.use)
        ]
    else:
        use = consumption(row, profiles[row.profile], air)
    return VehicleType(
        id=str(row.id),
        payload_g=row.payload_g,
        volume_cm3=row.volume_cm3,
        unit_places=row.unit_places,
        compartments=msgspec.convert(row.compartments, list[Compartment]),
        length_mm=row.length_mm,
        width_mm=row.width_mm,
        height_mm=row.height_mm,
        gross_mass_g=row.gross_mass_g,
        axles=row.axles,
        energy=row.energy,  # type: ignore[arg-type]  # the table's CHECK
        emission_stage=row.emission_stage,
        body=row.body,
        capabilities=sorted(row.capabilities),
        profile=row.profile,
        battery_wh=row.battery_wh,
        reserve_wh=row.reserve_wh,
        max_charge_w=row.max_charge_w,
        curve=msgspec.convert(row.curve, list[ChargeStep]),
        plugs=list(row.plugs),
        swap=row.swap,
        use=use,
        stop_w=row.stop_w,
        fuel_tariff=None if row.fuel_tariff_id is None else str(row.fuel_tariff_id),
        fixed=row.fixed_mfen,
        per_km=row.per_km_mfen,
        per_hour=row.per_hour_mfen,
        co2e_mg_per_kwh=row.co2e_mg_per_kwh,
        ttw_mg_per_kwh=row.ttw_mg_per_kwh,
        papers=list(row.papers),
    )


class Availability:
    """When a vehicle or driver is free: what other plans hold, absences, what was left behind."""

    def __init__(self, rows: Rows, days: Days) -> None:
        self.days = days
        self.rows = rows
        self.claims = grouped(rows.claims, lambda claim: claim.thing_id)
        self.absences = grouped(rows.absences, lambda absence: absence.vehicle_id)
        self.left: dict[uuid.UUID, Any] = {}
        for route in sorted(rows.before_routes, key=lambda route: route.ends_at):
            if days.of(route.ends_at) < days.length:
                self.left[route.vehicle_id] = route

    def spans(self, thing: uuid.UUID) -> list[tuple[int, int]]:
        """When the thing is taken, in seconds of the horizon, in order."""
        held = [(self.days.of(c.starts_at), self.days.of(c.ends_at)) for c in self._held(thing)]
        held += [
            (self.days.of(a.starts_at), self.days.of(a.ends_at))
            for a in self.absences.get(thing, [])
        ]
        return sorted(span for span in held if span[1] > 0 and span[0] < self.days.length)

    def _held(self, thing: uuid.UUID) -> list[Claim]:
        return self.claims.get(thing, [])

    def window(self, thing: uuid.UUID) -> tuple[int, int, list[tuple[int, int]]]:
        """From when until when the thing is free, and what is held in between.

        What begins at or before the start of the horizon, or belongs to the day before, moves the
        start; what runs to its end moves the end; the rest are commitments.
        """
        start, end = 0, self.days.length
        spans = self.spans(thing)
        before = self._ends_before(thing)
        for first, last in spans:
            if first <= start or last <= before:
                start = max(start, last)
        for first, last in reversed(spans):
            if last >= end and first >= start:
                end = min(end, first)
        between = [(first, last) for first, last in spans if first >= start and last <= end]
        return min(start, self.days.length), max(end, min(start, self.days.length)), between

    def _ends_before(self, thing: uuid.UUID) -> int:
        route = self.left.get(thing)
        if route is not None:
            return self.days.of(route.ends_at)
        ends = [self.days.of(d.ends_at) for d in self.rows.before_duties if d.driver_id == thing]
        return max((end for end in ends if end < self.days.length // 2), default=0)


def vehicles(rows: Rows, free: Availability) -> list[Vehicle]:
    """The operator's vehicles, by plate, with what the day before left them."""
    batteries = {row.id: row.battery_wh for row in rows.types}
    papers = grouped(rows.papers, lambda paper: paper.vehicle_id)
    out = []
    for row in sorted(rows.vehicles, key=lambda vehicle: (vehicle.plate, vehicle.id)):
        start, end, _ = free.window(row.id)
        if start >= free.days.length:
            continue
        place, soc = _left(row, free, batteries[row.type_id])
        out.append(
            Vehicle(
                id=str(row.id),
                type=str(row.type_id),
                plate_kind=row.plate_kind,
                plate_tail=row.plate_tail,
                use=row.use,
                local=row.local,
                home=str(row.home_id),
                available=VehicleAvailability(
                    start=start,
                    place=place,
                    soc_wh=soc,
                    end=end if end < free.days.length else None,
                ),
                soc_end_wh=row.soc_end_wh,
                papers=[
                    Paper(kind=paper.kind, valid_to=paper.valid_to.isoformat())
                    for paper in sorted(papers.get(row.id, []), key=lambda paper: paper.kind)
                ],
                shippers=None if row.shippers is None else sorted(map(str, row.shippers)),
            )
        )
    return out


def _left(row: VehicleRow, free: Availability, battery: int) -> tuple[str, int]:
    """Where the vehicle stands and its charge: a plan of the day before knows better."""
    place = str(row.home_id)
    soc = battery if row.soc_wh is None else min(row.soc_wh, battery)
    route = free.left.get(row.id)
    if route is not None and free.days.of(route.ends_at) > 0:
        place = str(route.totals.get("end_place") or place)
        soc = min(int(route.totals.get("end_soc_wh", soc)), battery)
    return place, soc if battery else 0


def drivers(rows: Rows, free: Availability) -> list[Driver]:
    """Drivers on duty that day, by code, with what the day before left them."""
    left = {row.driver_id: row for row in rows.driver_days}
    out = []
    for row in sorted(rows.drivers, key=lambda driver: (driver.code, driver.id)):
        day = left.get(row.id)
        lapsed = row.licence_valid_to is not None and row.licence_valid_to < free.days.service_date
        if lapsed or (day is not None and day.absent):
            continue
        start, end, _ = free.window(row.id)
        if start >= end:
            continue
        out.append(
            Driver(
                id=str(row.id),
                home=str(row.home_id),
                available=Interval(start=start, end=end),
                duty_used_s=max(day.duty_used_s if day else 0, _worked(rows, free, row.id)),
                driving_since_rest_s=day.driving_since_rest_s if day else 0,
                licences=sorted(row.licences),
            )
        )
    return out


def _worked(rows: Rows, free: Availability, driver: uuid.UUID) -> int:
    """Duty of a plan of the day before that reaches into this horizon."""
    return sum(
        free.days.of(duty.ends_at) - free.days.of(duty.starts_at)
        for duty in rows.before_duties
        if duty.driver_id == driver and 0 < free.days.of(duty.ends_at) <= free.days.length // 2
    )


def duties(rows: Rows, days: Days, driver_ids: set[str], vehicle_ids: set[str]) -> list[Duty]:
    """Turns of the drivers on that weekday."""
    weekday = days.service_date.isoweekday()
    out = []
    for row in sorted(rows.duties, key=lambda duty: (duty.start_s, duty.driver_id, duty.id)):
        if str(row.driver_id) not in driver_ids:
            continue
        if row.weekdays and weekday not in row.weekdays:
            continue
        if row.vehicle_id is not None and str(row.vehicle_id) not in vehicle_ids:
            continue
        start, end = days.clip(days.at(row.start_s), days.at(row.end_s))
        out.append(
            Duty(
                id=str(row.id),
                driver=str(row.driver_id),
                shift=Interval(start=start, end=end),
                longest_s=row.longest_s,
                longest_driving_s=row.longest_driving_s,
                rest_s=row.rest_s,
                vehicles=None if row.vehicle_id is None else [str(row.vehicle_id)],
            )
        )
    return out


def commitments(rows: Rows, free: Availability, known: dict[str, set[str]]) -> list[Commitment]:
    """What other plans hold of the things in this problem (``known``: ids by kind of thing)."""
    out = []
    for claim in rows.claims:
        thing, key = claim.thing, str(claim.thing_id)
        if thing in {"vehicle", "driver"} or key not in known[thing]:
            continue
        start, end = free.days.clip(free.days.of(claim.starts_at), free.days.of(claim.ends_at))
        if start < end:
            out.append(
                Commitment(
                    thing=thing,  # type: ignore[arg-type]  # the table's CHECK
                    id=key,
                    start=start,
                    end=end,
                    power_w=claim.power_w,
                )
            )
    for thing, ids in (("vehicle", known["vehicle"]), ("driver", known["driver"])):
        for key in sorted(ids):
            for start, end in free.window(uuid.UUID(key))[2]:
                out.append(Commitment(thing=thing, id=key, start=start, end=end))  # type: ignore[arg-type]
    return sorted(out, key=lambda c: (c.thing, c.id, c.start, c.end))
