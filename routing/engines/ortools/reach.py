"""Compiled forecasts of a trip's energy, and charging on its way."""

# ruff: noqa: FBT001, PLR0917 - kernels are called by position: numba has no keyword-only calls
from __future__ import annotations

from routing.engines.ortools.data import (
    BAD_LOCK,
    CHARGES,
    CHARGES_AT,
    CON_SITE,
    E_CHARGE,
    K_BATTERY,
    K_RESERVE,
    K_STOP_W,
    KIND,
    O_WEIGHT,
    OPTION,
    OPTION_AT,
    ORDER,
    P_STAND,
    S_PLACE,
    SITE,
    SITE_OF,
    SITE_OK,
    VEHICLE,
    X_CON,
    X_DEPART,
    X_KIND,
    X_SOC_OUT,
    X_START,
    Floats,
    Ints,
)
from routing.engines.ortools.legs import (
    T_EVENTS,
    T_LOAD,
    T_NOW,
    T_PLACE,
    T_SOC,
    T_WHY,
    charge_left,
    drive,
    leg_energy,
)
from routing.engines.ortools.pauses import charge_here
from routing.travel.flat import kernel, rows, tab, vec
from routing.travel.kernels import NEVER, drive_metres, drive_seconds, leave

LOCKED_WH = 1_000
"""What a locked session gains at least, where the battery has room for it."""


@kernel
def forecast(
    d: Ints,
    v: int,
    seq: Ints,
    low: int,
    high: int,
    place: int,
    end: int,
    t: int,
    grams: int,
    out: Ints,
) -> int:
    """Rough Wh from ``place`` over tasks low.. to the end; ``out[k]`` = Wh from task k's leg on.

    First options, no windows; standing energy by a flat ten minutes a visit.
    """
    ty = tab(d, VEHICLE, v, 0)
    f = tab(d, VEHICLE, v, 1)
    at = place
    for k in range(low, high + 1):
        there = tab(d, OPTION, vec(d, OPTION_AT, seq[k]), P_STAND) if k < high else end
        used = 0
        if there != at:
            seconds = drive_seconds(d, f, at, there, t)
            metres = drive_metres(d, f, at, there, t)
            used = leg_energy(d, ty, t, metres, seconds, grams)
            if k < high:
                used += tab(d, KIND, ty, K_STOP_W) * 900 // 3600
            t += seconds + 600
        out[k] = used
        at = there
        if k < high:
            o = seq[k] >> 1
            grams += -tab(d, ORDER, o, O_WEIGHT) if seq[k] & 1 else tab(d, ORDER, o, O_WEIGHT)
    total = 0
    for k in range(high, low - 1, -1):
        total += out[k]
        out[k] = total
    return total


@kernel
def plan_charge(
    d: Ints,
    v: int,
    seq: Ints,
    low: int,
    high: int,
    place: int,
    end: int,
    t: int,
    soc: int,
    rest: Ints,
    out: Ints,
) -> None:
    """Which leg of a trip best takes a detour to charge: ``out`` = (task index, site) or -1."""
    ty = tab(d, VEHICLE, v, 0)
    f = tab(d, VEHICLE, v, 1)
    reserve = tab(d, KIND, ty, K_RESERVE)
    out[0] = -1
    at = place
    least = NEVER
    for k in range(low, high + 1):
        there = tab(d, OPTION, vec(d, OPTION_AT, seq[k]), P_STAND) if k < high else end
        here = soc - (rest[low] - rest[k])
        if here < reserve:
            break
        if there != at or k == low:
            direct = drive_metres(d, f, at, there, t)
            for site in range(rows(d, SITE)):
                if tab(d, SITE_OK, v, site) == 0:
                    continue
                p = tab(d, SITE, site, S_PLACE)
                way = drive_metres(d, f, at, p, t)
                extra = way + drive_metres(d, f, p, there, t) - direct
                # Charging late needs less to be carried in one go; a shade of preference.
                if extra >= least:
                    continue
                seconds = drive_seconds(d, f, at, p, t)
                if here - leg_energy(d, ty, t, way, seconds, 0) * 21 // 20 < reserve:
                    continue
                if rest[k] + reserve > tab(d, KIND, ty, K_BATTERY) * 5 // 4 and k < high:
                    continue
                least = extra
                out[0] = k
                out[1] = site
        at = there


@kernel
def session_had(d: Ints, ev: Ints, st: Ints, row: int) -> bool:
    """Whether a session that is locked has been had."""
    t = tab(d, CHARGES, row, 1)
    for e in range(st[T_EVENTS]):
        if (
            ev[e, X_KIND] == E_CHARGE
            and vec(d, CON_SITE, ev[e, X_CON]) == tab(d, CHARGES, row, 0)
            and ev[e, X_START] <= t < ev[e, X_DEPART]
        ):
            return True
    return False


