"""Judging and making moves: everything is the beginning of a route, some tasks, the end of one."""

from __future__ import annotations

from routing.search.compiled import Ints, kernel
from routing.search.data import (
    ABSENT,
    AHEAD,
    AWAY,
    B_AWAY,
    B_COST,
    B_LOAD,
    B_NBWD,
    B_NFWD,
    B_SIZE,
    BEFORE,
    BEHIND,
    DEMAND,
    DEPART,
    ELECTRIC,
    EPS,
    FAR,
    FLAGS,
    FORWARD,
    HELD,
    KIND,
    LATEST,
    LOADED,
    MARKED,
    NBWD,
    NFWD,
    PLACE,
    R_COST,
    R_LOAD,
    SERVICE,
    SITE,
    SIZE,
    SUMS,
    TOLEAVE,
    TOTAL,
    TOUCHED,
    TOUCHES,
    WHERE,
    Data,
    Work,
)
from routing.search.labels import join, passes, price, relabel, step, way
from routing.search.rules.load import fits
from routing.search.rules.windows import start
from routing.search.travel import arrive


@kernel
def splice(
    d: Data, w: Work, v: int, i: int, line: Ints, count: int, j: int, cutoff: float
) -> float:
    """Cost of the beginning up to i, then ``count`` tasks of ``line``, then the end from j on.

    ``FAR`` where that cannot be driven or costs ``cutoff`` or more. Sentinels may stand at both
    ends of any two routes of one vehicle kind.
    """
    if count == 0 and i >= d.n and j >= d.n:
        return 0.0
    f = d.flags[FLAGS + v]
    cost = w.sums[i, AHEAD]
    t = w.sums[i, DEPART]
    load = w.sums[i, LOADED] + w.sums[j, TOLEAVE]
    at = i
    for x in range(count):
        k = line[x]
        t = start(d, k, arrive(d, f, d.task[at, SITE], d.task[k, SITE], t))
        if t >= FAR:
            return FAR
        t += d.node[k, SERVICE]
        cost += way(d, v, at, k)
        load += d.node[k, DEMAND]
        at = k
    cost += way(d, v, at, j) + w.sums[j, BEHIND]
    if cost >= cutoff or not fits(d, v, load):
        return FAR
    if arrive(d, f, d.task[at, SITE], d.task[j, SITE], t) > w.sums[j, LATEST] + EPS:
        return FAR
    if not d.flags[ELECTRIC]:
        return cost
    rows, held, at = w.fwd[i], w.at[i, NFWD], i
    board = load - w.sums[i, LOADED]
    for x in range(count):
        k = line[x]
        left = cutoff - w.sums[j, BEHIND] - way(d, v, k, j)
        held = step(d, v, rows, held, w.temp[x % 2], at, k, board, left)
        rows, at = w.temp[x % 2], k
        board -= d.node[k, DEMAND]
    return join(d, w, v, rows, held, at, j, board, cutoff)


@kernel
def try_between(d: Data, w: Work, r: int, i: int, k: int, j: int, best: float) -> float:
    """What route r costs more with task k between i and j; ``FAR`` if not below ``best``."""
    v = w.route[r, KIND]
    if d.flags[ELECTRIC]:
        cutoff = w.bill[r, R_COST] + best
        if w.sums[i, AHEAD] + way(d, v, i, k) + way(d, v, k, j) + w.sums[j, BEHIND] >= cutoff:
            return FAR
        if not passes(d, w, v, i, k, j):
            return FAR
        w.line[3, 0] = k
        cost = splice(d, w, v, i, w.line[3], 1, j, cutoff)
        return cost - w.bill[r, R_COST] if cost < FAR else FAR
    more = way(d, v, i, k) + way(d, v, k, j) - way(d, v, i, j)
    if more >= best or not passes(d, w, v, i, k, j):
        return FAR
    return more


@kernel
def touch(w: Work, r: int) -> None:
    """Keep route r as it is now, once per iteration, so that it can be put back."""
    if w.route[r, MARKED]:
        return
    w.route[r, MARKED] = 1
    w.route[w.tally[TOUCHED], TOUCHES] = r
    w.tally[TOUCHED] += 1
    w.route[r, B_SIZE], w.bill[r, B_COST], w.bill[r, B_LOAD] = (
        w.route[r, SIZE],
        w.bill[r, R_COST],
        w.bill[r, R_LOAD],
    )
    for p in range(w.route[r, SIZE] + 2):
        k = w.seq[r, p]
        w.b_seq[r, p] = k
        for x in range(SUMS):
            w.b_sums[k, x] = w.sums[k, x]
        if w.fwd.shape[1] > 1:
            w.at[k, B_NFWD], w.at[k, B_NBWD] = w.at[k, NFWD], w.at[k, NBWD]
            for x in range(w.at[k, NFWD]):
                for y in range(FORWARD):
                    w.b_fwd[k, x, y] = w.fwd[k, x, y]
            for x in range(w.at[k, NBWD]):
                for y in range(4):
                    w.b_bwd[k, x, y] = w.bwd[k, x, y]


