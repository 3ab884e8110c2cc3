"""Supply of charging sites."""

from __future__ import annotations

from msgspec.structs import replace

from routing.problem import Problem
from routing.rules.base import Rule, Text


def uses(problem: Problem) -> bool:
    """Whether any site has a limit."""
    return any(site.power_w for site in problem.chargers)


def relax(problem: Problem) -> Problem:
    """Sites without a limit."""
    return replace(problem, chargers=[replace(site, power_w=0) for site in problem.chargers])


RULE = Rule(
    id="site_power",
    zh="同时充电的功率不超过站的总功率",
    en="Reserved powers at a site never pass its supply",
    fields=("chargers.power_w",),
    uses=uses,
    relax=relax,
    reasons=(
        Text(
            "site_power",
            "充电站功率不足",
            "The site has no power left",
        ),
    ),
    remedies=(
        Text(
            "power",
            "增加站点容量",
            "Raise the site's supply",
        ),
    ),
)
