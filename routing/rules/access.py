"""Access."""

from __future__ import annotations

from msgspec.structs import replace

from routing.problem import Problem
from routing.rules.base import Rule, Text


def uses(problem: Problem) -> bool:
    """Whether there is any access rule."""
    return bool(problem.rules)


def relax(problem: Problem) -> Problem:
    """No access rules."""
    return replace(problem, rules=[], permits=[])


RULE = Rule(
    id="access",
    zh="遵守禁限行规则，凭通行证通行",
    en="No driving, stopping or parking against the rules in force",
    fields=(
        "zones",
        "rules",
        "permits",
        "calendar",
    ),
    uses=uses,
    relax=relax,
    reasons=(
        Text(
            "access",
            "禁限行时段内不能通行",
            "Barred while a ban is in force",
        ),
    ),
    remedies=(
        Text(
            "permit",
            "为 {vehicle} 办理通行证",
            "Apply for a pass for {vehicle}",
        ),
        Text(
            "widen_window",
            "收货时段放宽 {minutes} 分钟",
            "Widen the window by {minutes} minutes",
        ),
    ),
)
