"""Whether a point is in a zone, decided exactly on the float64 values; the border is inside."""

from __future__ import annotations

from fractions import Fraction

from routing.problem import Zone

Point = tuple[float, float]
Ring = list[Point]
_DOUBT = 1e-9
"""Cross products of coordinates in degrees below this are settled with fractions."""


def contains(zone: Zone, lon: float, lat: float) -> bool:
    """Whether the point lies in one of the zone's polygons or on a border."""
    return any(_in_polygon(rings, lon, lat) for rings in zone.polygons)


def _in_polygon(rings: list[Ring], lon: float, lat: float) -> bool:
    if not rings:
        return False
    sides = [_side(ring, lon, lat) for ring in rings]
    if 0 in sides:
        return True
    return sides[0] > 0 and all(side < 0 for side in sides[1:])


def _side(ring: Ring, x: float, y: float) -> int:
    """1 inside the ring, -1 outside, 0 on it."""
    inside = False
    ax, ay = ring[-1]
    for bx, by in ring:
        if min(ay, by) <= y <= max(ay, by) and x <= max(ax, bx):
            turn = _turn((ax, ay), (bx, by), (x, y))
            if turn == 0 and min(ax, bx) <= x:
                return 0
            if (ay > y) != (by > y) and (turn > 0) == (by > ay):
                inside = not inside
        ax, ay = bx, by
    return 1 if inside else -1


def _turn(a: Point, b: Point, p: Point) -> int:
    """Sign of (b - a) x (p - a): 1 where p is left of the way from a to b."""
    (ax, ay), (bx, by), (x, y) = a, b, p
    cross = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
    if abs(cross) > _DOUBT:
        return 1 if cross > 0 else -1
    exact = (Fraction(bx) - Fraction(ax)) * (Fraction(y) - Fraction(ay)) - (
        Fraction(by) - Fraction(ay)
    ) * (Fraction(x) - Fraction(ax))
    return (exact > 0) - (exact < 0)
