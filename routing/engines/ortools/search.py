"""Compiled ruin and recreate over whole vehicle days, every state of which is feasible.

After Christiaens and Vanden Berghe, "Slack Induction by String Removals for Vehicle Routing
Problems", Transportation Science 54 (2020): strings of neighbouring orders leave, and come back
greedily with blinks; acceptance by annealing. A candidate place is ranked by a cheap estimate
first; the best few are simulated exactly beside what others hold of bays, connectors and power.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from routing.engines.ortools.data import (
    B_AFTER,
    B_BEFORE,
    BAY,
    BAY_HELD,
    BAY_N,
    COMP,
    CON_HELD,
    CON_N,
    CONFLICT,
    D_CLASS,
    D_DRIVER,
    D_FROM,
    D_REST,
    D_UNTIL,
    DUTY,
    DUTY_OK,
    E_LOAD,
    FITS,
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
    POWER,
    PRIZE,
    ROOM,
    V_HOME,
    V_PLACE,
    VEHICLE,
    W_END,
    W_SOFT,
    W_START,
    WINDOW,
    X_ARRIVE,
    X_BAY,
    X_CON,
    X_DEPART,
    X_DONE,
    X_HIGH,
    X_KIND,
    X_LOW,
    X_START,
    Floats,
    Ints,
)
from routing.engines.ortools.legs import T_EVENTS
from routing.engines.ortools.sim import BROKEN, MAX_DUTIES, option_at_place, simulate
from routing.travel.flat import cube, rows, tab, vec
from routing.travel.kernels import NEVER, drive_metres, drive_seconds

CANDIDATES = 400
"""Room for candidate places of one order."""


class State(NamedTuple):
    """A plan in the search: days of all vehicles, what they cost and hold."""

    seq: Ints  # (vehicles, MAX_TOKENS)
    size: Ints  # (vehicles,)
    cost: Floats  # (vehicles,)
    when: Ints  # (vehicles, MAX_TOKENS): service start per token, as last simulated
    done: Ints  # (vehicles, MAX_TOKENS): service end per token
    lead: Ints  # (vehicles, 4): by how much each duty was put off to lose no time
    owner: Ints  # (duties,): vehicle, -1 = free
    where: Ints  # (orders,): vehicle, -1 = absent, -2 = never to be tried
    claims: Ints
    rows: Ints  # (vehicles, MAX_EVENTS, 16): stops as settled; what the claims stand for
    stops: Ints  # (vehicles,): rows used


class Scratch(NamedTuple):
    """Working memory of the search."""

    ev: Ints
    chosen: Ints
    st: Ints
    trial: Ints
    cand: Ints  # (CANDIDATES, 5): vehicle, kind, position, second position, duty
    rough: Floats
    rng: NDArray[np.uint64]
    order: Ints
    why: Ints
    seen: Ints
    tries: Ints
    work: Ints
    fs: Floats


@njit(cache=True, _nrt=False)
def rand(rng: NDArray[np.uint64]) -> float:
    """Uniform in [0, 1): xorshift64*, so that a seed means the same everywhere."""
    x = rng[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    rng[0] = x
    y = x * np.uint64(2685821657736338717)
    return float(y >> np.uint64(11)) / 9007199254740992.0


@njit(cache=True, _nrt=False)
def below(rng: NDArray[np.uint64], n: int) -> int:
    """Uniform in 0..n-1."""
    return min(int(rand(rng) * n), n - 1)


@njit(cache=True, _nrt=False)
def release_claims(c: Ints, v: int) -> None:
    """Forget what vehicle v holds."""
    for table, counts, columns in ((BAY_HELD, BAY_N, 3), (CON_HELD, CON_N, 4)):
        for b in range(rows(c, counts)):
            n = 0
            for k in range(vec(c, counts, b)):
                if cube(c, table, b, k, 2) != v:
                    if n != k:
                        for q in range(columns):
                            c[spot(c, table, b, n) + q] = cube(c, table, b, k, q)
                    n += 1
            c[c[4 * counts] + b] = n


@njit(cache=True, _nrt=False)
def spot(c: Ints, table: int, b: int, k: int) -> int:
    """Where row (b, k) of a claims table begins in the flat array."""
    return c[4 * table] + (b * ROOM + k) * c[4 * table + 3]


@njit(cache=True, _nrt=False)
def hold_claims(d: Ints, c: Ints, v: int, ev: Ints, n: int) -> bool:
    """Hold what the stops of vehicle v need; False when a table is full."""
    ty = tab(d, VEHICLE, v, 0)
    for e in range(n):
        b = ev[e, X_BAY]
        if b >= 0:
            k = vec(c, BAY_N, b)
            if k >= ROOM:
                return False
            at = spot(c, BAY_HELD, b, k)
            c[at] = ev[e, X_ARRIVE] - tab(d, BAY, b, B_BEFORE)
            c[at + 1] = ev[e, X_DEPART] + tab(d, BAY, b, B_AFTER)
            c[at + 2] = v
            c[c[4 * BAY_N] + b] = k + 1
        q = ev[e, X_CON]
        if q >= 0:
            k = vec(c, CON_N, q)
            if k >= ROOM:
                return False
            at = spot(c, CON_HELD, q, k)
            c[at] = ev[e, X_START]
            c[at + 1] = ev[e, X_DEPART]
            c[at + 2] = v
            c[at + 3] = tab(d, POWER, ty, q)
            c[c[4 * CON_N] + q] = k + 1
    return True


@njit(cache=True, _nrt=False)
def tidy(seq: Ints, n: int) -> int:
    """Drop trips and duties without tasks; the new length."""
    out = 0
    k = 0
    pending = 0
    while k < n:
        tok = seq[k]
        if tok < 0:
            # A duty's mark wins over a trip's; the last duty's mark wins over an empty one.
            if tok <= -2:
                pending = tok
            elif pending > -2:
                pending = -1
        else:
            if pending < 0:
                seq[out] = pending
                out += 1
                pending = 0
            seq[out] = tok
            out += 1
        k += 1
    return out


@njit(cache=True, _nrt=False)
def empty_day(d: Ints, s: State, v: int) -> None:
    """Send every order and duty of a vehicle home."""
    for k in range(s.size[v]):
        tok = s.seq[v, k]
        if tok >= 0:
            s.where[tok >> 1] = -1
        elif tok <= -2:
            s.owner[-2 - tok] = -1
    s.size[v] = 0
    s.stops[v] = 0
    s.cost[v] = 0.0
    release_claims(s.claims, v)


@njit(cache=True, _nrt=False)
def settle(d: Ints, s: State, x: Scratch, v: int) -> bool:
    """Simulate vehicle v anew and hold its claims; an infeasible day is emptied."""
    release_claims(s.claims, v)
    for k in range(s.owner.shape[0]):
        if s.owner[k] == v:
            s.owner[k] = -1
    s.size[v] = tidy(s.seq[v], s.size[v])
    n = s.size[v]
    if n == 0:
        s.cost[v] = 0.0
        s.stops[v] = 0
        return True
    cost = simulate(d, s.claims, v, s.seq[v], n, x.ev, x.chosen, x.st, x.work, x.fs, True)
    if cost >= BROKEN or not hold_claims(d, s.claims, v, x.ev, x.st[T_EVENTS]):
        empty_day(d, s, v)
        return False
    s.cost[v] = cost
    s.stops[v] = x.st[T_EVENTS]
    for e in range(x.st[T_EVENTS]):
        for q in range(16):
            s.rows[v, e, q] = x.ev[e, q]
    for k in range(n):
        tok = s.seq[v, k]
        if tok >= 0:
            s.where[tok >> 1] = v
        elif tok <= -2:
            s.owner[-2 - tok] = v
    for e in range(x.st[T_EVENTS]):
        for k in range(x.ev[e, X_LOW], x.ev[e, X_HIGH]):
            if x.ev[e, X_KIND] not in (E_LOAD, 6):
                s.when[v, k] = x.ev[e, X_START]
                s.done[v, k] = x.ev[e, X_DONE]
        if x.ev[e, X_KIND] == E_LOAD:
            s.when[v, x.ev[e, X_LOW] - 1] = x.ev[e, X_START]
            s.done[v, x.ev[e, X_LOW] - 1] = x.ev[e, X_DONE]
    for k in range(MAX_DUTIES):
        s.lead[v, k] = x.work[8, k]
    return True


@njit(cache=True, _nrt=False)
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


@njit(cache=True, _nrt=False)
def stand_of(d: Ints, tok: int) -> int:
    """Where a task's first option stands."""
    return tab(d, OPTION, vec(d, OPTION_AT, tok), P_STAND)


