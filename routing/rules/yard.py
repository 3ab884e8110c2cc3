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
            "场院和泊位都容不下现有车型",
            "Neither yard nor bay takes any vehicle that could come",
        ),
    ),
    remedies=(
        Text(
            "bay",
            "增加候选泊位 {bay}",
            "Allow bay {bay} too",
        ),
        Text(
            "vehicle",
            "另派一辆车（{vehicle}）",
            "Send another vehicle ({vehicle})",
        ),
    ),
)
