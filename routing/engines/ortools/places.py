"""Compiled candidates: where an order could go, with a rough price."""

# ruff: noqa: FBT001, PLR0917 - kernels are called by position: numba has no keyword-only calls
from __future__ import annotations

from routing.engines.ortools.data import (
    COMP,
    CONFLICT,
    D_CLASS,
    D_DRIVER,
    D_FROM,
    D_REST,
    D_UNTIL,
    DUTY,
    DUTY_OK,
    FITS,
    FOLLOW,
    K_COMPS,
    K_PAYLOAD,
    K_VOLUME,
    KIND,
    M_FIXED,
    M_HOUR,
    M_KM,
    MAX_DUTIES_ON_VEHICLE,
    MAX_TOKENS,
    MONEY,
    O_TEMP,
    O_UNIT_S,
    O_UNITS,
    O_VOLUME,
    O_WEIGHT,
    OPTION,
    OPTION_AT,
    ORDER,
    P_STAND,
    P_WIN0,
    P_WIN1,
    V_HOME,
    V_PLACE,
    VEHICLE,
    W_END,
    W_SOFT,
    W_START,
    WINDOW,
    Ints,
)
from routing.engines.ortools.goods import option_at_place
from routing.engines.ortools.sim import moved
from routing.engines.ortools.state import Scratch, State, bound, frozen_until, idle_lock, rand
from routing.travel.flat import cube, kernel, rows, tab, vec
from routing.travel.kernels import (
    NEVER,
    drive_metres,
    drive_seconds,
    pace_seconds,
    speed_slice,
)

TOLERANCE = 300
"""Seconds by which an estimate may break a limit and still be worth simulating."""
CANDIDATES = 400
"""Room for candidate places of one order."""


@kernel
def lateness(d: Ints, task: int, t: int) -> float:
    """Seconds to wait (positive) or by which the last window is missed (negative, less 1e6)."""
    option = vec(d, OPTION_AT, task)
    low = tab(d, OPTION, option, P_WIN0)
    high = tab(d, OPTION, option, P_WIN1)
    if low == high:
        return 0.0
    wait = NEVER
    missed = NEVER
    for w in range(low, high):
        end = tab(d, WINDOW, w, W_END) + tab(d, WINDOW, w, W_SOFT)
        if t <= end:
            wait = min(wait, max(0, tab(d, WINDOW, w, W_START) - t))
        else:
            missed = min(missed, t - end)
    if wait < NEVER:
        return float(wait)
    return -1e6 - float(missed)


@kernel
def stand_of(d: Ints, tok: int) -> int:
    """Where a task's first option stands."""
    return tab(d, OPTION, vec(d, OPTION_AT, tok), P_STAND)


@kernel
def offer(
    x: Scratch, n: int, value: float, v: int, kind: int, at: int, second: int, duty: int
) -> int:
    """Keep a candidate; when there is no room the worst gives way."""
    if n < CANDIDATES:
        k = n
        n += 1
    else:
        k = 0
        for m in range(1, CANDIDATES):
            if x.rough[m] > x.rough[k]:
                k = m
        if x.rough[k] <= value:
            return n
    x.rough[k] = value
    x.cand[k, 0] = v
    x.cand[k, 1] = kind
    x.cand[k, 2] = at
    x.cand[k, 3] = second
    x.cand[k, 4] = duty
    return n


@kernel
def end_needed(d: Ints, v: int, o: int, first: bool) -> int:
    """Which tokens an order needs on a trip: 1 delivery, 0 pickup, 2 both."""
    base = tab(d, VEHICLE, v, V_PLACE) if first else tab(d, VEHICLE, v, V_HOME)
    if option_at_place(d, 2 * o, base) >= 0:
        return 1
    if option_at_place(d, 2 * o + 1, tab(d, VEHICLE, v, V_HOME)) >= 0:
        return 0
    return 2


@kernel
def room_left(d: Ints, s: State, v: int, start: int, o: int) -> bool:
    """Whether an order could ride along on the trip whose first task is at ``start``.

    Looks at what the depot loads: what is picked up on the way and put down again cancels out,
    so it never says no wrongly to a trip that only delivers.
    """
    ty = tab(d, VEHICLE, v, 0)
    temp = tab(d, ORDER, o, O_TEMP)
    weight = tab(d, ORDER, o, O_WEIGHT)
    volume = tab(d, ORDER, o, O_VOLUME)
    class_volume = volume
    class_weight = weight
    for k in range(start, s.size[v]):
        tok = s.seq[v, k]
        if tok < 0:
            break
        sign = 1 if tok & 1 else -1
        other = tok >> 1
        weight += sign * tab(d, ORDER, other, O_WEIGHT)
        volume += sign * tab(d, ORDER, other, O_VOLUME)
        if tab(d, ORDER, other, O_TEMP) == temp:
            class_weight += sign * tab(d, ORDER, other, O_WEIGHT)
            class_volume += sign * tab(d, ORDER, other, O_VOLUME)
        if rows(d, CONFLICT) > 1 and tab(d, CONFLICT, o, other):
            return False
    if weight > tab(d, KIND, ty, K_PAYLOAD) or volume > tab(d, KIND, ty, K_VOLUME):
        return False
    for q in range(tab(d, KIND, ty, K_COMPS)):
        heavy = class_weight > cube(d, COMP, ty, q, 0)
        bulky = class_volume > cube(d, COMP, ty, q, 1)
        if (cube(d, COMP, ty, q, 3) >> temp) & 1 and not heavy and not bulky:
            return True
    return False


