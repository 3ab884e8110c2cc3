"""Availability of vehicles."""

from __future__ import annotations

from msgspec.structs import replace

from routing.problem import Problem
from routing.rules.base import Rule, Text, always


def relax(problem: Problem) -> Problem:
    """Every vehicle all day, for everybody."""
    vehicles = [
        replace(v, shippers=None, available=replace(v.available, start=0, end=None))
        for v in problem.vehicles
    ]
    return replace(problem, vehicles=vehicles)


RULE = Rule(
    id="vehicle_available",
    zh="车辆在可用时间和货主范围内使用，回到本场",
    en="The vehicle is used when and for whom it is free, and comes home",
    fields=(
        "vehicles.available",
        "vehicles.home",
        "vehicles.shippers",
    ),
    uses=always,
    relax=relax,
    reasons=(
        Text(
            "vehicle_available",
            "车辆不可用",
            "No vehicle is free for it",
        ),
    ),
    remedies=(
        Text(
            "vehicle",
            "加派一辆与 {vehicle} 同型的车",
            "Send one more vehicle like {vehicle}",
        ),
        Text(
            "roll_over",
            "顺延到下一配送日",
            "Roll over to the next service date",
        ),
    ),
)
