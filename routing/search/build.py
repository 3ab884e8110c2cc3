"""Lays a problem out for the kernels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from routing.benchmarks.instance import BenchmarkInstance, Convention
from routing.search.compiled import Floats, Ints, entrance
from routing.search.data import (
    BATTERY,
    CAPACITY,
    DEMAND,
    DUE,
    ELECTRIC,
    EPS,
    EXACT,
    FAR,
    FIXED,
    FLAGS,
    FULL,
    NODE,
    OPTIONS,
    PER_LENGTH,
    RATE,
    READY,
    SERVICE,
    SITE,
    TIMED,
    USE,
    USE_LOAD,
    VEHICLE,
    WINDOW,
    WINDOWS,
    Data,
)

NEAR = 200
CLOSE = 40
WAITS, LATES = 0.2, 1.0
"""What waiting and lateness weigh beside distance when tasks are called close."""
INSTANT = 1e-9
"""Least time per energy: where recharging takes no time a curve still has two ends."""
DIMACS = 1e-9
"""Guard against the last bit when lengths are truncated to one decimal."""

Curve = list[tuple[float, float]]
"""Breakpoints (time, charge), from (0, 0) to the full battery, concave."""


@dataclass
class Layout:
    """A problem in plain terms: one depot (site 0), tasks at sites 1 … n, then stations.

    ``windows``: per task, ascending (first, last) starts. ``speeds``: (from, speed) steps where
    speeds go by the hour, else ``seconds`` holds. ``curves``: of the stations, by ``curve_of``.
    """

    length: Floats
    seconds: Floats
    windows: Sequence[Sequence[tuple[float, float]]]
    service: Sequence[float]
    demand: Sequence[float]
    opens: float
    closes: float
    capacity: float
    routes: int
    battery: float | None = None
    use: float = 0.0
    use_load: float = 0.0
    full: bool = False
    fixed: float = 0.0
    curves: list[Curve] = field(default_factory=list)
    curve_of: Sequence[int] = ()
    speeds: list[tuple[float, float]] = field(default_factory=list)


def build(layout: Layout) -> Data:
    """The layout as arrays.

    Raises:
        ValueError: batteries together with speeds by the hour. A label lets a stay at a station
            grow and shifts what follows by as much, which holds for constant speeds only.
    """
    if layout.battery is not None and layout.speeds:
        raise ValueError("batteries with speeds by the hour: no exact pass decides on them yet")
    n = len(layout.service)
    sites = layout.length.shape[0]
    electric = layout.battery is not None
    battery = layout.battery or 0.0
    curves = layout.curves or [[(0.0, 0.0), (1.0, 1.0)]]
    rate = min(_least(curve) for curve in curves)
    vehicle = np.zeros((1, VEHICLE))
    vehicle[0, [CAPACITY, BATTERY, USE, USE_LOAD]] = (
        layout.capacity,
        battery,
        layout.use,
        layout.use_load,
    )
    vehicle[0, [RATE, PER_LENGTH, FIXED]] = rate, 1.0, layout.fixed
    flags = np.zeros(FLAGS + 1, np.int64)
    several = any(len(rows) > 1 for rows in layout.windows)
    timed = bool(layout.speeds)
    flags[[ELECTRIC, FULL, WINDOWS, TIMED]] = electric, layout.full, several, timed
    one = all(len(curve) == 2 for curve in curves) and len({tuple(curve) for curve in curves}) == 1
    flags[EXACT] = one and not several and not timed and layout.use_load == 0.0
    seconds = layout.seconds
    if timed:
        seconds = layout.length / max(speed for _, speed in layout.speeds)
    table, stock = _curves(curves)
    curve_at = np.zeros(sites, np.int64)
    curve_at[n + 1 :] = list(layout.curve_of) or [0] * (sites - n - 1)
    reach = battery / layout.use if layout.use > 0 else FAR
    arc = _arcs(layout.length, n, reach) if electric else np.zeros((n + 1, n + 1, 1), np.int64)
    task, node = _tasks(layout, n)
    near, close = _neighbours(layout, seconds, node, n)
    steps = layout.speeds or [(0.0, 1.0)]
    return Data(
        n=n,
        length=np.ascontiguousarray(layout.length[None, :, :]),
        seconds=np.ascontiguousarray(seconds[None, :, :]),
        steps=np.array([[[begin for begin, _ in steps], [speed for _, speed in steps]]]),
        task=task,
        node=node,
        window=np.array([row for rows in layout.windows for row in rows], np.float64),
        near=near,
        close=close,
        vehicle=vehicle,
        arc=arc,
        curve=table,
        stock=stock,
        curve_at=curve_at,
        flags=flags,
    )


def _least(curve: Curve) -> float:
    """Least time per energy along a curve."""
    pairs = pairwise(curve)
    return min((b[0] - a[0]) / (b[1] - a[1]) for a, b in pairs)


def _curves(curves: list[Curve]) -> tuple[Floats, Ints]:
    width = max(len(curve) for curve in curves)
    table = np.zeros((len(curves), width, 2))
    for c, curve in enumerate(curves):
        table[c, : len(curve)] = curve
        table[c, len(curve) :] = curve[-1]
    stock = np.zeros((len(curves), 1 + len(curves)), np.int64)
    for b, one in enumerate(curves):
        stock[b, 0] = len(one)
        for c, other in enumerate(curves):
            stock[b, 1 + c] = any(
                _pace(other, level) > _pace(one, level) + EPS
                for level in sorted({q for _, q in one[:-1]} | {q for _, q in other[:-1]})
            )
    return table, stock


def _pace(curve: Curve, charge: float) -> float:
    """Time per energy just above a charge."""
    for a, b in pairwise(curve):
        if charge < b[1]:
            return (b[0] - a[0]) / (b[1] - a[1])
    return FAR


def _tasks(layout: Layout, n: int) -> tuple[Ints, Floats]:
    """Index and record of each task and sentinel."""
    rows = n + 2 * layout.routes
    task = np.zeros((rows + 1, 2), np.int64)
    task[:n, SITE] = np.arange(1, n + 1)
    counts = [len(rows) for rows in layout.windows]
    task[1 : n + 1, WINDOW] = np.cumsum(counts)
    node = np.zeros((rows, NODE))
    node[:, READY], node[:, DUE] = layout.opens, layout.closes
    for k in range(n):
        node[k, READY], node[k, DUE] = layout.windows[k][0][0], layout.windows[k][-1][1]
    node[:n, SERVICE], node[:n, DEMAND] = layout.service, layout.demand
    return task, node


def _neighbours(layout: Layout, seconds: Floats, node: Floats, n: int) -> tuple[Ints, Ints]:
    """Tasks by distance, and by distance with waiting and lateness weighed in; nearest first."""
    apart = layout.length[1 : n + 1, 1 : n + 1].copy()
    ready, due, service = node[:n, READY], node[:n, DUE], node[:n, SERVICE]
    on = service[:, None] + seconds[1 : n + 1, 1 : n + 1]
    wait = np.maximum(0.0, ready[None, :] - due[:, None] - on)
    late = np.maximum(0.0, ready[:, None] + on - due[None, :])
    follows = apart + WAITS * wait + LATES * late
    either = np.minimum(follows, follows.T)
    np.fill_diagonal(apart, np.inf)
    np.fill_diagonal(either, np.inf)
    near = np.argsort(apart, axis=1, kind="stable")[:, : min(NEAR, n - 1)]
    close = np.argsort(either, axis=1, kind="stable")[:, : min(CLOSE, n - 1)]
    return (
        np.ascontiguousarray(near.astype(np.int64)),
        np.ascontiguousarray(close.astype(np.int64)),
    )


def _arcs(length: Floats, n: int, reach: float) -> Ints:
    """Stations worth a detour on each arc: Pareto in way there and way on, shortest first."""
    stations = length.shape[0] - n - 1
    arc = np.zeros((n + 1, n + 1, 1 + 4 * OPTIONS), np.int64)
    key = np.zeros(stations * (stations + 1) + 1)
    stations_of(np.ascontiguousarray(length), n, reach, arc, key)
    return arc


@entrance
def stations_of(length: Floats, n: int, reach: float, arc: Ints, key: Floats) -> None:
    """Fill ``arc``; ``key`` is scratch for every single station and pair."""
    count = length.shape[0] - n - 1
    width = 2 * OPTIONS
    for i in range(n + 1):
        for j in range(n + 1):
            if i == j and i > 0:
                continue
            pairs = i == 0 or j == 0
            total = count * count if pairs else count
            for x in range(total):
                # At a depot x = count · a + b is the pair (a, b), single where they are equal.
                u = n + 1 + x % count
                s = n + 1 + x // count if pairs else u
                fine = length[i, s] <= reach and length[s, u] <= reach and length[u, j] <= reach
                way = length[i, s] + length[s, u] + length[u, j]
                key[x] = way if fine else FAR
            kept, single = 0, 0
            while kept < width:
                x = -1
                for y in range(total):
                    if key[y] < FAR and (x < 0 or key[y] < key[x]):
                        x = y
                if x < 0:
                    break
                key[x] = FAR
                u = n + 1 + x % count
                s = n + 1 + x // count if pairs else u
                dominated = s == u and single == OPTIONS
                for y in range(kept):
                    f, e = arc[i, j, 1 + 2 * y], arc[i, j, 2 + 2 * y]
                    if length[i, f] <= length[i, s] + EPS and length[e, j] <= length[u, j] + EPS:
                        dominated = True
                if not dominated:
                    arc[i, j, 1 + 2 * kept], arc[i, j, 2 + 2 * kept] = s, u
                    kept += 1
                    single += s == u
            arc[i, j, 0] = kept


def order_nodes(instance: BenchmarkInstance) -> list[int]:
    """Indices of ``instance.nodes`` as sites: depot, customers, stations.

    A station that is not open all day is left out: labels know no station windows.
    """
    nodes = instance.nodes
    depot = next(i for i, node in enumerate(nodes) if node.kind == "depot")
    low, high = nodes[depot].ready, nodes[depot].due
    stations = [
        i
        for i, node in enumerate(nodes)
        if node.kind == "station"
        and instance.battery is not None
        and (node.ready <= low and node.due >= high and node.service == 0)
    ]
    return [depot, *(i for i, node in enumerate(nodes) if node.kind == "customer"), *stations]


def layout_of(instance: BenchmarkInstance, convention: Convention) -> Layout:
    """A research instance in plain terms; sites as ``order_nodes`` has them."""
    nodes = [instance.nodes[i] for i in order_nodes(instance)]
    x, y = np.array([node.x for node in nodes]), np.array([node.y for node in nodes])
    length = np.sqrt((x[:, None] - x[None, :]) ** 2 + (y[:, None] - y[None, :]) ** 2)
    if convention.rounding == "dimacs":
        length = np.floor(length * 10.0 + DIMACS) / 10.0
    tasks = [node for node in nodes if node.kind == "customer"]
    battery = float(instance.battery) if instance.battery is not None else None
    pace = max(instance.inverse_refuel, INSTANT)
    return Layout(
        length=length,
        seconds=length / instance.velocity,
        windows=[[(node.ready, node.due)] for node in tasks],
        service=[node.service for node in tasks],
        demand=[node.demand for node in tasks],
        opens=nodes[0].ready,
        closes=nodes[0].due,
        capacity=float(instance.capacity),
        routes=min(len(tasks), instance.vehicles or len(tasks)),
        battery=battery,
        use=instance.consumption if battery is not None else 0.0,
        full=convention.variant == "full" and battery is not None,
        curves=[[(0.0, 0.0), (pace * battery, battery)]] if battery is not None else [],
    )
