"""Length of duty."""

from __future__ import annotations

from msgspec.structs import replace

from routing.problem import Problem
from routing.rules.base import HUGE, Rule, Text, always


def relax(problem: Problem) -> Problem:
    """Duties of any length."""
    duties = [replace(duty, longest_s=HUGE) for duty in problem.duties]
    drivers = [replace(driver, duty_used_s=0) for driver in problem.drivers]
    return replace(problem, duties=duties, drivers=drivers)


RULE = Rule(
    id="duty_length",
    zh="一个班次的工时不超过上限",
    en="A duty is no longer than it may be, what was used before included",
    fields=(
        "duties.longest_s",
        "drivers.duty_used_s",
    ),
    uses=always,
    relax=relax,
    reasons=(
        Text(
            "duty_length",
            "超出最长当班时间",
            "Not enough duty time is left",
        ),
    ),
    remedies=(
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
