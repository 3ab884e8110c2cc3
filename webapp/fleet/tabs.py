"""The pages of the room of vehicles, side by side."""

from flask_babel import lazy_gettext as _l

TABS = (
    (_l("车辆"), "fleet.vehicles"),
    (_l("车型"), "fleet.types"),
    (_l("司机"), "fleet.drivers"),
)
HOMES = ("hub", "distribution_centre", "depot")
"""Kinds of place at which vehicles and drivers can be at home."""
