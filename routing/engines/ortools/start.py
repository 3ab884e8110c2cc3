"""A plan put back into the search."""

from __future__ import annotations

import math

import numpy as np

from routing.engines.ortools.bill import stops_of
from routing.engines.ortools.compile import Compiled
from routing.engines.ortools.data import (
    BAY_HELD,
    BAY_N,
    CON_HELD,
    CON_N,
    D_CLASS,
    DUTY,
    DUTY_OK,
    FITS,
    MAX_DUTIES_ON_VEHICLE,
    MAX_TOKENS,
    ROOM,
    Ints,
)
from routing.engines.ortools.places import end_needed
from routing.engines.ortools.sim import BROKEN, simulate
from routing.engines.ortools.solver import Solver, new_state
from routing.engines.ortools.state import empty_day, settle, spot
from routing.plan import Plan, PlanRoute
from routing.travel.flat import tab

WIDE = 6
"""How many beginnings of a frozen prefix are followed up at a time."""
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
    wanted = {duty.duty for route in plan.routes for duty in route.duties}
    routes = [route for route in plan.routes if route.vehicle in index]
    best, fewest = solver.state, math.inf
    for _ in range(ORDERINGS):
        solver.state = new_state(solver.compiled)
        solver.state.where[aside] = -2
        for route in routes:
            _claim(solver, index[route.vehicle], route)
        for route in routes:
            _take(solver, index[route.vehicle], route, wanted)
        broken = [r for r in routes if solver.state.size[index[r.vehicle]] == 0]
        lost = sum(len(known & _served(r)) for r in broken)
        if lost < fewest:
            best, fewest = solver.state, lost
        if lost == 0:
            break
        routes = [*broken, *(r for r in routes if r not in broken)]
    solver.state = best


def _take(solver: Solver, v: int, route: PlanRoute, wanted: set[str]) -> None:
    """Settle a planned day, of which orders and duties that the problem knows are left.

    A duty that another vehicle has already (a hand-made plan may give it twice) gives way to a free
    one like it, none of those ``wanted`` by the plan's days.
    """
    problem = solver.compiled.problem
    duties = {duty.id: k for k, duty in enumerate(problem.duties)}
    orders = {order.id: k for k, order in enumerate(problem.orders)}
    tokens: list[int] = []
    for duty in route.duties:
        if duty.duty not in duties:
            return
        own = _own_duty(solver, v, duties[duty.duty], {duties[d] for d in wanted if d in duties})
        if own is None:
            return
        for number, trip in enumerate(duty.trips):
            tokens.append(-1 if number else -2 - own)
            for stop in trip.stops:
                if stop.kind in {"pickup", "delivery"}:
                    end = int(stop.kind == "delivery")
                    tokens += [2 * orders[o] + end for o in stop.orders if o in orders]
    tokens = mended(solver.compiled, v, tokens)
    if 0 < len(tokens) < MAX_TOKENS:
        solver.state.seq[v, : len(tokens)] = tokens
        solver.state.size[v] = len(tokens)
        settle(solver.compiled.data, solver.state, solver.scratch, v)


def _own_duty(solver: Solver, v: int, k: int, wanted: set[int]) -> int | None:
    """The duty itself where the vehicle can have it, else a free one of its class; None if none."""
    d, owner = solver.compiled.data, solver.state.owner
    if owner[k] in {-1, v}:
        return k
    same = tab(d, DUTY, k, D_CLASS)
    for other in range(len(solver.compiled.problem.duties)):
        free = owner[other] < 0 and other not in wanted and tab(d, DUTY_OK, other, v)
        if free and tab(d, DUTY, other, D_CLASS) == same:
            return other
    return None


def mended(compiled: Compiled, v: int, tokens: list[int]) -> list[int]:
    """A day's tokens without the orders whose locks it does not keep."""
    locks = compiled.locked
    there = {token >> 1 for token in tokens if token >= 0}
    gone = {o for o in there if not tab(compiled.data, FITS, o, v)}
    for head in sorted({int(locks.lead[o]) for o in there}):
        chain = locks.chain(head)
        wanted = [2 * o + 1 for o in chain]
        at = tokens.index(wanted[0]) if wanted[0] in tokens else len(tokens)
        whole = tokens[at : at + len(chain)] == wanted and not gone & set(chain)
        if len(chain) > 1 and not whole:
            gone |= set(chain)
    first = locks.prefixes.get(v, [])
    downs = [token >> 1 for token in tokens if token >= 0 and token & 1]
    if downs[: len(first)] != first:
        gone |= set(first)
    return [token for token in tokens if token < 0 or token >> 1 not in gone]


def lay(solver: Solver) -> None:
    """Give every vehicle with a frozen prefix its beginning, where a plan has not done so.

    What else the vehicle does comes back after it, by the search.
    """
    state = solver.state
    for v, first in sorted(solver.compiled.locked.prefixes.items()):
        wanted = [o for o in first if state.where[o] != -2]
        if not wanted or all(state.where[o] == v for o in wanted):
            continue
        if state.size[v]:
            empty_day(state, v)
        tokens = _beginning(solver, v, wanted)
        if tokens:
            state.seq[v, : len(tokens)] = tokens
            state.size[v] = len(tokens)
            settle(solver.compiled.data, state, solver.scratch, v)


def _beginning(solver: Solver, v: int, wanted: list[int]) -> list[int]:
    """The cheapest day that does just these orders in this order; empty if none holds."""
    d, x, locks = solver.compiled.data, solver.scratch, solver.compiled.locked
    classes: dict[int, int] = {}
    for k in range(len(solver.compiled.problem.duties)):
        if tab(d, DUTY_OK, k, v) and solver.state.owner[k] < 0:
            classes.setdefault(tab(d, DUTY, k, D_CLASS), k)
    days: list[tuple[float, list[int]]] = [(0.0, [])]
    for number, o in enumerate(wanted):
        chained = number > 0 and locks.follow[wanted[number - 1]] == o
        longer: list[tuple[float, list[int]]] = []
        for _, day in days:
            used = {-2 - token for token in day if token <= -2}
            ways = [day] if day else []
            if not chained:
                ways += [[*day, -1]] if day else []
                if len(used) < MAX_DUTIES_ON_VEHICLE:
                    ways += [[*day, -2 - k] for k in classes.values() if k not in used]
            for way in ways:
                single = all(token != -1 and token > -2 for token in way[1:])
                need = end_needed(d, v, o, single)
                trial = [*way, *([2 * o] if need != 1 else []), 2 * o + 1]
                if len(trial) >= MAX_TOKENS:
                    continue
                seq = np.array(trial, np.int64)
                cost = simulate(
                    d, solver.state.claims, v, seq, len(trial), x.ev, x.chosen, x.st, x.work, x.fs,
                    False,
                )  # fmt: skip
                if cost < BROKEN:
                    longer.append((cost, trial))
        days = sorted(longer)[:WIDE]
    return days[0][1] if days else []


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
