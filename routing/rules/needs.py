"""Capabilities that orders ask for."""

from __future__ import annotations

from msgspec.structs import replace

from routing.problem import Problem
from routing.rules.base import Rule, Text


def uses(problem: Problem) -> bool:
    """Whether any order asks for a capability."""
    return any(order.needs for order in problem.orders)


def relax(problem: Problem) -> Problem:
    """No order asks for a capability."""
    return replace(problem, orders=[replace(order, needs=[]) for order in problem.orders])


RULE = Rule(
    id="needs",
    zh="车辆具备订单要求的装备和能力",
    en="The vehicle has what the order asks of it",
    fields=(
        "orders.needs",
        "vehicle_types.capabilities",
    ),
    uses=uses,
    relax=relax,
    reasons=(
        Text(
            "needs",
            "车辆不具备所需条件：{needs}",
            "No vehicle has what is needed: {needs}",
        ),
    ),
    remedies=(
        Text(
            "drop_needs",
            "与货主确认免去要求：{needs}",
            "Agree with the shipper to do without: {needs}",
        ),
        Text(
            "vehicle",
            "加派一辆与 {vehicle} 同型的车",
            "Send one more vehicle like {vehicle}",
        ),
    ),
)
