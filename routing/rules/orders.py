"""Each order once."""

from __future__ import annotations

from routing.rules.base import Rule, Text, always, unchanged

RULE = Rule(
    id="orders",
    zh="每个订单恰好服务一次，或列为未排",
    en="Every order is served once or listed as left out",
    fields=(
        "orders",
        "plan.unassigned",
    ),
    uses=always,
    relax=unchanged,
    reasons=(
        Text(
            "no_room",
            "现有线路都插不进",
            "It fits into no route",
        ),
        Text(
            "by_hand",
            "人工移出，未排",
            "Taken out by hand",
        ),
    ),
    remedies=(
        Text(
            "roll_over",
            "顺延到下一配送日",
            "Roll over to the next service date",
        ),
    ),
    relaxable=False,
)
