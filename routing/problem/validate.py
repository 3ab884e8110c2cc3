"""Everything that makes a problem unusable before it is solved, as numbered errors.

E1xxx (not our format) come from ``routing.formats.ours``; here E2xxx references and duplicates,
E3xxx contradictions. An order that no vehicle can serve is no input error.
"""

from __future__ import annotations

from routing.problem.contradictions import contradictions
from routing.problem.errors import InputError, InputErrors
from routing.problem.locking import lock_errors
from routing.problem.problem import Problem
from routing.problem.references import references

__all__ = ["InputError", "InputErrors", "validate"]


def validate(problem: Problem) -> list[InputError]:
    """All input errors of a well-formed problem; empty = usable.

    Contradictions are looked for only where every reference holds: a dangling one would bring
    errors after it that say nothing.
    """
    dangling = list(references(problem))
    if dangling:
        return dangling
    return [*contradictions(problem), *lock_errors(problem)]
