"""Days of a start plan that stay exactly as they are: those that somebody's waiver answers for.

The search breaks no rule, waived or not; so a day which holds only under a waiver is not searched
on. It is taken over whole, and what it holds of bays, connectors and drivers counts as committed.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from routing.checker import check
from routing.engines.ortools.bill import Bill, plan_objective
from routing.plan import Plan, PlanRoute
from routing.problem import Bay, Commitment, Lock, Problem
from routing.problem.hashing import problem_sha256


def waived_days(problem: Problem, start: Plan) -> list[PlanRoute]:
    """The start plan's days that break rules of the problem, every one of them waived."""
    if not problem.waivers:
        return []
    known = {vehicle.id for vehicle in problem.vehicles}
    bill = Bill(problem)
    routes = [route for route in start.routes if route.vehicle in known]
    try:
        routes = [replace(route, costs=bill.route_costs(route)) for route in routes]
    except KeyError:  # a day names what the problem no longer has: it cannot be taken over
        routes = [route for route in routes if _whole(problem, route)]
        routes = [replace(route, costs=bill.route_costs(route)) for route in routes]
    plan = replace(start, problem_sha256=problem_sha256(problem), routes=routes)
    verdict = check(problem, plan)
    broken = {violation.route for violation in verdict.violations}
    waived = {violation.route for violation in verdict.waived}
    return [route for route in routes if route.vehicle in waived - broken]


def _whole(problem: Problem, route: PlanRoute) -> bool:
    """Whether the problem knows every order, duty and connector of a day."""
    orders = {order.id for order in problem.orders}
    duties = {duty.id for duty in problem.duties}
    plugs = {plug.id for site in problem.chargers for plug in site.connectors}
    return all(
        duty.duty in duties
        and all(
            set(stop.orders) <= orders and (stop.connector is None or stop.connector in plugs)
            for trip in duty.trips
            for stop in trip.stops
        )
        for duty in route.duties
    )


def beside(problem: Problem, kept: list[PlanRoute]) -> Problem:
    """The problem that is left when some days are settled."""
    vehicles = {route.vehicle for route in kept}
    served = {o for r in kept for d in r.duties for t in d.trips for s in t.stops for o in s.orders}
    duties = {duty.duty for route in kept for duty in route.duties}
    bays = {bay.id: bay for bay in problem.bays}
    power = {plug.id: plug.power_w for site in problem.chargers for plug in site.connectors}
    kinds = {kind.id: kind.max_charge_w for kind in problem.vehicle_types}
    most = {vehicle.id: kinds[vehicle.type] for vehicle in problem.vehicles}
    held = [c for route in kept for c in claims_of(route, bays, power, most[route.vehicle])]
    return replace(
        problem,
        vehicles=[item for item in problem.vehicles if item.id not in vehicles],
        orders=[item for item in problem.orders if item.id not in served],
        duties=[item for item in problem.duties if item.id not in duties],
        commitments=[*problem.commitments, *held],
        locks=[lock for lock in problem.locks if not _about(lock, served, vehicles)],
    )


def _about(lock: Lock, orders: set[str], vehicles: set[str]) -> bool:
    return lock.vehicle in vehicles or bool(orders & set(lock.orders))


def claims_of(
    route: PlanRoute, bays: dict[str, Bay], power: dict[str, int], most_w: int
) -> Iterator[Commitment]:
    """What a planned day holds of bays, connectors and drivers.

    ``power``: watts per connector; ``most_w``: what the vehicle draws at most.
    """
    for duty in route.duties:
        stops = [stop for trip in duty.trips for stop in trip.stops]
        span = (stops[0].arrive, stops[-1].depart)
        yield Commitment(thing="driver", id=duty.driver, start=span[0], end=span[1])
        for trip in duty.trips:
            start = 0
            for k, stop in enumerate(trip.stops):
                if stop.bay is not None and stop.bay in bays:
                    first = trip.stops[k - 1] if k else None
                    if first is None or (first.place, first.bay) != (stop.place, stop.bay):
                        start = stop.arrive
                    after = trip.stops[k + 1] if k + 1 < len(trip.stops) else None
                    if after is None or (after.place, after.bay) != (stop.place, stop.bay):
                        bay = bays[stop.bay]
                        low, high = start - bay.buffer_before_s, stop.depart + bay.buffer_after_s
                        yield Commitment(thing="bay", id=bay.id, start=low, end=high)
                if stop.connector is not None and stop.connector in power:
                    begin = stop.start if stop.charge_start is None else stop.charge_start
                    end = stop.depart if stop.charge_end is None else stop.charge_end
                    yield Commitment(
                        thing="connector",
                        id=stop.connector,
                        start=begin,
                        end=end,
                        power_w=min(power[stop.connector], most_w),
                    )


def together(problem: Problem, plan: Plan, kept: list[PlanRoute]) -> Plan:
    """A plan of what was left, with the settled days put back, as a plan of the whole problem."""
    every = {route.vehicle: route for route in [*plan.routes, *kept]}
    routes = [every[vehicle.id] for vehicle in problem.vehicles if vehicle.id in every]
    return replace(
        plan,
        problem_sha256=problem_sha256(problem),
        routes=routes,
        objective=plan_objective(problem, routes),
    )
