"""Coordinates for navigation apps: WGS-84 to GCJ-02 (高德, 腾讯, Apple in China) and BD-09 (百度).

Neither is published by its makers; the formulas are those that have circulated since 2010 (the
polynomial on the Krasovsky 1940 ellipsoid of "EvilTransform", and Baidu's further shift) and agree
with the makers' own converters to a few metres. ``tests/workers/execution/test_datum.py`` holds
known points. The packages for it bring large libraries along or have lain untouched for years.

Outside mainland China's outline (six rectangles less six, as in the same sources) nothing is
shifted: the apps use WGS-84 there. The demo city lies at sea: its coordinates go over as they are.
"""

from __future__ import annotations

import math

AXIS_M = 6_378_245.0
"""Semi-major axis of Krasovsky 1940."""
ECCENTRICITY_2 = 0.00669342162296594323
INSIDE = (
    (79.4462, 42.8899, 96.33, 49.2204),
    (109.6872, 39.3742, 135.0002, 54.1415),
    (73.1246, 29.5297, 124.143255, 42.8899),
    (82.9684, 26.7186, 97.0352, 29.5297),
    (97.0253, 20.414096, 124.367395, 29.5297),
    (107.975793, 17.871542, 111.744104, 20.414096),
)
"""West, south, east, north."""
OUTSIDE = (
    (119.921265, 21.785006, 122.497559, 25.398623),
    (101.8652, 20.0988, 106.665, 22.284),
    (106.4525, 20.4878, 108.051, 21.5422),
    (109.0323, 50.3257, 119.127, 55.8175),
    (127.4568, 49.5574, 137.0227, 55.8175),
    (131.2662, 42.5692, 137.0227, 44.8922),
)


def shifted(lon: float, lat: float) -> bool:
    """Whether maps of the place are drawn with the shift."""

    def within(box: tuple[float, float, float, float]) -> bool:
        west, south, east, north = box
        return west <= lon <= east and south <= lat <= north

    return any(map(within, INSIDE)) and not any(map(within, OUTSIDE))


def _waves(value: float, *terms: tuple[float, float]) -> float:
    """Sum of amplitude · sin(value · frequency · π) over ``terms``, two thirds of it."""
    return sum(a * math.sin(value * f * math.pi) for a, f in terms) * 2 / 3


def _offsets(x: float, y: float) -> tuple[float, float]:
    """East and north shift in metres of the plane at (x, y) degrees from 105° E, 35° N."""
    root = 0.1 * math.sqrt(abs(x))
    both = _waves(x, (20, 6), (20, 2))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + root + both
    east += _waves(x, (20, 1), (40, 1 / 3)) + _waves(x, (150, 1 / 12), (300, 1 / 30))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 2 * root + both
    north += _waves(y, (20, 1), (40, 1 / 3)) + _waves(y, (160, 1 / 12), (320, 1 / 30))
    return east, north


def to_gcj02(lon: float, lat: float) -> tuple[float, float]:
    """A WGS-84 point in GCJ-02 (lon, lat), the same point outside China."""
    if not shifted(lon, lat):
        return lon, lat
    east, north = _offsets(lon - 105, lat - 35)
    angle = math.radians(lat)
    bulge = 1 - ECCENTRICITY_2 * math.sin(angle) ** 2
    along = AXIS_M * (1 - ECCENTRICITY_2) / bulge**1.5
    across = AXIS_M / math.sqrt(bulge) * math.cos(angle)
    return lon + math.degrees(east / across), lat + math.degrees(north / along)


def to_bd09(lon: float, lat: float) -> tuple[float, float]:
    """A WGS-84 point in BD-09 (lon, lat), the same point outside China."""
    if not shifted(lon, lat):
        return lon, lat
    x, y = to_gcj02(lon, lat)
    turn = math.pi * 3000 / 180
    radius = math.hypot(x, y) + 0.00002 * math.sin(y * turn)
    angle = math.atan2(y, x) + 0.000003 * math.cos(x * turn)
    return radius * math.cos(angle) + 0.0065, radius * math.sin(angle) + 0.006
