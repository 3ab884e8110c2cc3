"""The only way in which kernels see travel: arrival, its inverse, length, energy.

Profiles are what vehicles of one kind share. Where speeds go by the hour a leg takes what its
slices allow (Ichoua, Gendreau and Potvin, 2003), so that who leaves later never arrives earlier.
"""

from __future__ import annotations

from routing.search.compiled import kernel
from routing.search.data import FAR, FLAGS, TIMED, USE, USE_LOAD, Data


@kernel
def arrive(d: Data, f: int, i: int, j: int, t: float) -> float:
    """Arrival at site j of who leaves site i at ``t``; non-decreasing in ``t``."""
    if d.flags[TIMED] == 0 or t >= FAR:
        return t + d.seconds[f, i, j]
    left = d.length[f, i, j]
    k = 0
    while k + 1 < d.steps.shape[2] and d.steps[f, 0, k + 1] <= t:
        k += 1
    while k + 1 < d.steps.shape[2] and left > d.steps[f, 1, k] * (d.steps[f, 0, k + 1] - t):
        left -= d.steps[f, 1, k] * (d.steps[f, 0, k + 1] - t)
        t = d.steps[f, 0, k + 1]
        k += 1
    return t + left / d.steps[f, 1, k]


@kernel
def latest_departure(d: Data, f: int, i: int, j: int, t: float) -> float:
    """The latest departure from site i that arrives at site j by ``t``."""
    if d.flags[TIMED] == 0 or t <= -FAR:
        return t - d.seconds[f, i, j]
    left = d.length[f, i, j]
    k = 0
    while k + 1 < d.steps.shape[2] and d.steps[f, 0, k + 1] < t:
        k += 1
    while k > 0 and left > d.steps[f, 1, k] * (t - d.steps[f, 0, k]):
        left -= d.steps[f, 1, k] * (t - d.steps[f, 0, k])
        t = d.steps[f, 0, k]
        k -= 1
    return t - left / d.steps[f, 1, k]


@kernel
def energy(d: Data, v: int, i: int, j: int, load: float) -> float:
    """Energy that a vehicle of kind v with ``load`` on board draws from site i to j."""
    return (d.vehicle[v, USE] + d.vehicle[v, USE_LOAD] * load) * d.length[d.flags[FLAGS + v], i, j]
