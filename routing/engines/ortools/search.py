"""Compiled ruin and recreate over whole vehicle days, every state of which is feasible.

After Christiaens and Vanden Berghe, "Slack Induction by String Removals for Vehicle Routing
Problems", Transportation Science 54 (2020): strings of neighbouring orders leave, and come back
greedily with blinks; acceptance by annealing. A candidate place is ranked by a cheap estimate
first; the best few are simulated exactly beside what others hold of bays, connectors and power.
"""

# ruff: noqa: FBT001, PLR0917 - kernels are called by position: numba has no keyword-only calls
from __future__ import annotations

import numpy as np

from routing.engines.ortools.data import (
    FIXED,
    FOLLOW,
    LEAD,
    O_WEIGHT,
    ORDER,
    PRIZE,
    V_HOME,
    V_PLACE,
    VEHICLE,
    Floats,
    Ints,
)
from routing.engines.ortools.goods import check_loads
from routing.engines.ortools.places import end_needed, gather
from routing.engines.ortools.sim import BROKEN, price
from routing.engines.ortools.state import (
    Scratch,
    State,
    below,
    copy_state,
    frozen_until,
    idle_lock,
    rand,
    settle,
    take_out,
    total,
)
from routing.travel.flat import allocating, kernel, rows, tab, vec

DAYS, TRIPS, RADIAL = 0.08, 0.25, 0.33
"""Up to which draw a ruin takes whole days, whole trips, single neighbours; else strings."""


@kernel
def write_chain(d: Ints, x: Scratch, v: int, o: int, n: int, first: bool, ends: int) -> int:
    """Write what follows o in its locked sequence; ``ends``: 1 pickups, 2 deliveries, 3 both.

    Pickups on the way come before the first delivery. Returns the new length.
    """
    base = n
    if ends & 1:
        m = vec(d, FOLLOW, o)
        while m >= 0:
            if end_needed(d, v, m, first) != 1:
                x.trial[n] = 2 * m
                n += 1
            m = vec(d, FOLLOW, m)
        if ends & 2 and n > base:
            # The head's delivery, written already, goes behind them.
            head = x.trial[base - 1]
            for k in range(base - 1, n - 1):
                x.trial[k] = x.trial[k + 1]
            x.trial[n - 1] = head
    if ends & 2:
        m = vec(d, FOLLOW, o)
        while m >= 0:
            x.trial[n] = 2 * m + 1
            n += 1
            m = vec(d, FOLLOW, m)
    return n


@kernel
def compose(d: Ints, s: State, x: Scratch, o: int, row: int) -> int:
    """Write the day of candidate ``row`` with order o into ``x.trial``; its length."""
    v = x.cand[row, 0]
    kind = x.cand[row, 1]
    at = x.cand[row, 2]
    second = x.cand[row, 3]
    chain = vec(d, FOLLOW, o) >= 0
    first = kind < 2 or (kind > 2 and at == 0)
    for k in range(1, at):
        first = first and s.seq[v, k] >= 0
    n = 0
    for k in range(s.size[v] + 1):
        if kind == 1 and k == second:
            x.trial[n] = 2 * o
            n += 1
            if chain:
                n = write_chain(d, x, v, o, n, first, 1)
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
            if chain:
                n = write_chain(d, x, v, o, n, first, 2 if kind == 1 else 3)
            if kind == 4:
                x.trial[n] = -1
                n += 1
                continue
        if k < s.size[v]:
            x.trial[n] = s.seq[v, k]
            n += 1
    return n


@kernel
def cannot_ride(d: Ints, x: Scratch, v: int, o: int, size: int) -> int:
    """Why the goods of the trip that takes order o in ``x.trial`` cannot ride, or 0."""
    at = 0
    while x.trial[at] >> 1 != o or x.trial[at] < 0:
        at += 1
    low = at
    while x.trial[low - 1] >= 0:
        low -= 1
    high = at
    while high < size and x.trial[high] >= 0:
        high += 1
    home = tab(d, VEHICLE, v, V_HOME)
    base = tab(d, VEHICLE, v, V_PLACE) if low == 1 else home
    found: int = check_loads(d, v, x.trial, low, high, base, home, x.work[0], x.work[6], x.work[7])
    return found


