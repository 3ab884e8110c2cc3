"""The state of the search, and what keeps it whole: claims, days, copies."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.engines.ortools.data import (
    B_AFTER,
    B_BEFORE,
    BAY,
    BAY_HELD,
    BAY_N,
    CHANGE,
    CHARGES_AT,
    CON_HELD,
    CON_N,
    E_LOAD,
    FIXED,
    FOLLOW,
    LEAD,
    POWER,
    PRIZE,
    ROOM,
    VEHICLE,
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
from routing.engines.ortools.sim import BROKEN, MAX_DUTIES, simulate
from routing.engines.ortools.slack import look_back
from routing.travel.flat import allocating, cube, kernel, rows, tab, vec

IDLE_LOCK = 1e13
"""What a vehicle that stays home though it is to charge costs in the search, milli-fen."""


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
    limit: Ints  # (vehicles, MAX_TOKENS): latest arrival at what follows a token on its trip
    idle: Ints  # (vehicles, MAX_TOKENS): seconds waited there and after


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
    close: NDArray[np.bool_]  # (orders, orders): worth riding next to each other


@kernel
def rand(rng: NDArray[np.uint64]) -> float:
    """Uniform in [0, 1): xorshift64*, so that a seed means the same everywhere."""
    x = rng[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    rng[0] = x
    y = x * np.uint64(2685821657736338717)
    return float(y >> np.uint64(11)) / 9007199254740992.0


@kernel
def below(rng: NDArray[np.uint64], n: int) -> int:
    """Uniform in 0..n-1."""
    return min(int(rand(rng) * n), n - 1)


@kernel
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


@kernel
def spot(c: Ints, table: int, b: int, k: int) -> int:
    """Where row (b, k) of a claims table begins in the flat array."""
    found: int = c[4 * table] + (b * ROOM + k) * c[4 * table + 3]
    return found


@kernel
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


@kernel
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


@kernel
def empty_day(s: State, v: int) -> None:
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


@kernel
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
    # Not a literal: numba would compile the day anew for it.
    record = n > 0
    cost = simulate(d, s.claims, v, s.seq[v], n, x.ev, x.chosen, x.st, x.work, x.fs, record)
    if cost >= BROKEN or not hold_claims(d, s.claims, v, x.ev, x.st[T_EVENTS]):
        empty_day(s, v)
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
    look_back(d, v, s.seq[v], x.ev, x.st[T_EVENTS], s.limit[v], s.idle[v])
    return True


@kernel
def total(d: Ints, s: State) -> float:
    """Cost of a state, absences included."""
    value = 0.0
    for v in range(s.cost.shape[0]):
        value += s.cost[v]
    for o in range(s.where.shape[0]):
        if s.where[o] < 0:
            value += vec(d, PRIZE, o)
    for v in range(s.cost.shape[0]):
        value += idle_lock(d, s, v)
    return value


@kernel
def take_out(d: Ints, s: State, v: int, o: int) -> None:
    """Remove an order, with its locked sequence, from a day (not yet simulated anew)."""
    head = vec(d, LEAD, o)
    n = 0
    for k in range(s.size[v]):
        tok = s.seq[v, k]
        if tok < 0 or vec(d, LEAD, tok >> 1) != head:
            s.seq[v, n] = tok
            s.when[v, n] = s.when[v, k]
            s.done[v, n] = s.done[v, k]
            n += 1
        else:
            s.where[tok >> 1] = -1
    s.size[v] = n
    s.where[o] = -1


@kernel
def frozen_until(d: Ints, s: State, v: int) -> int:
    """The first position of a day at which anything may be put in: after its frozen prefix."""
    found = 0
    if vec(d, CHANGE, 1):
        for k in range(s.size[v]):
            if s.seq[v, k] >= 0 and vec(d, FIXED, s.seq[v, k] >> 1):
                found = k + 1
    return found


@kernel
def idle_lock(d: Ints, s: State, v: int) -> float:
    """What it costs that a vehicle stays home though a lock has it charge."""
    due = vec(d, CHARGES_AT, v + 1) > vec(d, CHARGES_AT, v)
    return IDLE_LOCK if s.size[v] == 0 and due else 0.0


@kernel
def bound(d: Ints, s: State, v: int, at: int) -> bool:
    """Whether a locked sequence runs across position ``at`` of a day."""
    if at < 1:
        return False
    tok = s.seq[v, at - 1]
    return tok >= 0 and tok & 1 == 1 and vec(d, FOLLOW, tok >> 1) >= 0


@allocating
def copy_state(a: State, b: State) -> None:
    """B := a."""
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
    b.limit[:] = a.limit
    b.idle[:] = a.idle
    for v in range(a.stops.shape[0]):
        for e in range(a.stops[v]):
            for q in range(16):
                b.rows[v, e, q] = a.rows[v, e, q]
