"""Compiled steps of one vehicle's day: legs, waiting, rest, charging, choosing where to stand.

The running state is the int64 vector ``st`` (columns ``T_*``); rows of ``ev`` are the stops so far.
"""

from __future__ import annotations

from numba import njit

from routing.engines.ortools.claims import (
    bay_fits,
    bay_slot,
    charge_seconds,
    connector_slot,
)
from routing.engines.ortools.data import (
    B_AFTER,
    B_BEFORE,
    BAD_ACCESS,
    BAD_BATTERY,
    BAD_BAY,
    BAD_CONNECTOR,
    BAD_DUE,
    BAD_REST,
    BAD_WINDOW,
    BAD_YARD,
    BAY,
    E_CHARGE,
    E_HOME,
    E_LOAD,
    E_REST,
    E_WAIT,
    K_BATTERY,
    K_CAPS,
    K_MAX_BASE,
    K_MAX_DRIVE,
    K_MAX_LOAD,
    K_RESERVE,
    K_STOP_W,
    KIND,
    MAX_EVENTS,
    O_DUE,
    O_LOAD_S,
    O_RELEASE,
    O_UNIT_S,
    O_UNITS,
    OPTION,
    OPTION_AT,
    OPTION_OK,
    ORDER,
    P_BAY,
    P_FIXED,
    P_SERVED,
    P_STAND,
    P_WALK,
    P_WIN0,
    P_WIN1,
    POWER,
    REFUGE,
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
    USE,
    VEHICLE,
    W_END,
    W_EXTRA,
    W_NEEDS,
    W_SOFT,
    W_START,
    WINDOW,
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
    Floats,
    Ints,
)
from routing.travel.flat import cube, rows, slice_in, tab, vec, width
from routing.travel.kernels import (
    NEVER,
    drive_metres,
    drive_seconds,
    latest_leave,
    leave,
    stay_closed,
)

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
# Columns of ``pick``, the standing chosen.
C_OPTION, C_UNTIL, C_START, C_STAY, C_LEAVE, C_ARRIVE, C_LATEST, C_READY = range(8)


