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
    D_DRIVING,
    D_FROM,
    D_LONGEST,
    D_REST,
    D_SINCE,
    D_UNTIL,
    E_DELIVER,
    E_HOME,
    E_LOAD,
    E_PICKUP,
    K_BATTERY,
    K_CAPS,
    K_COMPS,
    K_PAYLOAD,
    K_RESERVE,
    K_STOP_W,
    K_UNITS,
    K_VOLUME,
    M_FIXED,
    M_HOUR,
    M_KM,
    MAX_EVENTS,
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
    P_BAY,
    P_EXTRA,
    P_STAND,
    P_WIN0,
    P_WIN1,
    S_ATTENDED,
    S_PLACE,
    V_FROM,
    V_HOME,
    V_PLACE,
    V_SOC,
    V_SOC_END,
    V_TARIFF,
    V_UNTIL,
    W_END,
    W_NEEDS,
    W_START,
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
    Claims,
    Data,
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
from routing.travel.kernels import (
    NEVER,
    drive_metres,
    drive_seconds,
    leave,
    slice_of,
    stay_closed,
)

BROKEN = 1e18
"""Cost of a day that does not hold."""
MAX_DUTIES = 4


@njit(cache=True)
def option_at_place(d: Data, task: int, place: int) -> int:
    """The option of a task at a depot's own yard, or -1."""
    for option in range(d.option_at[task], d.option_at[task + 1]):
        if d.option[option, P_BAY] < 0 and d.option[option, P_STAND] == place:
            return option
    return -1


@njit(cache=True)
def position(seq: Ints, low: int, high: int, task: int) -> int:
    """Where a task stands in seq[low:high], or -1."""
    for k in range(low, high):
        if seq[k] == task:
            return k
    return -1


@njit(cache=True)
def holds_classes(d: Data, ty: int, peak: Ints) -> bool:
    """Whether each temperature class on board has a compartment of its own that is large enough."""
    comps = d.kind[ty, K_COMPS]
    used = 0
    for temp in range(3):
        if peak[temp, 0] > 0 or peak[temp, 1] > 0 or peak[temp, 2] > 0:
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
            if peak[temp, 0] == 0 and peak[temp, 1] == 0 and peak[temp, 2] == 0:
                continue
            mine = pick0 if temp == 0 else (pick1 if temp == 1 else pick2)
            row = d.comp[ty, mine]
            if (row[3] >> temp) & 1 == 0:
                fine = False
            if peak[temp, 0] > row[0] or peak[temp, 1] > row[1]:
                fine = False
            if row[2] > 0 and peak[temp, 2] > row[2]:
                fine = False
            for other in range(temp):
                if peak[other, 0] == 0 and peak[other, 1] == 0 and peak[other, 2] == 0:
                    continue
                theirs = pick0 if other == 0 else pick1
                if theirs == mine:
                    fine = False
        if fine:
            return True
    return False


