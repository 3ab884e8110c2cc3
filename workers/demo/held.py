"""What a plan holds of things that plans share, as commitments for the next planner."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from routing.plan import Plan, PlanRoute, Stop
from routing.problem import Commitment, Order, Permit, Problem


def stops_of(route: PlanRoute) -> list[Stop]:
    """All stops of a vehicle's day."""
    return [stop for duty in route.duties for trip in duty.trips for stop in trip.stops]


def holds(problem: Problem, plan: Plan) -> list[Commitment]:
    """Bay spaces (with buffers) and connectors that the plan occupies."""
    bays = {bay.id: bay for bay in problem.bays}
    powers = {c.id: c.power_w for site in problem.chargers for c in site.connectors}
    kinds = {kind.id: kind for kind in problem.vehicle_types}
    types = {vehicle.id: kinds[vehicle.type] for vehicle in problem.vehicles}
    out = []
    for route in plan.routes:
        limit = types[route.vehicle].max_charge_w
        for duty in route.duties:
            for trip in duty.trips:
                for visit in _visits(trip.stops):
                    bay = bays[visit[0].bay or ""]
                    out.append(
                        Commitment(
                            thing="bay",
                            id=bay.id,
                            start=visit[0].arrive - bay.buffer_before_s,
                            end=visit[-1].depart + bay.buffer_after_s,
                        )
                    )
        for stop in stops_of(route):
            if stop.connector is not None:
                start = stop.start if stop.charge_start is None else stop.charge_start
                end = stop.depart if stop.charge_end is None else stop.charge_end
                out.append(
                    Commitment(
                        thing="connector",
                        id=stop.connector,
                        start=start,
                        end=end,
                        power_w=min(powers[stop.connector], limit),
                    )
                )
    return [held for held in out if held.start < held.end]


def _visits(stops: list[Stop]) -> Iterable[list[Stop]]:
    """Runs of consecutive stops of a trip in one bay."""
    run: list[Stop] = []
    for stop in stops:
        if run and (stop.bay, stop.place) != (run[-1].bay, run[-1].place):
            yield run
            run = []
        if stop.bay is not None:
            run.append(stop)
    if run:
        yield run


def remaining(problem: Problem, plans: Iterable[Plan], orders: list[Order]) -> Problem:
    """The same day for other orders, on what vehicles, drivers, bays, connectors are left."""
    plans = list(plans)
    vehicles = {route.vehicle for plan in plans for route in plan.routes}
    duties = {duty.duty for plan in plans for route in plan.routes for duty in route.duties}
    drivers = {duty.driver for plan in plans for route in plan.routes for duty in route.duties}
    taken = [held for plan in plans for held in holds(problem, plan)]
    left = [vehicle for vehicle in problem.vehicles if vehicle.id not in vehicles]
    ids = {vehicle.id for vehicle in left}
    kept = {order.id for order in orders}
    return msgspec.structs.replace(
        problem,
        orders=[
            msgspec.structs.replace(order, after=[a for a in order.after if a in kept])
            for order in orders
        ],
        vehicles=left,
        drivers=[driver for driver in problem.drivers if driver.id not in drivers],
        duties=[
            duty for duty in problem.duties if duty.id not in duties and duty.driver not in drivers
        ],
        permits=_for_vehicles(problem, ids),
        chargers=[
            site
            if site.private_to is None
            else msgspec.structs.replace(site, private_to=[v for v in site.private_to if v in ids])
            for site in problem.chargers
        ],
        commitments=[*problem.commitments, *taken],
        locks=[],
    )


def _for_vehicles(problem: Problem, ids: set[str]) -> list[Permit]:
    out = []
    for permit in problem.permits:
        named = [vehicle for vehicle in permit.vehicles if vehicle in ids]
        if named:
            out.append(msgspec.structs.replace(permit, vehicles=named))
    return out


def served(plan: Plan, problem: Problem) -> set[str]:
    """Ids of the orders that the plan serves."""
    return {order.id for order in problem.orders} - {out.order for out in plan.unassigned}


def only(problem: Problem, orders: set[str]) -> Problem:
    """The problem with only some of its orders."""
    return remaining(problem, [], [order for order in problem.orders if order.id in orders])
