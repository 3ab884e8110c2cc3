"""The one list of rule ids: what violations, reasons, waivers and engines' capabilities name."""

from __future__ import annotations

RULES: tuple[str, ...] = (
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
    "precedence",
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
    "lock",
    "commitment",
    "split",
)
"""Every rule, in the order in which the documents list them."""
