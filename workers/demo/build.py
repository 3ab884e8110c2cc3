"""What the generator's parts share: seeded randomness, ids, rows in the shape of the tables."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import shapely
from shapely import MultiPolygon, Point, Polygon

from models.base import Base
from workers.demo.geometry import Terrain, to_lonlat
from workers.demo.network import Network

Values = dict[str, Any]
YUAN = 100_000
"""Milli-fen in one yuan."""


def clock(hours: int, minutes: int = 0) -> int:
    """Seconds after local midnight of the service date; hours below 0 are the evening before."""
    return hours * 3600 + minutes * 60


@dataclass
class Build:
    """A city in the making. ``rows`` holds column values by table, parents before children.

    Geometry columns hold WKT (lon lat). Ids are version-4 UUIDs drawn from the seed, so that the
    same seed gives the same problem, byte for byte.
    """

    seed: int
    service_date: date
    tight: bool
    network: Network
    terrain: Terrain
    rows: dict[type[Base], list[Values]] = field(default_factory=dict)
    impossible: dict[str, str] = field(default_factory=dict)
    known: dict[str, uuid.UUID] = field(default_factory=dict)
    groups: dict[str, set[str]] = field(default_factory=dict)
    _ids: np.random.Generator | None = None

    def rng(self, stream: int) -> np.random.Generator:
        """The random numbers of one part; parts do not disturb each other."""
        return np.random.default_rng([self.seed, stream])

    def add(self, model: type[Base], **values: object) -> uuid.UUID:
        """Add a row and return its id."""
        if self._ids is None:
            self._ids = self.rng(0)
        key = uuid.UUID(bytes=self._ids.bytes(16), version=4)
        self.rows.setdefault(model, []).append({"id": key, **values})
        return key

    def link(self, model: type[Base], **values: object) -> None:
        """Add a row of a table that has no id of its own."""
        self.rows.setdefault(model, []).append(dict(values))

    def of(self, model: type[Base]) -> list[Values]:
        """The rows of a table so far."""
        return self.rows.get(model, [])


def wkt_point(x: float, y: float) -> str:
    """Local metres as WKT in degrees."""
    lon, lat = to_lonlat(x, y)
    return f"POINT({lon:.6f} {lat:.6f})"


def degrees(polygon: Polygon) -> Polygon:
    """A polygon in local metres as one in degrees, outer ring counter-clockwise."""
    shell = [to_lonlat(*xy) for xy in polygon.exterior.coords]
    holes = [[to_lonlat(*xy) for xy in ring.coords] for ring in polygon.interiors]
    return shapely.normalize(Polygon(shell, holes))


def wkt_area(*polygons: Polygon) -> str:
    """Polygons in local metres as a WKT multipolygon in degrees."""
    return str(shapely.to_wkt(MultiPolygon([degrees(p) for p in polygons]), rounding_precision=6))


def district_of(terrain: Terrain, x: float, y: float) -> str:
    """The name of the district that holds a point (the nearest one on a border)."""
    spot = Point(x, y)
    return min(terrain.districts, key=lambda area: area.polygon.distance(spot)).name