@kernel
def locked_here(d: Ints, v: int, st: Ints, ev: Ints) -> int:
    """The row of a locked session still to be had at this very place, or -1."""
    for row in range(vec(d, CHARGES_AT, v), vec(d, CHARGES_AT, v + 1)):
        here = tab(d, SITE, tab(d, CHARGES, row, 0), S_PLACE) == st[T_PLACE]
        if here and tab(d, CHARGES, row, 1) >= st[T_NOW] and not session_had(d, ev, st, row):
            return row
    return -1


@kernel
def locked_site(d: Ints, v: int, st: Ints, ev: Ints, finish: int, there: int) -> int:
    """The row of a locked session that cannot wait until ``there`` is done with at ``finish``.

    -1 where none presses. One that began before its time and lasts counts as had.
    """
    f = tab(d, VEHICLE, v, 1)
    for row in range(vec(d, CHARGES_AT, v), vec(d, CHARGES_AT, v + 1)):
        t = tab(d, CHARGES, row, 1)
        if t < st[T_NOW] or session_had(d, ev, st, row):
            continue
        p = tab(d, SITE, tab(d, CHARGES, row, 0), S_PLACE)
        later = finish + (drive_seconds(d, f, there, p, finish) if there != p else 0)
        if later > t:
            return row
    return -1


@kernel
def charge_as_locked(
    d: Ints, c: Ints, v: int, st: Ints, ev: Ints, fs: Floats, row: int, need: int, outside: bool
) -> bool:
    """Be at a locked session's site in time and charge from that second on."""
    ty = tab(d, VEHICLE, v, 0)
    f = tab(d, VEHICLE, v, 1)
    a = tab(d, VEHICLE, v, 2)
    site = tab(d, CHARGES, row, 0)
    p = tab(d, SITE, site, S_PLACE)
    if tab(d, SITE_OK, v, site) == 0 or vec(d, SITE_OF, p) != site:
        st[T_WHY] = BAD_LOCK
        return False
    if p != st[T_PLACE]:
        dep = leave(d, f, a, st[T_PLACE], p, st[T_NOW])
        if dep >= NEVER or drive(d, c, v, st, ev, p, dep) < 0:
            return False
    elif not outside:
        e = st[T_EVENTS] - 1
        st[T_SOC] = charge_left(d, ty, ev, st)
        ev[e, X_SOC_OUT] = st[T_SOC]
    least = st[T_SOC] + LOCKED_WH
    target = max(least, tab(d, KIND, ty, K_RESERVE) + need + need // 25 + 150)
    target = min(target, tab(d, KIND, ty, K_BATTERY))
    if target <= st[T_SOC] or st[T_NOW] > tab(d, CHARGES, row, 1):
        st[T_WHY] = BAD_LOCK
        return False
    return charge_here(d, c, v, st, ev, fs, target, outside, tab(d, CHARGES, row, 1))


@kernel
def charge_on_way(
    d: Ints, c: Ints, v: int, st: Ints, ev: Ints, fs: Floats, site: int, dest: int, need: int
) -> bool:
    """Drive to a site and charge enough for ``need`` Wh beyond the reserve and the way onwards."""
    ty = tab(d, VEHICLE, v, 0)
    f = tab(d, VEHICLE, v, 1)
    a = tab(d, VEHICLE, v, 2)
    p = tab(d, SITE, site, S_PLACE)
    metres = drive_metres(d, f, p, dest, st[T_NOW])
    seconds = drive_seconds(d, f, p, dest, st[T_NOW])
    onward = leg_energy(d, ty, st[T_NOW], metres, seconds, st[T_LOAD])
    target = tab(d, KIND, ty, K_RESERVE) + onward + need + need // 25 + 150
    target = min(target, tab(d, KIND, ty, K_BATTERY))
    # Nothing to gain is seen before the detour, not after it.
    there = charge_left(d, ty, ev, st)
    if p != st[T_PLACE]:
        metres = drive_metres(d, f, st[T_PLACE], p, st[T_NOW])
        seconds = drive_seconds(d, f, st[T_PLACE], p, st[T_NOW])
        there -= leg_energy(d, ty, st[T_NOW], metres, seconds, st[T_LOAD])
    if target <= there:
        return False
    if p != st[T_PLACE]:
        dep = leave(d, f, a, st[T_PLACE], p, st[T_NOW])
        if dep >= NEVER:
            return False
        if drive(d, c, v, st, ev, p, dep) < 0:
            return False
    else:
        e = st[T_EVENTS] - 1
        st[T_SOC] = charge_left(d, ty, ev, st)
        ev[e, X_SOC_OUT] = st[T_SOC]
    if target <= st[T_SOC]:
        target = min(st[T_SOC] + 100, tab(d, KIND, ty, K_BATTERY))
    return charge_here(d, c, v, st, ev, fs, target, False, 0)
