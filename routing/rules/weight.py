"""Weight on board."""

from __future__ import annotations

from msgspec.structs import replace

from routing.problem import Problem, VehicleType
from routing.rules.base import HUGE, Rule, Text, always, with_types


def relax(problem: Problem) -> Problem:
    """Without limits of weight."""

    def free(kind: VehicleType) -> VehicleType:
        """The kind without limits of weight."""
        rooms = [replace(room, payload_g=HUGE) for room in kind.compartments]
        return replace(kind, payload_g=HUGE, compartments=rooms)

    return with_types(problem, free)


RULE = Rule(
    id="weight",
    zh="载重量不超过车辆和车厢的核定值",
    en="The goods on board never weigh more than the vehicle and its compartments carry",
    fields=(
        "vehicle_types.payload_g",
        "vehicle_types.compartments.payload_g",
        "orders.weight_g",
    ),
    uses=always,
    relax=relax,
    reasons=(
        Text(
            "weight",
            "载质量不足",
            "Too heavy for the vehicle",
        ),
        Text(
            "unit",
            "单件超出任何可用车辆的承载",
            "A single unit is larger than the largest vehicle",
        ),
    ),
    remedies=(
        Text(
            "split",
            "拆成 {parts} 份",
            "Split into {parts} parts",
        ),
        Text(
            "vehicle",
            "加派一辆与 {vehicle} 同型的车",
            "Send one more vehicle like {vehicle}",
        ),
    ),
)