@allocating
def insert_best(
    d: Ints, s: State, x: Scratch, o: int, blink: float, tests: int, ceiling: float
) -> bool:
    """Put an absent order where it costs least among the candidates tried; False if nowhere.

    The head of a locked sequence brings all of it; what follows in one, or is frozen, is left.
    """
    if vec(d, LEAD, o) != o or vec(d, FIXED, o):
        return False
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
        size = compose(d, s, x, o, k)
        bad = cannot_ride(d, x, v, o, size)
        if bad:
            x.why[bad] += 1
            continue
        cost = price(d, s.claims, v, x.trial, size, x.ev, x.chosen, x.st, x.work, x.fs)
        tried += 1
        if cost < BROKEN:
            extra = cost - s.cost[v] - idle_lock(d, s, v)
            if extra < best:
                best = extra
                row = k
        else:
            x.why[x.st[10]] += 1
    if row < 0 or best >= ceiling:
        return False
    v = x.cand[row, 0]
    size = compose(d, s, x, o, row)
    for k in range(size):
        s.seq[v, k] = x.trial[k]
    s.size[v] = size
    return settle(d, s, x, v)


@kernel
def empty_trip(d: Ints, s: State, x: Scratch, v: int, o: int, out: int) -> int:
    """Take out all orders of the trip of vehicle v that has order o; the new list's length."""
    at = 0
    while s.seq[v, at] < 0 or s.seq[v, at] >> 1 != o:
        at += 1
    while s.seq[v, at - 1] >= 0:
        at -= 1
    while at < s.size[v] and s.seq[v, at] >= 0:
        if vec(d, FIXED, s.seq[v, at] >> 1):
            at += 1
            continue
        x.order[out] = s.seq[v, at] >> 1
        out += 1
        take_out(d, s, v, s.seq[v, at] >> 1)
    return out


@kernel
def empty_free(d: Ints, s: State, x: Scratch, v: int, out: int) -> int:
    """Take out all that is not frozen of a day that begins with what is; the new list's length."""
    at = 0
    while at < s.size[v]:
        tok = s.seq[v, at]
        if tok < 0 or vec(d, FIXED, tok >> 1):
            at += 1
            continue
        x.order[out] = tok >> 1
        out += 1
        take_out(d, s, v, tok >> 1)
    return out


@kernel
def ruin(d: Ints, s: State, x: Scratch, near: Ints, mean: float, dirty: Ints) -> int:
    """Take orders out; their number (in ``x.order``); ``dirty[v]`` marks changed days."""
    orders = s.where.shape[0]
    out = 0
    for v in range(dirty.shape[0]):
        dirty[v] = 0
    how = rand(x.rng)
    seed = below(x.rng, orders)
    if how < DAYS:
        # A whole day of one vehicle.
        v = s.where[seed]
        if v >= 0 and frozen_until(d, s, v):
            out = empty_free(d, s, x, v, out)
            dirty[v] = 1
        elif v >= 0:
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
    if how < TRIPS:
        # Whole trips of neighbours.
        want = 1 + below(x.rng, 3)
        for k in range(near.shape[1]):
            v = s.where[near[seed, k]]
            if want == 0 or out >= 40:
                break
            if v >= 0 and not dirty[v]:
                out = empty_trip(d, s, x, v, near[seed, k], out)
                dirty[v] = 1
                want -= 1
        return out
    if how < RADIAL:
        # The nearest orders, each with some chance.
        want = 1 + below(x.rng, int(2 * mean))
        for k in range(min(near.shape[1], 4 * want)):
            o = near[seed, k]
            if out < want and s.where[o] >= 0 and rand(x.rng) < 0.5 and not vec(d, FIXED, o):
                v = s.where[o]
                take_out(d, s, v, o)
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
            free = tok >= 0 and vec(d, FIXED, max(0, tok >> 1)) == 0
            if free and (not skip or rand(x.rng) < 0.6 or tok >> 1 == o):
                x.order[out] = tok >> 1
                out += 1
                take_out(d, s, v, tok >> 1)
                gone += 1
            else:
                m += 1
        dirty[v] = 1
        strings -= 1
    return out


@allocating
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


@allocating
def improve(
    d: Ints,
    s: State,
    back: State,
    best: State,
    x: Scratch,
    near: Ints,
    far: Floats,
    tight: Floats,
    values: Floats,
    rounds: int,
    heat: float,
    mean: float,
    tests: int,
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