@njit(cache=True)
def check_loads(
    d: Data, v: int, seq: Ints, low: int, high: int, base: int, end: int, loaded: Ints
) -> int:
    """OK or why the goods of a trip cannot ride; ``loaded[k]`` 1 where the depot loads task k.

    ``loaded[high]`` receives the grams on board at the trip's start.
    """
    ty = d.vehicle[v, 0]
    now = np.zeros((3, 3), np.int64)
    peak = np.zeros((3, 3), np.int64)
    grams = 0
    for k in range(low, high):
        o = seq[k] >> 1
        loaded[k] = 0
        if d.fits[o, v] == 0:
            return BAD_AVAILABLE
        if seq[k] & 1:
            at = position(seq, low, high, seq[k] - 1)
            if at > k:
                return BAD_ORDER
            if at < 0:
                if option_at_place(d, seq[k] - 1, base) < 0:
                    return BAD_ORDER
                loaded[k] = 1
                temp = d.order[o, O_TEMP]
                now[temp, 0] += d.order[o, O_WEIGHT]
                now[temp, 1] += d.order[o, O_VOLUME]
                now[temp, 2] += d.order[o, O_PLACES]
                grams += d.order[o, O_WEIGHT]
        elif position(seq, low, high, seq[k] + 1) < 0 and option_at_place(d, seq[k] + 1, end) < 0:
            return BAD_ORDER
        if d.conflict.shape[0] > 1:
            for m in range(low, k):
                if d.conflict[o, seq[m] >> 1]:
                    return BAD_GOODS
    loaded[high] = grams
    peak[:] = now
    weight = now[0, 0] + now[1, 0] + now[2, 0]
    volume = now[0, 1] + now[1, 1] + now[2, 1]
    places = now[0, 2] + now[1, 2] + now[2, 2]
    for k in range(low - 1, high):
        if k >= low:
            sign = -1 if seq[k] & 1 else 1
            o = seq[k] >> 1
            temp = d.order[o, O_TEMP]
            now[temp, 0] += sign * d.order[o, O_WEIGHT]
            now[temp, 1] += sign * d.order[o, O_VOLUME]
            now[temp, 2] += sign * d.order[o, O_PLACES]
            weight += sign * d.order[o, O_WEIGHT]
            volume += sign * d.order[o, O_VOLUME]
            places += sign * d.order[o, O_PLACES]
        if weight > d.kind[ty, K_PAYLOAD]:
            return BAD_WEIGHT
        if volume > d.kind[ty, K_VOLUME]:
            return BAD_VOLUME
        if d.kind[ty, K_UNITS] > 0 and places > d.kind[ty, K_UNITS]:
            return BAD_PLACES
        for temp in range(3):
            for q in range(3):
                peak[temp, q] = max(peak[temp, q], now[temp, q])
    return 0 if holds_classes(d, ty, peak) else BAD_TEMPERATURE


@njit(cache=True)
def forecast(
    d: Data, v: int, seq: Ints, low: int, high: int, place: int, end: int, t: int, grams: int,
    out: Ints,
) -> int:
    """Rough Wh from ``place`` over tasks low.. to the end, and ``out[k]`` = Wh from task k's leg on.

    First options, no windows; standing energy by a flat ten minutes a visit.
    """
    ty = d.vehicle[v, 0]
    f = d.vehicle[v, 1]
    at = place
    for k in range(low, high + 1):
        if k < high:
            there = d.option[d.option_at[seq[k]], P_STAND]
        else:
            there = end
        used = 0
        if there != at:
            seconds = drive_seconds(d.travel, f, at, there, t)
            metres = drive_metres(d.travel, f, at, there, t)
            used = leg_energy(d, ty, t, metres, seconds, grams)
            if k < high:
                used += d.kind[ty, K_STOP_W] * 900 // 3600
            t += seconds + 600
        out[k] = used
        at = there
        if k < high:
            o = seq[k] >> 1
            grams += -d.order[o, O_WEIGHT] if seq[k] & 1 else d.order[o, O_WEIGHT]
    total = 0
    for k in range(high, low - 1, -1):
        total += out[k]
        out[k] = total
    return total


@njit(cache=True)
def plan_charge(
    d: Data, v: int, seq: Ints, low: int, high: int, place: int, end: int, t: int, soc: int,
    rest: Ints, out: Ints,
) -> None:
    """Which leg of a trip best takes a detour to charge: ``out`` = (task index, site) or -1."""
    ty = d.vehicle[v, 0]
    f = d.vehicle[v, 1]
    reserve = d.kind[ty, K_RESERVE]
    out[0] = -1
    at = place
    least = NEVER
    for k in range(low, high + 1):
        there = d.option[d.option_at[seq[k]], P_STAND] if k < high else end
        here = soc - (rest[low] - rest[k])
        if here < reserve:
            break
        if there != at or k == low:
            direct = drive_metres(d.travel, f, at, there, t)
            for site in range(d.site.shape[0]):
                if d.site_ok[v, site] == 0:
                    continue
                p = d.site[site, S_PLACE]
                way = drive_metres(d.travel, f, at, p, t)
                extra = way + drive_metres(d.travel, f, p, there, t) - direct
                # Charging late needs less to be carried in one go; a shade of preference.
                if extra >= least:
                    continue
                seconds = drive_seconds(d.travel, f, at, p, t)
                if here - leg_energy(d, ty, t, way, seconds, 0) * 21 // 20 < reserve:
                    continue
                if rest[k] + reserve > d.kind[ty, K_BATTERY] * 5 // 4 and k < high:
                    continue
                least = extra
                out[0] = k
                out[1] = site
        at = there


