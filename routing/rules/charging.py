"""Charging sessions."""

from __future__ import annotations

from msgspec.structs import replace

from routing.problem import Problem
from routing.rules.base import Rule, Text, whole, with_types


def uses(problem: Problem) -> bool:
    """Whether there is any charging site."""
    return bool(problem.chargers)


def relax(problem: Problem) -> Problem:
    """Every plug fits, every site is open to all, no curve."""
    plugs = sorted({c.plug for site in problem.chargers for c in site.connectors})
    sites = [replace(s, hours=[whole(problem)], private_to=None) for s in problem.chargers]
    return with_types(
        replace(problem, chargers=sites), lambda kind: replace(kind, plugs=plugs, curve=[])
    )


RULE = Rule(
    id="charging",
    zh="插头相符，在开放时间、允许的站充电，功率按曲线",
    en="Sessions fit plug, hours and curve, at a site open to the vehicle",
    fields=(
        "vehicle_types.plugs",
        "vehicle_types.curve",
        "chargers.hours",
        "chargers.private_to",
        "chargers.overlaps",
    ),
    uses=uses,
    relax=relax,
    reasons=(
        Text(
            "charging",
            "途中无法充电",
            "No charging site can be used",
        ),
    ),
    remedies=(
        Text(
            "charger",
            "在 {site} 补电",
            "Charge at {site}",
        ),
    ),
)
