"""From a customer sequence to stops with stations, charges and times."""

from __future__ import annotations

import numpy as np
from numba import njit

from routing.benchmarks.solution import BenchmarkStop
from routing.engines.ortools.bench_arrays import FAR, Arrays, Ints
from routing.engines.ortools.bench_labels import enter, extend_forward, move

WIDE = 64
"""Labels kept per customer when stations are placed for good."""


@njit(cache=True)
def place_stations(a: Arrays, row: Ints) -> Ints:
    """Cheapest drivable stop sequence, depot to depot, through ``row``; empty if there is none.

    Labels are extended forward; the way back is found by repeating the extensions and comparing,
    which is exact because the same operations give the same floats.
    """
    size = row.shape[0]
    labels = np.zeros((size + 2, WIDE, 4), np.float64)
    count = np.zeros(size + 2, np.int64)
    path = np.zeros(size + 2, np.int64)
    path[1 : size + 1] = row
    labels[0, 0, 1] = a.ready[0]
    labels[0, 0, 2] = labels[0, 0, 3] = a.battery
    count[0] = 1
    for p in range(1, size + 2):
        i, j = path[p - 1], path[p]
        count[p] = extend_forward(a, labels[p - 1], count[p - 1], labels[p], i, j, FAR)
    stops = np.zeros(3 * size + 6, np.int64)
    if count[size + 1] == 0:
        return stops[:0]
    at = 0
    for x in range(count[size + 1]):
        if labels[size + 1, x, 0] < labels[size + 1, at, 0]:
            at = x
    length = 1
    for p in range(size + 1, 0, -1):
        i, j = path[p - 1], path[p]
        goal = labels[p, at]
        found = False
        for x in range(count[p - 1]):
            source = labels[p - 1, x]
            for o in range(-1, a.options[i, j]):
                c, t, q, m = move(a, source[0], source[1], source[2], source[3], i, j, o)
                if c >= FAR:
                    continue
                c, t, q, m = enter(a, c, t, q, m, j)
                if c == goal[0] and t == goal[1] and q == goal[2] and m == goal[3]:
                    at, found = x, True
                    if o >= 0:
                        if a.last[i, j, o] != a.first[i, j, o]:
                            stops[length] = a.last[i, j, o]
                            length += 1
                        stops[length] = a.first[i, j, o]
                        length += 1
                    break
            if found:
                break
        stops[length] = i
        length += 1
    return stops[:length][::-1].copy()


def schedule(a: Arrays, stops: list[int], names: list[str]) -> list[BenchmarkStop]:
    """Times and charges along ``stops`` (kernel nodes): as early as possible, least charges.

    The first departure waits until the first stop can begin at once.
    """
    wanted = _needs(a, stops)
    t, charge = float(a.ready[0]), a.battery
    out: list[BenchmarkStop] = []
    for p, node in enumerate(stops):
        if p:
            way = float(a.dist[stops[p - 1], node])
            t += way * a.pace
            charge -= way * a.fuel
        arrival, gained = t, None
        start = max(t, float(a.ready[node])) if node <= a.n else t
        if p == 0:
            ahead = float(a.dist[0, stops[1]]) * a.pace
            due = float(a.ready[stops[1]]) if stops[1] <= a.n else 0.0
            start = t = max(t, due - ahead)
        elif node > a.n:
            gained = a.battery - charge if a.full else max(0.0, wanted[p] - charge)
            gained = min(gained, a.battery - charge)
            charge += gained
            t = start + gained * a.refuel
        else:
            t = start + float(a.service[node])
        out.append(
            BenchmarkStop(
                node=names[node],
                arrival=arrival if p else start,
                start=start,
                departure=t,
                energy_charged=gained,
            )
        )
    return out


def _needs(a: Arrays, stops: list[int]) -> list[float]:
    """Least charge on leaving each stop so that the rest can be driven in time.

    The backward label of ``bench_labels`` along fixed stops.
    """
    need, late, bound = 0.0, float(a.due[0]), FAR
    wanted = [0.0] * len(stops)
    for p in range(len(stops) - 2, -1, -1):
        i, way = stops[p], float(a.dist[stops[p], stops[p + 1]])
        need += way * a.fuel
        late -= way * a.pace
        if bound < FAR / 2:
            bound -= way * a.pace + a.refuel * way * a.fuel
        wanted[p] = need
        if i > a.n:
            bound = min(bound, late - a.refuel * (a.battery if a.full else need))
            need = 0.0
        else:
            late = min(late - float(a.service[i]), float(a.due[i]))
            if bound < FAR / 2:
                bound -= float(a.service[i])
                if a.refuel > 0.0:
                    need = max(need, (float(a.ready[i]) - bound) / a.refuel)
    return wanted
