"""One place where the rules come together."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from routing.checker import (
    access,
    bays,
    charging,
    costs,
    duties,
    loads,
    locks,
    orders,
    rest,
    structure,
    travel,
    windows,
)
from routing.checker.index import Index
from routing.checker.travel import UncheckableTravelError
from routing.checker.verdict import Verdict, Violation
from routing.checker.waivers import judge
from routing.checker.walk import OnRoute, RouteWalk, Walk, enter, unknown, walk_route
from routing.plan import Plan, PlanRoute
from routing.problem import Problem
from routing.problem.vocabulary import RULES

__all__ = ["RULES", "Checker", "UncheckableTravelError", "check"]

Across = Callable[[Walk], Iterator[Violation]]
_PARTS: tuple[tuple[Callable[[Index], OnRoute] | None, Across | None], ...] = (
    (None, structure.across),
    (structure.of_route, None),
    (None, orders.across),
    (loads.of_route, None),
    (windows.of_route, None),
    (access.of_route, None),
    (bays.of_route, bays.across),
    (charging.of_route, charging.across),
    (duties.of_route, duties.across),
    (None, rest.across),
    (travel.of_route, None),
    (costs.of_route, costs.across),
    (None, locks.across),
)
"""By part: what a vehicle's day breaks by itself, and what shows only across the whole plan."""

_KEPT = 3
"""How many versions of one vehicle's day stay walked."""


@dataclass(slots=True, frozen=True)
class _Looked:
    """A vehicle's day as walked once, with what it breaks by itself, part by part."""

    plan: PlanRoute
    unknown: list[tuple[str | None, str]]
    walk: RouteWalk | None
    found: list[list[Violation]]


class Checker:
    """Checks plans of one problem again and again.

    What a day breaks by itself is found once per version of that day; what shows across vehicles
    is looked at anew in every plan. The verdict is that of :func:`check`, which is this, once.

    Raises:
        UncheckableTravelError: the problem travels on a road network.
    """

    def __init__(self, problem: Problem) -> None:
        self.index = Index(problem)
        self._local = [build(self.index) if build else None for build, _ in _PARTS]
        self._looked: dict[str, list[_Looked]] = {}

    def under(self, problem: Problem) -> Checker:
        """The checker of the same problem under other locks and waivers.

        No day is judged by these alone, so both share the days that either has seen.

        Raises:
            ValueError: the problem differs in more than locks and waivers.
        """
        other = copy.copy(self)
        other.index = self.index.under(problem)
        return other

    @property
    def problem_sha256(self) -> str:
        """The name of the problem."""
        return self.index.sha256

    @property
    def problem_bytes(self) -> bytes:
        """The problem's canonical JSON."""
        return self.index.bytes.data

    def check(self, plan: Plan) -> Verdict:
        """Holds a plan against every rule of its problem."""
        findings: list[Violation] = []
        walked = Walk(index=self.index, plan=plan, routes=[], picked={}, delivered={})
        days: list[_Looked] = []
        seen: set[str] = set()
        for route in plan.routes:
            day = self._look(route)
            lacking = list(day.unknown)
            if route.vehicle in seen:
                lacking.append((None, "routes of one vehicle"))
            seen.add(route.vehicle)
            findings.extend(_unwalked(route, lacking))
            if day.walk is not None and not lacking:
                enter(walked, day.walk)
                days.append(day)
        for k, (local, across) in enumerate(_PARTS):
            if local is not None:
                for day in days:
                    findings.extend(day.found[k])
            if across is not None:
                findings.extend(across(walked))
        return judge(self.index.problem.waivers, findings)

    def _look(self, route: PlanRoute) -> _Looked:
        kept = self._looked.setdefault(route.vehicle, [])
        for day in kept:
            if day.plan is route or day.plan == route:
                return day
        lacking = list(unknown(self.index, route))
        walked = None if lacking else walk_route(self.index, route)
        found = [list(local(walked)) if local and walked else [] for local in self._local]
        day = _Looked(route, lacking, walked, found)
        del kept[: max(0, len(kept) + 1 - _KEPT)]
        kept.append(day)
        return day


def check(problem: Problem, plan: Plan) -> Verdict:
    """Holds a plan against every rule of its problem.

    The problem must be valid (``routing.problem.validate``). Orders left out are no violation
    when they are listed with a reason.

    Raises:
        UncheckableTravelError: the problem travels on a road network.
    """
    return Checker(problem).check(plan)


def _unwalked(route: PlanRoute, lacking: list[tuple[str | None, str]]) -> Iterator[Violation]:
    for stop, what in lacking:
        yield Violation(
            rule="structure",
            route=route.vehicle,
            stop=stop,
            amount=1,
            unit=what,
            subjects=(route.vehicle,),
        )
