"""Records that the kernels work on: what is given (``Data``) and what is worked out (``Work``).

Tasks are 0 … n-1; route r begins at the sentinel n + 2r and ends at n + 2r + 1. Each task stands
at a site; travel, stations and curves are by site. Vehicle kinds are rows of ``vehicle``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from routing.search.compiled import Floats, Ints

FAR = 1e15
"""Stands for never and for impossible, in times and in costs."""
EPS = 1e-9
LABELS = 8
"""Labels kept per task and direction; one that falls out can only make a route look dearer."""
OPTIONS = 6
"""Single stations kept per arc; arcs at a depot may have as many pairs besides."""
POOL_ROWS = 3000
"""Routes noted between two visits of the pool."""
LONGEST_NOTED = 256
SEGMENT = 3
"""Most tasks that one exchange moves together."""

READY, DUE, SERVICE, DEMAND, NODE = 0, 1, 2, 3, 4
"""Columns of ``node``: first and last lawful start over all windows, time at the stop, load."""
CAPACITY, BATTERY, USE, USE_LOAD, RATE, PER_LENGTH, FIXED, VEHICLE = 0, 1, 2, 3, 4, 5, 6, 7
"""Columns of ``vehicle``: energy is (USE + USE_LOAD · load) per length; RATE is the least time in
which a unit of energy is charged anywhere; cost is PER_LENGTH · length + FIXED once used."""
ELECTRIC, FULL, WINDOWS, TIMED, EXACT, FLAGS = 0, 1, 2, 3, 4, 5
"""Entries of ``flags``: batteries; sessions fill up; tasks with several windows; speeds by the
hour; joining two labels is an exact test (else an optimistic one)."""
COST, TIME, CHARGE, MOST, SPOT, CURVE, FORWARD = 0, 1, 2, 3, 4, 5, 6
"""Fields of a forward label: cost so far; earliest start at the task, charge then; the most charge
that waiting longer at the last station could have given; where on its curve (time coordinate)
that station stands; which curve."""
NEED, LATE, BOUND, BACKWARD = 1, 2, 3, 4
"""Fields of a backward label after COST: least charge on arrival, latest arrival, and a bound on
arrival - RATE · charge."""
DEPART, LATEST, AHEAD, BEHIND, LOADED, TOLEAVE, SUMS = 0, 1, 2, 3, 4, 5, 8
"""Fields of ``sums`` per task of a route: earliest departure, latest arrival, least cost from the
start and to the end, load of the beginning and of the end, task itself included."""
ABSENT, TOUCHED, POOLED, HELD, BLINK, COUNTS = 0, 1, 2, 3, 4, 5
"""Entries of ``tally``: absent tasks, routes touched, pool rows, absent tasks to go back to,
positions until the next blink."""
TOTAL, BEFORE, VALUES = 0, 1, 2
"""Entries of ``value``: cost of the solution, and of the one to go back to."""


SITE, WINDOW = 0, 1
"""Columns of ``task``: a task's site, its first row of ``window``."""
SIZE, KIND, MARKED, TOUCHES, B_SIZE, ROUTE = 0, 1, 2, 3, 4, 5
"""Columns of ``route``: tasks, vehicle kind, touched or not, list of touched routes, ``SIZE`` to go
back to."""
R_COST, R_LOAD, B_COST, B_LOAD, BILL = 0, 1, 2, 3, 4
"""Columns of ``bill``: a route's cost and load, and those to go back to."""
WHERE, PLACE, NFWD, NBWD, B_NFWD, B_NBWD, AWAY, B_AWAY, AT = 0, 1, 2, 3, 4, 5, 6, 7, 8
"""Columns of ``at``: a task's route (-1: absent) and position, how many labels it has, the same to
go back to; list of absent tasks, and the list to go back to."""
MISSES, KEY, ODDS = 0, 1, 2
"""Columns of ``odds``: how often a task has been absent; sorting key of the list of absent."""


