"""Areas as people hand them over: corner by corner, as WKT, as GeoJSON."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import shapely
from shapely.geometry import MultiPolygon, Polygon

from workers.sheets.table import Cell
from workers.sheets.values.base import Ask, Fault, Reading, blank, fold, refuse

Ring = list[tuple[float, float]]
Rings = list[Ring]
MOST_POINTS = 20_000
MOST_RINGS = 300
LONGEST_FIX = 100_000
WIDEST_DEGREES = 5.0
"""A zone wider than this is a slip of the comma, not a part of a city."""

_FOREIGN = re.compile(r"[^\d.,+\-\s]")
_WHERE = re.compile(r"\[([-\d.e]+) ([-\d.e]+)\]")


class AreaError(ValueError):
    """A text is no area that can be kept; ``fault`` says why and, where likely, what was meant."""

    def __init__(self, rule: str, fix: str | None = None, **params: str) -> None:
        super().__init__(rule)
        self.fault = Fault(rule, params, fix)


def read_area(cell: Cell | None, ask: Ask) -> Reading:
    """Polygons as rings of (longitude, latitude), the outer ring first."""
    if blank(cell) or cell is None:
        return Reading()
    if cell.kind != "text":
        return refuse("area_unreadable", ask)
    try:
        found = parse_area(cell.text)
    except AreaError as error:
        params = {"field": ask.label, **error.fault.params}
        return Reading(fault=Fault(error.fault.rule, params, error.fault.fix))
    return Reading(found, (), None, f"{sum(len(r) - 1 for p in found for r in p)} 个点")


def parse_area(text: str) -> list[Rings]:
    """The polygons of a text.

    Corners are ``longitude,latitude``, parted by ``;`` or spaces, a ring on each line; a ring
    inside another is a hole in it. WKT and GeoJSON polygons are read too.

    Raises:
        AreaError: no area, too few corners, crossing edges, latitude first.
    """
    text = text.strip()
    polygons = (
        _from_geojson(text)
        if text.startswith("{")
        else _from_wkt(text)
        if text[:1].isalpha()
        else _nested([_ring(line) for line in re.split(r"[\n|]+", text) if line.strip()])
    )
    points = [point for rings in polygons for ring in rings for point in ring]
    if not points:
        raise AreaError("area_unreadable")
    if len(points) > MOST_POINTS:
        raise AreaError("area_too_fine", limit=str(MOST_POINTS))
    _on_the_globe(polygons, points)
    shape = MultiPolygon([Polygon(rings[0], rings[1:]) for rings in polygons])
    if not shape.is_valid:
        raise AreaError("area_crossed", where=_crossing(shape))
    return polygons


def area_text(polygons: Sequence[Sequence[Sequence[Sequence[float]]]]) -> str:
    """Polygons as ``parse_area`` reads them, without the closing corners."""
    return "\n".join(
        "; ".join(f"{x!r},{y!r}" for x, y, *_ in ring[:-1]) for rings in polygons for ring in rings
    )


def _ring(line: str) -> Ring:
    folded = fold(line).replace("；", ";").replace("，", ",").strip("; ")
    points: Ring = []
    for part in folded.split(";"):
        if _FOREIGN.search(part):
            raise AreaError("area_unreadable")
        try:
            numbers = [float(number) for number in re.split(r"[,\s]+", part.strip(", ")) if number]
        except ValueError:
            raise AreaError("area_unreadable") from None
        if len(numbers) % 2 or (";" in folded and len(numbers) > 2):
            raise AreaError("area_unreadable")
        points += zip(numbers[::2], numbers[1::2], strict=True)
    return _closed(points)


def _closed(points: Ring) -> Ring:
    if points and points[0] == points[-1]:
        points = points[:-1]
    if len(set(points)) < 3:
        raise AreaError("area_few_points", count=str(len(set(points))))
    return [*points, points[0]]


def _nested(rings: Rings) -> list[Rings]:
    """Rings as polygons: one inside another is its hole, one inside a hole stands by itself."""
    if len(rings) > MOST_RINGS:
        raise AreaError("told", text=f"超过 {MOST_RINGS} 圈，请拆成几个区域")
    shapes = [Polygon(ring) for ring in rings]
    for shape in shapes:
        if not shape.is_valid:
            raise AreaError("area_crossed", where=_crossing(shape))
    within = [
        [
            m
            for m, other in enumerate(shapes)
            if m != n and other.contains(shape) and not (m > n and shape.contains(other))
        ]
        for n, shape in enumerate(shapes)
    ]
    polygons = {n: [rings[n]] for n in range(len(rings)) if len(within[n]) % 2 == 0}
    for n, around in enumerate(within):
        if len(around) % 2:
            home = max(around, key=lambda m: len(within[m]))
            polygons[home].append(rings[n])
    return list(polygons.values())


def _crossing(shape: Polygon | MultiPolygon) -> str:
    where = _WHERE.search(shapely.is_valid_reason(shape))
    return f"{float(where[1]):.5f},{float(where[2]):.5f}" if where else "某处"


def _from_wkt(text: str) -> list[Rings]:
    try:
        shape = shapely.from_wkt(re.sub(r"^SRID=4326;", "", text, flags=re.IGNORECASE))
    except (shapely.errors.GEOSException, ValueError):
        raise AreaError("area_unreadable") from None
    if isinstance(shape, Polygon):
        shape = MultiPolygon([shape])
    if not isinstance(shape, MultiPolygon) or shape.is_empty:
        raise AreaError("area_unreadable")
    return [
        [_closed([(x, y) for x, y, *_ in ring.coords]) for ring in (part.exterior, *part.interiors)]
        for part in shape.geoms
    ]


def _from_geojson(text: str) -> list[Rings]:
    try:
        found = json.loads(text)
        found = found.get("geometry", found)
        given = {"Polygon": lambda c: [c], "MultiPolygon": list}[found["type"]](
            found["coordinates"]
        )
        return [
            [_closed([(float(x), float(y)) for x, y, *_ in ring]) for ring in rings]
            for rings in given
        ]
    except AreaError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise AreaError("area_unreadable") from None


def _on_the_globe(polygons: list[Rings], points: Ring) -> None:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    if max(map(abs, ys)) > 90 and max(map(abs, xs)) <= 90:
        swapped = [[[(y, x) for x, y in ring] for ring in rings] for rings in polygons]
        turned = area_text(swapped)
        raise AreaError("area_swapped", turned if len(turned) <= LONGEST_FIX else None)
    if max(map(abs, xs)) > 180 or max(map(abs, ys)) > 90:
        raise AreaError("not_coordinate")
    if max(max(xs) - min(xs), max(ys) - min(ys)) > WIDEST_DEGREES:
        raise AreaError("area_too_wide", limit=f"{WIDEST_DEGREES:g}")
