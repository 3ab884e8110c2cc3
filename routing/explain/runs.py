"""Runs that begin with a plan: the plan as it stands, searched a little further, written."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from routing.engines.ortools.bill import plan_objective
from routing.engines.ortools.data import PRIZE
from routing.engines.ortools.search import insert_best
from routing.engines.ortools.solver import Limits, Solver
from routing.engines.ortools.start import restore
from routing.engines.ortools.write import Writer
from routing.plan import Plan, Reason, Unassigned
from routing.problem import Problem
from routing.problem.hashing import problem_sha256
from routing.travel.flat import vec

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


def warm(problem: Problem, plan: Plan) -> Solver:
    """A solver of the problem that stands where the plan stands."""
    solver = Solver(problem, plan.made_by.seed, Limits(math.inf, 0, None), None)
    restore(solver, plan)
    return solver


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
    """Put an absent order where it costs least, so many places simulated; False if nowhere.

    What is locked into a sequence with it comes along.
    """
    d = solver.compiled.data
    o = int(solver.compiled.locked.lead[o])
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
