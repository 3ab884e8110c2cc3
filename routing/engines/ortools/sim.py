"""Compiled simulator of one vehicle's day: from a sequence to exact times, charge and cost.

A day is a vector of tokens: ``-2 - d`` begins duty d (and a trip), ``-1`` begins another trip,
``2·o`` picks order o up, ``2·o + 1`` delivers it. A delivery without its pickup in the same trip
is loaded at the trip's first depot stop, a pickup without its delivery is unloaded at its last.
Bays, connectors and site power that others hold are respected, so a feasible day is feasible
beside them.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from routing.engines.ortools.data import (
    BAD_AVAILABLE,
    BAD_BATTERY,
    BAD_DEPOT,
    BAD_DUTY,
    BAD_GOODS,
    BAD_ORDER,
    BAD_PERMIT,
    BAD_PLACES,
    BAD_REST,
    BAD_RIDE,
    BAD_ROOM,
    BAD_SHIFT,
    BAD_TEMPERATURE,
    BAD_VOLUME,
    BAD_WEIGHT,
    BAD_WINDOW,
    COMP,
    CONFLICT,
    COUNT,
    COUNT_AT,
    D_DRIVING,
    D_FROM,
    D_LONGEST,
    D_REST,
    D_SINCE,
    D_UNTIL,
    DEPOT,
    DEPOT_HOURS,
    DUTY,
    DUTY_OK,
    E_DELIVER,
    E_HOME,
    E_LOAD,
    E_PICKUP,
    FITS,
    K_BATTERY,
    K_CAPS,
    K_COMPS,
    K_PAYLOAD,
    K_RESERVE,
    K_STOP_W,
    K_UNITS,
    K_VOLUME,
    KIND,
    LATE,
    M_FIXED,
    M_HOUR,
    M_KM,
    MAX_EVENTS,
    MEAN,
    MIDNIGHT,
    MONEY,
    O_DUE,
    O_LOAD_S,
    O_PLACES,
    O_RELEASE,
    O_RIDE,
    O_TEMP,
    O_UNIT_S,
    O_UNITS,
    O_VOLUME,
    O_WEIGHT,
    OPTION,
    OPTION_AT,
    ORDER,
    P_BAY,
    P_EXTRA,
    P_STAND,
    P_WIN0,
    P_WIN1,
    REST_OK,
    S_ATTENDED,
    S_PLACE,
    SITE,
    SITE_OF,
    SITE_OK,
    TARIFF,
    V_FROM,
    V_HOME,
    V_PLACE,
    V_SOC,
    V_SOC_END,
    V_TARIFF,
    V_UNTIL,
    VEHICLE,
    W_END,
    W_NEEDS,
    W_START,
    WINDOW,
    X_ARRIVE,
    X_BAY,
    X_DEPART,
    X_DONE,
    X_HIGH,
    X_KIND,
    X_LOW,
    X_PLACE,
    X_SOC_OUT,
    X_WAY,
    ZONE_AT,
    ZONE_IN,
    ZONE_SPAN,
    Floats,
    Ints,
)
from routing.engines.ortools.legs import (
    C_ARRIVE,
    C_LATEST,
    C_LEAVE,
    C_OPTION,
    C_READY,
    C_START,
    C_STAY,
    C_UNTIL,
    T_DRIVEN,
    T_DUTY,
    T_EVENTS,
    T_LIMIT,
    T_LOAD,
    T_METRES,
    T_NOW,
    T_PLACE,
    T_RESTS,
    T_SLACK,
    T_SOC,
    T_TRIP,
    T_WAITED,
    T_WHY,
    add_event,
    charge_here,
    charge_left,
    choose_standing,
    drawn_standing,
    drive,
    leg_energy,
    nearest_site,
    refuge_energy,
    rest_now,
    window_at,
)
from routing.travel.flat import cube, rows, slice_in, tab, vec
from routing.travel.kernels import (
    NEVER,
    drive_metres,
    drive_seconds,
    leave,
    stay_closed,
)

BROKEN = 1e18
"""Cost of a day that does not hold."""
MAX_DUTIES = 4


@njit(cache=True, _nrt=False)
def option_at_place(d: Ints, task: int, place: int) -> int:
    """The option of a task at a depot's own yard, or -1."""
    for option in range(vec(d, OPTION_AT, task), vec(d, OPTION_AT, task + 1)):
        if tab(d, OPTION, option, P_BAY) < 0 and tab(d, OPTION, option, P_STAND) == place:
            return option
    return -1


