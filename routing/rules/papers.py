"""Papers."""

from __future__ import annotations

from msgspec.structs import replace

from routing.problem import Problem
from routing.rules.base import Rule, Text, with_types


def uses(problem: Problem) -> bool:
    """Whether any kind needs papers."""
    return any(kind.papers for kind in problem.vehicle_types)


def relax(problem: Problem) -> Problem:
    """No papers needed."""
    return with_types(problem, lambda kind: replace(kind, papers=[]))


RULE = Rule(
    id="papers",
    zh="车辆证件在有效期内",
    en="The vehicle's papers are valid on the service date",
    fields=(
        "vehicle_types.papers",
        "vehicles.papers",
    ),
    uses=uses,
    relax=relax,
    reasons=(
        Text(
            "papers",
            "车辆证照缺失或过期",
            "A paper is missing or has lapsed",
        ),
    ),
    remedies=(
        Text(
            "renew_papers",
            "更新 {vehicle} 的证照",
            "Renew the papers of {vehicle}",
        ),
        Text(
            "vehicle",
            "加派一辆与 {vehicle} 同型的车",
            "Send one more vehicle like {vehicle}",
        ),
    ),
)
