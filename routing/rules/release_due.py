"""Release and due."""

from __future__ import annotations

from msgspec.structs import replace

from routing.problem import Problem
from routing.rules.base import Rule, Text


def uses(problem: Problem) -> bool:
    """Whether any order has a release or a due."""
    return any(o.release is not None or o.due is not None for o in problem.orders)


def relax(problem: Problem) -> Problem:
    """No release, no due."""
    orders = [replace(order, release=None, due=None) for order in problem.orders]
    return replace(problem, orders=orders)


RULE = Rule(
    id="release_due",
    zh="不早于可提货时间，不晚于最迟送达",
    en="Picked up not before release, delivered not after due",
    fields=(
        "orders.release",
        "orders.due",
    ),
    uses=uses,
    relax=relax,
    reasons=(
        Text(
            "release_due",
            "最早提货与最晚送达之间来不及",
            "Released too late or due too early",
        ),
    ),
    remedies=(
        Text(
            "earlier_release",
            "提前备货 {minutes} 分钟",
            "Release {minutes} minutes earlier",
        ),
        Text(
            "roll_over",
            "顺延到下一配送日",
            "Roll over to the next service date",
        ),
    ),
)
