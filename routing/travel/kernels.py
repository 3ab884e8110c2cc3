"""Compiled answers about travel; the same integers as ``routing.travel.Travel``.

All times are int64 seconds. The tables (see ``routing.travel.flat``): ``TRAVEL_KIND`` 0 = great
circle, ``SPEED[f, k]`` metres per hour from ``SPEED_START[f, k]`` on and ``METRES[i, j]``; 1 =
tables, ``TABLE_S`` and ``TABLE_M`` at (f · slices + k, i, j). Slices are padded at the end by
starts that never come. ``BAN_AT[a · P + i]`` delimits the rows of ``BAN`` (start, end) that close
place i for access profile a to whoever leaves or arrives; ``STAY_AT``/``STAY`` to whoever stands
there. ``QUARTER[f, q]`` is the slice that holds second ``q * QUARTER_S``; its last column stands
for every later time.
"""

# ruff: noqa: PLR0917 - kernels are called by position: numba has no keyword-only calls
from __future__ import annotations

from routing.travel.flat import Ints, cube, kernel, rows, tab, vec, width

NEVER: int = 1 << 40
"""A second that never comes."""
(
    TRAVEL_KIND,
    SPEED_START,
    SPEED,
    METRES,
    TABLE_S,
    TABLE_M,
    BAN_AT,
    BAN,
    STAY_AT,
    STAY,
    QUARTER,
) = range(11)
QUARTER_S = 900
TRAVEL_TABLES = 11
"""How many tables travel has; others follow them."""


@kernel
def speed_slice(d: Ints, f: int, t: int) -> int:
    """Index of the slice that holds ``t``: the last whose start is not after it, else 0."""
    if t < 0:
        return 0
    k = tab(d, QUARTER, f, min(t // QUARTER_S, width(d, QUARTER) - 1))
    while k + 1 < width(d, SPEED_START) and tab(d, SPEED_START, f, k + 1) <= t:
        k += 1
    return k


@kernel
def drive_seconds(d: Ints, f: int, i: int, j: int, t: int) -> int:
    """Seconds of the drive that leaves at exactly ``t``."""
    if vec(d, TRAVEL_KIND, 0) == 1:
        return cube(d, TABLE_S, f * width(d, SPEED) + speed_slice(d, f, t), i, j)
    left = tab(d, METRES, i, j) * 3600
    if left == 0:
        return 0
    at = t
    k = speed_slice(d, f, t)
    while True:
        v = tab(d, SPEED, f, k)
        if k + 1 < width(d, SPEED):
            border = tab(d, SPEED_START, f, k + 1)
            if left > v * (border - at):
                left -= v * (border - at)
                at = border
                k += 1
                continue
        return at - t + (left + v - 1) // v


@kernel
def pace_seconds(d: Ints, f: int, k: int, i: int, j: int) -> int:
    """Seconds of a drive wholly within slice k: an estimate where the drive outlasts it."""
    if vec(d, TRAVEL_KIND, 0) == 1:
        return cube(d, TABLE_S, f * width(d, SPEED) + k, i, j)
    return tab(d, METRES, i, j) * 3600 // tab(d, SPEED, f, k)


@kernel
def drive_metres(d: Ints, f: int, i: int, j: int, t: int) -> int:
    """Metres of the drive that leaves at ``t``."""
    if vec(d, TRAVEL_KIND, 0) == 1:
        return cube(d, TABLE_M, f * width(d, SPEED) + speed_slice(d, f, t), i, j)
    return tab(d, METRES, i, j)


@kernel
def unclosed(d: Ints, a: int, i: int, t: int) -> int:
    """The earliest time from ``t`` on at which place i is open to leave."""
    row = a * rows(d, METRES) + i
    for k in range(vec(d, BAN_AT, row), vec(d, BAN_AT, row + 1)):
        if tab(d, BAN, k, 0) <= t < tab(d, BAN, k, 1):
            t = tab(d, BAN, k, 1)
    return t


@kernel
def arrival_closed(d: Ints, a: int, j: int, t: int) -> int:
    """0 if arriving at ``t`` is lawful, else the first second after the ban that can be.

    Both the instant of arrival and the second of driving before it must be free of the ban.
    """
    row = a * rows(d, METRES) + j
    for k in range(vec(d, BAN_AT, row), vec(d, BAN_AT, row + 1)):
        if tab(d, BAN, k, 0) <= t <= tab(d, BAN, k, 1):
            return tab(d, BAN, k, 1) + 1
    return 0


@kernel
def leave(d: Ints, f: int, a: int, i: int, j: int, t: int) -> int:
    """The earliest lawful departure from ``t`` on that no later one overtakes; NEVER if none."""
    for _ in range(64):
        t = unclosed(d, a, i, t)
        if t >= NEVER:
            return NEVER
        if vec(d, TRAVEL_KIND, 0) == 1:
            best = t + drive_seconds(d, f, i, j, t)
            for k in range(1, width(d, SPEED)):
                s = tab(d, SPEED_START, f, k)
                if (
                    s > t
                    and s < NEVER
                    and s + cube(d, TABLE_S, f * width(d, SPEED) + k, i, j) < best
                ):
                    t = s
                    best = s + cube(d, TABLE_S, f * width(d, SPEED) + k, i, j)
            if unclosed(d, a, i, t) != t:
                continue
        reached = t + drive_seconds(d, f, i, j, t)
        after = arrival_closed(d, a, j, reached)
        if after == 0:
            return t
        low = t
        high = max(after, t + 1)
        while low + 1 < high:
            mid = (low + high) // 2
            if mid + drive_seconds(d, f, i, j, mid) >= after:
                high = mid
            else:
                low = mid
        t = high
    return NEVER


@kernel
def arrive(d: Ints, f: int, a: int, i: int, j: int, t: int) -> int:
    """Earliest arrival of whoever is ready to leave at ``t``; non-decreasing in ``t``."""
    at = leave(d, f, a, i, j, t)
    if at >= NEVER:
        return NEVER
    return at + drive_seconds(d, f, i, j, at)


@kernel
def latest_leave(d: Ints, f: int, a: int, i: int, j: int, low: int, by: int) -> int:
    """The latest lawful departure in [low, by] that arrives by ``by``; ``low`` if none later.

    ``low`` must itself be a lawful departure that arrives by ``by``.
    """
    high = by + 1
    good = low
    while low + 1 < high:
        mid = (low + high) // 2
        if mid + drive_seconds(d, f, i, j, mid) <= by:
            low = mid
        else:
            high = mid
    for at in (low, low - 1, low - 60, low - 600):
        if at > good:
            reached = at + drive_seconds(d, f, i, j, at)
            lawful = unclosed(d, a, i, at) == at and arrival_closed(d, a, j, reached) == 0
            if lawful and reached <= by and leave(d, f, a, i, j, at) == at:
                return at
    return good


@kernel
def stay_closed(d: Ints, a: int, i: int, start: int, end: int) -> int:
    """0 if standing at place i over [start, end) is lawful, else the end of the first ban met."""
    row = a * rows(d, METRES) + i
    for k in range(vec(d, STAY_AT, row), vec(d, STAY_AT, row + 1)):
        if start < tab(d, STAY, k, 1) and tab(d, STAY, k, 0) < max(end, start + 1):
            return tab(d, STAY, k, 1)
    return 0
