"""Arrays that the benchmark kernels work on.

Node 0 is the depot, 1 … n are customers, then stations. A route is a sequence of customers;
stations are placed by labels (see ``bench_labels``).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from routing.benchmarks.instance import BenchmarkInstance, Convention

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OPTIONS = 6
"""Single stations kept per arc; arcs at the depot may have as many pairs besides."""
LABELS = 8
"""Labels kept per customer and direction."""
POOL_ROWS = 3000
"""Routes kept between two visits of the pool."""
FAR = 1e15


class Arrays(NamedTuple):
    """An instance; times, loads, charges and lengths in its own units.

    ``first``/``last`` [i, j, o] are the stations of option o on arc (i, j), equal for a single
    one; ``options`` [i, j] counts them. ``fuel`` is energy per length, ``pace`` time per length,
    ``refuel`` time per energy, 0 without batteries.
    """

    n: int
    dist: Floats
    ready: Floats
    due: Floats
    service: Floats
    demand: Floats
    near: Ints
    options: Ints
    first: Ints
    last: Ints
    capacity: float
    battery: float
    fuel: float
    pace: float
    refuel: float
    full: bool


class State(NamedTuple):
    """The current solution, its labels, and room to take steps back.

    Label tables are [customer, k, field]; forward fields: cost, earliest start, charge then, most
    charge; backward fields: cost, least charge, latest arrival, bound on arrival - refuel · charge.
    Row 0 is the depot's own label. ``b_*`` hold the state before the present iteration.
    ``scalars``: absent, touched, pool rows, cost, cost before, absent before.
    """

    seq: Ints
    size: Ints
    where: Ints
    place: Ints
    fwd: Floats
    nfwd: Ints
    bwd: Floats
    nbwd: Ints
    early: Floats
    late: Floats
    fcost: Floats
    bcost: Floats
    onboard: Floats
    cost: Floats
    load: Floats
    absent: Ints
    b_seq: Ints
    b_size: Ints
    b_fwd: Floats
    b_nfwd: Ints
    b_bwd: Floats
    b_nbwd: Ints
    b_node: Floats
    b_cost: Floats
    b_load: Floats
    b_absent: Ints
    touched: Ints
    marked: Ints
    misses: Floats
    temp: Floats
    pool: Ints
    pool_size: Ints
    pool_cost: Floats
    scalars: Floats


def distances(x: Floats, y: Floats, convention: Convention) -> Floats:
    """Euclidean distances, truncated to one decimal under DIMACS rounding."""
    dist = np.sqrt((x[:, None] - x[None, :]) ** 2 + (y[:, None] - y[None, :]) ** 2)
    if convention.rounding == "dimacs":
        dist = np.floor(dist * 10.0 + 1e-9) / 10.0
    return np.ascontiguousarray(dist)


def order_nodes(instance: BenchmarkInstance) -> list[int]:
    """Indices of ``instance.nodes`` in kernel order: depot, customers, usable stations.

    A station that is not open all day is left out: the labels know no station windows.
    """
    nodes = instance.nodes
    depot = next(i for i, node in enumerate(nodes) if node.kind == "depot")
    low, high = nodes[depot].ready, nodes[depot].due
    customers = [i for i, node in enumerate(nodes) if node.kind == "customer"]
    stations = [
        i
        for i, node in enumerate(nodes)
        if node.kind == "station"
        and instance.battery is not None
        and node.ready <= low
        and node.due >= high
        and node.service == 0
    ]
    return [depot, *customers, *stations]


def build(instance: BenchmarkInstance, convention: Convention) -> Arrays:
    """Lay the instance out for the kernels."""
    order = order_nodes(instance)
    nodes = [instance.nodes[i] for i in order]
    n = sum(1 for node in nodes if node.kind == "customer")
    x, y = np.array([node.x for node in nodes]), np.array([node.y for node in nodes])
    dist = distances(x.astype(np.float64), y.astype(np.float64), convention)
    electric = instance.battery is not None
    battery = float(instance.battery) if instance.battery is not None else 0.0
    fuel = instance.consumption if electric else 0.0
    if electric:
        options, first, last = _options(dist, n, battery / fuel if fuel > 0 else FAR)
    else:
        options = np.zeros((n + 1, n + 1), np.int64)
        first = last = np.zeros((1, 1, 1), np.int64)
    near = np.argsort(dist[: n + 1, 1 : n + 1], axis=1, kind="stable") + 1

    def column(name: str) -> Floats:
        return np.array([getattr(node, name) for node in nodes[: n + 1]], np.float64)

    return Arrays(
        n=n,
        dist=dist,
        ready=column("ready"),
        due=column("due"),
        service=column("service"),
        demand=column("demand"),
        near=np.ascontiguousarray(near.astype(np.int64)),
        options=options,
        first=first,
        last=last,
        capacity=float(instance.capacity),
        battery=battery,
        fuel=float(fuel),
        pace=1.0 / instance.velocity,
        refuel=float(instance.inverse_refuel) if electric else 0.0,
        full=convention.variant == "full",
    )


@njit(cache=True)
def _options(dist: Floats, n: int, reach: float) -> tuple[Ints, Ints, Ints]:
    """Stations worth a detour on each arc: Pareto in way there and way on, nearest first."""
    count = dist.shape[0] - n - 1
    width = 2 * OPTIONS
    options = np.zeros((n + 1, n + 1), np.int64)
    first = np.zeros((n + 1, n + 1, width), np.int64)
    last = np.zeros((n + 1, n + 1, width), np.int64)
    for i in range(n + 1):
        for j in range(n + 1):
            if i == j:
                continue
            pairs = count if i == 0 or j == 0 else 0
            a = np.empty(count * (1 + pairs), np.int64)
            b = np.empty(count * (1 + pairs), np.int64)
            key = np.empty(count * (1 + pairs), np.float64)
            total = 0
            for s in range(n + 1, dist.shape[0]):
                for u in range(n + 1, dist.shape[0]):
                    if u != s and pairs == 0:
                        continue
                    way = dist[i, s] + dist[s, u] + dist[u, j]
                    if dist[i, s] <= reach and dist[s, u] <= reach and dist[u, j] <= reach:
                        a[total], b[total], key[total] = s, u, way
                        total += 1
            kept = 0
            single = 0
            for at in np.argsort(key[:total], kind="mergesort"):
                s, u = a[at], b[at]
                dominated = kept == width or (s == u and single == OPTIONS)
                for k in range(kept):
                    f, e = first[i, j, k], last[i, j, k]
                    if dist[i, f] <= dist[i, s] + 1e-9 and dist[e, j] <= dist[u, j] + 1e-9:
                        dominated = True
                if not dominated:
                    first[i, j, kept], last[i, j, kept] = s, u
                    kept += 1
                    single += s == u
            options[i, j] = kept
    return options, first, last


def new_state(arrays: Arrays, routes: int) -> State:
    """An empty solution with all customers absent and room for ``routes`` routes."""
    n = arrays.n
    labels = LABELS if arrays.refuel > 0 or arrays.fuel > 0 else 1
    longest = n + 1

    def ints(*shape: int) -> Ints:
        return np.zeros(shape, np.int64)

    def floats(*shape: int) -> Floats:
        return np.zeros(shape, np.float64)

    state = State(
        seq=ints(routes, longest),
        size=ints(routes),
        where=np.full(n + 1, -1, np.int64),
        place=ints(n + 1),
        fwd=floats(n + 1, labels, 4),
        nfwd=ints(n + 1),
        bwd=floats(n + 1, labels, 4),
        nbwd=ints(n + 1),
        early=floats(n + 1),
        late=floats(n + 1),
        fcost=floats(n + 1),
        bcost=floats(n + 1),
        onboard=floats(n + 1),
        cost=floats(routes),
        load=floats(routes),
        absent=ints(n + 1),
        b_seq=ints(routes, longest),
        b_size=ints(routes),
        b_fwd=floats(n + 1, labels, 4),
        b_nfwd=ints(n + 1),
        b_bwd=floats(n + 1, labels, 4),
        b_nbwd=ints(n + 1),
        b_node=floats(n + 1, 5),
        b_cost=floats(routes),
        b_load=floats(routes),
        b_absent=ints(n + 1),
        touched=ints(routes),
        marked=ints(routes),
        misses=np.ones(n + 1, np.float64),
        temp=floats(labels, 4),
        pool=ints(POOL_ROWS, min(longest, 256)),
        pool_size=ints(POOL_ROWS),
        pool_cost=floats(POOL_ROWS),
        scalars=floats(8),
    )
    state.fwd[0, 0] = (0.0, arrays.ready[0], arrays.battery, arrays.battery)
    state.nfwd[0] = 1
    state.bwd[0, 0] = (0.0, 0.0, arrays.due[0], FAR)
    state.nbwd[0] = 1
    state.early[0], state.late[0] = arrays.ready[0], arrays.due[0]
    state.absent[:n] = np.arange(1, n + 1, dtype=np.int64)
    state.scalars[0] = n
    return state
