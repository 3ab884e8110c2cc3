"""Runs that begin with a plan: the plan as it stands, searched a little further, written."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from msgspec.structs import replace

from routing.engines.ortools.data import BAY_HELD, BAY_N, CON_HELD, CON_N, PRIZE, ROOM, Ints
from routing.engines.ortools.search import insert_best
from routing.engines.ortools.solver import Limits, Solver, new_state
from routing.engines.ortools.state import spot
from routing.engines.ortools.write import Writer, plan_objective
from routing.plan import Plan, PlanRoute, Reason, Unassigned
from routing.problem import Problem
from routing.problem.hashing import problem_sha256
from routing.travel.flat import vec

ORDERINGS = 12
"""How often a plan is put back in another order of vehicles before a day is given up."""

FAITH = 100
"""How many times dearer it is to drop an order of the plan than to leave another out."""

Stop = Callable[[], bool]


class Budget:
    """When to stop: on a wish, which is not asked again once it was heard, or when time is up."""

    def __init__(self, ask: Stop | None, seconds: float | None) -> None:
        self._ask = ask
        self._seconds = math.inf if seconds is None else seconds
        self._began = time.monotonic()
        self._heard = False

    def __call__(self) -> bool:
        """Whether to stop."""
        return self.asked() or self._past(1.0)

    def asked(self) -> bool:
        """Whether somebody wishes it."""
        if not self._heard and self._ask is not None:
            self._heard = self._ask()
        return self._heard

    def until(self, share: float) -> Stop:
        """A stop when this share of the time has passed; no clock is read where time is free."""
        return lambda: self.asked() or self._past(share)

    def _past(self, share: float) -> bool:
        if self._seconds == math.inf:
            return False
        return time.monotonic() >= self._began + share * self._seconds


def served(route: PlanRoute) -> set[str]:
    """Orders of a vehicle's day."""
    return {
        order
        for duty in route.duties
        for trip in duty.trips
        for stop in trip.stops
        for order in stop.orders
    }


def warm(problem: Problem, plan: Plan) -> Solver:
    """A solver of the problem that stands where the plan stands."""
    solver = Solver(problem, plan.made_by.seed, Limits(math.inf, 0, None), None)
    restore(solver, plan)
    return solver


def restore(solver: Solver, plan: Plan) -> None:
    """Put a plan's days into a solver; days that no longer hold are dropped.

    Days are simulated anew, one by one, each taking the bays and connectors that it reaches first.
    What the plan gives to the days still to come is held for them meanwhile. A day that is dropped
    all the same is put back before the others, and if that never ends, stays dropped.
    """
    problem = solver.compiled.problem
    index = {vehicle.id: v for v, vehicle in enumerate(problem.vehicles)}
    known = {order.id for order in problem.orders}
    routes = [route for route in plan.routes if route.vehicle in index]
    best, fewest = solver.state, math.inf
    for _ in range(ORDERINGS):
        solver.state = new_state(solver.compiled)
        for route in routes:
            _claim(solver, index[route.vehicle], route)
        solver.take(replace(plan, routes=routes))
        broken = [r for r in routes if solver.state.size[index[r.vehicle]] == 0]
        lost = sum(len(known & served(r)) for r in broken)
        if lost < fewest:
            best, fewest = solver.state, lost
        if lost == 0:
            break
        routes = [*broken, *(r for r in routes if r not in broken)]
    solver.state = best


def _claim(solver: Solver, v: int, route: PlanRoute) -> None:
    """Hold the bays and connectors of a planned day for its vehicle."""
    problem = solver.compiled.problem
    bays = {bay.id: (b, bay) for b, bay in enumerate(problem.bays)}
    names = [problem.chargers[s].connectors[k] for s, k in solver.compiled.connectors]
    plugs = {plug.id: (q, plug) for q, plug in enumerate(names)}
    most = {kind.id: kind.max_charge_w for kind in problem.vehicle_types}
    limit = most[problem.vehicles[v].type]
    for duty in route.duties:
        for stop in (stop for trip in duty.trips for stop in trip.stops):
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


def absent(solver: Solver) -> set[str]:
    """Orders that the solver's state leaves out."""
    orders = solver.compiled.problem.orders
    return {order.id for o, order in enumerate(orders) if solver.state.where[o] < 0}


def hold(solver: Solver, wanted: set[str]) -> None:
    """What is served stays served; of the absent orders only those wanted may be tried."""
    d, where = solver.compiled.data, solver.state.where
    for o, order in enumerate(solver.compiled.problem.orders):
        if where[o] < 0:
            where[o] = -1 if order.id in wanted else -2
        else:
            d[d[4 * PRIZE] + o] *= FAITH


def run(
    problem: Problem,
    plan: Plan,
    wanted: set[str],
    *,
    rounds: int,
    stop: Stop,
    enough: Stop | None = None,
) -> Solver:
    """Search on from the plan, so many rounds, for some of the orders that it leaves out.

    No order of the plan leaves for one of them: ``FAITH`` outweighs it. ``enough`` ends the rounds
    early, ``stop`` everything.
    """
    solver = warm(problem, plan)
    out = {left.order for left in plan.unassigned}
    hold(solver, wanted | (absent(solver) - out))
    search_on(solver, rounds, stop, enough)
    return solver


def search_on(solver: Solver, rounds: int, stop: Stop | None, enough: Stop | None = None) -> None:
    """First what is absent, then so many rounds of search; ends with the best state."""
    solver.limits = Limits(math.inf, rounds, stop)
    solver.construct()
    solver.limits = Limits(math.inf, rounds, enough or stop)
    solver.search()


def insert(solver: Solver, o: int, tests: int) -> bool:
    """Put an absent order where it costs least, so many places simulated; False if nowhere."""
    d = solver.compiled.data
    ceiling = float(vec(d, PRIZE, o))
    return bool(insert_best(d, solver.state, solver.scratch, o, 0.0, tests, ceiling))


def written(solver: Solver, plan: Plan) -> Plan:
    """The state as a plan, so that it can be judged; made by whoever made ``plan``."""
    problem = solver.compiled.problem
    writer = Writer(solver.compiled)
    routes = [writer.route(day) for day in solver.days(solver.state)]
    return Plan(
        problem_sha256=problem_sha256(problem),
        made_by=plan.made_by,
        routes=routes,
        unassigned=[
            Unassigned(order=order, tier="no_room", reasons=[Reason(code="no_room")])
            for order in sorted(absent(solver))
        ],
        objective=plan_objective(problem, routes),
    )
