"""Drivers."""

from __future__ import annotations

from msgspec.structs import replace

from routing.problem import Problem
from routing.rules.base import Rule, Text, always, whole


def relax(problem: Problem) -> Problem:
    """Every driver on every vehicle, all day."""
    vehicles = [vehicle.id for vehicle in problem.vehicles]
    duties = [replace(duty, vehicles=vehicles) for duty in problem.duties]
    drivers = [replace(driver, available=whole(problem)) for driver in problem.drivers]
    return replace(problem, duties=duties, drivers=drivers)


RULE = Rule(
    id="driver",
    zh="司机与车辆、班次相符，同一时间只在一辆车上",
    en="A duty is driven by its driver, on a vehicle it may use, one at a time",
    fields=(
        "duties.driver",
        "duties.vehicles",
        "drivers.available",
    ),
    uses=always,
    relax=relax,
    reasons=(
        Text(
            "driver",
            "没有可用司机",
            "No driver is free",
        ),
    ),
    remedies=(
        Text(
            "duty",
            "增加一个班次 {hours}",
            "Add a duty {hours}",
        ),
    ),
)
