"""Longitude and latitude, the same in every sheet."""

from __future__ import annotations

from workers.sheets.fields import make
from workers.sheets.values import numbers

LON = make(
    "lon",
    "经度",
    numbers.read_degrees,
    "lon lng longitude 东经",
    required=True,
    example="133.012345",
)
LAT = make(
    "lat", "纬度", numbers.read_degrees, "lat latitude 北纬", required=True, example="21.034567"
)
