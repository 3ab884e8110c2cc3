"""Battery."""

from __future__ import annotations

from msgspec.structs import replace

from routing.problem import Problem
from routing.rules.base import Rule, Text, with_types


def uses(problem: Problem) -> bool:
    """Whether any kind has a battery."""
    return any(kind.battery_wh for kind in problem.vehicle_types)


def relax(problem: Problem) -> Problem:
    """Batteries that never run down."""
    electric = {kind.id for kind in problem.vehicle_types if kind.battery_wh}
    full = [
        replace(v, available=replace(v.available, soc_wh=10**9), soc_end_wh=0)
        if v.type in electric
        else v
        for v in problem.vehicles
    ]
    return with_types(
        replace(problem, vehicles=full),
        lambda kind: replace(kind, battery_wh=10**9, reserve_wh=0) if kind.battery_wh else kind,
    )


RULE = Rule(
    id="battery",
    zh="电量不低于保留电量，不超过电池容量",
    en="Charge never falls below the reserve nor above the battery",
    fields=(
        "vehicle_types.battery_wh",
        "vehicle_types.reserve_wh",
        "vehicles.available.soc_wh",
    ),
    uses=uses,
    relax=relax,
    reasons=(
        Text(
            "battery",
            "剩余电量（SOC）不够，途中补电也不够",
            "Out of range even with charging on the way",
        ),
    ),
    remedies=(
        Text(
            "charger",
            "在 {site} 补电",
            "Charge at {site}",
        ),
        Text(
            "vehicle",
            "加派一辆与 {vehicle} 同型的车",
            "Send one more vehicle like {vehicle}",
        ),
    ),
)
