"""The control run: a plan searched on with nothing relaxed.

What it serves was never without room: the better plan is taken, and tried again, until a run
serves no more. Only against such a plan can a reason be claimed.
"""

from __future__ import annotations

from msgspec.structs import replace

from routing.checker import check
from routing.engines.ortools.run import finish
from routing.explain.runs import Stop, absent, insert, run
from routing.plan import Plan
from routing.problem import Problem

ROUNDS = 100
"""Rounds of a control run and of every relaxed run beside it, on a large day."""
WORK = 4_000
"""Rounds times orders on a small one."""
EVERYWHERE = 400
"""Places simulated for an order that the control run left out: all that there are."""
RUNS = 8
"""Control runs at most; each but the last served an order more."""


def rounds_for(problem: Problem) -> int:
    """Rounds of a control run: as many as find what a longer search would, on small days more."""
    return max(ROUNDS, WORK // max(1, len(problem.orders)))


def settled(problem: Problem, plan: Plan, stop: Stop) -> tuple[Plan, bool]:
    """The plan, or the better one that control runs led to; whether the last one served no more.

    Only orders that some empty vehicle could serve are tried. False: stopped before it was known.
    """
    for _ in range(RUNS):
        possible = {out.order for out in plan.unassigned if out.tier != "impossible"}
        if not possible:
            return plan, True
        if stop():
            return plan, False
        after = _searched(problem, plan, possible, stop)
        if after is None:
            return plan, not stop()
        plan = after
    return plan, False


def _searched(problem: Problem, plan: Plan, possible: set[str], stop: Stop) -> Plan | None:
    """The plan after one control run if it serves more, else None."""
    solver = run(problem, plan, possible, rounds_for(problem), stop)
    for o, order in enumerate(problem.orders):
        if order.id in possible and solver.state.where[o] == -1 and not stop():
            insert(solver, o, EVERYWHERE)
    if not possible - absent(solver):
        return None
    reasons = {out.order: out.reasons for out in plan.unassigned if out.tier == "impossible"}
    hopeless = {o: reasons[x.id] for o, x in enumerate(problem.orders) if x.id in reasons}
    made = plan.made_by
    after = finish(solver, hopeless, made.seed, made.threads)
    if _rank(problem, after) >= _rank(problem, plan) or check(problem, after).verdict == "violated":
        return None
    rounds = made.iterations + after.made_by.iterations
    return replace(after, made_by=replace(made, iterations=rounds), run=plan.run)


def _rank(problem: Problem, plan: Plan) -> tuple[list[int], int]:
    """Missed orders class by class, then fen."""
    out = {left.order for left in plan.unassigned}
    classes = max((order.mandatory for order in problem.orders), default=0)
    missed = [0] * classes
    for order in problem.orders:
        if order.mandatory and order.id in out:
            missed[order.mandatory - 1] += 1
    return missed, plan.objective.total
