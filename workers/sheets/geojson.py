"""GeoJSON → ``Table``: a row per feature, a column per property, the shape as WKT in the last."""

from __future__ import annotations

import json
from typing import Any

import shapely
from shapely.geometry import shape

from models.language import N_, kept
from workers.sheets.errors import refusal
from workers.sheets.table import Cell, Row, Sheet, Table, number_cell, text_cell

MAX_CELLS = 200_000
MAX_TEXT = 2_000_000
"""Characters of one shape as text."""
AREA = N_("范围")


def looks_like(data: bytes) -> bool:
    """Whether bytes begin as a JSON object does."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def read(data: bytes) -> Table:
    """Read bytes of a GeoJSON file.

    Raises:
        SheetError: no GeoJSON, another coordinate system than WGS-84, too many cells.
    """
    try:
        found = json.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError) as error:
        raise refusal("not_geojson") from error
    features = _features(found)
    if not features:
        raise refusal("no_rows")
    names = list(dict.fromkeys(name for feature in features for name in _properties(feature)))
    names = [name for name in names if name != AREA]
    if (len(names) + 1) * len(features) > MAX_CELLS:
        raise refusal("too_many_cells")
    head = {n: text_cell(name) for n, name in enumerate((*names, AREA), start=1)}
    rows = [Row(1, head)]
    for number, feature in enumerate(features, start=2):
        properties = _properties(feature)
        cells = {
            n: cell
            for n, name in enumerate(names, start=1)
            if (cell := _cell(properties.get(name))) is not None
        }
        area = _shape(feature.get("geometry"))
        if area:
            cells[len(names) + 1] = text_cell(area)
        rows.append(Row(number, cells))
    return Table(
        kind="geojson",
        sheets=[Sheet(name="GeoJSON", rows=rows)],
        encoding="UTF-8",
        findings=[kept("GeoJSON，%(count)s 个要素，表中一行一个", count=len(features))],
    )


def _features(found: Any) -> list[dict[str, Any]]:
    if not isinstance(found, dict):
        raise refusal("not_geojson")
    system = json.dumps(found.get("crs") or "")
    if found.get("crs") and not any(name in system for name in ("CRS84", "4326")):
        raise refusal("not_wgs84")
    kind = found.get("type")
    if kind == "FeatureCollection" and isinstance(found.get("features"), list):
        return [feature for feature in found["features"] if isinstance(feature, dict)]
    if kind == "Feature":
        return [found]
    if kind in {"Polygon", "MultiPolygon"}:
        return [{"geometry": found}]
    raise refusal("not_geojson")


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    given = feature.get("properties")
    properties = (
        {str(name)[:60]: value for name, value in given.items()} if isinstance(given, dict) else {}
    )
    if "id" in feature:
        properties.setdefault("id", feature["id"])
    return properties


def _cell(value: Any) -> Cell | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return text_cell("是" if value else "否")
    if isinstance(value, int | float):
        return number_cell(value)
    return text_cell(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _shape(geometry: Any) -> str:
    """The shape as WKT; what is no shape as its own text, to be refused at its cell."""
    if not isinstance(geometry, dict):
        return ""
    try:
        text = str(
            shapely.to_wkt(shapely.force_2d(shape(geometry)), rounding_precision=7, trim=True)
        )
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        IndexError,
        shapely.errors.ShapelyError,
    ):
        text = json.dumps(geometry)[:200]
    if len(text) > MAX_TEXT:
        raise refusal("too_many_cells")
    return text