@njit(cache=True, _nrt=False)
def position(seq: Ints, low: int, high: int, task: int) -> int:
    """Where a task stands in seq[low:high], or -1."""
    for k in range(low, high):
        if seq[k] == task:
            return k
    return -1


@njit(cache=True, _nrt=False)
def holds_classes(d: Ints, ty: int, peak: Ints) -> bool:
    """Whether each temperature class on board has a compartment of its own that is large enough."""
    comps = tab(d, KIND, ty, K_COMPS)
    used = 0
    for temp in range(3):
        if peak[3 * temp] > 0 or peak[3 * temp + 1] > 0 or peak[3 * temp + 2] > 0:
            used += 1
    if used == 0:
        return True
    total = comps * comps * comps
    for code in range(total):
        pick0 = code % comps
        pick1 = (code // comps) % comps
        pick2 = code // (comps * comps)
        fine = True
        for temp in range(3):
            if peak[3 * temp] == 0 and peak[3 * temp + 1] == 0 and peak[3 * temp + 2] == 0:
                continue
            mine = pick0 if temp == 0 else (pick1 if temp == 1 else pick2)
            if (cube(d, COMP, ty, mine, 3) >> temp) & 1 == 0:
                fine = False
            if peak[3 * temp] > cube(d, COMP, ty, mine, 0) or peak[3 * temp + 1] > cube(d, COMP, ty, mine, 1):
                fine = False
            if cube(d, COMP, ty, mine, 2) > 0 and peak[3 * temp + 2] > cube(d, COMP, ty, mine, 2):
                fine = False
            for other in range(temp):
                if peak[3 * other] == 0 and peak[3 * other + 1] == 0 and peak[3 * other + 2] == 0:
                    continue
                theirs = pick0 if other == 0 else pick1
                if theirs == mine:
                    fine = False
        if fine:
            return True
    return False


@njit(cache=True, _nrt=False)
def check_loads(
    d: Ints, v: int, seq: Ints, low: int, high: int, base: int, end: int, loaded: Ints,
    now: Ints, peak: Ints,
) -> int:
    """OK or why the goods of a trip cannot ride; ``loaded[k]`` 1 where the depot loads task k.

    ``loaded[high]`` receives the grams on board at the trip's start.
    """
    ty = tab(d, VEHICLE, v, 0)
    for q in range(9):
        now[q] = 0
    grams = 0
    for k in range(low, high):
        o = seq[k] >> 1
        loaded[k] = 0
        if tab(d, FITS, o, v) == 0:
            return BAD_AVAILABLE
        if seq[k] & 1:
            at = position(seq, low, high, seq[k] - 1)
            if at > k:
                return BAD_ORDER
            if at < 0:
                if option_at_place(d, seq[k] - 1, base) < 0:
                    return BAD_ORDER
                loaded[k] = 1
                temp = tab(d, ORDER, o, O_TEMP)
                now[3 * temp] += tab(d, ORDER, o, O_WEIGHT)
                now[3 * temp + 1] += tab(d, ORDER, o, O_VOLUME)
                now[3 * temp + 2] += tab(d, ORDER, o, O_PLACES)
                grams += tab(d, ORDER, o, O_WEIGHT)
        elif position(seq, low, high, seq[k] + 1) < 0 and option_at_place(d, seq[k] + 1, end) < 0:
            return BAD_ORDER
        if rows(d, CONFLICT) > 1:
            for m in range(low, k):
                if tab(d, CONFLICT, o, seq[m] >> 1):
                    return BAD_GOODS
    loaded[high] = grams
    for q in range(9):
        peak[q] = now[q]
    weight = now[0] + now[3] + now[6]
    volume = now[1] + now[4] + now[7]
    places = now[2] + now[5] + now[8]
    for k in range(low - 1, high):
        if k >= low:
            sign = -1 if seq[k] & 1 else 1
            o = seq[k] >> 1
            temp = tab(d, ORDER, o, O_TEMP)
            now[3 * temp] += sign * tab(d, ORDER, o, O_WEIGHT)
            now[3 * temp + 1] += sign * tab(d, ORDER, o, O_VOLUME)
            now[3 * temp + 2] += sign * tab(d, ORDER, o, O_PLACES)
            weight += sign * tab(d, ORDER, o, O_WEIGHT)
            volume += sign * tab(d, ORDER, o, O_VOLUME)
            places += sign * tab(d, ORDER, o, O_PLACES)
        if weight > tab(d, KIND, ty, K_PAYLOAD):
            return BAD_WEIGHT
        if volume > tab(d, KIND, ty, K_VOLUME):
            return BAD_VOLUME
        if tab(d, KIND, ty, K_UNITS) > 0 and places > tab(d, KIND, ty, K_UNITS):
            return BAD_PLACES
        for temp in range(3):
            for q in range(3):
                peak[3 * temp + q] = max(peak[3 * temp + q], now[3 * temp + q])
    return 0 if holds_classes(d, ty, peak) else BAD_TEMPERATURE


@njit(cache=True, _nrt=False)
def forecast(
    d: Ints, v: int, seq: Ints, low: int, high: int, place: int, end: int, t: int, grams: int,
    out: Ints,
) -> int:
    """Rough Wh from ``place`` over tasks low.. to the end, and ``out[k]`` = Wh from task k's leg on.

    First options, no windows; standing energy by a flat ten minutes a visit.
    """
    ty = tab(d, VEHICLE, v, 0)
    f = tab(d, VEHICLE, v, 1)
    at = place
    for k in range(low, high + 1):
        if k < high:
            there = tab(d, OPTION, vec(d, OPTION_AT, seq[k]), P_STAND)
        else:
            there = end
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


@njit(cache=True, _nrt=False)
def plan_charge(
    d: Ints, v: int, seq: Ints, low: int, high: int, place: int, end: int, t: int, soc: int,
    rest: Ints, out: Ints,
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


@njit(cache=True, _nrt=False)
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
    return charge_here(d, c, v, st, ev, fs, target, False)


@njit(cache=True, _nrt=False)
def count_entries(d: Ints, v: int, ev: Ints, n: int) -> bool:
    """Whether the entries of every counted pass stay within its number, date by date."""
    a = tab(d, VEHICLE, v, 2)
    f = tab(d, VEHICLE, v, 1)
    for row in range(vec(d, COUNT_AT, a), vec(d, COUNT_AT, a + 1)):
        for day in range(rows(d, MIDNIGHT)):
            low = vec(d, MIDNIGHT, day)
            high = low + 86400
            entries = 0
            for e in range(1, n):
                i = ev[e - 1, X_PLACE]
                j = ev[e, X_PLACE]
                t = ev[e, X_ARRIVE]
                if i == j or not low <= t < high:
                    continue
                hit = False
                for z in range(tab(d, COUNT, row, 1), tab(d, COUNT, row, 2)):
                    if tab(d, ZONE_IN, z, j) and not tab(d, ZONE_IN, z, i):
                        for k in range(vec(d, ZONE_AT, z), vec(d, ZONE_AT, z + 1)):
                            begin = t - drive_seconds(d, f, i, j, ev[e - 1, X_DEPART])
                            if begin < tab(d, ZONE_SPAN, k, 1) and tab(d, ZONE_SPAN, k, 0) <= t:
                                hit = True
                if hit:
                    entries += 1
            if entries > tab(d, COUNT, row, 0):
                return False
    return True


@njit(cache=True, _nrt=False)
def one_trip(
    d: Ints, c: Ints, v: int, seq: Ints, low: int, high: int, st: Ints, ev: Ints, fs: Floats,
    chosen: Ints, work: Ints, opening: bool, earliest: int, lean: bool,
) -> int:
    """Simulate one trip; the arrival at its first depot stop, or -1 with the reason in ``st``.

    ``opening``: the duty begins with it. ``lean``: do not charge at the depot first. ``work`` is
    scratch of shape (11, tokens). One kernel: splitting it further costs calls in the hottest loop.
    """
    ty = tab(d, VEHICLE, v, 0)
    f = tab(d, VEHICLE, v, 1)
    a = tab(d, VEHICLE, v, 2)
    caps = tab(d, KIND, ty, K_CAPS)
    base = st[T_PLACE]
    end = tab(d, VEHICLE, v, V_HOME)
    loaded = work[0]
    rest = work[1]
    best = work[2]
    spare = work[3]
    keep = work[4]
    plan = work[5]
    why = check_loads(d, v, seq, low, high, base, end, loaded, work[6], work[7])
    if why:
        st[T_WHY] = why
        return -1
    battery = tab(d, KIND, ty, K_BATTERY)
    reserve = tab(d, KIND, ty, K_RESERVE)
    st[T_LOAD] = 0
    plan[0] = -1
    ready = max(st[T_NOW], earliest)
    if battery > 0:
        need = forecast(d, v, seq, low, high, base, end, ready, loaded[high], rest)
        want = min(battery, need + need // 25 + 150 + reserve)
        site = vec(d, SITE_OF, base)
        if st[T_SOC] < want and not lean and site >= 0 and not (
            opening and tab(d, SITE, site, S_ATTENDED)
        ):
            if not charge_here(d, c, v, st, ev, fs, want, True) and st[T_SOC] < reserve:
                return -1
            ready = max(st[T_NOW], earliest)
        if st[T_SOC] < need + need // 33 + reserve:
            plan_charge(d, v, seq, low, high, base, end, ready, st[T_SOC], rest, plan)
    loading = 0
    any_load = False
    start = ready
    for k in range(low, high):
        if loaded[k]:
            o = seq[k] >> 1
            any_load = True
            loading += tab(d, ORDER, o, O_UNITS) * tab(d, ORDER, o, O_LOAD_S)
            start = max(start, tab(d, ORDER, o, O_RELEASE))
            st[T_LOAD] += tab(d, ORDER, o, O_WEIGHT)
            fs[1] += tab(d, OPTION, option_at_place(d, seq[k] - 1, base), P_EXTRA)
    if any_load:
        loading += tab(d, DEPOT, base, 0)
    for _ in range(40):
        before = start
        for k in range(low, high):
            if loaded[k]:
                option = option_at_place(d, seq[k] - 1, base)
                w0 = tab(d, OPTION, option, P_WIN0)
                w1 = tab(d, OPTION, option, P_WIN1)
                if w0 < w1:
                    soonest = NEVER
                    for w in range(w0, w1):
                        if start <= tab(d, WINDOW, w, W_END) and not tab(d, WINDOW, w, W_NEEDS) & ~caps:
                            soonest = min(soonest, max(start, tab(d, WINDOW, w, W_START)))
                    start = soonest
                    if start >= NEVER:
                        st[T_WHY] = BAD_WINDOW
                        return -1
        if any_load:
            soonest = NEVER
            for k in range(tab(d, DEPOT, base, 1), tab(d, DEPOT, base, 2)):
                begin = max(start, tab(d, DEPOT_HOURS, k, 0))
                if begin + loading <= tab(d, DEPOT_HOURS, k, 1):
                    soonest = min(soonest, begin)
            start = soonest
            if start >= NEVER:
                st[T_WHY] = BAD_DEPOT
                return -1
        closed = stay_closed(d, a, base, start, start + loading)
        if closed:
            start = closed
        if start == before:
            break
    arrive = start if opening else ready
    if not opening and (start - ready) >= st[T_RESTS]:
        st[T_DRIVEN] = 0
    st[T_WAITED] += 0 if opening else start - ready
    if add_event(ev, st, E_LOAD, base, arrive, start, start + loading) < 0:
        st[T_WHY] = BAD_ROOM
        return -1
    ev[st[T_EVENTS] - 1, X_LOW] = low
    ev[st[T_EVENTS] - 1, X_HIGH] = high
    k = low
    tries = 0
    while k < high:
        if plan[0] == k and battery > 0:
            plan[0] = -1
            there = tab(d, OPTION, vec(d, OPTION_AT, seq[k]), P_STAND)
            after = rest[k + 1] if k < high else 0
            went = charge_on_way(d, c, v, st, ev, fs, plan[1], there, after)
            if not went and ev[st[T_EVENTS] - 1, X_PLACE] != st[T_PLACE]:
                return -1
        if not choose_standing(d, c, v, st, ev, seq, k, high, chosen, best, spare, keep):
            return -1
        there = tab(d, OPTION, best[C_OPTION], P_STAND)
        dep = best[C_LEAVE]
        trouble = 0
        if there != st[T_PLACE]:
            seconds = drive_seconds(d, f, st[T_PLACE], there, dep)
            if st[T_DRIVEN] + seconds > st[T_LIMIT]:
                trouble = 2
            elif battery > 0:
                metres = drive_metres(d, f, st[T_PLACE], there, dep)
                soc = charge_left(d, ty, ev, st)
                soc -= leg_energy(d, ty, dep, metres, seconds, st[T_LOAD])
                e = st[T_EVENTS] - 1
                soc -= drawn_standing(d, ty, ev, e, dep) - drawn_standing(
                    d, ty, ev, e, ev[e, X_DEPART]
                )
                stay = best[C_START] + best[C_STAY] - best[C_ARRIVE]
                soc -= (tab(d, KIND, ty, K_STOP_W) * stay + 3599) // 3600
                left = soc - reserve
                done = best[C_UNTIL]
                beyond = rest[done] + rest[done] // 33
                if left < 0 or left < min(beyond, refuge_energy(d, ty, there, st[T_LOAD])):
                    trouble = 1
        if trouble:
            tries += 1
            if tries > 8:
                st[T_WHY] = BAD_BATTERY if trouble == 1 else BAD_REST
                return -1
            if trouble == 2:
                if not rest_now(d, c, v, st, ev, there):
                    return -1
                continue
            site = nearest_site(d, v, st, ev, there, st[T_PLACE])
            after = rest[best[C_UNTIL]]
            if site < 0:
                st[T_WHY] = BAD_BATTERY
                return -1
            if not charge_on_way(d, c, v, st, ev, fs, site, there, after):
                if st[T_WHY] == 0:
                    st[T_WHY] = BAD_BATTERY
                return -1
            continue
        tries = 0
        way = -1
        if there != st[T_PLACE]:
            arrive_there = drive(d, c, v, st, ev, there, dep)
            if arrive_there < 0:
                return -1
            way = 0
        else:
            e = st[T_EVENTS] - 1
            st[T_SOC] = charge_left(d, ty, ev, st)
            ev[e, X_SOC_OUT] = st[T_SOC]
        done = best[C_UNTIL]
        s = best[C_START]
        st[T_WAITED] += s - best[C_READY]
        st[T_SLACK] = min(st[T_SLACK], st[T_WAITED] + best[C_LATEST] - s)
        for m in range(k, done):
            o = seq[m] >> 1
            st[T_LOAD] += -tab(d, ORDER, o, O_WEIGHT) if seq[m] & 1 else tab(d, ORDER, o, O_WEIGHT)
            fs[1] += tab(d, OPTION, chosen[m], P_EXTRA)
            w = window_at(d, chosen[m], caps, s)
            if w >= 0 and s > tab(d, WINDOW, w, W_END):
                fs[2] += s - tab(d, WINDOW, w, W_END)
        kind = E_DELIVER if seq[k] & 1 else E_PICKUP
        e = add_event(ev, st, kind, there, best[C_ARRIVE], s, s + best[C_STAY])
        if e < 0:
            st[T_WHY] = BAD_ROOM
            return -1
        ev[e, X_BAY] = tab(d, OPTION, best[C_OPTION], P_BAY)
        ev[e, X_LOW] = k
        ev[e, X_HIGH] = done
        ev[e, X_WAY] = way
        if s - best[C_ARRIVE] >= st[T_RESTS] and (
            ev[e, X_BAY] >= 0 or tab(d, REST_OK, a, there) == 1
        ):
            st[T_DRIVEN] = 0
        k = done
    # Home, with a charge or a rest on the way where it must be.
    for _ in range(6):
        if end == st[T_PLACE]:
            break
        dep = leave(d, f, a, st[T_PLACE], end, st[T_NOW])
        if dep >= NEVER:
            st[T_WHY] = BAD_DEPOT
            return -1
        seconds = drive_seconds(d, f, st[T_PLACE], end, dep)
        if st[T_DRIVEN] + seconds > st[T_LIMIT]:
            if not rest_now(d, c, v, st, ev, end):
                return -1
            continue
        if battery > 0:
            if plan[0] == high:
                plan[0] = -1
                went = charge_on_way(d, c, v, st, ev, fs, plan[1], end, 0)
                if not went and ev[st[T_EVENTS] - 1, X_PLACE] != st[T_PLACE]:
                    return -1
                continue
            metres = drive_metres(d, f, st[T_PLACE], end, dep)
            soc = charge_left(d, ty, ev, st) - leg_energy(d, ty, dep, metres, seconds, st[T_LOAD])
            e = st[T_EVENTS] - 1
            soc -= drawn_standing(d, ty, ev, e, dep) - drawn_standing(d, ty, ev, e, ev[e, X_DEPART])
            if soc < reserve:
                site = nearest_site(d, v, st, ev, end, st[T_PLACE])
                if site < 0 or not charge_on_way(d, c, v, st, ev, fs, site, end, 0):
                    st[T_WHY] = BAD_BATTERY
                    return -1
                continue
        if drive(d, c, v, st, ev, end, dep) < 0:
            return -1
    if end != st[T_PLACE]:
        st[T_WHY] = BAD_BATTERY
        return -1
    back = st[T_NOW]
    start = back
    unload = 0
    for k in range(low, high):
        if seq[k] & 1 == 0 and position(seq, low, high, seq[k] + 1) < 0:
            o = seq[k] >> 1
            if unload == 0:
                unload = max(0, tab(d, DEPOT, end, 0))
            unload += tab(d, ORDER, o, O_UNITS) * tab(d, ORDER, o, O_UNIT_S)
            option = option_at_place(d, seq[k] + 1, end)
            s = NEVER
            if tab(d, OPTION, option, P_WIN0) == tab(d, OPTION, option, P_WIN1):
                s = start
            for w in range(tab(d, OPTION, option, P_WIN0), tab(d, OPTION, option, P_WIN1)):
                if start <= tab(d, WINDOW, w, W_END) and not tab(d, WINDOW, w, W_NEEDS) & ~caps:
                    s = min(s, max(start, tab(d, WINDOW, w, W_START)))
            start = s
            if start >= NEVER:
                st[T_WHY] = BAD_WINDOW
                return -1
    for k in range(low, high):
        if seq[k] & 1 == 0 and position(seq, low, high, seq[k] + 1) < 0:
            if start > tab(d, ORDER, seq[k] >> 1, O_DUE):
                st[T_WHY] = BAD_WINDOW
                return -1
    st[T_LOAD] = 0
    e = st[T_EVENTS] - 1
    if e >= 0 and ev[e, X_KIND] != E_LOAD and ev[e, X_PLACE] == end:
        st[T_SOC] = charge_left(d, ty, ev, st)
        ev[e, X_SOC_OUT] = st[T_SOC]
    if stay_closed(d, a, end, back, start + unload) != 0:
        st[T_WHY] = BAD_DEPOT
        return -1
    e = add_event(ev, st, E_HOME, end, back, start, start + unload)
    if e < 0:
        st[T_WHY] = BAD_ROOM
        return -1
    ev[e, X_LOW] = low
    ev[e, X_HIGH] = high
    if tab(d, ORDER, 0, O_RIDE) >= -1:
        for k in range(low, high):
            limit = tab(d, ORDER, seq[k] >> 1, O_RIDE)
            if seq[k] & 1 and limit >= 0:
                begin = -1
                finish = 0
                for q in range(st[T_EVENTS]):
                    if ev[q, 11] != st[T_TRIP]:
                        continue
                    if ev[q, X_KIND] == E_LOAD and loaded[k]:
                        begin = ev[q, X_DEPART]
                    if ev[q, X_KIND] == E_PICKUP and not loaded[k]:
                        if position(seq, ev[q, X_LOW], ev[q, X_HIGH], seq[k] - 1) >= 0:
                            begin = ev[q, X_DEPART]
                    if ev[q, X_KIND] == E_DELIVER and ev[q, X_LOW] <= k < ev[q, X_HIGH]:
                        finish = ev[q, 4]
                if finish - begin > limit:
                    st[T_WHY] = BAD_RIDE
                    return -1
    return arrive


@njit(cache=True, _nrt=False)
def run_day(
    d: Ints, c: Ints, v: int, seq: Ints, n: int, shift: Ints, gain: Ints, ev: Ints,
    chosen: Ints, st: Ints, fs: Floats, work: Ints, lean: bool,
) -> float:
    """One pass over a day; ``shift[k]`` delays duty k's start, ``gain[k]`` is by how much it could.

    Returns the cost in milli-fen, BROKEN with the reason in ``st[T_WHY]`` otherwise.
    """
    ty = tab(d, VEHICLE, v, 0)
    for k in range(16):
        st[k] = 0
    for k in range(4):
        fs[k] = 0.0
    st[T_PLACE] = tab(d, VEHICLE, v, V_PLACE)
    st[T_NOW] = tab(d, VEHICLE, v, V_FROM)
    st[T_SOC] = tab(d, VEHICLE, v, V_SOC)
    st[T_TRIP] = -1
    st[T_DUTY] = -1
    hours = 0.0
    p = 0
    while p < n:
        tok = seq[p]
        if tok > -2:
            st[T_WHY] = BAD_ROOM
            return BROKEN
        duty = -2 - tok
        k = st[T_DUTY] + 1
        if k >= MAX_DUTIES:
            st[T_WHY] = BAD_ROOM
            return BROKEN
        st[T_DUTY] = k
        st[T_DRIVEN] = tab(d, DUTY, duty, D_SINCE)
        st[T_LIMIT] = tab(d, DUTY, duty, D_DRIVING)
        st[T_RESTS] = tab(d, DUTY, duty, D_REST)
        st[T_SLACK] = NEVER
        st[T_WAITED] = 0
        if tab(d, DUTY_OK, duty, v) == 0:
            st[T_WHY] = BAD_SHIFT
            return BROKEN
        begin = -1
        first = True
        low_time = tab(d, DUTY, duty, D_FROM) + shift[k]
        while p < n:
            if not first and seq[p] != -1:
                break
            p += 1
            q = p
            while q < n and seq[q] >= 0:
                q += 1
            st[T_TRIP] += 1
            earliest = max(low_time, st[T_NOW])
            arrive = one_trip(
                d, c, v, seq, p, q, st, ev, fs, chosen, work, first, earliest, lean
            )
            if arrive < 0:
                return BROKEN
            if first:
                begin = arrive
            first = False
            p = q
        length = st[T_NOW] - begin
        if st[T_NOW] > tab(d, DUTY, duty, D_UNTIL):
            st[T_WHY] = BAD_SHIFT
            return BROKEN
        gain[k] = max(0, min(st[T_SLACK], st[T_WAITED]))
        if length > tab(d, DUTY, duty, D_LONGEST):
            if gain[k] < length - tab(d, DUTY, duty, D_LONGEST) or shift[k] > 0:
                st[T_WHY] = BAD_DUTY
                return BROKEN
            hours += 1e12
        hours += length
    if st[T_NOW] > tab(d, VEHICLE, v, V_UNTIL):
        st[T_WHY] = BAD_AVAILABLE
        return BROKEN
    if not count_entries(d, v, ev, st[T_EVENTS]):
        st[T_WHY] = BAD_PERMIT
        return BROKEN
    cost = tab(d, MONEY, ty, M_FIXED) + st[T_METRES] * tab(d, MONEY, ty, M_KM) / 1000.0
    cost += hours * tab(d, MONEY, ty, M_HOUR) / 3600.0 if hours < 1e12 else hours
    if tab(d, KIND, ty, K_BATTERY) > 0:
        e = st[T_EVENTS] - 1
        lack = tab(d, VEHICLE, v, V_SOC_END) - (ev[e, X_SOC_OUT] if e >= 0 else 0)
        cost += fs[0]
        if lack > 0:
            cost += lack * vec(d, MEAN, tab(d, VEHICLE, v, V_TARIFF)) / 1000.0
    else:
        cost += fuel_cost(d, v, ev, st[T_EVENTS])
    return cost + fs[1] + fs[2] * vec(d, LATE, 0) / 3600.0


@njit(cache=True, _nrt=False)
def fuel_cost(d: Ints, v: int, ev: Ints, n: int) -> float:
    """Milli-fen of fuel over all legs."""
    ty = tab(d, VEHICLE, v, 0)
    f = tab(d, VEHICLE, v, 1)
    tariff = tab(d, KIND, ty, 7)
    if tariff < 0:
        return 0.0
    total = 0.0
    for e in range(1, n):
        i = ev[e - 1, X_PLACE]
        j = ev[e, X_PLACE]
        if i != j:
            t = ev[e - 1, X_DEPART]
            metres = drive_metres(d, f, i, j, t)
            seconds = drive_seconds(d, f, i, j, t)
            used = leg_energy(d, ty, t, metres, seconds, ev[e - 1, 14])
            k = slice_in(d, TARIFF, tariff, t)
            total += used * cube(d, TARIFF, tariff, k, 1) / 1000.0
    return total


@njit(cache=True, _nrt=False)
def simulate(
    d: Ints, c: Ints, v: int, seq: Ints, n: int, ev: Ints, chosen: Ints, st: Ints,
    work: Ints, fs: Floats, record: bool,
) -> float:
    """Cost of a day, at the better of the earliest start and the latest that loses no time.

    With ``record`` the rows of ``ev`` (``st[T_EVENTS]`` of them) are those of the day priced.
    """
    if n == 0:
        for k in range(16):
            st[k] = 0
        return 0.0
    none = work[8]
    gain = work[9]
    spare = work[10]
    for k in range(MAX_DUTIES):
        none[k] = 0
        gain[k] = 0
    lean = False
    first = run_day(d, c, v, seq, n, none, gain, ev, chosen, st, fs, work, False)
    if first >= BROKEN and tab(d, KIND, tab(d, VEHICLE, v, 0), K_BATTERY) > 0:
        why = st[T_WHY]
        first = run_day(d, c, v, seq, n, none, gain, ev, chosen, st, fs, work, True)
        lean = True
        if first >= BROKEN:
            st[T_WHY] = why
    if first >= BROKEN:
        return BROKEN
    if max(max(gain[0], gain[1]), max(gain[2], gain[3])) < 60:
        return first if first < 1e11 else BROKEN
    second = run_day(d, c, v, seq, n, gain, spare, ev, chosen, st, fs, work, lean)
    if second <= first and second < 1e11:
        for k in range(MAX_DUTIES):
            none[k] = gain[k]
        return second
    if first >= 1e11:
        st[T_WHY] = BAD_DUTY
        return BROKEN
    if record:
        first = run_day(d, c, v, seq, n, none, spare, ev, chosen, st, fs, work, lean)
    return first