@kernel
def begin(w: Work) -> None:
    """Mark the present solution as the one to go back to."""
    w.tally[TOUCHED] = 0
    w.value[BEFORE] = w.value[TOTAL]
    w.tally[HELD] = w.tally[ABSENT]
    for x in range(w.tally[ABSENT]):
        w.at[x, B_AWAY] = w.at[x, AWAY]


@kernel
def release(w: Work) -> None:
    """Forget the kept routes."""
    for x in range(w.tally[TOUCHED]):
        w.route[w.route[x, TOUCHES], MARKED] = 0
    w.tally[TOUCHED] = 0


@kernel
def restore(w: Work) -> None:
    """Put the kept routes and the absent tasks back."""
    w.value[TOTAL] = w.value[BEFORE]
    w.tally[ABSENT] = w.tally[HELD]
    for x in range(w.tally[ABSENT]):
        w.at[x, AWAY] = w.at[x, B_AWAY]
        w.at[w.at[x, AWAY], WHERE] = -1
    for z in range(w.tally[TOUCHED]):
        r = w.route[z, TOUCHES]
        w.route[r, SIZE], w.bill[r, R_COST], w.bill[r, R_LOAD] = (
            w.route[r, B_SIZE],
            w.bill[r, B_COST],
            w.bill[r, B_LOAD],
        )
        for p in range(w.route[r, SIZE] + 2):
            k = w.b_seq[r, p]
            w.seq[r, p] = k
            w.at[k, WHERE], w.at[k, PLACE] = r, p
            for x in range(SUMS):
                w.sums[k, x] = w.b_sums[k, x]
            if w.fwd.shape[1] > 1:
                w.at[k, NFWD], w.at[k, NBWD] = w.at[k, B_NFWD], w.at[k, B_NBWD]
                for x in range(w.at[k, NFWD]):
                    for y in range(FORWARD):
                        w.fwd[k, x, y] = w.b_fwd[k, x, y]
                for x in range(w.at[k, NBWD]):
                    for y in range(4):
                        w.bwd[k, x, y] = w.b_bwd[k, x, y]
    release(w)


@kernel
def drop(w: Work, k: int) -> None:
    """Make task k absent; its route is closed up later."""
    w.at[k, WHERE] = -1
    w.at[w.tally[ABSENT], AWAY] = k
    w.tally[ABSENT] += 1


@kernel
def close_up(d: Data, w: Work, r: int) -> bool:
    """Squeeze dropped tasks out of route r; False if the rest cannot be driven."""
    kept = 0
    low, high = w.route[r, SIZE] + 1, 0
    for p in range(1, w.route[r, SIZE] + 1):
        k = w.seq[r, p]
        if w.at[k, WHERE] == r:
            kept += 1
            w.seq[r, kept] = k
        else:
            low = min(low, kept + 1)
            high = kept
    w.seq[r, kept + 1] = d.n + 2 * r + 1
    w.route[r, SIZE] = kept
    relabel(d, w, r, low, high)
    w.value[TOTAL] -= w.bill[r, R_COST]
    w.bill[r, R_COST] = price(d, w, r)
    w.value[TOTAL] += w.bill[r, R_COST]
    return bool(w.bill[r, R_COST] < FAR)


@kernel
def put(d: Data, w: Work, k: int, r: int, p: int, more: float) -> bool:
    """Put task k at position p of route r, which costs ``more``; False, and undone, if it fails.

    It can fail where joins are inexact or labels fell out: the route's own labels decide.
    """
    touch(w, r)
    for x in range(w.route[r, SIZE] + 1, p - 1, -1):
        w.seq[r, x + 1] = w.seq[r, x]
    w.seq[r, p] = k
    w.route[r, SIZE] += 1
    relabel(d, w, r, p, p)
    cost = w.bill[r, R_COST] + more
    if d.flags[ELECTRIC]:
        cost = price(d, w, r)
    if cost >= FAR:
        for x in range(p, w.route[r, SIZE] + 1):
            w.seq[r, x] = w.seq[r, x + 1]
        w.route[r, SIZE] -= 1
        w.at[k, WHERE] = -1
        relabel(d, w, r, p, p - 1)
        return False
    w.value[TOTAL] += cost - w.bill[r, R_COST]
    w.bill[r, R_COST] = cost
    return True


@kernel
def compose(w: Work, out: Ints, a: int, p: int, b: int, q: int, e: int, c: int, s: int) -> int:
    """Write to ``out``: tasks of route a before position p, b's in [q, e), c's from s on."""
    x = 0
    for y in range(1, p):
        out[x] = w.seq[a, y]
        x += 1
    for y in range(q, e):
        out[x] = w.seq[b, y]
        x += 1
    for y in range(s, w.route[c, SIZE] + 1):
        out[x] = w.seq[c, y]
        x += 1
    return x
