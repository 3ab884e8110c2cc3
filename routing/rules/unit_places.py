"""Floor places on board."""

from __future__ import annotations

from msgspec.structs import replace

from routing.problem import Problem, VehicleType
from routing.rules.base import Rule, Text, with_types


def uses(problem: Problem) -> bool:
    """Whether any order takes floor places."""
    return any(order.unit_places for order in problem.orders)


def relax(problem: Problem) -> Problem:
    """Without limits of floor places."""

    def free(kind: VehicleType) -> VehicleType:
        """The kind without limits of floor places."""
        rooms = [replace(room, unit_places=0) for room in kind.compartments]
        return replace(kind, unit_places=0, compartments=rooms)

    return with_types(problem, free)


RULE = Rule(
    id="unit_places",
    zh="占用的地板位不超过车辆地板位数",
    en="Roll cages and pallets never take more floor places than there are",
    fields=(
        "vehicle_types.unit_places",
        "orders.unit_places",
    ),
    uses=uses,
    relax=relax,
    reasons=(
        Text(
            "unit_places",
            "笼位、托位不足",
            "Not enough floor places",
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
