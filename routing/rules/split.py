"""Split orders."""

from __future__ import annotations

from msgspec.structs import replace

from routing.problem import Problem
from routing.rules.base import Rule, Text


def uses(problem: Problem) -> bool:
    """Whether any order is a part."""
    return any("#" in order.id for order in problem.orders)


def relax(problem: Problem) -> Problem:
    """Parts may ride alone."""
    return replace(problem, orders=[replace(o, parts_allowed=True) for o in problem.orders])


RULE = Rule(
    id="split",
    zh="拆分订单整单送达，除非允许部分送达",
    en="Parts of a split order ride all or none, unless parts are allowed",
    fields=("orders.parts_allowed",),
    uses=uses,
    relax=relax,
    reasons=(
        Text(
            "split",
            "整单无法全部送达",
            "Not all parts can ride",
        ),
    ),
    remedies=(
        Text(
            "parts",
            "允许部分送达",
            "Allow parts to ride alone",
        ),
    ),
)