@njit(cache=True, _nrt=False)
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


@njit(cache=True, _nrt=False)
def end_needed(d: Ints, v: int, o: int, first: bool) -> int:
    """Which tokens an order needs on a trip: 1 delivery, 0 pickup, 2 both."""
    base = tab(d, VEHICLE, v, V_PLACE) if first else tab(d, VEHICLE, v, V_HOME)
    if option_at_place(d, 2 * o, base) >= 0:
        return 1
    if option_at_place(d, 2 * o + 1, tab(d, VEHICLE, v, V_HOME)) >= 0:
        return 0
    return 2


@njit(cache=True, _nrt=False)
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
        if (cube(d, COMP, ty, q, 3) >> temp) & 1:
            if class_weight <= cube(d, COMP, ty, q, 0) and class_volume <= cube(d, COMP, ty, q, 1):
                return True
    return False


@njit(cache=True, _nrt=False)
def gather(d: Ints, s: State, x: Scratch, o: int, blink: float) -> int:
    """Candidate places of order o on all vehicles with a rough price; their number.

    Kinds: 0 one token into an existing trip, 1 pickup and delivery into one, 2 a trip of its own
    after a trip, 3 a duty of its own, 4 a trip of its own before a duty's first.
    """
    n = 0
    service = tab(d, ORDER, o, O_UNITS) * tab(d, ORDER, o, O_UNIT_S)
    for v in range(rows(d, VEHICLE)):
        if tab(d, FITS, o, v) == 0:
            continue
        size = s.size[v]
        if size + 4 >= MAX_TOKENS:
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
            if roomy and rand(x.rng) >= blink:
                follow = home if last else stand_of(d, s.seq[v, p + 1])
                t = s.done[v, p]
                early = t - s.lead[v, max(0, duties - 1)]
                way = drive_metres(d, f, previous, there, t)
                way += drive_metres(d, f, there, follow, t)
                way -= drive_metres(d, f, previous, follow, t)
                seconds = drive_seconds(d, f, previous, there, t)
                off = lateness(d, task, early + seconds)
                fine = off > -1e6 - 600
                if fine and not last and needed < 2:
                    begin = early + seconds + (int(off) if off > 0 else 0)
                    seconds = drive_seconds(d, f, there, follow, t)
                    fine = lateness(d, s.seq[v, p + 1], begin + service + seconds) > -1e6 - 600
                if fine:
                    value = way * (km + second * 0.15)
                    if off > 0:
                        off = lateness(d, task, t + seconds)
                        value += max(0.0, off) * second * 0.5
                    if needed < 2:
                        n = offer(x, n, value, v, 0, p + 1, needed, -1)
                    else:
                        n = gather_pair(d, s, x, n, v, o, start, p + 1, value, f, km, second)
            if last:
                # A trip of its own right after this one, in the same duty.
                t = s.done[v, p] - s.lead[v, max(0, duties - 1)]
                t += drive_seconds(d, f, previous, home, t) + 900
                way = drive_metres(d, f, home, there, t) * 2
                off = lateness(d, task, t + drive_seconds(d, f, home, there, t))
                value = way * (km + second * 0.15) + 1200.0 * second
                if off >= 0:
                    value += off * second * 0.5
                if off > -1e6 - 600 and rand(x.rng) >= blink:
                    n = offer(x, n, value, v, 2, p + 1, end_needed(d, v, o, False), -1)
            if tok <= -2:
                # A trip of its own before all others of this duty.
                t = s.when[v, p] - 5400
                way = drive_metres(d, f, home, there, t) * 2
                off = lateness(d, task, t)
                value = way * (km + second * 0.15) + 2400.0 * second
                if off > -1e6 - 600 and rand(x.rng) >= blink:
                    n = offer(x, n, value, v, 4, p, needed, -1)
        if duties < MAX_DUTIES_ON_VEHICLE:
            n = gather_duties(d, s, x, n, v, o, duties, km, second)
    return n