@njit(cache=True, _nrt=False)
def leg_energy(d: Ints, ty: int, t: int, metres: int, seconds: int, load_g: int) -> int:
    """Wh of a leg, rounded up once; the integers of ``routing.travel.leg_wh``."""
    k = slice_in(d, USE, ty, t)
    per_km = cube(d, USE, ty, k, 1) * 1000 + cube(d, USE, ty, k, 2) * ((load_g + 999) // 1000)
    total = metres * per_km * 9 + cube(d, USE, ty, k, 3) * seconds * 2500000
    return (total + 8999999999) // 9000000000


@njit(cache=True, _nrt=False)
def refuge_energy(d: Ints, ty: int, place: int, load_g: int) -> int:
    """Wh that surely reach the nearest usable charger from a place."""
    per_km = tab(d, KIND, ty, K_MAX_BASE) * 1000 + tab(d, KIND, ty, K_MAX_LOAD) * ((load_g + 999) // 1000)
    metres = cube(d, REFUGE, ty, place, 0)
    if metres > 10**7:
        return NEVER
    total = metres * per_km * 9 + tab(d, KIND, ty, K_MAX_DRIVE) * cube(d, REFUGE, ty, place, 1) * 2500000
    return total // 9000000000 + 2


@njit(cache=True, _nrt=False)
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
    return e


@njit(cache=True, _nrt=False)
def drawn_standing(d: Ints, ty: int, ev: Ints, e: int, until: int) -> int:
    """Wh that standing at event e until then draws."""
    kind = ev[e, X_KIND]
    if kind in (E_LOAD, E_HOME, E_CHARGE):
        return 0
    return (tab(d, KIND, ty, K_STOP_W) * (until - ev[e, X_ARRIVE]) + 3599) // 3600


@njit(cache=True, _nrt=False)
def charge_left(d: Ints, ty: int, ev: Ints, st: Ints) -> int:
    """Charge on leaving the last stop as it stands."""
    e = st[T_EVENTS] - 1
    if ev[e, X_KIND] == E_CHARGE:
        return ev[e, X_SOC_OUT]
    return ev[e, X_SOC_IN] - drawn_standing(d, ty, ev, e, ev[e, X_DEPART])


@njit(cache=True, _nrt=False)
def stretch(d: Ints, c: Ints, v: int, ev: Ints, st: Ints, until: int, park: bool) -> bool:
    """Let the vehicle stay where it stands until then; False if it may not."""
    e = st[T_EVENTS] - 1
    if ev[e, X_DEPART] == until:
        return True
    a = tab(d, VEHICLE, v, 2)
    if ev[e, X_KIND] == E_CHARGE:
        if not park:
            return False
        return add_event(ev, st, E_WAIT, ev[e, X_PLACE], ev[e, X_DEPART], ev[e, X_DEPART], until) >= 0
    if ev[e, X_BAY] >= 0 and not bay_fits(d, c, ev[e, X_BAY], v, ev[e, X_ARRIVE], until):
        return False
    if stay_closed(d, a, ev[e, X_PLACE], ev[e, X_ARRIVE], until) != 0:
        return False
    ev[e, X_DEPART] = until
    return True


@njit(cache=True, _nrt=False)
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


@njit(cache=True, _nrt=False)
def window_next(d: Ints, option: int, caps: int, t: int) -> int:
    """The earliest time from ``t`` on at which service may start by this option."""
    low = tab(d, OPTION, option, P_WIN0)
    high = tab(d, OPTION, option, P_WIN1)
    if low == high:
        return t
    best = NEVER
    for w in range(low, high):
        if tab(d, WINDOW, w, W_NEEDS) & ~caps:
            continue
        if t <= tab(d, WINDOW, w, W_END) + tab(d, WINDOW, w, W_SOFT):
            best = min(best, max(t, tab(d, WINDOW, w, W_START)))
    return best


@njit(cache=True, _nrt=False)
def window_at(d: Ints, option: int, caps: int, s: int) -> int:
    """The window used by a start at ``s``: the least late one; -1 if the option has none."""
    low = tab(d, OPTION, option, P_WIN0)
    high = tab(d, OPTION, option, P_WIN1)
    best = -1
    late = NEVER
    for w in range(low, high):
        if tab(d, WINDOW, w, W_NEEDS) & ~caps:
            continue
        if tab(d, WINDOW, w, W_START) <= s <= tab(d, WINDOW, w, W_END) + tab(d, WINDOW, w, W_SOFT):
            over = max(0, s - tab(d, WINDOW, w, W_END))
            if over < late:
                late = over
                best = w
    return best


@njit(cache=True, _nrt=False)
def joint_start(
    d: Ints, seq: Ints, chosen: Ints, low: int, high: int, caps: int, t: int
) -> int:
    """The earliest time from ``t`` on at which service of all tasks low..high-1 may start."""
    for _ in range(40):
        before = t
        for k in range(low, high):
            t = window_next(d, chosen[k], caps, t)
            if t >= NEVER:
                return NEVER
            if seq[k] & 1 == 0:
                t = max(t, tab(d, ORDER, seq[k] >> 1, O_RELEASE))
        if t == before:
            return t
    return NEVER


@njit(cache=True, _nrt=False)
def stay_seconds(
    d: Ints, seq: Ints, chosen: Ints, low: int, high: int, caps: int, s: int
) -> int:
    """Length of the service of one visit that starts at ``s``."""
    total = tab(d, OPTION, chosen[low], P_FIXED)
    for k in range(low, high):
        o = seq[k] >> 1
        unit = tab(d, ORDER, o, O_UNIT_S) if seq[k] & 1 else tab(d, ORDER, o, O_LOAD_S)
        total += tab(d, ORDER, o, O_UNITS) * unit
        served = tab(d, OPTION, chosen[k], P_SERVED)
        first = True
        for m in range(low, k):
            if tab(d, OPTION, chosen[m], P_SERVED) == served:
                first = False
        if first:
            walk = 0
            alone = 0
            for m in range(k, high):
                if tab(d, OPTION, chosen[m], P_SERVED) == served:
                    walk = max(walk, tab(d, OPTION, chosen[m], P_WALK))
                    w = window_at(d, chosen[m], caps, s)
                    if w >= 0:
                        alone = max(alone, tab(d, WINDOW, w, W_EXTRA))
            total += walk + alone
    return total


@njit(cache=True, _nrt=False)
def latest_start(
    d: Ints, seq: Ints, chosen: Ints, low: int, high: int, caps: int, s: int
) -> int:
    """How late service could start within the windows used, soft lateness aside."""
    end = NEVER
    for k in range(low, high):
        w = window_at(d, chosen[k], caps, s)
        if w >= 0:
            end = min(end, max(s, tab(d, WINDOW, w, W_END)))
        if seq[k] & 1:
            end = min(end, tab(d, ORDER, seq[k] >> 1, O_DUE))
    return end


@njit(cache=True, _nrt=False)
def own_bay_clash(d: Ints, ev: Ints, st: Ints, b: int, start: int) -> bool:
    """Whether the vehicle's own earlier claim of this bay, with its buffers, is still running."""
    for e in range(st[T_EVENTS]):
        gap = tab(d, BAY, b, B_AFTER) + tab(d, BAY, b, B_BEFORE)
        if ev[e, X_BAY] == b and ev[e, X_DEPART] + gap > start:
            return True
    return False


@njit(cache=True, _nrt=False)
def try_standing(
    d: Ints,
    c: Ints,
    v: int,
    st: Ints,
    ev: Ints,
    seq: Ints,
    chosen: Ints,
    low: int,
    high: int,
    ready: int,
    pick: Ints,
) -> bool:
    """Settle times of one visit by the options in ``chosen[low:high]``; False with the reason.

    ``ready`` is the earliest lawful departure towards it. Fills ``pick`` but for C_OPTION, C_UNTIL.
    """
    option = chosen[low]
    ty = tab(d, VEHICLE, v, 0)
    f = tab(d, VEHICLE, v, 1)
    a = tab(d, VEHICLE, v, 2)
    caps = tab(d, KIND, ty, K_CAPS)
    here = st[T_PLACE]
    there = tab(d, OPTION, option, P_STAND)
    b = tab(d, OPTION, option, P_BAY)
    first = ready if here == there else ready + drive_seconds(d, f, here, there, ready)
    s = joint_start(d, seq, chosen, low, high, caps, first)
    if s >= NEVER:
        st[T_WHY] = BAD_WINDOW
        return False
    for _ in range(24):
        stay = stay_seconds(d, seq, chosen, low, high, caps, s)
        again = s
        if b >= 0:
            again = bay_slot(d, c, b, v, s, stay)
            if again >= NEVER:
                st[T_WHY] = BAD_BAY
                return False
        closed = stay_closed(d, a, there, again, again + stay)
        if closed:
            again = max(again + 1, closed)
        if again == s:
            break
        s = joint_start(d, seq, chosen, low, high, caps, again)
        if s >= NEVER:
            st[T_WHY] = BAD_ACCESS if closed else (BAD_BAY if b >= 0 else BAD_WINDOW)
            return False
    else:
        st[T_WHY] = BAD_BAY
        return False
    for k in range(low, high):
        if seq[k] & 1 and s > tab(d, ORDER, seq[k] >> 1, O_DUE):
            st[T_WHY] = BAD_DUE
            return False
    dep = ready
    arrive = first
    if here != there and s > first:
        if b >= 0 or stay_closed(d, a, there, first, s + stay) != 0:
            dep = latest_leave(d, f, a, here, there, ready, s)
            arrive = dep + drive_seconds(d, f, here, there, dep)
            e = st[T_EVENTS] - 1
            held = ev[e, X_BAY]
            if held >= 0 and not bay_fits(d, c, held, v, ev[e, X_ARRIVE], dep):
                dep = ready
                arrive = first
    if b >= 0:
        if not bay_fits(d, c, b, v, arrive, s + stay) or own_bay_clash(d, ev, st, b, arrive):
            st[T_WHY] = BAD_BAY
            return False
    if stay_closed(d, a, there, arrive, s + stay) != 0:
        st[T_WHY] = BAD_ACCESS
        return False
    pick[C_START] = s
    pick[C_STAY] = stay
    pick[C_LEAVE] = dep
    pick[C_ARRIVE] = arrive
    pick[C_READY] = first
    pick[C_LATEST] = latest_start(d, seq, chosen, low, high, caps, s)
    return True


@njit(cache=True, _nrt=False)
def choose_standing(
    d: Ints,
    c: Ints,
    v: int,
    st: Ints,
    ev: Ints,
    seq: Ints,
    low: int,
    end: int,
    chosen: Ints,
    best: Ints,
    spare: Ints,
    keep: Ints,
) -> bool:
    """Where to stand for task ``low``, and how many of the next tasks share the visit.

    The result is in ``best`` and ``chosen``; False with the reason in ``st`` if nothing holds.
    ``spare`` and ``keep`` are scratch.
    """
    ty = tab(d, VEHICLE, v, 0)
    f = tab(d, VEHICLE, v, 1)
    a = tab(d, VEHICLE, v, 2)
    caps = tab(d, KIND, ty, K_CAPS)
    task = seq[low]
    score = NEVER
    why = BAD_YARD
    for option in range(vec(d, OPTION_AT, task), vec(d, OPTION_AT, task + 1)):
        if tab(d, OPTION_OK, option, ty) == 0:
            continue
        there = tab(d, OPTION, option, P_STAND)
        if there == st[T_PLACE]:
            ready = st[T_NOW]
        else:
            ready = leave(d, f, a, st[T_PLACE], there, st[T_NOW])
            if ready >= NEVER:
                why = BAD_ACCESS
                continue
        chosen[low] = option
        high = low + 1
        s = window_next(d, option, caps, st[T_NOW])
        while high < end and (seq[high] & 1) == (task & 1):
            found = -1
            for other in range(vec(d, OPTION_AT, seq[high]), vec(d, OPTION_AT, seq[high] + 1)):
                same = tab(d, OPTION, other, P_BAY) == tab(d, OPTION, option, P_BAY)
                if same and tab(d, OPTION, other, P_STAND) == there and tab(d, OPTION_OK, other, ty):
                    found = other
                    break
            if found < 0:
                break
            chosen[high] = found
            joint = joint_start(d, seq, chosen, low, high + 1, caps, s)
            if joint > s + 2700:
                break
            high += 1
        while high > low:
            if try_standing(d, c, v, st, ev, seq, chosen, low, high, ready, spare):
                value = spare[C_START] + spare[C_STAY] - 900 * (high - low)
                if value < score:
                    score = value
                    for k in range(8):
                        best[k] = spare[k]
                    best[C_OPTION] = option
                    best[C_UNTIL] = high
                    for k in range(low, high):
                        keep[k] = chosen[k]
                break
            why = st[T_WHY]
            high = low + 1 if high > low + 1 else low
    if score >= NEVER:
        st[T_WHY] = why
        return False
    for k in range(low, best[C_UNTIL]):
        chosen[k] = keep[k]
    return True


@njit(cache=True, _nrt=False)
def charge_here(
    d: Ints, c: Ints, v: int, st: Ints, ev: Ints, fs: Floats, target: int, outside: bool
) -> bool:
    """Charge at the site of this place up to ``target`` Wh; False if it cannot.

    ``outside``: at a depot outside a trip (waiting draws nothing, needs no stop of its own).
    """
    ty = tab(d, VEHICLE, v, 0)
    site = vec(d, SITE_OF, st[T_PLACE])
    if site < 0 or tab(d, SITE_OK, v, site) == 0:
        st[T_WHY] = BAD_CONNECTOR
        return False
    now = st[T_NOW]
    gain = target - st[T_SOC]
    best = NEVER
    start = 0
    con = -1
    for q in range(tab(d, SITE, site, S_CON0), tab(d, SITE, site, S_CON1)):
        power = tab(d, POWER, ty, q)
        if power == 0:
            continue
        length = charge_seconds(d, ty, power, st[T_SOC], gain)
        s = connector_slot(d, c, q, v, power, now, length, 1)
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


@njit(cache=True, _nrt=False)
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


@njit(cache=True, _nrt=False)
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