@njit(cache=True)
def charge_on_way(
    d: Data, c: Claims, v: int, st: Ints, ev: Ints, fs: Floats, site: int, dest: int, need: int
) -> bool:
    """Drive to a site and charge enough for ``need`` Wh beyond the reserve and the way onwards."""
    ty = d.vehicle[v, 0]
    f = d.vehicle[v, 1]
    a = d.vehicle[v, 2]
    p = d.site[site, S_PLACE]
    if p != st[T_PLACE]:
        dep = leave(d.travel, f, a, st[T_PLACE], p, st[T_NOW])
        if dep >= NEVER:
            return False
        if drive(d, c, v, st, ev, p, dep) < 0:
            return False
    else:
        e = st[T_EVENTS] - 1
        st[T_SOC] = charge_left(d, ty, ev, st)
        ev[e, X_SOC_OUT] = st[T_SOC]
    metres = drive_metres(d.travel, f, p, dest, st[T_NOW])
    seconds = drive_seconds(d.travel, f, p, dest, st[T_NOW])
    onward = leg_energy(d, ty, st[T_NOW], metres, seconds, st[T_LOAD])
    target = d.kind[ty, K_RESERVE] + onward + need + need // 25 + 150
    target = min(target, d.kind[ty, K_BATTERY])
    if target <= st[T_SOC]:
        return False
    return charge_here(d, c, v, st, ev, fs, target, False)


@njit(cache=True)
def count_entries(d: Data, v: int, ev: Ints, n: int) -> bool:
    """Whether the entries of every counted pass stay within its number, date by date."""
    a = d.vehicle[v, 2]
    f = d.vehicle[v, 1]
    for row in range(d.count_at[a], d.count_at[a + 1]):
        for day in range(d.midnight.shape[0]):
            low = d.midnight[day]
            high = low + 86400
            entries = 0
            for e in range(1, n):
                i = ev[e - 1, X_PLACE]
                j = ev[e, X_PLACE]
                t = ev[e, X_ARRIVE]
                if i == j or not low <= t < high:
                    continue
                hit = False
                for z in range(d.count[row, 1], d.count[row, 2]):
                    if d.zone_in[z, j] and not d.zone_in[z, i]:
                        for k in range(d.zone_at[z], d.zone_at[z + 1]):
                            begin = t - drive_seconds(d.travel, f, i, j, ev[e - 1, X_DEPART])
                            if begin < d.zone_span[k, 1] and d.zone_span[k, 0] <= t:
                                hit = True
                if hit:
                    entries += 1
            if entries > d.count[row, 0]:
                return False
    return True