@njit(cache=True, _nrt=False)
def gather_pair(
    d: Ints, s: State, x: Scratch, n: int, v: int, o: int, start: int, at: int, value: float,
    f: int, km: float, second: float,
) -> int:
    """Candidates with the delivery at ``at`` and its pickup before it in the same trip."""
    here = stand_of(d, 2 * o)
    best = 1e17
    where = -1
    for k in range(start, at + 1):
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


@njit(cache=True, _nrt=False)
def gather_duties(
    d: Ints, s: State, x: Scratch, n: int, v: int, o: int, duties: int, km: float, second: float
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
        seen[tab(d, DUTY, k, D_CLASS)] = 1
        needed = end_needed(d, v, o, at == 0)
        there = stand_of(d, 2 * o + (0 if needed == 0 else 1))
        t = tab(d, DUTY, k, D_FROM)
        way = drive_metres(d, f, home, there, t) * 2
        value = way * (km + second * 0.15) + 2400.0 * second
        if duties == 0:
            value += tab(d, MONEY, ty, M_FIXED)
        # The window must meet the shift at all.
        wait = lateness(d, 2 * o + 1, t)
        if wait < 0 or t + wait > tab(d, DUTY, k, D_UNTIL):
            continue
        n = offer(x, n, value, v, 3, at, needed, k)
    return n


@njit(cache=True, _nrt=False)
def compose(s: State, x: Scratch, o: int, row: int) -> int:
    """Write the day of candidate ``row`` with order o into ``x.trial``; its length."""
    v = x.cand[row, 0]
    kind = x.cand[row, 1]
    at = x.cand[row, 2]
    second = x.cand[row, 3]
    n = 0
    for k in range(s.size[v] + 1):
        if kind == 1 and k == second:
            x.trial[n] = 2 * o
            n += 1
        if k == at:
            if kind == 2:
                x.trial[n] = -1
                n += 1
            if kind == 3:
                x.trial[n] = -2 - x.cand[row, 4]
                n += 1
            if kind == 4:
                x.trial[n] = s.seq[v, k]
                n += 1
            if kind == 1:
                x.trial[n] = 2 * o + 1
                n += 1
            else:
                if second in (0, 2):
                    x.trial[n] = 2 * o
                    n += 1
                if second in (1, 2):
                    x.trial[n] = 2 * o + 1
                    n += 1
            if kind == 4:
                x.trial[n] = -1
                n += 1
                continue
        if k < s.size[v]:
            x.trial[n] = s.seq[v, k]
            n += 1
    return n


@njit(cache=True)
def insert_best(
    d: Ints, s: State, x: Scratch, o: int, blink: float, tests: int, ceiling: float
) -> bool:
    """Put an absent order where it costs least among the candidates tried; False if nowhere."""
    n = gather(d, s, x, o, blink)
    if n == 0:
        return False
    best = BROKEN
    row = -1
    tried = 0
    for v in range(s.size.shape[0]):
        x.tries[v] = 0
    for _ in range(n):
        k = -1
        for m in range(n):
            if x.rough[m] < 1e300 and (k < 0 or x.rough[m] < x.rough[k]):
                k = m
        if k < 0 or (row >= 0 and tried >= tests) or tried >= 8 * tests:
            break
        # The rough price undershoots what is exact; far beyond the best found it cannot win.
        if row >= 0 and x.rough[k] > 2.0 * max(best, 1e5):
            break
        x.rough[k] = np.inf
        v = x.cand[k, 0]
        # Places within the trips of one vehicle tend to fail for one reason: a few are enough.
        if x.cand[k, 1] < 2:
            if x.tries[v] >= 5:
                continue
            x.tries[v] += 1
        size = compose(s, x, o, k)
        cost = simulate(
            d, s.claims, v, x.trial, size, x.ev, x.chosen, x.st, x.work, x.fs, False
        )
        tried += 1
        if cost < BROKEN:
            if cost - s.cost[v] < best:
                best = cost - s.cost[v]
                row = k
        else:
            x.why[x.st[10]] += 1
    if row < 0 or best >= ceiling:
        return False
    v = x.cand[row, 0]
    size = compose(s, x, o, row)
    for k in range(size):
        s.seq[v, k] = x.trial[k]
    s.size[v] = size
    return settle(d, s, x, v)


@njit(cache=True, _nrt=False)
def total(d: Ints, s: State) -> float:
    """Cost of a state, absences included."""
    value = 0.0
    for v in range(s.cost.shape[0]):
        value += s.cost[v]
    for o in range(s.where.shape[0]):
        if s.where[o] < 0:
            value += vec(d, PRIZE, o)
    return value


@njit(cache=True, _nrt=False)
def take_out(s: State, v: int, o: int) -> None:
    """Remove an order's tokens from a day (not yet simulated anew)."""
    n = 0
    for k in range(s.size[v]):
        tok = s.seq[v, k]
        if tok < 0 or tok >> 1 != o:
            s.seq[v, n] = tok
            s.when[v, n] = s.when[v, k]
            s.done[v, n] = s.done[v, k]
            n += 1
    s.size[v] = n
    s.where[o] = -1


@njit(cache=True)
def copy_state(a: State, b: State) -> None:
    """b := a."""
    b.seq[:] = a.seq
    b.size[:] = a.size
    b.cost[:] = a.cost
    b.when[:] = a.when
    b.done[:] = a.done
    b.lead[:] = a.lead
    b.owner[:] = a.owner
    b.where[:] = a.where
    b.claims[:] = a.claims
    b.stops[:] = a.stops
    for v in range(a.stops.shape[0]):
        for e in range(a.stops[v]):
            for q in range(16):
                b.rows[v, e, q] = a.rows[v, e, q]


@njit(cache=True, _nrt=False)
def ruin(d: Ints, s: State, x: Scratch, near: Ints, mean: float, dirty: Ints) -> int:
    """Take orders out; their number (in ``x.order``); ``dirty[v]`` marks changed days."""
    orders = s.where.shape[0]
    out = 0
    for v in range(dirty.shape[0]):
        dirty[v] = 0
    how = rand(x.rng)
    seed = below(x.rng, orders)
    if how < 0.08:
        # A whole day of one vehicle.
        v = s.where[seed]
        if v >= 0:
            for k in range(s.size[v]):
                tok = s.seq[v, k]
                if tok >= 0 and s.where[tok >> 1] == v:
                    s.where[tok >> 1] = -1
                    x.order[out] = tok >> 1
                    out += 1
                elif tok <= -2:
                    s.owner[-2 - tok] = -1
            s.size[v] = 0
            dirty[v] = 1
        return out
    if how < 0.18:
        # The nearest orders, each with some chance.
        want = 1 + below(x.rng, int(2 * mean))
        for k in range(min(near.shape[1], 4 * want)):
            o = near[seed, k]
            if out < want and s.where[o] >= 0 and rand(x.rng) < 0.5:
                v = s.where[o]
                take_out(s, v, o)
                dirty[v] = 1
                x.order[out] = o
                out += 1
        return out
    longest = 10
    strings = int(rand(x.rng) * (4.0 * mean / (1 + longest) - 1.0) + 1.0)
    strings = max(1, strings)
    for k in range(near.shape[1]):
        if strings == 0:
            break
        o = near[seed, k]
        v = s.where[o]
        if v < 0 or dirty[v]:
            continue
        at = -1
        for m in range(s.size[v]):
            if s.seq[v, m] >= 0 and s.seq[v, m] >> 1 == o:
                at = m
        length = 1 + below(x.rng, longest)
        begin = max(0, at - below(x.rng, length))
        skip = rand(x.rng) < 0.3
        gone = 0
        m = begin
        while m < s.size[v] and gone < length:
            tok = s.seq[v, m]
            if tok >= 0 and (not skip or rand(x.rng) < 0.6 or tok >> 1 == o):
                x.order[out] = tok >> 1
                out += 1
                take_out(s, v, tok >> 1)
                gone += 1
            else:
                m += 1
        dirty[v] = 1
        strings -= 1
    return out


@njit(cache=True)
def sort_absent(d: Ints, x: Scratch, n: int, far: Floats, tight: Floats) -> None:
    """Order of coming back: by class, then by a rule drawn anew each time."""
    how = rand(x.rng)
    key = np.empty(n)
    for k in range(n):
        o = x.order[k]
        if how < 0.35:
            value = rand(x.rng)
        elif how < 0.6:
            value = -float(tab(d, ORDER, o, O_WEIGHT))
        elif how < 0.75:
            value = -far[o]
        elif how < 0.8:
            value = far[o]
        else:
            value = tight[o]
        key[k] = value
    top = 0.0
    for o in range(rows(d, PRIZE)):
        top = max(top, float(vec(d, PRIZE, o)))
    ranks = np.argsort(key)
    saved = x.order[:n].copy()
    out = 0
    # Dearer absences first, but only by tiers of a factor of ten.
    limit = top
    while out < n:
        for q in range(n):
            o = saved[ranks[q]]
            if o >= 0 and vec(d, PRIZE, o) >= limit * 0.1:
                x.order[out] = o
                saved[ranks[q]] = -1
                out += 1
        if limit <= 0.0:
            break
        limit = limit * 0.1 if limit > 1.0 else 0.0


@njit(cache=True)
def improve(
    d: Ints, s: State, back: State, best: State, x: Scratch, near: Ints, far: Floats,
    tight: Floats, values: Floats, rounds: int, heat: float, mean: float, tests: int,
) -> int:
    """Some rounds of ruin and recreate; ``values`` = (current, best); rounds that found better."""
    vehicles = s.size.shape[0]
    orders = s.where.shape[0]
    dirty = np.zeros(vehicles, np.int64)
    found = 0
    for _ in range(rounds):
        copy_state(s, back)
        n = ruin(d, s, x, near, mean, dirty)
        for v in range(vehicles):
            if dirty[v]:
                settle(d, s, x, v)
        n = 0
        for o in range(orders):
            if s.where[o] == -1:
                x.order[n] = o
                n += 1
        sort_absent(d, x, n, far, tight)
        line = x.order[:n].copy()
        late = 0
        for k in range(n):
            o = line[k]
            if back.where[o] < 0:
                # Long absent: not every round, or the hopeless eat the time.
                late += 1
                if late > 6 and rand(x.rng) < 0.9:
                    continue
            insert_best(d, s, x, o, 0.01, tests, vec(d, PRIZE, o))
        now = total(d, s)
        chance = -heat * np.log(max(1e-12, rand(x.rng)))
        if now < values[1] - 1e-6:
            values[1] = now
            copy_state(s, best)
            found += 1
        if now < values[0] + chance:
            values[0] = now
        else:
            copy_state(back, s)
    return found
