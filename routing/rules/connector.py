"""One session per connector."""

from __future__ import annotations

from msgspec.structs import replace

from routing.problem import Problem
from routing.rules.base import Rule, Text

COPIES = 40
"""How many vehicles may use one connector at once when the rule is dropped."""


def uses(problem: Problem) -> bool:
    """Whether there is any connector."""
    return bool(problem.chargers)


def relax(problem: Problem) -> Problem:
    """Each connector many times over, the copies named by ~1, ~2."""
    sites = [
        replace(
            site,
            connectors=[
                replace(plug, id=plug.id if k == 0 else f"{plug.id}~{k}")
                for plug in site.connectors
                for k in range(COPIES)
            ],
        )
        for site in problem.chargers
    ]
    others = [held for held in problem.commitments if held.thing != "connector"]
    return replace(problem, chargers=sites, commitments=others)


RULE = Rule(
    id="connector",
    zh="一把充电枪同一时间只给一辆车",
    en="A connector serves one vehicle at a time",
    fields=("chargers.connectors",),
    uses=uses,
    relax=relax,
    reasons=(
        Text(
            "connector",
            "充电枪被占用",
            "All connectors are taken",
        ),
    ),
    remedies=(
        Text(
            "connector",
            "增加一把充电枪",
            "Add a connector",
        ),
    ),
)