@njit(cache=True)
def one_trip(
    d: Data, c: Claims, v: int, seq: Ints, low: int, high: int, st: Ints, ev: Ints, fs: Floats,
    chosen: Ints, work: Ints, opening: bool, earliest: int, lean: bool,
) -> int:
    """Simulate one trip; the arrival at its first depot stop, or -1 with the reason in ``st``.

    ``opening``: the duty begins with it. ``lean``: do not charge at the depot first. ``work`` is
    scratch of shape (6, tokens). One kernel: splitting it further costs calls in the hottest loop.
    """
    ty = d.vehicle[v, 0]
    f = d.vehicle[v, 1]
    a = d.vehicle[v, 2]
    caps = d.kind[ty, K_CAPS]
    base = st[T_PLACE]
    end = d.vehicle[v, V_HOME]
    loaded = work[0]
    rest = work[1]
    best = work[2]
    spare = work[3]
    keep = work[4]
    plan = work[5]
    why = check_loads(d, v, seq, low, high, base, end, loaded)
    if why:
        st[T_WHY] = why
        return -1
    battery = d.kind[ty, K_BATTERY]
    reserve = d.kind[ty, K_RESERVE]
    st[T_LOAD] = 0
    plan[0] = -1
    ready = max(st[T_NOW], earliest)
    if battery > 0:
        need = forecast(d, v, seq, low, high, base, end, ready, loaded[high], rest)
        want = min(battery, need + need // 25 + 150 + reserve)
        site = d.site_of[base]
        if st[T_SOC] < want and not lean and site >= 0 and not (
            opening and d.site[site, S_ATTENDED]
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
            loading += d.order[o, O_UNITS] * d.order[o, O_LOAD_S]
            start = max(start, d.order[o, O_RELEASE])
            st[T_LOAD] += d.order[o, O_WEIGHT]
            fs[1] += d.option[option_at_place(d, seq[k] - 1, base), P_EXTRA]
    if any_load:
        loading += d.depot[base, 0]
    for _ in range(40):
        before = start
        for k in range(low, high):
            if loaded[k]:
                option = option_at_place(d, seq[k] - 1, base)
                w0 = d.option[option, P_WIN0]
                w1 = d.option[option, P_WIN1]
                if w0 < w1:
                    soonest = NEVER
                    for w in range(w0, w1):
                        if start <= d.window[w, W_END] and not d.window[w, W_NEEDS] & ~caps:
                            soonest = min(soonest, max(start, d.window[w, W_START]))
                    start = soonest
                    if start >= NEVER:
                        st[T_WHY] = BAD_WINDOW
                        return -1
        if any_load:
            soonest = NEVER
            for k in range(d.depot[base, 1], d.depot[base, 2]):
                begin = max(start, d.depot_hours[k, 0])
                if begin + loading <= d.depot_hours[k, 1]:
                    soonest = min(soonest, begin)
            start = soonest
            if start >= NEVER:
                st[T_WHY] = BAD_DEPOT
                return -1
        closed = stay_closed(d.travel, a, base, start, start + loading)
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
            there = d.option[d.option_at[seq[k]], P_STAND]
            after = rest[k + 1] if k < high else 0
            charge_on_way(d, c, v, st, ev, fs, plan[1], there, after)
        if not choose_standing(d, c, v, st, ev, seq, k, high, chosen, best, spare, keep):
            return -1
        there = d.option[best[C_OPTION], P_STAND]
        dep = best[C_LEAVE]
        trouble = 0
        if there != st[T_PLACE]:
            seconds = drive_seconds(d.travel, f, st[T_PLACE], there, dep)
            if st[T_DRIVEN] + seconds > st[T_LIMIT]:
                trouble = 2
            elif battery > 0:
                metres = drive_metres(d.travel, f, st[T_PLACE], there, dep)
                soc = charge_left(d, ty, ev, st)
                soc -= leg_energy(d, ty, dep, metres, seconds, st[T_LOAD])
                e = st[T_EVENTS] - 1
                soc -= drawn_standing(d, ty, ev, e, dep) - drawn_standing(
                    d, ty, ev, e, ev[e, X_DEPART]
                )
                stay = best[C_START] + best[C_STAY] - best[C_ARRIVE]
                soc -= (d.kind[ty, K_STOP_W] * stay + 3599) // 3600
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
            st[T_LOAD] += -d.order[o, O_WEIGHT] if seq[m] & 1 else d.order[o, O_WEIGHT]
            fs[1] += d.option[chosen[m], P_EXTRA]
            w = window_at(d, chosen[m], caps, s)
            if w >= 0 and s > d.window[w, W_END]:
                fs[2] += s - d.window[w, W_END]
        kind = E_DELIVER if seq[k] & 1 else E_PICKUP
        e = add_event(ev, st, kind, there, best[C_ARRIVE], s, s + best[C_STAY])
        if e < 0:
            st[T_WHY] = BAD_ROOM
            return -1
        ev[e, X_BAY] = d.option[best[C_OPTION], P_BAY]
        ev[e, X_LOW] = k
        ev[e, X_HIGH] = done
        ev[e, X_WAY] = way
        if s - best[C_ARRIVE] >= st[T_RESTS] and (
            ev[e, X_BAY] >= 0 or d.rest_ok[a, there] == 1
        ):
            st[T_DRIVEN] = 0
        k = done
    # Home, with a charge or a rest on the way where it must be.
    for _ in range(6):
        if end == st[T_PLACE]:
            break
        dep = leave(d.travel, f, a, st[T_PLACE], end, st[T_NOW])
        if dep >= NEVER:
            st[T_WHY] = BAD_DEPOT
            return -1
        seconds = drive_seconds(d.travel, f, st[T_PLACE], end, dep)
        if st[T_DRIVEN] + seconds > st[T_LIMIT]:
            if not rest_now(d, c, v, st, ev, end):
                return -1
            continue
        if battery > 0:
            if plan[0] == high:
                plan[0] = -1
                charge_on_way(d, c, v, st, ev, fs, plan[1], end, 0)
                continue
            metres = drive_metres(d.travel, f, st[T_PLACE], end, dep)
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
                unload = max(0, d.depot[end, 0])
            unload += d.order[o, O_UNITS] * d.order[o, O_UNIT_S]
            option = option_at_place(d, seq[k] + 1, end)
            s = NEVER
            if d.option[option, P_WIN0] == d.option[option, P_WIN1]:
                s = start
            for w in range(d.option[option, P_WIN0], d.option[option, P_WIN1]):
                if start <= d.window[w, W_END] and not d.window[w, W_NEEDS] & ~caps:
                    s = min(s, max(start, d.window[w, W_START]))
            start = s
            if start >= NEVER:
                st[T_WHY] = BAD_WINDOW
                return -1
    for k in range(low, high):
        if seq[k] & 1 == 0 and position(seq, low, high, seq[k] + 1) < 0:
            if start > d.order[seq[k] >> 1, O_DUE]:
                st[T_WHY] = BAD_WINDOW
                return -1
    st[T_LOAD] = 0
    e = st[T_EVENTS] - 1
    if e >= 0 and ev[e, X_KIND] != E_LOAD and ev[e, X_PLACE] == end:
        st[T_SOC] = charge_left(d, ty, ev, st)
        ev[e, X_SOC_OUT] = st[T_SOC]
    if stay_closed(d.travel, a, end, back, start + unload) != 0:
        st[T_WHY] = BAD_DEPOT
        return -1
    e = add_event(ev, st, E_HOME, end, back, start, start + unload)
    if e < 0:
        st[T_WHY] = BAD_ROOM
        return -1
    ev[e, X_LOW] = low
    ev[e, X_HIGH] = high
    if d.order[0, O_RIDE] >= -1:
        for k in range(low, high):
            limit = d.order[seq[k] >> 1, O_RIDE]
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


@njit(cache=True)
def run_day(
    d: Data, c: Claims, v: int, seq: Ints, n: int, shift: Ints, gain: Ints, ev: Ints,
    chosen: Ints, st: Ints, fs: Floats, work: Ints, lean: bool,
) -> float:
    """One pass over a day; ``shift[k]`` delays duty k's start, ``gain[k]`` is by how much it could.

    Returns the cost in milli-fen, BROKEN with the reason in ``st[T_WHY]`` otherwise.
    """
    ty = d.vehicle[v, 0]
    st[:] = 0
    fs[:] = 0.0
    st[T_PLACE] = d.vehicle[v, V_PLACE]
    st[T_NOW] = d.vehicle[v, V_FROM]
    st[T_SOC] = d.vehicle[v, V_SOC]
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
        st[T_DRIVEN] = d.duty[duty, D_SINCE]
        st[T_LIMIT] = d.duty[duty, D_DRIVING]
        st[T_RESTS] = d.duty[duty, D_REST]
        st[T_SLACK] = NEVER
        st[T_WAITED] = 0
        if d.duty_ok[duty, v] == 0:
            st[T_WHY] = BAD_SHIFT
            return BROKEN
        begin = -1
        first = True
        low_time = d.duty[duty, D_FROM] + shift[k]
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
        if st[T_NOW] > d.duty[duty, D_UNTIL]:
            st[T_WHY] = BAD_SHIFT
            return BROKEN
        gain[k] = max(0, min(st[T_SLACK], st[T_WAITED]))
        if length > d.duty[duty, D_LONGEST]:
            if gain[k] < length - d.duty[duty, D_LONGEST] or shift[k] > 0:
                st[T_WHY] = BAD_DUTY
                return BROKEN
            hours += 1e12
        hours += length
    if st[T_NOW] > d.vehicle[v, V_UNTIL]:
        st[T_WHY] = BAD_AVAILABLE
        return BROKEN
    if not count_entries(d, v, ev, st[T_EVENTS]):
        st[T_WHY] = BAD_PERMIT
        return BROKEN
    cost = d.money[ty, M_FIXED] + st[T_METRES] * d.money[ty, M_KM] / 1000.0
    cost += hours * d.money[ty, M_HOUR] / 3600.0 if hours < 1e12 else hours
    if d.kind[ty, K_BATTERY] > 0:
        e = st[T_EVENTS] - 1
        lack = d.vehicle[v, V_SOC_END] - (ev[e, X_SOC_OUT] if e >= 0 else 0)
        cost += fs[0]
        if lack > 0:
            cost += lack * d.mean[d.vehicle[v, V_TARIFF]] / 1000.0
    else:
        cost += fuel_cost(d, v, ev, st[T_EVENTS])
    return cost + fs[1] + fs[2] * d.late / 3600.0


@njit(cache=True)
def fuel_cost(d: Data, v: int, ev: Ints, n: int) -> float:
    """Milli-fen of fuel over all legs."""
    ty = d.vehicle[v, 0]
    f = d.vehicle[v, 1]
    tariff = d.kind[ty, 7]
    if tariff < 0:
        return 0.0
    total = 0.0
    for e in range(1, n):
        i = ev[e - 1, X_PLACE]
        j = ev[e, X_PLACE]
        if i != j:
            t = ev[e - 1, X_DEPART]
            metres = drive_metres(d.travel, f, i, j, t)
            seconds = drive_seconds(d.travel, f, i, j, t)
            used = leg_energy(d, ty, t, metres, seconds, ev[e - 1, 14])
            k = slice_of(d.tariff[tariff, :, 0], t)
            total += used * d.tariff[tariff, k, 1] / 1000.0
    return total


@njit(cache=True)
def simulate(
    d: Data, c: Claims, v: int, seq: Ints, n: int, ev: Ints, chosen: Ints, st: Ints, record: bool
) -> float:
    """Cost of a day, at the better of the earliest start and the latest that loses no time.

    With ``record`` the rows of ``ev`` (``st[T_EVENTS]`` of them) are those of the day priced.
    """
    if n == 0:
        st[:] = 0
        return 0.0
    fs = np.zeros(4)
    work = np.empty((6, seq.shape[0] + 2), np.int64)
    none = np.zeros(MAX_DUTIES, np.int64)
    gain = np.zeros(MAX_DUTIES, np.int64)
    spare = np.zeros(MAX_DUTIES, np.int64)
    lean = False
    first = run_day(d, c, v, seq, n, none, gain, ev, chosen, st, fs, work, False)
    if first >= BROKEN and d.kind[d.vehicle[v, 0], K_BATTERY] > 0:
        why = st[T_WHY]
        first = run_day(d, c, v, seq, n, none, gain, ev, chosen, st, fs, work, True)
        lean = True
        if first >= BROKEN:
            st[T_WHY] = why
    if first >= BROKEN:
        return BROKEN
    if gain.max() < 60:
        return first if first < 1e11 else BROKEN
    second = run_day(d, c, v, seq, n, gain, spare, ev, chosen, st, fs, work, lean)
    if second <= first and second < 1e11:
        return second
    if first >= 1e11:
        st[T_WHY] = BAD_DUTY
        return BROKEN
    if record:
        first = run_day(d, c, v, seq, n, none, spare, ev, chosen, st, fs, work, lean)
    return first
