"""Other plans' claims."""

from __future__ import annotations

from msgspec.structs import replace

from routing.problem import Problem
from routing.rules.base import Rule, Text


def uses(problem: Problem) -> bool:
    """Whether other plans hold anything."""
    return bool(problem.commitments)


def relax(problem: Problem) -> Problem:
    """Nobody else holds anything."""
    return replace(problem, commitments=[])


RULE = Rule(
    id="commitment",
    zh="不占用其他已下发方案占用的资源",
    en="What other published plans hold stays theirs",
    fields=("commitments",),
    uses=uses,
    relax=relax,
    reasons=(
        Text(
            "commitment",
            "已被其他方案占用",
            "Another plan holds what it takes",
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
