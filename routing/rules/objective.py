"""The bill."""

from __future__ import annotations

from routing.rules.base import Rule, Text, always, unchanged

RULE = Rule(
    id="objective",
    zh="费用逐项可核，合计等于各项之和",
    en="Every cost line can be recomputed, totals are their sums",
    fields=(
        "objective",
        "plan.objective",
    ),
    uses=always,
    relax=unchanged,
    reasons=(
        Text(
            "prize",
            "收益低于送达成本",
            "The prize is below the cost ({cost} > {prize} fen)",
        ),
    ),
    remedies=(
        Text(
            "prize",
            "收益提高到 {prize} 元",
            "Raise the prize to {prize} CNY",
        ),
    ),
    relaxable=False,
)
