"""Geometry in and out, and the spatial questions that both databases answer alike.

SpatiaLite has no ``ST_DWithin`` on geography and returns no rows for geometry given as text, so
questions are functions of ours that each database compiles its own way, and geometry goes in as
``WKTElement``. SRID 4326, longitude first.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians
from typing import Any, cast

import shapely
from geoalchemy2 import WKBElement, WKTElement
from geoalchemy2.shape import to_shape
from shapely.geometry import MultiPolygon, Point, Polygon
from sqlalchemy import Boolean, ColumnElement, and_, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

SRID = 4326
_METRES_PER_DEGREE = 111_000.0
"""A little less than a degree of latitude, so that a box never cuts off what is near."""

Ring = Sequence[tuple[float, float]]


def point(lon: float, lat: float) -> WKTElement:
    """A point for the database; raises ``ValueError`` outside the globe."""
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError(f"not on the globe: longitude {lon}, latitude {lat}")
    return WKTElement(f"POINT({lon!r} {lat!r})", srid=SRID)


def multipolygon(polygons: Sequence[Sequence[Ring]]) -> WKTElement:
    """Polygons as rings of (lon, lat), first ring outer; raises ``ValueError`` if not valid."""
    shape = MultiPolygon([Polygon(rings[0], rings[1:]) for rings in polygons])
    if shape.is_empty or not shape.is_valid:
        raise ValueError(f"not a valid area: {shapely.is_valid_reason(shape)}")
    return WKTElement(shape.wkt, srid=SRID)


def _shape(value: WKBElement | WKTElement) -> Any:
    if isinstance(value, WKTElement):
        return shapely.from_wkt(value.data)
    return to_shape(value)


def lon_lat(value: WKBElement | WKTElement) -> tuple[float, float]:
    """Longitude and latitude of a point from the database."""
    shape = cast("Point", _shape(value))
    return float(shape.x), float(shape.y)


def polygons(value: WKBElement | WKTElement | None) -> list[list[list[tuple[float, float]]]]:
    """An area from the database as polygons of rings of (lon, lat), as the problem has them."""
    if value is None:
        return []
    shape = _shape(value)
    parts = list(shape.geoms) if isinstance(shape, MultiPolygon) else [shape]
    return [
        [[(float(x), float(y)) for x, y, *_ in ring.coords] for ring in (p.exterior, *p.interiors)]
        for p in parts
    ]


class within_metres(GenericFunction[bool]):  # noqa: N801 - named as SQL functions are
    """``within_metres(point_a, point_b, metres)``: at most that far apart on the ellipsoid."""

    type = Boolean()
    inherit_cache = True


class within_area(GenericFunction[bool]):  # noqa: N801 - named as SQL functions are
    """``within_area(point, area)``: inside or on the border."""

    type = Boolean()
    inherit_cache = True


class in_box(GenericFunction[bool]):  # noqa: N801 - named as SQL functions are
    """``in_box(column, west, south, east, north)``: box test that uses the spatial index."""

    type = Boolean()
    inherit_cache = True


def _arguments(element: Any, compiler: SQLCompiler, **kw: Any) -> list[str]:
    return [compiler.process(clause, **kw) for clause in element.clauses]


@compiles(within_metres, "postgresql")
def _within_metres_postgresql(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    a, b, metres = _arguments(element, compiler, **kw)
    return f"ST_DWithin(CAST({a} AS geography), CAST({b} AS geography), {metres})"


@compiles(within_metres, "sqlite")
def _within_metres_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    a, b, metres = _arguments(element, compiler, **kw)
    return f"(PtDistWithin({a}, {b}, {metres}, 1) = 1)"


@compiles(within_area, "postgresql")
def _within_area_postgresql(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    inner, area = _arguments(element, compiler, **kw)
    return f"ST_Covers({area}, {inner})"


@compiles(within_area, "sqlite")
def _within_area_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    inner, area = _arguments(element, compiler, **kw)
    return f"(ST_Covers({area}, {inner}) = 1)"


@compiles(in_box, "postgresql")
def _in_box_postgresql(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    column, west, south, east, north = _arguments(element, compiler, **kw)
    return f"({column} && ST_MakeEnvelope({west}, {south}, {east}, {north}, {SRID}))"


@compiles(in_box, "sqlite")
def _in_box_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    column = next(iter(element.clauses))
    _, west, south, east, north = _arguments(element, compiler, **kw)
    table, name = column.table.name, column.name
    return (
        f"({table}.ROWID IN (SELECT ROWID FROM SpatialIndex WHERE f_table_name = '{table}'"  # noqa: S608 - names of our own columns
        f" AND f_geometry_column = '{name}'"
        f" AND search_frame = BuildMbr({west}, {south}, {east}, {north}, {SRID})))"
    )


def near(column: Any, lon: float, lat: float, metres: float) -> ColumnElement[bool]:
    """Rows whose point lies within ``metres`` of (lon, lat), by the spatial index first."""
    high = metres / _METRES_PER_DEGREE
    wide = high / max(cos(radians(min(abs(lat) + high, 89.0))), 0.01)
    box = in_box(column, lon - wide, lat - high, lon + wide, lat + high)
    here = func.ST_GeomFromText(point(lon, lat).data, SRID)
    return and_(box, within_metres(column, here, metres))


def is_a(value: object, kind: str) -> bool:
    """Whether a value is a geometry of this kind (``POINT``, ``MULTIPOLYGON``) in our SRID."""
    if not isinstance(value, (WKBElement, WKTElement)) or value.srid != SRID:
        return False
    return bool(_shape(value).geom_type.upper() == kind)


def same_shape(one: WKBElement | WKTElement, other: WKBElement | WKTElement) -> bool:
    """Whether two geometries are the same, point by point."""
    return bool(shapely.equals_exact(_shape(one), _shape(other), tolerance=0))
