"""What a solved plan leaves in tables: routes, duties, assignments, and what publishing claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from models.planning.tables import PlanAssignment, PlanDuty, PlanRoute, PlanVersion
from routing.plan import Plan, Stop, Trip
from routing.plan import PlanRoute as Route
from routing.problem import Problem
from workers.planning.clock import Clock

View = Mapping[str, Any]

ROUTE_TOTALS = ("metres", "wh", "co2e_g", "duty_s", "cost_fen", "load_permille")


def whole_order(order_id: str) -> UUID:
    """The id of the order that ``order_id`` is, or is a part of (``id#k``)."""
    return UUID(order_id.split("#", 1)[0])


def store_rows(
    session: Session, version: PlanVersion, problem: Problem, plan: Plan, view: View
) -> None:
    """Replace the version's routes, duties and assignments by those of ``plan``."""
    for table in (PlanAssignment, PlanDuty, PlanRoute):
        session.execute(delete(table).where(table.plan_version_id == version.id))
    clock = Clock(problem.horizon)
    views = {route["vehicle"]: route for route in view["routes"]}
    seen: dict[UUID, PlanAssignment] = {}
    for route in plan.routes:
        row = _route_row(version.id, route, clock, views.get(route.vehicle, {}))
        session.add(row)
        session.flush()
        for turn in route.duties:
            stops = [stop for trip in turn.trips for stop in trip.stops]
            session.add(
                PlanDuty(
                    plan_version_id=version.id,
                    route_id=row.id,
                    driver_id=UUID(turn.driver),
                    starts_at=clock.at(stops[0].arrive),
                    ends_at=clock.at(stops[-1].depart),
                )
            )
        for done in _deliveries(route):
            _assign(seen, version.id, route.vehicle, done, clock)
    for out in plan.unassigned:
        order = whole_order(out.order)
        if order not in seen:
            seen[order] = PlanAssignment(plan_version_id=version.id, order_id=order, tier=out.tier)
    session.add_all(seen.values())


def _route_row(version: UUID, route: Route, clock: Clock, view: View) -> PlanRoute:
    stops = list(stops_of(route))
    return PlanRoute(
        plan_version_id=version,
        vehicle_id=UUID(route.vehicle),
        label=str(view.get("key", "")),
        starts_at=clock.at(stops[0].arrive),
        ends_at=clock.at(stops[-1].depart),
        totals={name: view[name] for name in ROUTE_TOTALS if name in view}
        | {"end_place": stops[-1].place, "end_soc_wh": stops[-1].soc_out},
    )


def stops_of(route: Route) -> Iterator[Stop]:
    """All stops of a vehicle's day in order."""
    for turn in route.duties:
        for trip in turn.trips:
            yield from trip.stops


@dataclass(frozen=True, slots=True)
class _Delivery:
    order: str
    driver: str
    trip: int
    stop: Stop


def _deliveries(route: Route) -> Iterator[_Delivery]:
    number = 0
    for turn in route.duties:
        for trip in turn.trips:
            number += 1
            for stop in _unloading(trip):
                for order in stop.orders:
                    yield _Delivery(order, turn.driver, number, stop)


def _unloading(trip: Trip) -> Iterator[Stop]:
    depots = [stop for stop in trip.stops if stop.kind == "depot"]
    for stop in trip.stops:
        if stop.kind == "delivery" or (stop.kind == "depot" and stop is not depots[0]):
            yield stop


def _assign(
    seen: dict[UUID, PlanAssignment], version: UUID, vehicle: str, done: _Delivery, clock: Clock
) -> None:
    order = whole_order(done.order)
    earlier = seen.get(order)
    arrives = clock.at(done.stop.arrive)
    # An order in parts is shown by the part that comes first.
    if earlier is not None and earlier.arrives_at is not None and earlier.arrives_at <= arrives:
        return
    seen[order] = PlanAssignment(
        plan_version_id=version,
        order_id=order,
        vehicle_id=UUID(vehicle),
        driver_id=UUID(done.driver),
        trip=done.trip,
        arrives_at=arrives,
        starts_at=clock.at(done.stop.start),
        departs_at=clock.at(done.stop.depart),
    )
