"""Temperature classes."""

from __future__ import annotations

from msgspec.structs import replace

from routing.problem import Problem
from routing.rules.base import Rule, Text, with_types


def uses(problem: Problem) -> bool:
    """Whether any order asks for cold."""
    return any(o.temperature != "ambient" for o in problem.orders)


def relax(problem: Problem) -> Problem:
    """All goods ambient, bodies undivided."""
    orders = [replace(order, temperature="ambient") for order in problem.orders]
    return with_types(replace(problem, orders=orders), lambda kind: replace(kind, compartments=[]))


RULE = Rule(
    id="temperature",
    zh="冷藏、冷冻货物装入对应温区的车厢",
    en="Each temperature class rides in a compartment that holds it",
    fields=(
        "orders.temperature",
        "vehicle_types.compartments.temperatures",
    ),
    uses=uses,
    relax=relax,
    reasons=(
        Text(
            "temperature",
            "温层不符",
            "No compartment holds the temperature",
        ),
    ),
    remedies=(
        Text(
            "vehicle",
            "加派一辆与 {vehicle} 同型的车",
            "Send one more vehicle like {vehicle}",
        ),
    ),
)
