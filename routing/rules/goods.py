"""Who rides with whom."""

from __future__ import annotations

from msgspec.structs import replace

from routing.problem import Problem
from routing.rules.base import Rule, Text


def uses(problem: Problem) -> bool:
    """Whether any order excludes another."""
    return any(o.never_with or o.share_with is not None for o in problem.orders)


def relax(problem: Problem) -> Problem:
    """Everybody rides with everybody."""
    orders = [replace(order, never_with=[], share_with=None) for order in problem.orders]
    return replace(problem, orders=orders)


RULE = Rule(
    id="goods",
    zh="不相容的货物、货主不同车",
    en="Goods and shippers that exclude each other never ride together",
    fields=(
        "orders.share_with",
        "orders.never_with",
    ),
    uses=uses,
    relax=relax,
    reasons=(
        Text(
            "goods",
            "货物不能同车",
            "May not ride with what the vehicles carry",
        ),
    ),
    remedies=(
        Text(
            "vehicle",
            "加派一辆与 {vehicle} 同型的车",
            "Send one more vehicle like {vehicle}",
        ),
        Text(
            "share",
            "与货主确认允许拼车",
            "The shippers agree to share",
        ),
    ),
)
