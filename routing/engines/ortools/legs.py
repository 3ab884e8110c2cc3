"""Compiled steps of one vehicle's day: legs and waiting.

The running state is the int64 vector ``st`` (columns ``T_*``); rows of ``ev`` are the stops so far.
"""

# ruff: noqa: FBT001, PLR0917 - kernels are called by position: numba has no keyword-only calls
from __future__ import annotations

from routing.engines.ortools.claims import bay_fits
from routing.engines.ortools.data import (
    BAD_BATTERY,
    BAD_BAY,
    BAD_REST,
    E_CHARGE,
    E_HOME,
    E_LOAD,
    E_WAIT,
    K_BATTERY,
    K_MAX_BASE,
    K_MAX_DRIVE,
    K_MAX_LOAD,
    K_RESERVE,
    K_STOP_W,
    KIND,
    MAX_EVENTS,
    REFUGE,
    REST_OK,
    USE,
    VEHICLE,
    X_ARRIVE,
    X_BAY,
    X_CON,
    X_DEPART,
    X_DONE,
    X_DUTY,
    X_HIGH,
    X_KIND,
    X_LOAD_G,
    X_LOW,
    X_PLACE,
    X_SOC_IN,
    X_SOC_OUT,
    X_START,
    X_TRIP,
    X_WAY,
    Ints,
)
from routing.travel.flat import cube, kernel, slice_in, tab
from routing.travel.kernels import NEVER, drive_metres, drive_seconds, stay_closed

# Columns of the state vector.
(
    T_PLACE,
    T_NOW,
    T_SOC,
    T_LOAD,
    T_DRIVEN,
    T_EVENTS,
    T_WAITED,
    T_SLACK,
    T_TRIP,
    T_DUTY,
    T_WHY,
    T_METRES,
    T_LIMIT,
    T_RESTS,
    T_FIXED,
    T_FAST,
) = range(16)


