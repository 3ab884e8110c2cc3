"""Night windows and their needs."""

from __future__ import annotations

from msgspec.structs import replace

from routing.problem import Problem
from routing.rules.base import Rule, Text, windows, with_windows


def uses(problem: Problem) -> bool:
    """Whether any window asks for something."""
    return any(window.needs for window in windows(problem))


def relax(problem: Problem) -> Problem:
    """Windows ask for nothing."""
    return with_windows(problem, lambda window: replace(window, needs=[]))


RULE = Rule(
    id="night",
    zh="夜间时段的要求（静音车等）得到满足",
    en="What a night window asks of the vehicle is met",
    fields=("orders.delivery.windows.needs",),
    uses=uses,
    relax=relax,
    reasons=(
        Text(
            "night",
            "夜间收货条件不满足",
            "No vehicle meets what the night window asks for",
        ),
    ),
    remedies=(
        Text(
            "quiet_vehicle",
            "改用静音车",
            "Use a quiet vehicle",
        ),
        Text(
            "day_window",
            "增加日间收货时段",
            "Add a day window",
        ),
    ),
)
