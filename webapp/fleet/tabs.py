"""The pages of the room of vehicles, side by side, and where its people and vehicles stand."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

TABS = (
    (_l("车辆"), "fleet.vehicles"),
    (_l("车型"), "fleet.types"),
    (_l("司机"), "fleet.drivers"),
)
HOMES = ("hub", "distribution_centre", "depot")
"""Kinds of place at which vehicles and drivers can be at home."""


def home_spot(row: Any) -> dict[str, Any]:
    """Where a vehicle or driver is at home, marked with the depot's letter."""
    home = row.home
    mark = home.depot.letter if home.depot is not None else ""
    return {"at": [home.lon, home.lat], "kind": "depot", "mark": mark}
