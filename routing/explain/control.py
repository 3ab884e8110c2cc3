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


def settled(problem: Problem, plan: Plan, stop: Stop, enough: Stop) -> tuple[Plan, int]:
    """The plan, or the better one that control runs led to; rounds of the run that served no more.

    Only orders that some empty vehicle could serve are tried. ``enough`` ends the rounds early: 0
    then says that no order can be put into the plan as it stands. ``stop`` ends everything: -1
    says that not even this is known.
    """
    for number in range(RUNS + 1):
        possible = {out.order for out in plan.unassigned if out.tier != "impossible"}
        if not possible:
            return plan, rounds_for(problem)
        rounds = rounds_for(problem) if number < RUNS and not enough() else 0
        after, done = _searched(problem, plan, possible, rounds=rounds, stop=stop, enough=enough)
        if stop():
            return plan, -1
        if after is None:
            return plan, done
        plan = after
    return plan, -1


def _searched(
    problem: Problem,
    plan: Plan,
    possible: set[str],
    *,
    rounds: int,
    stop: Stop,
    enough: Stop,
) -> tuple[Plan | None, int]:
    """(the plan after one control run if it serves more, else None; rounds of the run)."""
    solver = run(problem, plan, possible, rounds=rounds, stop=stop, enough=enough)
    for o, order in enumerate(problem.orders):
        if order.id in possible and solver.state.where[o] == -1 and not stop():
            insert(solver, o, EVERYWHERE)
    if stop() or not possible - absent(solver):
        return None, solver.rounds
    reasons = {out.order: out.reasons for out in plan.unassigned if out.tier == "impossible"}
    hopeless = {o: reasons[x.id] for o, x in enumerate(problem.orders) if x.id in reasons}
    made = plan.made_by
    after = finish(solver, hopeless, made.seed, made.threads)
    if _rank(problem, after) >= _rank(problem, plan) or check(problem, after).verdict == "violated":
        return None, solver.rounds
    rounds = made.iterations + solver.rounds
    made = replace(made, iterations=rounds)
    return replace(after, made_by=made, run=plan.run), solver.rounds


def _rank(problem: Problem, plan: Plan) -> tuple[list[int], int]:
    """Missed orders class by class, then fen."""
    out = {left.order for left in plan.unassigned}
    classes = max((order.mandatory for order in problem.orders), default=0)
    missed = [0] * classes
    for order in problem.orders:
        if order.mandatory and order.id in out:
            missed[order.mandatory - 1] += 1
    return missed, plan.objective.total
