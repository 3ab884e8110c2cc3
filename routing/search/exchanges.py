"""Exchanges between routes after a promising recreate: granular local search (Toth and Vigo, 2003).

2-opt*, relocation, swap and cross-exchange of a few tasks, judged through labels alone.
"""

from __future__ import annotations

from routing.search.compiled import kernel
from routing.search.data import (
    AHEAD,
    BEHIND,
    DEPART,
    ELECTRIC,
    EXACT,
    FAR,
    FLAGS,
    KIND,
    PLACE,
    R_COST,
    SITE,
    SIZE,
    TOTAL,
    TOUCHED,
    TOUCHES,
    WHERE,
    Data,
    Work,
)
from routing.search.labels import price, relabel, way
from routing.search.moves import compose, splice, touch
from routing.search.rules.windows import start
from routing.search.travel import arrive


@kernel
def take_pair(
    d: Data, w: Work, r: int, p: int, e: int, o: int, q: int, s: int, c1: float, c2: float
) -> None:
    """Make r = r[..p) + o[q..s) + r[e..] and o = o[..q) + r[p..e) + o[s..] at costs c1 and c2.

    ``e`` < 0: tails change places, r = r[..p) + o[q..] and o = o[..q) + r[p..].
    """
    touch(w, r)
    touch(w, o)
    if e < 0:
        n1 = compose(w, w.line[0], r, p, o, q, w.route[o, SIZE] + 1, o, w.route[o, SIZE] + 1)
        n2 = compose(w, w.line[1], o, q, r, p, w.route[r, SIZE] + 1, r, w.route[r, SIZE] + 1)
    else:
        n1 = compose(w, w.line[0], r, p, o, q, s, r, e)
        n2 = compose(w, w.line[1], o, q, r, p, e, o, s)
    for which in range(2):
        at, count = (r, n1) if which == 0 else (o, n2)
        same = 1
        while same <= min(count, w.route[at, SIZE]) and w.seq[at, same] == w.line[which, same - 1]:
            same += 1
        for x in range(count):
            w.seq[at, x + 1] = w.line[which, x]
        w.seq[at, count + 1] = d.n + 2 * at + 1
        w.route[at, SIZE] = count
        relabel(d, w, at, same, count)
    if d.flags[ELECTRIC] and not d.flags[EXACT]:
        c1, c2 = price(d, w, r), price(d, w, o)
    w.value[TOTAL] += c1 + c2 - w.bill[r, R_COST] - w.bill[o, R_COST]
    w.bill[r, R_COST], w.bill[o, R_COST] = c1, c2


@kernel
def try_pair(d: Data, w: Work, r: int, p: int, o: int, q: int, most: int) -> bool:
    """Look for a saving that puts o's task at q behind r's task at p - 1; True if one was made.

    Tails may change places, and up to ``most`` tasks of o for as many of r.
    """
    v = w.route[r, KIND]
    i, k = w.seq[r, p - 1], w.seq[o, q]
    old = w.bill[r, R_COST] + w.bill[o, R_COST] - 1e-7
    f = d.flags[FLAGS + v]
    if w.route[o, KIND] != v or w.sums[i, AHEAD] + way(d, v, i, k) >= old:
        return False
    if start(d, k, arrive(d, f, d.task[i, SITE], d.task[k, SITE], w.sums[i, DEPART])) >= FAR:
        return False
    h, j = w.seq[o, q - 1], w.seq[r, p]
    both = w.sums[i, AHEAD] + way(d, v, i, k) + w.sums[k, BEHIND]
    if both + w.sums[h, AHEAD] + way(d, v, h, j) + w.sums[j, BEHIND] < old:
        c1 = splice(d, w, v, i, w.line[2], 0, k, old)
        if c1 < FAR:
            c2 = splice(d, w, v, h, w.line[2], 0, j, old - c1)
            if c2 < FAR:
                take_pair(d, w, r, p, -1, o, q, -1, c1, c2)
                return True
    for b in range(1, most + 1):
        s = q + b
        if s > w.route[o, SIZE] + 1:
            break
        for a in range(most + 1):
            e = p + a
            if e > w.route[r, SIZE] + 1:
                break
            last, after = w.seq[o, s - 1], w.seq[r, e]
            saved = way(d, v, i, j) + way(d, v, h, k) + way(d, v, last, w.seq[o, s])
            added = way(d, v, i, k) + way(d, v, last, after)
            if a == 0:
                added += way(d, v, h, w.seq[o, s])
            else:
                saved += way(d, v, w.seq[r, e - 1], after)
                added += way(d, v, h, j) + way(d, v, w.seq[r, e - 1], w.seq[o, s])
            # Ways between stations aside, lengths say what an exchange can save.
            if added >= saved - 1e-7:
                continue
            for x in range(b):
                w.line[2, x] = w.seq[o, q + x]
            c1 = splice(d, w, v, i, w.line[2], b, after, old)
            if c1 >= FAR:
                continue
            for x in range(a):
                w.line[2, x] = w.seq[r, p + x]
            c2 = splice(d, w, v, h, w.line[2], a, w.seq[o, s], old - c1)
            if c2 < FAR:
                take_pair(d, w, r, p, e, o, q, s, c1, c2)
                return True
    return False


@kernel
def improve(d: Data, w: Work, near: int, most: int) -> None:
    """Exchange between touched routes and near ones while that saves."""
    z = 0
    tries = 0
    while z < w.tally[TOUCHED] and tries < 200:
        r = w.route[z, TOUCHES]
        found = False
        p = 1
        while p <= w.route[r, SIZE] and not found:
            i = w.seq[r, p]
            for y in range(min(near, d.close.shape[1])):
                k = d.close[i, y]
                o = w.at[k, WHERE]
                if o < 0 or o == r:
                    continue
                q = w.at[k, PLACE]
                if try_pair(d, w, r, p + 1, o, q, most) or try_pair(d, w, o, q + 1, r, p, most):
                    found = True
                    tries += 1
                    break
            p += 1
        if not found:
            z += 1
