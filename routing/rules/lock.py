"""Locks."""

from __future__ import annotations

from msgspec.structs import replace

from routing.problem import Problem
from routing.rules.base import Rule, Text


def uses(problem: Problem) -> bool:
    """Whether anything is locked."""
    return bool(problem.locks)


def relax(problem: Problem) -> Problem:
    """Nothing locked."""
    return replace(problem, locks=[])


RULE = Rule(
    id="lock",
    zh="调度员锁定的安排保持不变",
    en="What the dispatcher has fixed stays",
    fields=("locks",),
    uses=uses,
    relax=relax,
    reasons=(
        Text(
            "lock",
            "与锁定冲突",
            "A lock forbids it",
        ),
    ),
    remedies=(
        Text(
            "unlock",
            "解除锁定",
            "Take the lock off",
        ),
    ),
)
