"""Compiled questions about bays, connectors and site power that others already hold."""

from __future__ import annotations

import math

from numba import njit

from routing.engines.ortools.data import (
    B_AFTER,
    B_BEFORE,
    B_LONGEST,
    B_SPACES,
    S_CON0,
    S_CON1,
    S_POWER,
    Claims,
    Data,
    Ints,
)
from routing.travel.kernels import NEVER


@njit(cache=True)
def bay_end_of_conflict(d: Data, c: Claims, b: int, v: int, start: int, end: int) -> int:
    """0 if a space of bay b is free for vehicle v over the stay, else when to try again."""
    low = start - d.bay[b, B_BEFORE]
    high = end + d.bay[b, B_AFTER]
    spaces = d.bay[b, B_SPACES]
    n = c.bay_n[b]
    for k in range(-1, n):
        # The number of claims changes only where one begins.
        if k < 0:
            at = low
        else:
            at = c.bay[b, k, 0]
            if at <= low or at >= high or c.bay[b, k, 2] == v:
                continue
        held = 0
        soonest = NEVER
        for m in range(n):
            if c.bay[b, m, 2] != v and c.bay[b, m, 0] <= at < c.bay[b, m, 1]:
                held += 1
                soonest = min(soonest, c.bay[b, m, 1])
        if held >= spaces:
            return soonest + d.bay[b, B_BEFORE]
    return 0


@njit(cache=True)
def bay_fits(d: Data, c: Claims, b: int, v: int, start: int, end: int) -> bool:
    """Whether the stay [start, end) is within hours and longest stay, with a space free."""
    if d.bay[b, B_LONGEST] > 0 and end - start > d.bay[b, B_LONGEST]:
        return False
    open_ = False
    for k in range(d.bay_hours_at[b], d.bay_hours_at[b + 1]):
        if d.bay_hours[k, 0] <= start and end <= d.bay_hours[k, 1]:
            open_ = True
    return open_ and bay_end_of_conflict(d, c, b, v, start, end) == 0


@njit(cache=True)
def bay_slot(d: Data, c: Claims, b: int, v: int, t: int, stay: int) -> int:
    """The earliest start from ``t`` on of a stay of that length in bay b; NEVER if none."""
    if d.bay[b, B_LONGEST] > 0 and stay > d.bay[b, B_LONGEST]:
        return NEVER
    for _ in range(200):
        s = NEVER
        for k in range(d.bay_hours_at[b], d.bay_hours_at[b + 1]):
            begin = max(t, d.bay_hours[k, 0])
            if begin + stay <= d.bay_hours[k, 1] and begin < s:
                s = begin
        if s >= NEVER:
            return NEVER
        again = bay_end_of_conflict(d, c, b, v, s, s + stay)
        if again == 0:
            return s
        t = max(again, s + 1)
    return NEVER


@njit(cache=True)
def charge_seconds(curve: Ints, power: int, soc: int, gain: int) -> int:
    """Whole seconds after which a session from ``soc`` has drawn ``gain`` Wh, never too few.

    ``curve`` rows are (from_wh, power); float64 with a margin of 1e-6 s upwards.
    """
    seconds = 0.0
    at = soc
    left = gain
    steps = curve.shape[0]
    for k in range(steps):
        if left <= 0:
            break
        top = curve[k + 1, 0] if k + 1 < steps else NEVER
        if at >= top:
            continue
        part = min(left, top - at)
        rate = min(power, curve[k, 1])
        seconds += part * 3600.0 / rate
        at += part
        left -= part
    return int(math.ceil(seconds + 1e-6))


@njit(cache=True)
def connector_conflict(
    d: Data, c: Claims, con: int, v: int, power: int, start: int, end: int
) -> int:
    """0 if the connector and its site's power are free over [start, end), else when to retry."""
    again = 0
    for k in range(c.con_n[con]):
        if c.con[con, k, 2] != v and c.con[con, k, 0] < end and start < c.con[con, k, 1]:
            again = max(again, c.con[con, k, 1])
    if again:
        return again
    site = d.con_site[con]
    limit = d.site[site, S_POWER]
    if limit == 0:
        return 0
    if power > limit:
        return NEVER
    low = d.site[site, S_CON0]
    high = d.site[site, S_CON1]
    for q in range(low - 1, high):
        rows = 1 if q < low else c.con_n[q]
        for k in range(rows):
            at = start
            if q >= low:
                at = c.con[q, k, 0]
                if at <= start or at >= end or c.con[q, k, 2] == v:
                    continue
            drawn = 0
            soonest = NEVER
            for m in range(low, high):
                for r in range(c.con_n[m]):
                    if c.con[m, r, 2] != v and c.con[m, r, 0] <= at < c.con[m, r, 1]:
                        drawn += c.con[m, r, 3]
                        soonest = min(soonest, c.con[m, r, 1])
            if drawn + power > limit:
                return soonest
    return 0


@njit(cache=True)
def connector_slot(
    d: Data, c: Claims, con: int, v: int, power: int, t: int, length: int, step: int
) -> int:
    """The earliest start from ``t`` on of a session of that length; NEVER if none."""
    site = d.con_site[con]
    for _ in range(200):
        s = NEVER
        for k in range(d.site_hours_at[site], d.site_hours_at[site + 1]):
            begin = max(t, d.site_hours[k, 0])
            if begin + length <= d.site_hours[k, 1] and begin < s:
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
