"""Edits of a plan: the touched vehicles' days are timed anew, every other stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from routing.edits.changes import Changed, changed
from routing.edits.follow import MADE_BY, assembled, natural
from routing.edits.lines import DayLine
from routing.edits.records import Edit, Edited, Way
from routing.edits.settled import Settled, starting
from routing.edits.ways import found_ways
from routing.edits.workbench import Workbench, tasks_of
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
    return replace(edited, ways=found_ways(bench, plan, edited, edits, retimed))


def ways(
    problem: Problem | Workbench, plan: Plan, edited: Edited, edits: Sequence[Edit]
) -> list[Way]:
    """What would make an edited plan lawful: tried and checked, cheapest first.

    ``plan`` is the one before ``edits``; a way's edits come on top of ``edited.plan``.
    """
    bench = problem if isinstance(problem, Workbench) else Workbench(problem)
    if edited.verdict != "violated":
        return []
    return found_ways(bench, plan, edited, edits, retimed)


def retimed(bench: Workbench, plan: Plan, edits: Sequence[Edit]) -> Edited:
    """The edited plan with its verdict, no ways."""
    done = changed(bench, plan, edits)
    others = [route for route in plan.routes if route.vehicle not in done.lines]
    fresh = timed(bench, done, others)
    routes = _in_order(bench, plan, others, fresh)
    after = assembled(bench, routes, plan)
    verdict = bench.check(after)
    return Edited(
        plan=replace(after, made_by=MADE_BY),
        touched=list(done.lines),
        cost_before=plan.objective.total,
        cost_after=after.objective.total,
        verdict=verdict.verdict,
        violations=verdict.violations,
        waived=verdict.waived,
    )


def timed(bench: Workbench, done: Changed, others: Sequence[PlanRoute]) -> list[PlanRoute]:
    """The days of the touched vehicles that still drive."""
    lines = [line for line in done.lines.values() if line.duties]
    part = bench.part([line.vehicle for line in lines], tasks_of(lines), others)
    open_duties = {duty.id for duty in part.duties}
    solved = Settled(starting(part, lines))
    broken: list[DayLine] = []
    for line in lines:
        mine = {duty.duty for duty in line.duties}
        if not mine <= open_duties or solved.put(line) is not None:
            broken.append(line)
    fresh = solved.routes()
    for line in broken:
        fresh.append(natural(bench, line, [*others, *fresh]))
    return fresh


def _in_order(
    bench: Workbench, plan: Plan, others: Iterable[PlanRoute], fresh: Iterable[PlanRoute]
) -> list[PlanRoute]:
    """Old places kept; days that are new come after them, in the problem's order."""
    by_vehicle = {route.vehicle: route for route in [*others, *fresh]}
    old = [route.vehicle for route in plan.routes]
    new = [item.id for item in bench.problem.vehicles if item.id not in old]
    return [by_vehicle[name] for name in [*old, *new] if name in by_vehicle]
