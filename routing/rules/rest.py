"""Rest."""

from __future__ import annotations

from msgspec.structs import replace

from routing.problem import Problem
from routing.rules.base import HUGE, Rule, Text, always


def relax(problem: Problem) -> Problem:
    """Driving without rest."""
    return replace(problem, duties=[replace(d, longest_driving_s=HUGE) for d in problem.duties])


RULE = Rule(
    id="rest",
    zh="连续驾驶不超过上限，休息不少于规定时间",
    en="Continuous driving between rests is limited",
    fields=(
        "duties.longest_driving_s",
        "duties.rest_s",
        "drivers.driving_since_rest_s",
    ),
    uses=always,
    relax=relax,
    reasons=(
        Text(
            "rest",
            "超出连续驾驶时间且无处休息",
            "Continuous driving would be too long, with nowhere to rest",
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
