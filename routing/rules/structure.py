"""How a plan hangs together."""

from __future__ import annotations

from routing.rules.base import Rule, Text, always, unchanged

RULE = Rule(
    id="structure",
    zh="时间、地点、装载、电量前后一致",
    en="Times, places, loads and charge follow from each other",
    fields=("plan.routes",),
    uses=always,
    relax=unchanged,
    reasons=(
        Text(
            "structure",
            "没有可行的提送顺序",
            "No order of pickup and delivery holds",
        ),
    ),
    relaxable=False,
)
