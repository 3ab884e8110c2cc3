"""Compiled questions about bays, connectors and site power that others already hold."""

# ruff: noqa: PLR0917 - kernels are called by position: numba has no keyword-only calls
from __future__ import annotations

import math

from routing.engines.ortools.data import (
    B_AFTER,
    B_BEFORE,
    B_LONGEST,
    B_SPACES,
    BAY,
    BAY_HELD,
    BAY_HOURS,
    BAY_HOURS_AT,
    BAY_N,
    CON_HELD,
    CON_N,
    CON_SITE,
    CURVE,
    S_CON0,
    S_CON1,
    S_POWER,
    SITE,
    SITE_HOURS,
    SITE_HOURS_AT,
    Ints,
)
from routing.travel.flat import cube, kernel, tab, vec, width
from routing.travel.kernels import NEVER


@kernel
def bay_end_of_conflict(d: Ints, c: Ints, b: int, v: int, start: int, end: int) -> int:
    """0 if a space of bay b is free for vehicle v over the stay, else when to try again."""
    low = start - tab(d, BAY, b, B_BEFORE)
    high = end + tab(d, BAY, b, B_AFTER)
    spaces = tab(d, BAY, b, B_SPACES)
    n = vec(c, BAY_N, b)
    for k in range(-1, n):
        # The number of claims changes only where one begins.
        if k < 0:
            at = low
        else:
            at = cube(c, BAY_HELD, b, k, 0)
            if at <= low or at >= high or cube(c, BAY_HELD, b, k, 2) == v:
                continue
        held = 0
        soonest = NEVER
        for m in range(n):
            if cube(c, BAY_HELD, b, m, 2) != v and cube(c, BAY_HELD, b, m, 0) <= at < cube(
                c, BAY_HELD, b, m, 1
            ):
                held += 1
                soonest = min(soonest, cube(c, BAY_HELD, b, m, 1))
        if held >= spaces:
            return soonest + tab(d, BAY, b, B_BEFORE)
    return 0


@kernel
def bay_fits(d: Ints, c: Ints, b: int, v: int, start: int, end: int) -> bool:
    """Whether the stay [start, end) is within hours and longest stay, with a space free."""
    if tab(d, BAY, b, B_LONGEST) > 0 and end - start > tab(d, BAY, b, B_LONGEST):
        return False
    open_ = False
    for k in range(vec(d, BAY_HOURS_AT, b), vec(d, BAY_HOURS_AT, b + 1)):
        if tab(d, BAY_HOURS, k, 0) <= start and end <= tab(d, BAY_HOURS, k, 1):
            open_ = True
    return open_ and bay_end_of_conflict(d, c, b, v, start, end) == 0


@kernel
def bay_slot(d: Ints, c: Ints, b: int, v: int, t: int, stay: int) -> int:
    """The earliest start from ``t`` on of a stay of that length in bay b; NEVER if none."""
    if tab(d, BAY, b, B_LONGEST) > 0 and stay > tab(d, BAY, b, B_LONGEST):
        return NEVER
    for _ in range(200):
        s = NEVER
        for k in range(vec(d, BAY_HOURS_AT, b), vec(d, BAY_HOURS_AT, b + 1)):
            begin = max(t, tab(d, BAY_HOURS, k, 0))
            if begin + stay <= tab(d, BAY_HOURS, k, 1) and begin < s:
                s = begin
        if s >= NEVER:
            return NEVER
        again = bay_end_of_conflict(d, c, b, v, s, s + stay)
        if again == 0:
            return s
        t = max(again, s + 1)
    return NEVER


@kernel
def charge_seconds(d: Ints, ty: int, power: int, soc: int, gain: int) -> int:
    """Whole seconds after which a session from ``soc`` has drawn ``gain`` Wh, never too few.

    By the curve of vehicle kind ``ty``; float64 with a margin of 1e-6 s upwards.
    """
    seconds = 0.0
    at = soc
    left = gain
    steps = width(d, CURVE)
    for k in range(steps):
        if left <= 0:
            break
        top = cube(d, CURVE, ty, k + 1, 0) if k + 1 < steps else NEVER
        if at >= top:
            continue
        part = min(left, top - at)
        rate = min(power, cube(d, CURVE, ty, k, 1))
        seconds += part * 3600.0 / rate
        at += part
        left -= part
    return math.ceil(seconds + 1e-6)


@kernel
def connector_conflict(d: Ints, c: Ints, con: int, v: int, power: int, start: int, end: int) -> int:
    """0 if the connector and its site's power are free over [start, end), else when to retry."""
    again = 0
    for k in range(vec(c, CON_N, con)):
        if (
            cube(c, CON_HELD, con, k, 2) != v
            and cube(c, CON_HELD, con, k, 0) < end
            and start < cube(c, CON_HELD, con, k, 1)
        ):
            again = max(again, cube(c, CON_HELD, con, k, 1))
    if again:
        return again
    site = vec(d, CON_SITE, con)
    limit = tab(d, SITE, site, S_POWER)
    if limit == 0:
        return 0
    if power > limit:
        return NEVER
    low = tab(d, SITE, site, S_CON0)
    high = tab(d, SITE, site, S_CON1)
    for q in range(low - 1, high):
        count = 1 if q < low else vec(c, CON_N, q)
        for k in range(count):
            at = start
            if q >= low:
                at = cube(c, CON_HELD, q, k, 0)
                if at <= start or at >= end or cube(c, CON_HELD, q, k, 2) == v:
                    continue
            drawn = 0
            soonest = NEVER
            for m in range(low, high):
                for r in range(vec(c, CON_N, m)):
                    if cube(c, CON_HELD, m, r, 2) != v and cube(c, CON_HELD, m, r, 0) <= at < cube(
                        c, CON_HELD, m, r, 1
                    ):
                        drawn += cube(c, CON_HELD, m, r, 3)
                        soonest = min(soonest, cube(c, CON_HELD, m, r, 1))
            if drawn + power > limit:
                return soonest
    return 0


@kernel
def connector_slot(
    d: Ints, c: Ints, con: int, v: int, power: int, t: int, length: int, step: int
) -> int:
    """The earliest start from ``t`` on of a session of that length; NEVER if none."""
    site = vec(d, CON_SITE, con)
    for _ in range(200):
        s = NEVER
        for k in range(vec(d, SITE_HOURS_AT, site), vec(d, SITE_HOURS_AT, site + 1)):
            begin = max(t, tab(d, SITE_HOURS, k, 0))
            if begin + length <= tab(d, SITE_HOURS, k, 1) and begin < s:
                s = begin
        if s >= NEVER:
            return NEVER
        again = connector_conflict(d, c, con, v, power, s, s + length)
        if again == 0:
            return s
        if again >= NEVER:
            return NEVER
        t = max(again, s + step)
    return NEVER
