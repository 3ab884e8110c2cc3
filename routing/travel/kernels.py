"""Compiled answers about travel; the same integers as ``routing.travel.Travel``.

All times are int64 seconds. ``kind`` 0: great circle, ``speed[f, k]`` metres per hour from
``start[f, k]`` on and ``metres[i, j]``; 1: tables, ``table_s[f, k, i, j]`` and
``table_m[f, k, i, j]``. Slices are padded at the end by starts that never come.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

NEVER = np.int64(1) << 40
"""A second that never comes."""


class TravelArrays(NamedTuple):
    """Travel data of one problem: F profiles, K slices, P places, A access profiles.

    ``ban_at[a * P + i : +1]`` delimits the rows of ``ban`` (start, end) that close place i for
    access profile a to whoever leaves or arrives; ``stay_at``/``stay`` to whoever stands there.
    """

    kind: int
    start: NDArray[np.int64]
    speed: NDArray[np.int64]
    metres: NDArray[np.int64]
    table_s: NDArray[np.int64]
    table_m: NDArray[np.int64]
    ban_at: NDArray[np.int64]
    ban: NDArray[np.int64]
    stay_at: NDArray[np.int64]
    stay: NDArray[np.int64]


@njit(cache=True)
def slice_of(start: NDArray[np.int64], t: int) -> int:
    """Index of the slice that holds ``t``: the last whose start is not after it, else 0."""
    low = 0
    for k in range(1, start.shape[0]):
        if start[k] <= t:
            low = k
        else:
            break
    return low


@njit(cache=True)
def drive_seconds(tr: TravelArrays, f: int, i: int, j: int, t: int) -> int:
    """Seconds of the drive that leaves at exactly ``t``."""
    if tr.kind == 1:
        return tr.table_s[f, slice_of(tr.start[f], t), i, j]
    left = tr.metres[i, j] * 3600
    if left == 0:
        return 0
    at = t
    k = slice_of(tr.start[f], t)
    while True:
        v = tr.speed[f, k]
        if k + 1 < tr.start.shape[1]:
            border = tr.start[f, k + 1]
            if left > v * (border - at):
                left -= v * (border - at)
                at = border
                k += 1
                continue
        return at - t + (left + v - 1) // v


@njit(cache=True)
def drive_metres(tr: TravelArrays, f: int, i: int, j: int, t: int) -> int:
    """Metres of the drive that leaves at ``t``."""
    if tr.kind == 1:
        return tr.table_m[f, slice_of(tr.start[f], t), i, j]
    return tr.metres[i, j]


@njit(cache=True)
def unclosed(tr: TravelArrays, a: int, i: int, t: int) -> int:
    """The earliest time from ``t`` on at which place i is open to leave."""
    row = a * tr.metres.shape[0] + i
    for k in range(tr.ban_at[row], tr.ban_at[row + 1]):
        if tr.ban[k, 0] <= t < tr.ban[k, 1]:
            t = tr.ban[k, 1]
    return t


@njit(cache=True)
def arrival_closed(tr: TravelArrays, a: int, j: int, t: int) -> int:
    """0 if arriving at ``t`` is lawful, else the first second after the ban that can be.

    Both the instant of arrival and the second of driving before it must be free of the ban.
    """
    row = a * tr.metres.shape[0] + j
    for k in range(tr.ban_at[row], tr.ban_at[row + 1]):
        if tr.ban[k, 0] <= t <= tr.ban[k, 1]:
            return tr.ban[k, 1] + 1
    return 0


@njit(cache=True)
def leave(tr: TravelArrays, f: int, a: int, i: int, j: int, t: int) -> int:
    """The earliest lawful departure from ``t`` on that no later one overtakes; NEVER if none."""
    for _ in range(64):
        t = unclosed(tr, a, i, t)
        if t >= NEVER:
            return NEVER
        if tr.kind == 1:
            best = t + drive_seconds(tr, f, i, j, t)
            for k in range(1, tr.start.shape[1]):
                s = tr.start[f, k]
                if s > t and s < NEVER and s + tr.table_s[f, k, i, j] < best:
                    t = s
                    best = s + tr.table_s[f, k, i, j]
            if unclosed(tr, a, i, t) != t:
                continue
        reached = t + drive_seconds(tr, f, i, j, t)
        after = arrival_closed(tr, a, j, reached)
        if after == 0:
            return t
        low = t
        high = max(after, t + 1)
        while low + 1 < high:
            mid = (low + high) // 2
            if mid + drive_seconds(tr, f, i, j, mid) >= after:
                high = mid
            else:
                low = mid
        t = high
    return NEVER


@njit(cache=True)
def arrive(tr: TravelArrays, f: int, a: int, i: int, j: int, t: int) -> int:
    """Earliest arrival of whoever is ready to leave at ``t``; non-decreasing in ``t``."""
    at = leave(tr, f, a, i, j, t)
    if at >= NEVER:
        return NEVER
    return at + drive_seconds(tr, f, i, j, at)


@njit(cache=True)
def latest_leave(tr: TravelArrays, f: int, a: int, i: int, j: int, low: int, by: int) -> int:
    """The latest lawful departure in [low, by] that arrives by ``by``; ``low`` if none later.

    ``low`` must itself be a lawful departure that arrives by ``by``.
    """
    high = by + 1
    good = low
    while low + 1 < high:
        mid = (low + high) // 2
        if mid + drive_seconds(tr, f, i, j, mid) <= by:
            low = mid
        else:
            high = mid
    for at in (low, low - 1, low - 60, low - 600):
        if at > good:
            reached = at + drive_seconds(tr, f, i, j, at)
            lawful = unclosed(tr, a, i, at) == at and arrival_closed(tr, a, j, reached) == 0
            if lawful and reached <= by and leave(tr, f, a, i, j, at) == at:
                return at
    return good


@njit(cache=True)
def stay_closed(tr: TravelArrays, a: int, i: int, start: int, end: int) -> int:
    """0 if standing at place i over [start, end) is lawful, else the end of the first ban met."""
    row = a * tr.metres.shape[0] + i
    for k in range(tr.stay_at[row], tr.stay_at[row + 1]):
        if start < tr.stay[k, 1] and tr.stay[k, 0] < max(end, start + 1):
            return tr.stay[k, 1]
    return 0
