"""Gives left-out orders their reasons and the first remedy that was tried and holds."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from msgspec.structs import replace

from routing.checker import check
from routing.engines.ortools.data import PRIZE
from routing.engines.ortools.reasons import Trials
from routing.engines.ortools.search import insert_best
from routing.engines.ortools.solver import Limits, Solver, new_state
from routing.engines.ortools.write import Writer, plan_objective
from routing.explain.remedies import apply_remedy, candidates, family
from routing.plan import Plan, Reason, Remedy, Unassigned
from routing.problem import Problem
from routing.problem.hashing import problem_sha256
from routing.travel.flat import vec

TESTS = 40
"""Places simulated per order when a remedy is tried."""

Stop = Callable[[], bool]


def warm(problem: Problem, plan: Plan) -> Solver:
    """A solver of the problem that stands where the plan stands."""
    solver = Solver(problem, 0, Limits(math.inf, 0, None), None)
    solver.take(plan)
    return solver


def _ids(problem: Problem, order_id: str) -> list[int]:
    """The order, or its parts; a part that must not ride alone comes with its siblings."""
    wanted = set(family(problem, order_id))
    found = [
        k
        for k, order in enumerate(problem.orders)
        if order.id in wanted or order.id.startswith(f"{order_id}#")
    ]
    own = [k for k in found if problem.orders[k].id == order_id]
    return own if own and problem.orders[own[0]].parts_allowed else found


def try_remedy(problem: Problem, plan: Plan, order_id: str, remedy: Remedy) -> Remedy | None:
    """The remedy with its cost, verified; None if it does not serve the order.

    Inserted into the plan as it stands, every route kept or only lengthened, and the plan that
    comes of it judged by the checker.
    """
    changed = apply_remedy(problem, order_id, remedy)
    solver = warm(changed, plan)
    d = solver.compiled.data
    before = float(solver.state.cost.sum())
    for o in _ids(changed, order_id):
        if solver.state.where[o] >= 0:
            continue
        ceiling = math.inf if changed.orders[o].mandatory else float(vec(d, PRIZE, o))
        if not insert_best(d, solver.state, solver.scratch, o, 0.0, TESTS, ceiling):
            return None
    if check(changed, _written(solver, plan)).verdict == "violated":
        return None
    extra = float(solver.state.cost.sum()) - before
    return replace(remedy, cost=max(0, round(extra / 1000)), verified=True)


def _written(solver: Solver, plan: Plan) -> Plan:
    """The state as a plan, so that it can be judged."""
    problem = solver.compiled.problem
    writer = Writer(solver.compiled)
    routes = [writer.route(day) for day in solver.days(solver.state)]
    out = [
        Unassigned(order=order.id, tier="no_room", reasons=[Reason(code="no_room")])
        for o, order in enumerate(problem.orders)
        if solver.state.where[o] < 0
    ]
    return Plan(
        problem_sha256=problem_sha256(problem),
        made_by=plan.made_by,
        routes=routes,
        unassigned=out,
        objective=plan_objective(problem, routes),
    )


def explain(problem: Problem, plan: Plan, should_stop: Stop | None = None) -> Plan:
    """The plan with reasons and a remedy for every left-out order that has one.

    Reasons that the plan already gives are kept, missing ones are found. The remedy is the first
    of ``candidates`` that, applied, lets the order into the plan. An order that none of them
    serves is told to roll over to another day, which nobody can verify today; an impossible one
    has no remedy then: tomorrow's vehicles are the same.

    Orders take turns, a candidate each, so that little time is shared among all of them.
    ``should_stop`` True ends the trials within a candidate, with what was found.
    """
    stop = should_stop or (lambda: False)
    done = _reasoned(problem, plan)
    found: dict[int, Remedy] = {}
    waiting: dict[int, Iterator[Remedy]] = {
        k: candidates(problem, out) for k, out in enumerate(done)
    }
    while waiting and not stop():
        for k in list(waiting):
            if stop():
                break
            remedy = next(waiting[k], None)
            mended = remedy and try_remedy(problem, plan, done[k].order, remedy)
            if mended:
                found[k] = mended
            if mended or remedy is None:
                del waiting[k]
    last = Remedy(code="roll_over")
    return replace(
        plan,
        unassigned=[
            replace(out, remedy=found.get(k, None if out.tier == "impossible" else last))
            for k, out in enumerate(done)
        ],
    )


def _reasoned(problem: Problem, plan: Plan) -> list[Unassigned]:
    """The left-out orders, each with its reasons."""
    if all(out.reasons for out in plan.unassigned):
        return list(plan.unassigned)
    solver = warm(problem, plan)
    trials = Trials(solver.compiled, new_state(solver.compiled), solver.scratch)
    index = {order.id: k for k, order in enumerate(problem.orders)}
    done: list[Unassigned] = []
    for out in plan.unassigned:
        if out.reasons:
            done.append(out)
            continue
        possible, reasons = trials.alone(index[out.order])
        tier = out.tier if possible else "impossible"
        if possible:
            _, reasons = trials.beside(solver.state, index[out.order])
        done.append(replace(out, tier=tier, reasons=reasons or [Reason(code="no_room")]))
    return done
