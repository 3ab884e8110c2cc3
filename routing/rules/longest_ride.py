"""Longest ride."""

from __future__ import annotations

from msgspec.structs import replace

from routing.problem import Problem
from routing.rules.base import Rule, Text


def uses(problem: Problem) -> bool:
    """Whether any ride is limited."""
    return any(o.longest_ride_s is not None for o in problem.orders)


def relax(problem: Problem) -> Problem:
    """No ride is limited."""
    return replace(problem, orders=[replace(o, longest_ride_s=None) for o in problem.orders])


RULE = Rule(
    id="longest_ride",
    zh="在途时间不超过上限",
    en="Goods ride no longer than they may",
    fields=("orders.longest_ride_s",),
    uses=uses,
    relax=relax,
    reasons=(
        Text(
            "longest_ride",
            "在途时间超限",
            "The ride would be too long",
        ),
    ),
    remedies=(
        Text(
            "longer_ride",
            "在途时间上限放宽 {minutes} 分钟",
            "Allow the ride to last {minutes} minutes longer",
        ),
    ),
)
