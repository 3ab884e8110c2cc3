"""Legs."""

from __future__ import annotations

from routing.rules.base import Rule, always, unchanged

RULE = Rule(
    id="travel",
    zh="里程、时间、电耗按出行数据精确计算",
    en="Every leg is as long, slow and thirsty as the travel data say",
    fields=(
        "travel",
        "vehicle_types.use",
    ),
    uses=always,
    relax=unchanged,
    relaxable=False,
)
