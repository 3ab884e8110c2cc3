"""Edits of a plan: the touched vehicles' days are timed anew, every other stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from routing.edits.changes import Hand, changed
from routing.edits.follow import assembled
from routing.edits.records import Edit, Edited, Way
from routing.edits.ways import found_ways
from routing.edits.workbench import Workbench
from routing.plan import Plan, PlanRoute
from routing.problem import Problem


def apply(
    problem: Problem | Workbench,
    plan: Plan,
    edits: Sequence[Edit],
    *,
    want_ways: bool = True,
) -> Edited:
    """The plan after some edits, with what they cost and break.

    Only days of the vehicles that the edits name, or take orders from, are timed anew: lawfully
    where their sequence can be, else naturally. Without ``want_ways`` no way out is searched for.

    Raises:
        InputErrors: an edit names what the problem or the vehicle's day lacks.
    """
    bench = problem if isinstance(problem, Workbench) else Workbench(problem)
    edited = retimed(bench, plan, edits)
    if not want_ways or edited.verdict != "violated":
        return edited
    return replace(edited, ways=found_ways(bench, plan, edited, edits, lawful))


def ways(
    problem: Problem | Workbench,
    plan: Plan,
    edited: Edited,
    edits: Sequence[Edit],
    between: Callable[[], None] | None = None,
) -> list[Way]:
    """What would make an edited plan lawful: tried and checked, cheapest first.

    ``plan`` is the one before ``edits``; a way's edits come on top of ``edited.plan``. ``between``
    is called before each try, for whoever has something more urgent to do.
    """
    bench = problem if isinstance(problem, Workbench) else Workbench(problem)
    if edited.verdict != "violated":
        return []

    def attempt(bench: Workbench, plan: Plan, edits: Sequence[Edit]) -> Edited | None:
        if between is not None:
            between()
        return lawful(bench, plan, edits)

    return found_ways(bench, plan, edited, edits, attempt)


def retimed(bench: Workbench, plan: Plan, edits: Sequence[Edit]) -> Edited:
    """The edited plan with its verdict, no ways."""
    return _edited(bench, plan, changed(bench, plan, edits))


def lawful(bench: Workbench, plan: Plan, edits: Sequence[Edit]) -> Edited | None:
    """The edited plan if nothing of it is violated; no timetable is made for what cannot be.

    A day for which the engine has no lawful timetable, nor one that begins about when it did
    before, is violated, unless somebody answers for what it breaks. A day that is new has no
    "before": its natural timetable may still hold.
    """
    hand = changed(bench, plan, edits)
    if not bench.problem.waivers and any(line.vehicle in hand.routes for line in hand.broken()):
        return None
    found = _edited(bench, plan, hand)
    return None if found.verdict == "violated" else found


def _edited(bench: Workbench, plan: Plan, hand: Hand) -> Edited:
    routes = _in_order(bench, plan, hand.others(), hand.retimed())
    after = assembled(bench, routes, plan)
    verdict = bench.check(after)
    return Edited(
        plan=after,
        touched=list(hand.lines),
        cost_before=plan.objective.total,
        cost_after=after.objective.total,
        verdict=verdict.verdict,
        violations=verdict.violations,
        waived=verdict.waived,
    )


def _in_order(
    bench: Workbench, plan: Plan, others: Iterable[PlanRoute], fresh: Iterable[PlanRoute]
) -> list[PlanRoute]:
    """Old places kept; days that are new come after them, in the problem's order."""
    by_vehicle = {route.vehicle: route for route in [*others, *fresh]}
    old = [route.vehicle for route in plan.routes]
    new = [item.id for item in bench.problem.vehicles if item.id not in old]
    return [by_vehicle[name] for name in [*old, *new] if name in by_vehicle]
