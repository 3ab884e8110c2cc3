"""Bays."""

from __future__ import annotations

from msgspec.structs import replace

from routing.problem import Problem
from routing.rules.base import Rule, Text, whole


def uses(problem: Problem) -> bool:
    """Whether there is any bay."""
    return bool(problem.bays)


def relax(problem: Problem) -> Problem:
    """Bays always free, for any vehicle."""
    bays = [
        replace(
            bay,
            spaces=1000,
            hours=[whole(problem)],
            longest_stay_s=0,
            max_length_mm=0,
            max_mass_g=0,
            buffer_before_s=0,
            buffer_after_s=0,
        )
        for bay in problem.bays
    ]
    others = [held for held in problem.commitments if held.thing != "bay"]
    return replace(problem, bays=bays, commitments=others)


RULE = Rule(
    id="bay",
    zh="泊位有空位，在开放时间、停放时长和车型限制内",
    en="A bay has a space free, within its hours, stay and limits",
    fields=(
        "bays",
        "orders.delivery.bays",
    ),
    uses=uses,
    relax=relax,
    reasons=(
        Text(
            "bay",
            "泊位停不下或没有空位",
            "No candidate bay can take it",
        ),
    ),
    remedies=(
        Text(
            "bay",
            "改用泊位 {bay}，步行 {metres} 米",
            "Use bay {bay}, {metres} m on foot",
        ),
    ),
)
