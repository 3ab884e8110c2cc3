"""What this engine keeps, and how it refuses the rest by name."""

from __future__ import annotations

from routing.problem import NetworkTravel, Problem

ENGINE = "ortools"
VERSION = "1"

CAPABILITIES: frozenset[str] = frozenset(
    {
        "weight",
        "volume",
        "unit_places",
        "temperature",
        "needs",
        "goods",
        "time_window",
        "night",
        "release_due",
        "longest_ride",
        "shift",
        "duty_length",
        "rest",
        "driver",
        "papers",
        "vehicle_available",
        "battery",
        "charging",
        "connector",
        "site_power",
        "bay",
        "yard",
        "access",
        "permit_trips",
        "travel",
        "structure",
        "orders",
        "objective",
        "commitment",
        "split",
        "lock",
    }
)
"""Rule ids that a plan of this engine keeps. ``precedence`` is kept within an order, not between
orders (``after``)."""


class UnsupportedRules(Exception):  # noqa: N818 - the name is part of the engines' contract
    """Rules in use that this engine does not keep; ``names`` in alphabetical order."""

    def __init__(self, names: list[str]) -> None:
        self.names = sorted(names)
        super().__init__("engine ortools does not keep: " + ", ".join(self.names))


def unsupported(problem: Problem) -> list[str]:
    """Rule ids in use that the engine does not keep, in alphabetical order."""
    names: set[str] = set()
    if any(order.after for order in problem.orders):
        names.add("precedence")
    if isinstance(problem.travel, NetworkTravel):
        names.add("travel")
    return sorted(names)


def check_supported(problem: Problem) -> None:
    """Refuse a problem that uses a rule the engine does not keep.

    Raises:
        UnsupportedRules: with the rules' names.
    """
    names = unsupported(problem)
    if names:
        raise UnsupportedRules(names)
