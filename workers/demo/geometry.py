"""The shape of the demo city: local metres, water, rings, districts, parks.

Local coordinates are metres east and north of (``ORIGIN_LON``, ``ORIGIN_LAT``), a point in the
open Philippine Sea. The city covers about 24 by 20 km.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray
from shapely import LineString, MultiPolygon, Point, Polygon, box
from shapely.ops import unary_union

ORIGIN_LON = 133.0
ORIGIN_LAT = 21.0
HALF_WIDTH_M = 12_000.0
HALF_HEIGHT_M = 10_000.0
_METRES_PER_DEGREE_LAT = 111_194.93
_METRES_PER_DEGREE_LON = _METRES_PER_DEGREE_LAT * math.cos(math.radians(ORIGIN_LAT))

Floats = NDArray[np.float64]


def to_lonlat(x: float, y: float) -> tuple[float, float]:
    """Local metres to WGS-84 degrees, longitude first, rounded to about 0.1 m."""
    return (
        round(ORIGIN_LON + x / _METRES_PER_DEGREE_LON, 6),
        round(ORIGIN_LAT + y / _METRES_PER_DEGREE_LAT, 6),
    )


def to_local(lon: float, lat: float) -> tuple[float, float]:
    """WGS-84 degrees to local metres."""
    return (
        (lon - ORIGIN_LON) * _METRES_PER_DEGREE_LON,
        (lat - ORIGIN_LAT) * _METRES_PER_DEGREE_LAT,
    )


@dataclass(frozen=True)
class Area:
    """A named polygon in local metres with the point where its label stands."""

    name: str
    polygon: Polygon
    label: tuple[float, float]


@dataclass(frozen=True)
class Terrain:
    """Everything that streets are laid around."""

    river: Polygon
    river_line: LineString
    brook: Polygon
    brook_line: LineString
    lakes: list[Area]
    parks: list[Area]
    inner_ring: Polygon
    outer_ring: Polygon
    districts: list[Area]

    @property
    def water(self) -> Polygon | MultiPolygon:
        """River, brook and lakes as one shape."""
        shapes = [self.river, self.brook, *(lake.polygon for lake in self.lakes)]
        return cast("Polygon | MultiPolygon", unary_union(shapes))


def ring_line(rng: np.random.Generator, half: tuple[float, float], centre: float) -> Polygon:
    """A closed, slightly uneven superellipse with the given half axes (metres)."""
    angles = np.linspace(0.0, 2 * math.pi, int(sum(half) / 45), endpoint=False)
    phase = rng.uniform(0, 2 * math.pi, 3)
    wobble = 1 + 0.022 * np.sin(3 * angles + phase[0]) + 0.014 * np.sin(5 * angles + phase[1])
    cos, sin = np.cos(angles), np.sin(angles)
    power = 0.78
    x = half[0] * wobble * np.sign(cos) * np.abs(cos) ** power
    y = centre + half[1] * wobble * np.sign(sin) * np.abs(sin) ** power
    ring = Polygon(np.column_stack([x, y]))
    # A superellipse bunches its points at the corners: space them evenly again.
    line = ring.exterior
    steps = int(line.length / 190)
    return Polygon([line.interpolate(k / steps, normalized=True) for k in range(steps)])


def _wave(along: Floats, rng: np.random.Generator, sizes: list[tuple[float, float]]) -> Floats:
    out = np.zeros_like(along)
    for height, period in sizes:
        out += height * np.sin(2 * math.pi * along / period + rng.uniform(0, 2 * math.pi))
    return out


def _band(line: Floats, widths: Floats) -> Polygon:
    """A band of changing width around a polyline of shape (n, 2)."""
    heading = np.gradient(line, axis=0)
    heading /= np.linalg.norm(heading, axis=1, keepdims=True)
    normal = np.column_stack([-heading[:, 1], heading[:, 0]]) * (widths / 2)[:, None]
    return Polygon(np.vstack([line + normal, (line - normal)[::-1]])).buffer(0)


def _blob(rng: np.random.Generator, centre: tuple[float, float], radius: float) -> Polygon:
    angles = np.linspace(0, 2 * math.pi, 28, endpoint=False)
    radii = radius * (1 + 0.16 * np.sin(2 * angles + rng.uniform(0, 6)))
    radii = radii * (1 + 0.10 * np.sin(3 * angles + rng.uniform(0, 6)))
    return Polygon(
        np.column_stack([centre[0] + radii * np.cos(angles), centre[1] + radii * np.sin(angles)])
    )


_PARK_NAMES = ["云汀公园", "望江公园", "北岭森林公园", "植物园", "体育公园", "西河湿地", "东湖公园"]
_PARK_SPOTS = [
    (1500, 1700),
    (-2700, -2400),
    (-3600, 7200),
    (6100, 4300),
    (4300, -5400),
    (-7900, -2100),
    (8300, -2200),
]
_LAKES = [("东湖", (7300, 1500), 520.0), ("月牙湖", (-1900, 4700), 330.0)]


def _greens(rng: np.random.Generator) -> tuple[list[Area], list[Area]]:
    def place(name: str, spot: tuple[float, float], radius: float) -> Area:
        moved = (spot[0] + rng.uniform(-350, 350), spot[1] + rng.uniform(-350, 350))
        return Area(name, _blob(rng, moved, radius), moved)

    lakes = [place(name, spot, radius) for name, spot, radius in _LAKES]
    parks = [
        place(name, spot, float(rng.uniform(380, 720)))
        for name, spot in zip(_PARK_NAMES, _PARK_SPOTS, strict=True)
    ]
    shores = [Area(f"{lake.name}公园", lake.polygon.buffer(190), lake.label) for lake in lakes]
    return lakes, parks + shores


_SECTORS = [("云东区", -38.0, 42.0), ("江北区", 42.0, 128.0), ("西河区", 128.0, 212.0)]
_SECTORS_SOUTH = [("高新区", 212.0, 268.0), ("江南区", 268.0, 322.0)]


def _districts(inner: Polygon) -> list[Area]:
    """老城区 inside the inner ring, five sectors around it."""
    frame = box(-HALF_WIDTH_M, -HALF_HEIGHT_M, HALF_WIDTH_M, HALF_HEIGHT_M)
    centre = inner.centroid
    areas = [Area("老城区", inner, (centre.x, centre.y + 900))]
    for name, start, stop in _SECTORS + _SECTORS_SOUTH:
        angles = np.radians(np.linspace(start, stop, 24))
        fan = Polygon(
            [(centre.x, centre.y)]
            + [(centre.x + 30_000 * math.cos(a), centre.y + 30_000 * math.sin(a)) for a in angles]
        )
        shape = cast("Polygon", fan.intersection(frame).difference(inner))
        middle = math.radians((start + stop) / 2)
        label = (centre.x + 6_600 * math.cos(middle), centre.y + 5_700 * math.sin(middle))
        areas.append(Area(name, shape, label))
    return areas


def make_terrain(rng: np.random.Generator) -> Terrain:
    """Lay out water, rings, parks and districts."""
    x = np.linspace(-13_000, 13_000, 131)
    river = np.column_stack([x, -1_300 + _wave(x, rng, [(820, 17_000), (240, 7_300)])])
    y = np.linspace(10_600, 0, 70)
    brook_x = -6_300 + _wave(y, rng, [(520, 9_000), (160, 3_900)])
    line = LineString(river)
    foot = line.interpolate(line.project(Point(brook_x[-1] + 900, -900)))
    brook = np.vstack([np.column_stack([brook_x, y]), [[foot.x, foot.y]]])
    inner = ring_line(rng, (4_150, 3_350), 300)
    outer = ring_line(rng, (9_000, 7_200), 0)
    lakes, parks = _greens(rng)
    return Terrain(
        river=_band(river, 330 + 60 * np.sin(x / 2_100)),
        river_line=line,
        brook=_band(brook, np.full(len(brook), 70.0)),
        brook_line=LineString(brook),
        lakes=lakes,
        parks=parks,
        inner_ring=inner,
        outer_ring=outer,
        districts=_districts(inner),
    )