@kernel
def gather(d: Ints, s: State, x: Scratch, o: int, blink: float) -> int:
    """Candidate places of order o on all vehicles with a rough price; their number.

    Kinds: 0 one token into an existing trip, 1 pickup and delivery into one, 2 a trip of its own
    after a trip, 3 a duty of its own, 4 a trip of its own before a duty's first.
    """
    n = 0
    service = tab(d, ORDER, o, O_UNITS) * tab(d, ORDER, o, O_UNIT_S)
    # What a locked sequence adds is not estimated: every place of it is simulated.
    chain = vec(d, FOLLOW, o) >= 0
    links = 0
    m = vec(d, FOLLOW, o)
    while m >= 0:
        links += 1
        m = vec(d, FOLLOW, m)
    for v in range(rows(d, VEHICLE)):
        if tab(d, FITS, o, v) == 0:
            continue
        frozen = frozen_until(d, s, v)
        away = moved(d, o, v)
        size = s.size[v]
        if size + 4 + 2 * links >= MAX_TOKENS:
            continue
        ty = tab(d, VEHICLE, v, 0)
        f = tab(d, VEHICLE, v, 1)
        km = tab(d, MONEY, ty, M_KM) / 1000.0 + 0.001
        second = tab(d, MONEY, ty, M_HOUR) / 3600.0 + 0.001
        home = tab(d, VEHICLE, v, V_HOME)
        trip = -1
        duties = 0
        start = 0
        previous = home
        roomy = True
        needed = 1
        for p in range(size):
            tok = s.seq[v, p]
            if tok < 0:
                trip += 1
                duties += tok <= -2
                previous = tab(d, VEHICLE, v, V_PLACE) if trip == 0 else home
                start = p + 1
                needed = end_needed(d, v, o, trip == 0)
                roomy = needed != 1 or room_left(d, s, v, start, o)
            else:
                previous = stand_of(d, tok)
            task = 2 * o + (0 if needed == 0 else 1)
            there = stand_of(d, task)
            last = p + 1 >= size or s.seq[v, p + 1] < 0
            by = (tok >= 0 and x.close[o, tok >> 1]) or (
                not last and x.close[o, s.seq[v, p + 1] >> 1]
            )
            free = p + 1 >= frozen and not bound(d, s, v, p + 1)
            if (by or chain) and free and roomy and rand(x.rng) >= blink:
                follow = home if last else stand_of(d, s.seq[v, p + 1])
                t = s.done[v, p]
                early = t - s.lead[v, max(0, duties - 1)]
                way = drive_metres(d, f, previous, there, t)
                way += drive_metres(d, f, there, follow, t)
                way -= drive_metres(d, f, previous, follow, t)
                pace = speed_slice(d, f, t)
                inward = pace_seconds(d, f, pace, previous, there)
                off = lateness(d, task, early + inward)
                if off > -1e6 - 600 or chain:
                    onward = pace_seconds(d, f, pace, there, follow) + service
                    begin = early + inward + (int(off) if off > 0 else 0)
                    if begin + onward <= s.limit[v, p] + TOLERANCE or chain:
                        value = way * km + away
                        off = lateness(d, task, t + inward)
                        longer = inward + onward - pace_seconds(d, f, pace, previous, follow)
                        longer += int(off) if off > -1e6 else int(-1e6 - off)
                        value += max(0, longer - s.idle[v, p]) * second
                        if needed < 2:
                            n = offer(x, n, value, v, 0, p + 1, needed, -1)
                        else:
                            n = gather_pair(d, s, x, n, v, o, start, p + 1, value, f, km, second)
            if last and p + 1 >= frozen:
                # A trip of its own right after this one, in the same duty.
                t = s.done[v, p] - s.lead[v, max(0, duties - 1)]
                t += drive_seconds(d, f, previous, home, t) + 900
                way = drive_metres(d, f, home, there, t) * 2
                off = lateness(d, task, t + drive_seconds(d, f, home, there, t))
                value = away + way * (km + second * 0.15) + (1200.0 + service) * second
                if off >= 0:
                    value += off * second * 0.5
                back = t + way // 5 + max(0, int(off)) + service
                fine = off > -1e6 - 600 and back <= s.limit[v, p] + TOLERANCE
                if (fine or chain) and rand(x.rng) >= blink:
                    n = offer(x, n, value, v, 2, p + 1, end_needed(d, v, o, False), -1)
            if tok <= -2 and p >= frozen:
                # A trip of its own before all others of this duty.
                t = s.when[v, p] - 5400
                way = drive_metres(d, f, home, there, t) * 2
                off = lateness(d, task, t)
                value = away + way * (km + second * 0.15) + (2400.0 + service) * second
                if (off > -1e6 - 600 or chain) and rand(x.rng) >= blink:
                    n = offer(x, n, value, v, 4, p, needed, -1)
        if duties < MAX_DUTIES_ON_VEHICLE:
            n = gather_duties(d, s, x, n, v, o, duties, km, second, frozen)
    return n


