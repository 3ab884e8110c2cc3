"""Gives left-out orders their reasons and the first remedy that was tried and holds."""

from __future__ import annotations

import math
from collections.abc import Callable

from msgspec.structs import replace

from routing.engines.ortools.data import PRIZE
from routing.engines.ortools.reasons import Trials
from routing.engines.ortools.search import insert_best
from routing.engines.ortools.solver import Limits, Solver, new_state
from routing.explain.remedies import apply_remedy, candidates
from routing.plan import Plan, Remedy, Unassigned
from routing.problem import Problem
from routing.travel.flat import vec

TESTS = 40
"""Places simulated per order when a remedy is tried."""


def warm(problem: Problem, plan: Plan) -> Solver:
    """A solver of the problem that stands where the plan stands."""
    solver = Solver(problem, 0, Limits(math.inf, 0, None), None)
    solver.take(plan)
    return solver


def _ids(problem: Problem, order_id: str) -> list[int]:
    """The order, or its parts."""
    return [
        k
        for k, order in enumerate(problem.orders)
        if order.id == order_id or order.id.startswith(f"{order_id}#")
    ]


def try_remedy(problem: Problem, plan: Plan, order_id: str, remedy: Remedy) -> Remedy | None:
    """The remedy with its cost, verified; None if it does not serve the order.

    Inserted into the plan as it stands, every route kept or only lengthened.
    """
    changed = apply_remedy(problem, order_id, remedy)
    solver = warm(changed, plan)
    d = solver.compiled.data
    before = float(solver.state.cost.sum())
    for o in _ids(changed, order_id):
        ceiling = math.inf if changed.orders[o].mandatory else float(vec(d, PRIZE, o))
        if not insert_best(d, solver.state, solver.scratch, o, 0.0, TESTS, ceiling):
            return None
    extra = float(solver.state.cost.sum()) - before
    return replace(remedy, cost=max(0, round(extra / 1000)), verified=True)


def explain(problem: Problem, plan: Plan, should_stop: Callable[[], bool] | None = None) -> Plan:
    """The plan with reasons and a remedy for every left-out order that has one.

    Reasons that the plan already gives are kept, missing ones are found. The remedy is the first
    of ``candidates`` that, applied, lets the order into the plan; without any, ``roll_over`` to
    another day, which nobody can verify today. ``should_stop`` True ends early with what is done.
    """
    solver = warm(problem, plan)
    trials = Trials(solver.compiled, new_state(solver.compiled), solver.scratch)
    index = {order.id: k for k, order in enumerate(problem.orders)}
    done: list[Unassigned] = []
    for position, out in enumerate(plan.unassigned):
        if should_stop is not None and should_stop():
            done.extend(plan.unassigned[position:])
            break
        reasoned = out
        if not out.reasons:
            possible, reasons = trials.alone(index[out.order])
            tier = out.tier
            if possible:
                _, reasons = trials.beside(solver.state, index[out.order])
            else:
                tier = "impossible"
            reasoned = replace(out, tier=tier, reasons=reasons)
        done.append(replace(reasoned, remedy=cheapest(problem, plan, reasoned)))
    return replace(plan, unassigned=done)


def cheapest(problem: Problem, plan: Plan, out: Unassigned) -> Remedy | None:
    """The first candidate that holds, or to roll the order over to another day."""
    for remedy in candidates(problem, out):
        found = try_remedy(problem, plan, out.order, remedy)
        if found is not None:
            return found
    if out.tier == "impossible":
        return None
    return Remedy(code="roll_over")