@kernel
def leg_energy(d: Ints, ty: int, t: int, metres: int, seconds: int, load_g: int) -> int:
    """Wh of a leg, rounded up once; the integers of ``routing.travel.leg_wh``."""
    k = slice_in(d, USE, ty, t)
    per_km = cube(d, USE, ty, k, 1) * 1000 + cube(d, USE, ty, k, 2) * ((load_g + 999) // 1000)
    total = metres * per_km * 9 + cube(d, USE, ty, k, 3) * seconds * 2500000
    return (total + 8999999999) // 9000000000


@kernel
def refuge_energy(d: Ints, ty: int, place: int, load_g: int) -> int:
    """Wh that surely reach the nearest usable charger from a place."""
    per_km = tab(d, KIND, ty, K_MAX_BASE) * 1000 + tab(d, KIND, ty, K_MAX_LOAD) * (
        (load_g + 999) // 1000
    )
    metres = cube(d, REFUGE, ty, place, 0)
    if metres > 10**7:
        return NEVER
    total = (
        metres * per_km * 9
        + tab(d, KIND, ty, K_MAX_DRIVE) * cube(d, REFUGE, ty, place, 1) * 2500000
    )
    return total // 9000000000 + 2


@kernel
def add_event(ev: Ints, st: Ints, kind: int, place: int, arrive: int, start: int, end: int) -> int:
    """Append a stop; returns its row, or -1 when there is no room."""
    e = st[T_EVENTS]
    if e >= MAX_EVENTS:
        return -1
    ev[e, X_KIND] = kind
    ev[e, X_PLACE] = place
    ev[e, X_BAY] = -1
    ev[e, X_ARRIVE] = arrive
    ev[e, X_START] = start
    ev[e, X_DONE] = end
    ev[e, X_DEPART] = end
    ev[e, X_SOC_IN] = st[T_SOC]
    ev[e, X_SOC_OUT] = st[T_SOC]
    ev[e, X_CON] = -1
    ev[e, X_LOW] = 0
    ev[e, X_HIGH] = 0
    ev[e, X_TRIP] = st[T_TRIP]
    ev[e, X_DUTY] = st[T_DUTY]
    ev[e, X_LOAD_G] = st[T_LOAD]
    ev[e, X_WAY] = -1
    st[T_EVENTS] = e + 1
    st[T_PLACE] = place
    st[T_NOW] = end
    found: int = e
    return found


@kernel
def drawn_standing(d: Ints, ty: int, ev: Ints, e: int, until: int) -> int:
    """Wh that standing at event e until then draws."""
    kind = ev[e, X_KIND]
    if kind in (E_LOAD, E_HOME, E_CHARGE):
        return 0
    found: int = (tab(d, KIND, ty, K_STOP_W) * (until - ev[e, X_ARRIVE]) + 3599) // 3600
    return found


@kernel
def charge_left(d: Ints, ty: int, ev: Ints, st: Ints) -> int:
    """Charge on leaving the last stop as it stands."""
    e = st[T_EVENTS] - 1
    if ev[e, X_KIND] == E_CHARGE:
        left: int = ev[e, X_SOC_OUT]
        return left
    rest: int = ev[e, X_SOC_IN] - drawn_standing(d, ty, ev, e, ev[e, X_DEPART])
    return rest


@kernel
def stretch(d: Ints, c: Ints, v: int, ev: Ints, st: Ints, until: int, park: bool) -> bool:
    """Let the vehicle stay where it stands until then; False if it may not."""
    e = st[T_EVENTS] - 1
    if ev[e, X_DEPART] == until:
        return True
    a = tab(d, VEHICLE, v, 2)
    if ev[e, X_KIND] == E_CHARGE:
        if not park:
            return False
        return (
            add_event(ev, st, E_WAIT, ev[e, X_PLACE], ev[e, X_DEPART], ev[e, X_DEPART], until) >= 0
        )
    if ev[e, X_BAY] >= 0 and not bay_fits(d, c, ev[e, X_BAY], v, ev[e, X_ARRIVE], until):
        return False
    if stay_closed(d, a, ev[e, X_PLACE], ev[e, X_ARRIVE], until) != 0:
        return False
    ev[e, X_DEPART] = until
    return True


@kernel
def drive(d: Ints, c: Ints, v: int, st: Ints, ev: Ints, dest: int, dep: int) -> int:
    """Leave for another place at ``dep``; the arrival, or -1 with the reason in ``st``."""
    ty = tab(d, VEHICLE, v, 0)
    f = tab(d, VEHICLE, v, 1)
    a = tab(d, VEHICLE, v, 2)
    if not stretch(d, c, v, ev, st, dep, tab(d, REST_OK, a, st[T_PLACE]) != 2):
        st[T_WHY] = BAD_BAY
        return -1
    e = st[T_EVENTS] - 1
    here = st[T_PLACE]
    soc = ev[e, X_SOC_IN] - drawn_standing(d, ty, ev, e, dep)
    if ev[e, X_KIND] == E_CHARGE:
        soc = ev[e, X_SOC_OUT]
    # A long enough wait after service where one may rest starts the driving clock afresh.
    if dep - ev[e, X_DONE] >= st[T_RESTS] and tab(d, REST_OK, a, here) == 1:
        st[T_DRIVEN] = 0
    seconds = drive_seconds(d, f, here, dest, dep)
    metres = drive_metres(d, f, here, dest, dep)
    if st[T_DRIVEN] + seconds > st[T_LIMIT]:
        st[T_WHY] = BAD_REST
        return -1
    if tab(d, KIND, ty, K_BATTERY) > 0:
        ev[e, X_SOC_OUT] = soc
        soc -= leg_energy(d, ty, dep, metres, seconds, st[T_LOAD])
        if soc < tab(d, KIND, ty, K_RESERVE):
            st[T_WHY] = BAD_BATTERY
            return -1
        st[T_SOC] = soc
    st[T_DRIVEN] += seconds
    st[T_METRES] += metres
    st[T_PLACE] = dest
    st[T_NOW] = dep + seconds
    return dep + seconds
