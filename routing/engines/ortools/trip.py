"""Compiled simulation of one trip: load, visits, charging and rest on the way, home."""

# ruff: noqa: FBT001, PLR0917 - kernels are called by position: numba has no keyword-only calls
from __future__ import annotations

from routing.engines.ortools.data import (
    BAD_BATTERY,
    BAD_DEPOT,
    BAD_REST,
    BAD_RIDE,
    BAD_ROOM,
    BAD_WINDOW,
    DEPOT,
    DEPOT_HOURS,
    E_DELIVER,
    E_HOME,
    E_LOAD,
    E_PICKUP,
    K_BATTERY,
    K_CAPS,
    K_RESERVE,
    K_STOP_W,
    KIND,
    O_DUE,
    O_LOAD_S,
    O_RELEASE,
    O_RIDE,
    O_UNIT_S,
    O_UNITS,
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
    SITE,
    SITE_OF,
    V_HOME,
    VEHICLE,
    W_END,
    W_NEEDS,
    W_START,
    WINDOW,
    X_BAY,
    X_DEPART,
    X_HIGH,
    X_KIND,
    X_LOW,
    X_PLACE,
    X_SOC_OUT,
    X_WAY,
    Floats,
    Ints,
)
from routing.engines.ortools.goods import check_loads, option_at_place, position
from routing.engines.ortools.legs import (
    T_DRIVEN,
    T_EVENTS,
    T_LIMIT,
    T_LOAD,
    T_NOW,
    T_PLACE,
    T_RESTS,
    T_SLACK,
    T_SOC,
    T_TRIP,
    T_WAITED,
    T_WHY,
    add_event,
    charge_left,
    drawn_standing,
    drive,
    leg_energy,
    refuge_energy,
)
from routing.engines.ortools.pauses import charge_here, nearest_site, rest_now
from routing.engines.ortools.reach import (
    charge_as_locked,
    charge_on_way,
    forecast,
    locked_site,
    plan_charge,
)
from routing.engines.ortools.standing import (
    C_ARRIVE,
    C_LATEST,
    C_LEAVE,
    C_OPTION,
    C_READY,
    C_START,
    C_STAY,
    C_UNTIL,
    choose_standing,
    window_at,
)
from routing.travel.flat import kernel, tab, vec
from routing.travel.kernels import NEVER, drive_metres, drive_seconds, leave, stay_closed


@kernel
def one_trip(
    d: Ints,
    c: Ints,
    v: int,
    seq: Ints,
    low: int,
    high: int,
    st: Ints,
    ev: Ints,
    fs: Floats,
    chosen: Ints,
    work: Ints,
    opening: bool,
    earliest: int,
    lean: bool,
    forced: int,
) -> int:
    """Simulate one trip; the arrival at its first depot stop, or -1 with the reason in ``st``.

    ``opening``: the duty begins with it. ``lean``: do not charge at the depot first. ``forced``:
    the row of a locked session to be had at the depot first, -1 where there is none. ``work`` is
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
        if (
            st[T_SOC] < want
            and not lean
            and site >= 0
            and not (opening and tab(d, SITE, site, S_ATTENDED))
        ):
            if not charge_here(d, c, v, st, ev, fs, want, True, 0) and st[T_SOC] < reserve:
                return -1
            ready = max(st[T_NOW], earliest)
        if forced >= 0:
            if not charge_as_locked(d, c, v, st, ev, fs, forced, need, True):
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
                        if (
                            start <= tab(d, WINDOW, w, W_END)
                            and not tab(d, WINDOW, w, W_NEEDS) & ~caps
                        ):
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
        row = locked_site(d, v, st, ev, best[C_START] + best[C_STAY], there)
        if row >= 0:
            if not charge_as_locked(d, c, v, st, ev, fs, row, rest[k], False):
                return -1
            continue
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
        row = locked_site(d, v, st, ev, dep + seconds, end)
        if row >= 0:
            if not charge_as_locked(d, c, v, st, ev, fs, row, rest[high], False):
                return -1
            continue
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
        late = start > tab(d, ORDER, seq[k] >> 1, O_DUE)
        if late and seq[k] & 1 == 0 and position(seq, low, high, seq[k] + 1) < 0:
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
                    mine = position(seq, ev[q, X_LOW], ev[q, X_HIGH], seq[k] - 1) >= 0
                    if ev[q, X_KIND] == E_PICKUP and not loaded[k] and mine:
                        begin = ev[q, X_DEPART]
                    if ev[q, X_KIND] == E_DELIVER and ev[q, X_LOW] <= k < ev[q, X_HIGH]:
                        finish = ev[q, 4]
                if finish - begin > limit:
                    st[T_WHY] = BAD_RIDE
                    return -1
    found: int = arrive
    return found
