"""Volume on board."""

from __future__ import annotations

from msgspec.structs import replace

from routing.problem import Problem, VehicleType
from routing.rules.base import HUGE, Rule, Text, always, with_types


def relax(problem: Problem) -> Problem:
    """Without limits of volume."""

    def free(kind: VehicleType) -> VehicleType:
        """The kind without limits of volume."""
        rooms = [replace(room, volume_cm3=HUGE) for room in kind.compartments]
        return replace(kind, volume_cm3=HUGE, compartments=rooms)

    return with_types(problem, free)


RULE = Rule(
    id="volume",
    zh="货物体积不超过车辆和车厢的容积",
    en="The goods on board never take more room than the vehicle and its compartments have",
    fields=(
        "vehicle_types.volume_cm3",
        "vehicle_types.compartments.volume_cm3",
        "orders.volume_cm3",
    ),
    uses=always,
    relax=relax,
    reasons=(
        Text(
            "volume",
            "容积不足",
            "Too bulky for the vehicle",
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
