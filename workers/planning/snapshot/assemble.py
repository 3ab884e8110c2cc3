"""Rows of a service date to its problem and labels: pure, no database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from models.errors import Invalid
from models.language import gettext as _
from routing.problem import (
    Calendar,
    GreatCircleTravel,
    Lock,
    Objective,
    Order,
    Problem,
    SpeedStep,
    Waiver,
)
from routing.problem.split import split_oversized
from workers.planning.snapshot import fleet, ground
from workers.planning.snapshot.days import Days
from workers.planning.snapshot.labels import labels
from workers.planning.snapshot.orders import orders as make_orders
from workers.planning.snapshot.rows import Rows


def assemble(
    rows: Rows,
    service_date: date,
    *,
    locks: Sequence[Lock] = (),
    waivers: Sequence[Waiver] = (),
) -> tuple[Problem, dict[str, Any]]:
    """The problem of ``service_date``, oversized orders split, and the labels of its ids."""
    days = Days(service_date, ZoneInfo(rows.city.timezone))
    free = fleet.Availability(rows, days)
    travel = _travel(rows, days)
    orders = make_orders(rows, days)
    chargers = ground.chargers(rows, days)
    vehicles = fleet.vehicles(rows, free)
    types = fleet.types(rows, days, travel.profiles)
    drivers = fleet.drivers(rows, free)
    vehicle_ids = {vehicle.id for vehicle in vehicles}
    rules = ground.rules(rows, days)
    served = {end.place for order in orders for end in [*order.pickup, *order.delivery]}
    bays = ground.bays(rows, days, served)
    depots = ground.depots(rows, days)
    known = {
        "bay": {bay.id for bay in bays},
        "connector": {plug.id for site in chargers for plug in site.connectors},
        "vehicle": vehicle_ids,
        "driver": {driver.id for driver in drivers},
    }
    used = served | {depot.place for depot in depots} | {bay.place for bay in bays}
    used |= {site.place for site in chargers} | {vehicle.home for vehicle in vehicles}
    used |= {vehicle.available.place for vehicle in vehicles} | {d.home for d in drivers}
    used |= {str(row.id) for row in rows.places if row.kind == "rest" and not row.archived}
    prices = {site.tariff for site in chargers} | {t.fuel_tariff for t in types if t.fuel_tariff}
    problem = Problem(
        horizon=days.horizon,
        calendar=msgspec.convert(rows.city.calendar, Calendar),
        places=ground.places(rows, used),
        depots=depots,
        bays=bays,
        chargers=chargers,
        tariffs=ground.tariffs(rows, days, prices),
        zones=ground.zones(rows, {rule.zone for rule in rules}),
        rules=rules,
        permits=ground.permits(rows, days, vehicle_ids, {rule.id for rule in rules}),
        vehicle_types=types,
        vehicles=vehicles,
        drivers=drivers,
        duties=fleet.duties(rows, days, known["driver"], vehicle_ids),
        orders=_reachable_bays(orders, known["bay"]),
        commitments=fleet.commitments(rows, free, known),
        locks=list(locks),
        waivers=list(waivers),
        objective=msgspec.convert(rows.city.objective, Objective),
        travel=travel,
    )
    return split_oversized(problem), labels(rows)


def _travel(rows: Rows, days: Days) -> GreatCircleTravel:
    """Speeds by hour of day; a straight line times the city's factor until roads are there."""
    if not rows.city.travel.get("profiles"):
        raise Invalid("no_travel", _("城市还没有行驶速度"), _("请管理员先设置城市的行驶速度"))
    profiles = {
        name: [
            SpeedStep(start=start, metres_per_hour=int(step["metres_per_hour"]))
            for start, step in days.steps(steps)
        ]
        for name, steps in rows.city.travel["profiles"].items()
    }
    factor = int(rows.city.travel["detour_permille"])
    return GreatCircleTravel(detour_permille=factor, profiles=profiles)


def _reachable_bays(orders: list[Order], bays: set[str]) -> list[Order]:
    """Orders with only those bay choices that the problem holds (inactive ones fall away)."""

    def trim(order: Order) -> Order:
        return msgspec.structs.replace(
            order,
            pickup=[_trim(end, bays) for end in order.pickup],
            delivery=[_trim(end, bays) for end in order.delivery],
        )

    return [trim(order) for order in orders]


def _trim(end: Any, bays: set[str]) -> Any:
    return msgspec.structs.replace(end, bays=[bay for bay in end.bays if bay.bay in bays])


__all__ = ["assemble"]
