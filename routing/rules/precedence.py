"""Order between orders."""

from __future__ import annotations

from msgspec.structs import replace

from routing.problem import Problem
from routing.rules.base import Rule, Text


def uses(problem: Problem) -> bool:
    """Whether any order waits for another."""
    return any(order.after for order in problem.orders)


def relax(problem: Problem) -> Problem:
    """No order waits for another."""
    return replace(problem, orders=[replace(order, after=[]) for order in problem.orders])


RULE = Rule(
    id="precedence",
    zh="先提后送；前序订单先送达",
    en="Picked up before delivered; after the orders it waits for",
    fields=("orders.after",),
    uses=uses,
    relax=relax,
    reasons=(
        Text(
            "precedence",
            "前序订单未完成",
            "An order before it is not done",
        ),
    ),
    remedies=(
        Text(
            "roll_over",
            "顺延到下一配送日",
            "Roll over to the next service date",
        ),
    ),
)
