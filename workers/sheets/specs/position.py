"""Longitude and latitude, the same in every sheet."""

from __future__ import annotations

from models.language import N_
from workers.sheets.fields import make
from workers.sheets.values import numbers

LON = make(
    "lon",
    N_("经度"),
    numbers.read_degrees,
    "lon lng longitude 东经",
    required=True,
    example="133.012345",
)
LAT = make(
    "lat", N_("纬度"), numbers.read_degrees, "lat latitude 北纬", required=True, example="21.034567"
)
