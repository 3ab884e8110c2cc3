"""Everything that makes a problem unusable before it is solved, as numbered errors."""

from __future__ import annotations

from routing.problem.errors import InputError, InputErrors
from routing.problem.problem import Problem

__all__ = ["InputError", "InputErrors", "validate"]


def validate(problem: Problem) -> list[InputError]:
    """All input errors of a well-formed problem, in the order of the file; empty = usable."""
    return []