class Data(NamedTuple):
    """A problem, laid out; nothing here is written to by a kernel.

    Few arrays on purpose: each costs compilation time in every kernel. ``length``/``seconds``
    [profile, site, site]; where speeds go by the hour, ``seconds`` is the least duration, and
    ``steps`` [profile, 0 or 1, slice] says from when which speed holds. ``window`` [w] = (first,
    last) start, ascending per task. ``near``: tasks by distance; ``close``: by distance and how
    well windows follow each other. ``arc`` [i, j] = (count, first and last station of each option)
    from site i to j, equal for a single one. ``curve`` [c] = breakpoints (time, charge) from empty
    on, concave; ``stock`` [c] = (how many, is curve 0, 1 … somewhere slower than c);
    ``curve_at`` [site]. ``flags`` ends with each vehicle kind's profile.
    """

    n: int
    length: Floats
    seconds: Floats
    steps: Floats
    task: Ints
    node: Floats
    window: Floats
    near: Ints
    close: Ints
    vehicle: Floats
    arc: Ints
    curve: Floats
    stock: Ints
    curve_at: Ints
    flags: Ints


class Work(NamedTuple):
    """The present solution with its labels, what it takes to go back a step, and scratch.

    ``seq`` [r] = start sentinel, tasks, end sentinel. ``b_*`` hold routes as they were before the
    present iteration, for touched ones. ``pool`` [row] = (size, tasks …) of a route noted.
    """

    seq: Ints
    b_seq: Ints
    route: Ints
    bill: Floats
    at: Ints
    sums: Floats
    b_sums: Floats
    fwd: Floats
    b_fwd: Floats
    bwd: Floats
    b_bwd: Floats
    temp: Floats
    line: Ints
    odds: Floats
    rand: Ints
    pool: Ints
    pool_cost: Floats
    tally: Ints
    value: Floats


def new_work(d: Data, routes: int, seed: int, *, labels: int = LABELS) -> Work:
    """All tasks absent, room for ``routes`` routes, all of vehicle kind 0."""
    n, rows = d.n, d.n + 2 * routes
    keep = labels if d.flags[ELECTRIC] else 1
    held = rows if d.flags[ELECTRIC] else 1

    def ints(*shape: int) -> Ints:
        return np.zeros(shape, np.int64)

    def floats(*shape: int) -> Floats:
        return np.zeros(shape, np.float64)

    work = Work(
        seq=ints(routes, n + 2),
        b_seq=ints(routes, n + 2),
        route=ints(routes, ROUTE),
        bill=floats(routes, BILL),
        at=ints(rows, AT),
        sums=floats(rows, SUMS),
        b_sums=floats(rows, SUMS),
        fwd=floats(rows, keep, FORWARD),
        b_fwd=floats(held, keep, FORWARD),
        bwd=floats(rows, keep, BACKWARD),
        b_bwd=floats(held, keep, BACKWARD),
        temp=floats(2, keep, FORWARD),
        line=ints(4, n + 2),
        odds=floats(rows, ODDS),
        rand=seeded(seed),
        pool=ints(POOL_ROWS, min(max(1, n), LONGEST_NOTED) + 1),
        pool_cost=floats(POOL_ROWS),
        tally=ints(COUNTS),
        value=floats(VALUES),
    )
    work.at[:, WHERE] = -1
    work.at[:n, AWAY] = np.arange(n)
    work.odds[:, MISSES] = 1.0
    work.tally[ABSENT] = n
    return work


def seeded(seed: int) -> Ints:
    """Four 32-bit words of generator state, mixed from the seed (splitmix64)."""
    words = []
    state = seed
    for _ in range(2):
        state = (state + 0x9E3779B97F4A7C15) % 2**64
        mixed = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) % 2**64
        mixed ^= mixed >> 31
        words += [mixed & 0xFFFFFFFF, mixed >> 32]
    return np.array([word or 1 for word in words], np.int64)
