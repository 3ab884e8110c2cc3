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
            "超过车辆载重",
            "Too heavy for the vehicle",
        ),
        Text(
            "unit",
            "单件即超过最大车辆，无法拆分",
            "A single unit is larger than the largest vehicle",
        ),
    ),
    remedies=(
        Text(
            "split",
            "拆分为可装载的整件",
            "Split into whole units that fit",
        ),
        Text(
            "vehicle",
            "另派一辆车（{vehicle}）",
            "Send another vehicle ({vehicle})",
        ),
    ),
)
