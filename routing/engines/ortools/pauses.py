"""Compiled stops that serve no order: charging and rest."""

# ruff: noqa: FBT001, PLR0917 - kernels are called by position: numba has no keyword-only calls
from __future__ import annotations

from routing.engines.ortools.claims import charge_seconds, connector_slot
from routing.engines.ortools.data import (
    BAD_ACCESS,
    BAD_BATTERY,
    BAD_CONNECTOR,
    BAD_REST,
    E_CHARGE,
    E_REST,
    E_WAIT,
    K_RESERVE,
    KIND,
    POWER,
    REST_OK,
    S_ATTENDED,
    S_CON0,
    S_CON1,
    S_PLACE,
    S_TARIFF,
    SITE,
    SITE_OF,
    SITE_OK,
    TARIFF,
    VEHICLE,
    X_CON,
    X_SOC_OUT,
    Floats,
    Ints,
)
from routing.engines.ortools.legs import (
    T_DRIVEN,
    T_EVENTS,
    T_LIMIT,
    T_LOAD,
    T_NOW,
    T_PLACE,
    T_RESTS,
    T_SOC,
    T_WHY,
    add_event,
    charge_left,
    drawn_standing,
    drive,
    leg_energy,
)
from routing.travel.flat import cube, kernel, rows, slice_in, tab, vec, width
from routing.travel.kernels import NEVER, drive_metres, drive_seconds, leave, stay_closed


@kernel
def charge_here(
    d: Ints, c: Ints, v: int, st: Ints, ev: Ints, fs: Floats, target: int, outside: bool, at: int
) -> bool:
    """Charge at the site of this place up to ``target`` Wh, not before ``at``; False if it cannot.

    ``outside``: at a depot outside a trip (waiting draws nothing, needs no stop of its own).
    """
    ty = tab(d, VEHICLE, v, 0)
    site = vec(d, SITE_OF, st[T_PLACE])
    if site < 0 or tab(d, SITE_OK, v, site) == 0:
        st[T_WHY] = BAD_CONNECTOR
        return False
    now = st[T_NOW]
    soonest = max(now, at)
    gain = target - st[T_SOC]
    best = NEVER
    start = 0
    con = -1
    for q in range(tab(d, SITE, site, S_CON0), tab(d, SITE, site, S_CON1)):
        power = tab(d, POWER, ty, q)
        if power == 0:
            continue
        length = charge_seconds(d, ty, power, st[T_SOC], gain)
        s = connector_slot(d, c, q, v, power, soonest, length, 1)
        if s + length < best:
            best = s + length
            start = s
            con = q
    if con < 0:
        st[T_WHY] = BAD_CONNECTOR
        return False
    a = tab(d, VEHICLE, v, 2)
    if start > now and not outside:
        if tab(d, REST_OK, a, st[T_PLACE]) == 2:
            st[T_WHY] = BAD_ACCESS
            return False
        e = add_event(ev, st, E_WAIT, st[T_PLACE], now, now, start)
        if e < 0:
            return False
        used = drawn_standing(d, ty, ev, e, start)
        st[T_SOC] -= used
        ev[e, X_SOC_OUT] = st[T_SOC]
        target -= used
        if st[T_SOC] < tab(d, KIND, ty, K_RESERVE):
            st[T_WHY] = BAD_BATTERY
            return False
        length = charge_seconds(d, ty, tab(d, POWER, ty, con), st[T_SOC], gain)
        best = start + length
        again = connector_slot(d, c, con, v, tab(d, POWER, ty, con), start, length, 1)
        if again != start:
            st[T_WHY] = BAD_CONNECTOR
            return False
    if stay_closed(d, a, st[T_PLACE], start, best) != 0:
        st[T_WHY] = BAD_ACCESS
        return False
    e = add_event(ev, st, E_CHARGE, st[T_PLACE], start, start, best)
    if e < 0:
        return False
    st[T_SOC] += gain
    ev[e, X_SOC_OUT] = st[T_SOC]
    ev[e, X_CON] = con
    tariff = tab(d, SITE, site, S_TARIFF)
    k = slice_in(d, TARIFF, tariff, (start + best) // 2)
    fs[0] += gain * cube(d, TARIFF, tariff, k, 1) / 1000.0
    rested = best - start >= st[T_RESTS] and tab(d, SITE, site, S_ATTENDED) == 0
    if rested and tab(d, REST_OK, a, st[T_PLACE]) == 1:
        st[T_DRIVEN] = 0
    return True


@kernel
def nearest_site(d: Ints, v: int, st: Ints, ev: Ints, dest: int, after: int) -> int:
    """The usable site with the least detour towards ``dest`` that the charge still reaches."""
    ty = tab(d, VEHICLE, v, 0)
    f = tab(d, VEHICLE, v, 1)
    soc = charge_left(d, ty, ev, st)
    best = -1
    least = NEVER
    for site in range(rows(d, SITE)):
        if tab(d, SITE_OK, v, site) == 0:
            continue
        p = tab(d, SITE, site, S_PLACE)
        way = drive_metres(d, f, st[T_PLACE], p, st[T_NOW])
        on = drive_metres(d, f, p, dest, st[T_NOW])
        if way + on >= least or (p == st[T_PLACE] and after == p):
            continue
        seconds = drive_seconds(d, f, st[T_PLACE], p, st[T_NOW])
        use = leg_energy(d, ty, st[T_NOW], way, seconds, st[T_LOAD])
        if soc - use < tab(d, KIND, ty, K_RESERVE):
            continue
        least = way + on
        best = site
    return best


@kernel
def rest_now(d: Ints, c: Ints, v: int, st: Ints, ev: Ints, dest: int) -> bool:
    """Take the lawful rest here or at the rest place with the least detour towards ``dest``."""
    f = tab(d, VEHICLE, v, 1)
    a = tab(d, VEHICLE, v, 2)
    ty = tab(d, VEHICLE, v, 0)
    best = -1
    least = NEVER
    for p in range(width(d, REST_OK)):
        if tab(d, REST_OK, a, p) != 1:
            continue
        way = drive_metres(d, f, st[T_PLACE], p, st[T_NOW])
        way += drive_metres(d, f, p, dest, st[T_NOW])
        if way < least:
            seconds = drive_seconds(d, f, st[T_PLACE], p, st[T_NOW])
            if st[T_DRIVEN] + seconds <= st[T_LIMIT]:
                least = way
                best = p
    if best < 0:
        st[T_WHY] = BAD_REST
        return False
    if best != st[T_PLACE]:
        dep = leave(d, f, a, st[T_PLACE], best, st[T_NOW])
        if dep >= NEVER:
            st[T_WHY] = BAD_ACCESS
            return False
        if drive(d, c, v, st, ev, best, dep) < 0:
            return False
    else:
        e = st[T_EVENTS] - 1
        st[T_SOC] = charge_left(d, ty, ev, st)
        ev[e, X_SOC_OUT] = st[T_SOC]
    now = st[T_NOW]
    if stay_closed(d, a, best, now, now + st[T_RESTS]) != 0:
        st[T_WHY] = BAD_ACCESS
        return False
    if add_event(ev, st, E_REST, best, now, now, now + st[T_RESTS]) < 0:
        return False
    st[T_DRIVEN] = 0
    return True
