"""Windows and depots' hours."""

from __future__ import annotations

from msgspec.structs import replace

from routing.problem import Problem
from routing.rules.base import Rule, Text, always, horizon_s, whole, with_windows


def relax(problem: Problem) -> Problem:
    """All windows and depots open the whole horizon; what a night asks for stays."""
    end = horizon_s(problem)
    depots = [replace(depot, hours=[whole(problem)]) for depot in problem.depots]
    wide = with_windows(problem, lambda window: replace(window, start=0, end=end))
    return replace(wide, depots=depots)


RULE = Rule(
    id="time_window",
    zh="在收货时段内开始服务，装车在仓库作业时间内",
    en="Service starts within a window; loading is within the depot's hours",
    fields=(
        "orders.delivery.windows",
        "orders.pickup.windows",
        "depots.hours",
    ),
    uses=always,
    relax=relax,
    reasons=(
        Text(
            "time_window",
            "赶不上收货时段",
            "Too late for the window",
        ),
        Text(
            "depot_hours",
            "装车不在仓库作业时间内",
            "Loading would be outside the depot's hours",
        ),
    ),
    remedies=(
        Text(
            "widen_window",
            "收货时段放宽 {minutes} 分钟",
            "Widen the window by {minutes} minutes",
        ),
        Text(
            "depot_hours",
            "延长仓库作业时间",
            "Open the depot longer",
        ),
        Text(
            "roll_over",
            "顺延到下一配送日",
            "Roll over to the next service date",
        ),
    ),
)
