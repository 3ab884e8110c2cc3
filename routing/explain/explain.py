"""Gives left-out orders their reasons, proven, and the cheapest remedy that was tried."""

from __future__ import annotations

from msgspec.structs import replace

from routing.engines.ortools.kept import beside, together, waived_days
from routing.explain.alone import exact
from routing.explain.blocking import NO_ROOM, blocking
from routing.explain.control import settled
from routing.explain.runs import Budget, Stop
from routing.explain.tries import Search
from routing.plan import Plan, Reason, Remedy, Unassigned
from routing.problem import Problem

CONTROLLED, PROVEN = 0.25, 0.55
"""Shares of the time at which control runs, then reasons, make way for what follows."""
ROLL_OVER = Remedy(code="roll_over")


def explain(
    problem: Problem,
    plan: Plan,
    should_stop: Stop | None = None,
    *,
    seconds: float | None = None,
) -> Plan:
    """The plan with proven reasons and a remedy for every left-out order that has one.

    First a control run: where searching on serves an order more, nothing kept it out, and the
    better plan is returned (``made_by.iterations`` counts its rounds). An order without room is
    told the rules that, each dropped alone, let it into that plan. An impossible one is told its
    cause.

    The remedy is the cheapest of the nearest at hand that was applied, put into the plan without
    dropping an order, and passed by the checker. An order that none serves is told to roll over to
    another day, which nobody can verify today; an impossible one has no remedy then: tomorrow's
    vehicles are the same.

    Orders take turns, a candidate each, so that little time is shared among all of them.
    ``should_stop`` True ends the work within a candidate, with what was found: reasons that were
    not proven by then are not claimed. So do ``seconds``, of which control runs and reasons leave
    remedies their part; causes of impossible orders are found all the same. Without ``seconds`` no
    clock is read, and the same plan gives the same answer. Days that hold only under waivers are
    left as they are.
    """
    kept = waived_days(problem, plan)
    if not kept:
        return _explained(problem, plan, Budget(should_stop, seconds))
    rest = beside(problem, kept)
    gone = {route.vehicle for route in kept}
    routes = [route for route in plan.routes if route.vehicle not in gone]
    found = _explained(rest, replace(plan, routes=routes), Budget(should_stop, seconds))
    return together(problem, found, kept)


def _explained(problem: Problem, plan: Plan, stop: Budget) -> Plan:
    causes = {
        out.order: exact(problem, out).reasons
        for out in plan.unassigned
        if out.tier == "impossible" and not stop.asked()
    }
    plan, rounds = settled(problem, plan, stop, stop.until(CONTROLLED))
    proven = blocking(problem, plan, rounds, stop.until(PROVEN)) if rounds >= 0 else {}
    outs = [_reasoned(out, proven) for out in plan.unassigned]
    mended = _mended(problem, replace(plan, unassigned=outs), stop)
    return replace(
        plan,
        unassigned=[
            replace(
                out,
                reasons=causes.get(out.order, out.reasons),
                remedy=mended[out.order] or _last(out),
            )
            for out in outs
        ],
    )


def _reasoned(out: Unassigned, proven: dict[str, list[Reason]]) -> Unassigned:
    """With its proven reasons; an order that was never said why is told what is true at least."""
    if out.tier == "no_room":
        return replace(out, reasons=proven.get(out.order, [NO_ROOM]))
    return out


def _last(out: Unassigned) -> Remedy | None:
    """What is said where nothing was found."""
    return None if out.tier == "impossible" else ROLL_OVER


def _mended(problem: Problem, plan: Plan, stop: Budget) -> dict[str, Remedy | None]:
    """The remedy found for each order."""
    searches = [Search(problem, plan, out, stop) for out in plan.unassigned]
    waiting = list(searches)
    while waiting and not stop():
        for search in list(waiting):
            if stop():
                break
            if not search.step():
                waiting.remove(search)
    return {search.out.order: search.best for search in searches}