@kernel
def gather_pair(
    d: Ints,
    s: State,
    x: Scratch,
    n: int,
    v: int,
    o: int,
    start: int,
    at: int,
    value: float,
    f: int,
    km: float,
    second: float,
) -> int:
    """Candidates with the delivery at ``at`` and its pickup before it in the same trip."""
    here = stand_of(d, 2 * o)
    best = 1e17
    where = -1
    for k in range(max(start, frozen_until(d, s, v)), at + 1):
        if bound(d, s, v, k):
            continue
        before = s.seq[v, k - 1]
        previous = stand_of(d, before) if before >= 0 else tab(d, VEHICLE, v, V_HOME)
        follow = tab(d, VEHICLE, v, V_HOME)
        if k < s.size[v] and s.seq[v, k] >= 0:
            follow = stand_of(d, s.seq[v, k])
        if k == at:
            follow = stand_of(d, 2 * o + 1)
        t = s.when[v, k - 1]
        way = drive_metres(d, f, previous, here, t)
        way += drive_metres(d, f, here, follow, t)
        way -= drive_metres(d, f, previous, follow, t)
        off = lateness(d, 2 * o, t)
        extra = way * (km + second * 0.15) + (off * second * 0.5 if off >= 0 else 1e9)
        if extra < best:
            best = extra
            where = k
    if where >= 0:
        n = offer(x, n, value + best, v, 1, at, where, -1)
    return n


@kernel
def gather_duties(
    d: Ints,
    s: State,
    x: Scratch,
    n: int,
    v: int,
    o: int,
    duties: int,
    km: float,
    second: float,
    frozen: int,
) -> int:
    """Candidates with a duty of its own: the first free duty of each class."""
    ty = tab(d, VEHICLE, v, 0)
    f = tab(d, VEHICLE, v, 1)
    home = tab(d, VEHICLE, v, V_HOME)
    size = s.size[v]
    seen = x.seen
    for k in range(rows(d, DUTY)):
        seen[k] = 0
    for k in range(rows(d, DUTY)):
        if tab(d, DUTY_OK, k, v) == 0 or s.owner[k] >= 0 or seen[tab(d, DUTY, k, D_CLASS)]:
            continue
        clash = False
        for m in range(rows(d, DUTY)):
            if s.owner[m] < 0:
                continue
            gap = tab(d, DUTY, k, D_REST)
            overlap = tab(d, DUTY, m, D_FROM) < tab(d, DUTY, k, D_UNTIL) + gap
            overlap = overlap and tab(d, DUTY, k, D_FROM) < tab(d, DUTY, m, D_UNTIL) + gap
            if overlap and tab(d, DUTY, m, D_DRIVER) == tab(d, DUTY, k, D_DRIVER):
                clash = True
        if clash:
            continue
        at = size
        for p in range(size):
            tok = s.seq[v, p]
            if tok <= -2 and tab(d, DUTY, -2 - tok, D_FROM) > tab(d, DUTY, k, D_FROM):
                at = p
                break
        if at < frozen:
            continue
        seen[tab(d, DUTY, k, D_CLASS)] = 1
        needed = end_needed(d, v, o, at == 0)
        there = stand_of(d, 2 * o + (0 if needed == 0 else 1))
        t = tab(d, DUTY, k, D_FROM)
        way = drive_metres(d, f, home, there, t) * 2
        service = tab(d, ORDER, o, O_UNITS) * tab(d, ORDER, o, O_UNIT_S)
        value = (
            moved(d, o, v)
            - idle_lock(d, s, v)
            + way * (km + second * 0.15)
            + (2400.0 + service) * second
        )
        if duties == 0:
            value += tab(d, MONEY, ty, M_FIXED)
        # The window must meet the shift at all.
        wait = lateness(d, 2 * o + 1, t)
        chain = vec(d, FOLLOW, o) >= 0
        if not chain and (wait < 0 or t + wait > tab(d, DUTY, k, D_UNTIL)):
            continue
        n = offer(x, n, value, v, 3, at, needed, k)
    return n
