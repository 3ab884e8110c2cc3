"""Rules of the planning problem: one file per rule id; a rule lives in exactly four places.

The search, the checker, its reason code with remedy here, and its row in ``docs/rules.md``.
"""

from __future__ import annotations

import re
from importlib import import_module

from msgspec.structs import replace

from routing.plan import Plan
from routing.problem import Problem, vocabulary
from routing.problem.hashing import problem_sha256
from routing.rules.base import Rule, Text

__all__ = ["IDS", "RULES", "Rule", "Text", "relax", "restore", "text_of", "used"]

IDS = vocabulary.RULES
"""All rule ids, in the order of the docs."""


def load() -> dict[str, Rule]:
    """Every rule by its id."""
    return {name: import_module(f"routing.rules.{name}").RULE for name in IDS}


RULES: dict[str, Rule] = load()
"""The registry."""


def used(problem: Problem) -> list[str]:
    """Ids of the rules that a problem asks for."""
    return [name for name in IDS if RULES[name].uses(problem)]


def relax(problem: Problem, rule_id: str) -> Problem:
    """The problem without exactly one rule.

    Raises:
        KeyError: no such rule.
    """
    return RULES[rule_id].relax(problem)


def restore(plan: Plan, original: Problem) -> Plan:
    """A plan of a relaxed problem, as if made for the original: its hash, its connectors."""

    def real(name: str | None) -> str | None:
        return None if name is None else re.sub(r"~\d+$", "", name)

    routes = [
        replace(
            route,
            duties=[
                replace(
                    duty,
                    trips=[
                        replace(
                            trip,
                            stops=[replace(s, connector=real(s.connector)) for s in trip.stops],
                        )
                        for trip in duty.trips
                    ],
                )
                for duty in route.duties
            ],
        )
        for route in plan.routes
    ]
    return replace(plan, routes=routes, problem_sha256=problem_sha256(original))


def text_of(code: str, *, remedy: bool = False) -> Text:
    """The words of a reason code, or of a remedy's.

    Raises:
        KeyError: no rule has the code.
    """
    for rule in RULES.values():
        for text in rule.remedies if remedy else rule.reasons:
            if text.code == code:
                return text
    raise KeyError(code)
