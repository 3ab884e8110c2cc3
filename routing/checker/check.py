"""One place where the rules come together."""

from __future__ import annotations

from collections.abc import Callable, Iterator

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
from routing.checker.walk import Walk, walk
from routing.plan import Plan
from routing.problem import Problem
from routing.problem.vocabulary import RULES

__all__ = ["RULES", "UncheckableTravelError", "check"]

_PARTS: tuple[Callable[[Walk], Iterator[Violation]], ...] = (
    structure.check,
    orders.check,
    loads.check,
    windows.check,
    access.check,
    bays.check,
    charging.check,
    duties.check,
    rest.check,
    travel.check,
    costs.check,
    locks.check,
)


def check(problem: Problem, plan: Plan) -> Verdict:
    """Holds a plan against every rule of its problem.

    The problem must be valid (``routing.problem.validate``). Orders left out are no violation
    when they are listed with a reason.

    Raises:
        UncheckableTravelError: the problem travels on a road network.
    """
    findings: list[Violation] = []
    walked = walk(Index(problem), plan, findings)
    for part in _PARTS:
        findings.extend(part(walked))
    return judge(problem.waivers, findings)
