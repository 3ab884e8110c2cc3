"""Shifts."""

from __future__ import annotations

from msgspec.structs import replace

from routing.problem import Problem
from routing.rules.base import Rule, Text, always, whole


def relax(problem: Problem) -> Problem:
    """Shifts last the whole horizon."""
    return replace(problem, duties=[replace(d, shift=whole(problem)) for d in problem.duties])


RULE = Rule(
    id="shift",
    zh="在班次时间内出车、收车",
    en="A duty lies within its shift",
    fields=("duties.shift",),
    uses=always,
    relax=relax,
    reasons=(
        Text(
            "shift",
            "超出班次时间",
            "No shift covers what it takes",
        ),
    ),
    remedies=(
        Text(
            "longer_shift",
            "班次延长 {minutes} 分钟",
            "Lengthen a shift by {minutes} minutes",
        ),
        Text(
            "duty",
            "增加一个班次 {hours}",
            "Add a duty {hours}",
        ),
        Text(
            "roll_over",
            "顺延到下一配送日",
            "Roll over to the next service date",
        ),
    ),
)
