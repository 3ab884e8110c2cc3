"""Laying streets: a warped grid, two rings, diagonals, river roads; then noding and thinning."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, STRtree

from workers.demo.geometry import HALF_HEIGHT_M, HALF_WIDTH_M, Floats, Terrain
from workers.demo.names import street_names

RING, ARTERIAL, SECONDARY, SIDE = range(4)
_MERGE_M = 32.0

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Edges:
    """Undirected street pieces between noded points; columns as in ``Network``."""

    x: Floats
    y: Floats
    a: Ints
    b: Ints
    road_class: Ints
    name: Ints
    bridge: NDArray[np.bool_]
    one_way: NDArray[np.bool_]
    line: Ints
    rank: Floats
    names: tuple[str, ...]


@dataclass(frozen=True)
class _Line:
    """A street before noding: points (k, 2) in order."""

    points: Floats
    road_class: int
    name: str
    one_way: bool = False
    bridges: bool = False


def _ticks(half: float) -> Floats:
    """Grid lines from -half to half: 250 m apart in the middle, 420 m at the edge."""
    out = [0.0]
    while out[-1] < half:
        out.append(out[-1] + 250 + 190 * (out[-1] / half) ** 1.4)
    right = np.array(out) * half / out[-1]
    return np.concatenate([-right[:0:-1], right])


def _warp(x: Floats, y: Floats, phase: Floats) -> tuple[Floats, Floats]:
    dx = 300 * np.sin(y / 3_300 + phase[0]) + 130 * np.sin(y / 1_500 + x / 4_000 + phase[1])
    dy = 260 * np.sin(x / 3_700 + phase[2]) + 120 * np.sin(x / 1_700 - y / 4_400 + phase[3])
    return x + dx + 0.05 * y, y + dy - 0.04 * x


def _grid(rng: np.random.Generator) -> list[_Line]:
    xs, ys = _ticks(HALF_WIDTH_M), _ticks(HALF_HEIGHT_M)
    gx, gy = np.meshgrid(xs, ys, indexing="ij")
    jitter = rng.normal(0, 22, (2, *gx.shape))
    main = (np.arange(len(xs)) % 3 == 0)[:, None] | (np.arange(len(ys)) % 3 == 0)[None, :]
    jitter[:, main] *= 0.3
    px, py = _warp(gx, gy, rng.uniform(0, 2 * math.pi, 4))
    px, py = px + jitter[0], py + jitter[1]
    stems = street_names(rng, len(xs) + len(ys))
    lines = []
    for k in range(len(xs)):
        kind = ARTERIAL if k % 6 == 0 else SECONDARY if k % 3 == 0 else SIDE
        points = np.column_stack([px[k], py[k]])
        suffix = {ARTERIAL: "大街", SECONDARY: "街", SIDE: "巷"}[kind]
        lines.append(_street(rng, points, kind, stems[k] + suffix))
    for k in range(len(ys)):
        kind = ARTERIAL if k % 6 == 0 else SECONDARY if k % 3 == 0 else SIDE
        points = np.column_stack([px[:, k], py[:, k]])
        suffix = {ARTERIAL: "大道", SECONDARY: "路", SIDE: "支路"}[kind]
        lines.append(_street(rng, points, kind, stems[len(xs) + k] + suffix))
    return lines


def _street(rng: np.random.Generator, points: Floats, kind: int, name: str) -> _Line:
    if rng.random() < 0.5:
        points = points[::-1]
    one_way = kind == SIDE and rng.random() < 0.45
    bridges = kind == ARTERIAL or (kind == SECONDARY and rng.random() < 0.35)
    return _Line(points, kind, name, one_way, bridges)


def _overlay(terrain: Terrain) -> list[_Line]:
    """Rings, roads along the river, two diagonals."""
    lines = [
        _Line(np.array(terrain.inner_ring.exterior.coords), RING, "内环路", bridges=True),
        _Line(np.array(terrain.outer_ring.exterior.coords), RING, "外环路", bridges=True),
    ]
    for offset, name in ((245.0, "滨江北路"), (-245.0, "滨江南路")):
        bank = terrain.river_line.offset_curve(offset).simplify(4)
        lines.append(_Line(np.array(bank.coords), SECONDARY, name, bridges=True))
    for start, stop, name in (
        ((2_700, 2_500), (11_600, 9_300), "云港大道"),
        ((-2_800, -2_000), (-11_500, -9_200), "西岭大道"),
    ):
        way = LineString([start, stop]).segmentize(250)
        lines.append(_Line(np.array(way.coords), ARTERIAL, name, bridges=True))
    return lines


def _cut(lines: list[_Line]) -> tuple[Floats, Floats, Ints, Floats]:
    """Cut all segments where they cross: starts (n, 2), ends (n, 2), line number, rank."""
    starts = np.vstack([line.points[:-1] for line in lines])
    ends = np.vstack([line.points[1:] for line in lines])
    owner = np.concatenate([np.full(len(line.points) - 1, k) for k, line in enumerate(lines)])
    rank = np.concatenate([np.arange(len(line.points) - 1) for line in lines])
    shapes: NDArray[np.object_] = np.asarray(
        shapely.linestrings(np.stack([starts, ends], axis=1)), dtype=object
    )
    left, right = STRtree(shapes).query(shapes, predicate="intersects")
    pair = (owner[left] != owner[right]) & (left != right)
    left, right = left[pair], right[pair]
    p, r = starts[left], ends[left] - starts[left]
    q, s = starts[right], ends[right] - starts[right]
    cross = r[:, 0] * s[:, 1] - r[:, 1] * s[:, 0]
    gap = q - p
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (gap[:, 0] * s[:, 1] - gap[:, 1] * s[:, 0]) / cross
    good = np.isfinite(t) & (t > 1e-6) & (t < 1 - 1e-6)
    which = np.concatenate([np.arange(len(starts)), left[good]])
    at = np.concatenate([np.zeros(len(starts)), t[good]])
    order = np.lexsort((at, which))
    which, at = which[order], at[order]
    until = np.append(at[1:], 0.0)
    until[np.append(which[1:] != which[:-1], True)] = 1.0
    way = ends - starts
    a = starts[which] + way[which] * at[:, None]
    b = starts[which] + way[which] * until[:, None]
    return a, b, owner[which], rank[which] + at


def _merge(points: Floats) -> tuple[Floats, Ints]:
    """Join points nearer than ``_MERGE_M`` into one: nodes (k, 2) and the node of each point."""
    rounded, inverse = np.unique(np.round(points, 1), axis=0, return_inverse=True)
    inverse = inverse.reshape(-1)
    shapes: NDArray[np.object_] = np.asarray(shapely.points(rounded), dtype=object)
    left, right = STRtree(shapes).query(shapes, predicate="dwithin", distance=_MERGE_M)
    leader = np.arange(len(rounded))
    for i, j in zip(left.tolist(), right.tolist(), strict=True):
        if i < j and leader[j] == j and leader[i] == i:
            leader[j] = i
    chosen, number = np.unique(leader, return_inverse=True)
    return rounded[chosen], number.reshape(-1)[inverse]


def _keep(rng: np.random.Generator, terrain: Terrain, road_class: Ints, mid: Floats) -> Floats:
    """Chance in 0..1 that a piece of street is built, by class and by where it lies."""
    points = shapely.points(mid)
    from_outer = shapely.distance(points, terrain.outer_ring)
    phase = rng.uniform(0, 2 * math.pi, 2)
    patch = np.sin(mid[:, 0] / 1_150 + phase[0]) * np.sin(mid[:, 1] / 1_050 + phase[1])
    side = np.where(from_outer <= 0, 0.93, np.clip(0.55 + 0.5 * patch - from_outer / 2_600, 0, 1))
    secondary = np.where(from_outer <= 0, 1.0, np.clip(1.15 - from_outer / 3_500, 0, 1))
    chance = np.where(road_class == SIDE, side, np.where(road_class == SECONDARY, secondary, 1.0))
    for park in [*terrain.parks, *terrain.lakes]:
        inside = shapely.contains(park.polygon, points)
        chance = np.where(inside & (road_class >= SECONDARY), 0.0, chance)
    return np.asarray(chance, dtype=np.float64)


def lay_edges(rng: np.random.Generator, terrain: Terrain) -> Edges:
    """All street pieces of the city, noded, thinned, with bridges only where a street has one."""
    lines = _grid(rng) + _overlay(terrain)
    a, b, owner, rank = _cut(lines)
    nodes, number = _merge(np.vstack([a, b]))
    start, end = number[: len(a)], number[len(a) :]
    road_class = np.array([line.road_class for line in lines])[owner]
    shapes = shapely.linestrings(np.stack([nodes[start], nodes[end]], axis=1))
    wet = np.asarray(shapely.intersects(terrain.water, shapes), dtype=bool)
    bridged = np.array([line.bridges for line in lines])[owner]
    ring_near = shapely.dwithin(
        shapes, shapely.union(terrain.inner_ring.exterior, terrain.outer_ring.exterior), 20.0
    )
    chance = _keep(rng, terrain, road_class, (nodes[start] + nodes[end]) / 2)
    keep = (start != end) & (rng.random(len(a)) < chance)
    keep &= ~(wet & ~bridged)
    # Side streets end before a ring: only avenues and streets have ramps.
    keep &= ~((road_class == SIDE) & ring_near)
    in_lake = np.zeros(len(a), bool)
    for lake in terrain.lakes:
        in_lake |= shapely.intersects(lake.polygon, shapes)
    keep &= ~in_lake | (road_class == RING)
    low, high = np.minimum(start, end), np.maximum(start, end)
    order = np.lexsort((road_class, high, low))
    order = order[keep[order]]
    fresh = np.ones(len(order), bool)
    fresh[1:] = (low[order][1:] != low[order][:-1]) | (high[order][1:] != high[order][:-1])
    pick = np.sort(order[fresh])
    names = tuple(dict.fromkeys(line.name for line in lines))
    of_line = np.array([names.index(line.name) for line in lines])
    one_way = np.array([line.one_way for line in lines])[owner]
    urban = terrain.outer_ring.buffer(-800)
    near = np.asarray(shapely.contains(urban, shapely.points(nodes[start])), dtype=bool)
    return Edges(
        x=nodes[:, 0],
        y=nodes[:, 1],
        a=start[pick],
        b=end[pick],
        road_class=road_class[pick],
        name=of_line[owner[pick]],
        bridge=wet[pick],
        one_way=(one_way & near)[pick],
        line=owner[pick],
        rank=rank[pick],
        names=names,
    )
