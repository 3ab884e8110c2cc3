"""A plan put back into the search."""

from __future__ import annotations

import math

from routing.engines.ortools.bill import stops_of
from routing.engines.ortools.data import (
    BAY_HELD,
    BAY_N,
    CON_HELD,
    CON_N,
    MAX_TOKENS,
    ROOM,
    Ints,
)
from routing.engines.ortools.solver import Solver, new_state
from routing.engines.ortools.state import settle, spot
from routing.plan import Plan, PlanRoute

ORDERINGS = 12
"""How often a plan is put back in another order of vehicles before a day is given up."""


def restore(solver: Solver, plan: Plan) -> None:
    """Put a plan's days into a solver; days that no longer hold are dropped.

    Days are simulated anew, one by one, each taking the bays and connectors that it reaches first.
    What the plan gives to the days still to come is held for them meanwhile. A day that is dropped
    all the same is put back before the others, and if that never ends, stays dropped. Orders set
    aside in the solver's state stay so.
    """
    problem = solver.compiled.problem
    index = {vehicle.id: v for v, vehicle in enumerate(problem.vehicles)}
    known = {order.id for order in problem.orders}
    aside = solver.state.where == -2
    routes = [route for route in plan.routes if route.vehicle in index]
    best, fewest = solver.state, math.inf
    for _ in range(ORDERINGS):
        solver.state = new_state(solver.compiled)
        solver.state.where[aside] = -2
        for route in routes:
            _claim(solver, index[route.vehicle], route)
        for route in routes:
            _take(solver, index[route.vehicle], route)
        broken = [r for r in routes if solver.state.size[index[r.vehicle]] == 0]
        lost = sum(len(known & _served(r)) for r in broken)
        if lost < fewest:
            best, fewest = solver.state, lost
        if lost == 0:
            break
        routes = [*broken, *(r for r in routes if r not in broken)]
    solver.state = best


def _take(solver: Solver, v: int, route: PlanRoute) -> None:
    """Settle a planned day, of which orders and duties that the problem knows are left."""
    problem = solver.compiled.problem
    duties = {duty.id: k for k, duty in enumerate(problem.duties)}
    orders = {order.id: k for k, order in enumerate(problem.orders)}
    tokens: list[int] = []
    for duty in route.duties:
        if duty.duty not in duties:
            return
        for number, trip in enumerate(duty.trips):
            tokens.append(-1 if number else -2 - duties[duty.duty])
            for stop in trip.stops:
                if stop.kind in {"pickup", "delivery"}:
                    end = int(stop.kind == "delivery")
                    tokens += [2 * orders[o] + end for o in stop.orders if o in orders]
    if 0 < len(tokens) < MAX_TOKENS:
        solver.state.seq[v, : len(tokens)] = tokens
        solver.state.size[v] = len(tokens)
        settle(solver.compiled.data, solver.state, solver.scratch, v)


def _served(route: PlanRoute) -> set[str]:
    """Orders of a vehicle's day."""
    return {order for _, stop in stops_of(route) for order in stop.orders}


def _claim(solver: Solver, v: int, route: PlanRoute) -> None:
    """Hold the bays and connectors of a planned day for its vehicle."""
    problem = solver.compiled.problem
    bays = {bay.id: (b, bay) for b, bay in enumerate(problem.bays)}
    names = [problem.chargers[s].connectors[k] for s, k in solver.compiled.connectors]
    plugs = {plug.id: (q, plug) for q, plug in enumerate(names)}
    most = {kind.id: kind.max_charge_w for kind in problem.vehicle_types}
    limit = most[problem.vehicles[v].type]
    for _, stop in stops_of(route):
        if stop.bay in bays:
            b, bay = bays[stop.bay]
            span = (stop.arrive - bay.buffer_before_s, stop.depart + bay.buffer_after_s)
            _add(solver.state.claims, BAY_N, BAY_HELD, b, (*span, v))
        if stop.connector in plugs:
            q, plug = plugs[stop.connector]
            start = stop.start if stop.charge_start is None else stop.charge_start
            end = stop.depart if stop.charge_end is None else stop.charge_end
            held = (start, end, v, min(plug.power_w, limit))
            _add(solver.state.claims, CON_N, CON_HELD, q, held)


def _add(claims: Ints, counts: int, table: int, thing: int, row: tuple[int, ...]) -> None:
    """One more row of what is held of a thing, where there is room for it."""
    count = int(claims[4 * counts]) + thing
    k = int(claims[count])
    if k < ROOM:
        at = spot(claims, table, thing, k)
        claims[at : at + len(row)] = row
        claims[count] = k + 1
