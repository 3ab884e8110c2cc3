"""Windows of a task: the first lawful start from an arrival on, the last one up to a time."""

from __future__ import annotations

from routing.search.compiled import kernel
from routing.search.data import DUE, EPS, FAR, READY, WINDOW, WINDOWS, Data


@kernel
def start(d: Data, k: int, t: float) -> float:
    """The earliest lawful start at task k of who arrives at ``t``; ``FAR`` if there is none."""
    if t > d.node[k, DUE] + EPS:
        return FAR
    if d.flags[WINDOWS] and k < d.n:
        for w in range(d.task[k, WINDOW], d.task[k + 1, WINDOW]):
            if t <= d.window[w, 1] + EPS:
                return max(t, d.window[w, 0])
        return FAR
    return max(t, d.node[k, READY])


@kernel
def latest_start(d: Data, k: int, t: float) -> float:
    """The latest lawful start at task k up to ``t``; ``-FAR`` if there is none."""
    if t < d.node[k, READY] - EPS:
        return -FAR
    if d.flags[WINDOWS] and k < d.n:
        for w in range(d.task[k + 1, WINDOW] - 1, d.task[k, WINDOW] - 1, -1):
            if t >= d.window[w, 0] - EPS:
                return min(t, d.window[w, 1])
        return -FAR
    return min(t, d.node[k, DUE])
