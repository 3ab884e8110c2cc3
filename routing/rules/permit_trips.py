"""Trips per pass."""

from __future__ import annotations

from msgspec.structs import replace

from routing.problem import Problem
from routing.rules.base import Rule, Text


def uses(problem: Problem) -> bool:
    """Whether any pass counts trips."""
    return any(permit.trips_per_day for permit in problem.permits)


def relax(problem: Problem) -> Problem:
    """Passes for any number of trips."""
    return replace(problem, permits=[replace(p, trips_per_day=0) for p in problem.permits])


RULE = Rule(
    id="permit_trips",
    zh="通行证每日进入次数不超过上限",
    en="Entries under a pass stay within its number per date",
    fields=("permits.trips_per_day",),
    uses=uses,
    relax=relax,
    reasons=(
        Text(
            "permit_trips",
            "通行证当日次数用完",
            "The pass has no trip left that day",
        ),
    ),
    remedies=(
        Text(
            "permit",
            "为 {vehicle} 办理通行证",
            "Apply for a pass for {vehicle}",
        ),
    ),
)
