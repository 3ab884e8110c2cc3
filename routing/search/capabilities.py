"""What this engine keeps, and how it refuses the rest by name."""

from __future__ import annotations

from routing.benchmarks.instance import BenchmarkInstance, Convention
from routing.problem import Problem

ENGINE = "search"
VERSION = "1"

CAPABILITIES: frozenset[str] = frozenset()
"""Rule ids of a greenfreight-problem that a plan of this engine keeps: none so far, so that every
such problem is refused by name. Research instances: ``check_instance``."""

OBJECTIVES = frozenset({"fleet", "distance"})


class UnsupportedRules(Exception):  # noqa: N818 - the name is part of the engines' contract
    """Rules in use that this engine does not keep; ``names`` in alphabetical order."""

    def __init__(self, names: list[str]) -> None:
        self.names = sorted(names)
        super().__init__("engine search does not keep: " + ", ".join(self.names))


def check_supported(problem: Problem) -> None:
    """Refuse a problem that uses a rule the engine does not keep.

    Every problem of ours has travel, shifts and windows, so each is refused by these names.

    Raises:
        UnsupportedRules: with the rules' names.
    """
    names = {"travel", "time_window", "shift", "weight", "structure", "objective", "orders"}
    if problem.chargers:
        names |= {"battery", "charging", "connector", "site_power"}
    if problem.bays:
        names.add("bay")
    raise UnsupportedRules(sorted(names - CAPABILITIES))


def check_instance(instance: BenchmarkInstance, convention: Convention) -> None:
    """Refuse a research instance with a rule or an objective that the engine does not keep.

    Raises:
        UnsupportedRules: with their names.
    """
    names = set()
    if convention.objective not in OBJECTIVES:
        names.add(f"objective {convention.objective}")
    if instance.pairs:
        names.add("precedence")
    if names:
        raise UnsupportedRules(sorted(names))
