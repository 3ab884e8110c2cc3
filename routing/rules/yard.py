"""Yards."""

from __future__ import annotations

from msgspec.structs import replace

from routing.problem import Problem
from routing.rules.base import Rule, Text


def uses(problem: Problem) -> bool:
    """Whether any yard has a limit."""
    return any(
        not p.yard or p.yard_max_length_mm or p.yard_max_height_mm or p.yard_max_mass_g
        for p in problem.places
    )


def relax(problem: Problem) -> Problem:
    """Every yard takes every vehicle."""
    places = [
        replace(p, yard=True, yard_max_length_mm=0, yard_max_height_mm=0, yard_max_mass_g=0)
        for p in problem.places
    ]
    return replace(problem, places=places)


RULE = Rule(
    id="yard",
    zh="车辆能进入并停放在场院内",
    en="The place's yard and its approach take the vehicle",
    fields=(
        "places.yard",
        "places.yard_max_length_mm",
        "places.yard_max_height_mm",
        "places.yard_max_mass_g",
    ),
    uses=uses,
    relax=relax,
    reasons=(
        Text(
            "yard",
            "网点场地与进场道路停不下该车",
            "Neither yard nor bay takes any vehicle that could come",
        ),
    ),
    remedies=(
        Text(
            "bay",
            "改用泊位 {bay}，步行 {metres} 米",
            "Use bay {bay}, {metres} m on foot",
        ),
        Text(
            "vehicle",
            "加派一辆与 {vehicle} 同型的车",
            "Send one more vehicle like {vehicle}",
        ),
    ),
)
