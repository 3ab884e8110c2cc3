"""Where rules compose: the label of a beginning, the label of an end, their join, and bounds.

Each task of a route carries what its beginning allows (forward) and what its end asks (backward).
What depends on the sequence alone (load, least cost, earliest departure, latest arrival) stands
once per task in ``sums``; what depends on stations stands in labels, of which the Pareto-best are
kept. Without batteries ``sums`` says all; with them it is the bound that spares most joins.

A rule adds itself in ``step``, ``back_step``, ``join``, ``passes``, and nowhere else.
"""

from __future__ import annotations

from routing.search.compiled import Floats, kernel
from routing.search.data import (
    AHEAD,
    BACKWARD,
    BATTERY,
    BEHIND,
    BOUND,
    CHARGE,
    COST,
    CURVE,
    DEMAND,
    DEPART,
    DUE,
    ELECTRIC,
    EPS,
    EXACT,
    FAR,
    FIXED,
    FLAGS,
    FORWARD,
    FULL,
    KIND,
    LATE,
    LATEST,
    LOADED,
    MOST,
    NBWD,
    NEED,
    NFWD,
    PER_LENGTH,
    PLACE,
    R_LOAD,
    RATE,
    READY,
    SERVICE,
    SITE,
    SIZE,
    SPOT,
    TIME,
    TOLEAVE,
    WHERE,
    WINDOW,
    WINDOWS,
    Data,
    Work,
)
from routing.search.rules.battery import (
    at_least,
    drive,
    enter,
    level,
    refill,
    spot_of,
    wait_for,
)
from routing.search.rules.windows import latest_start, start
from routing.search.travel import arrive, energy, latest_departure


@kernel
def way(d: Data, v: int, i: int, j: int) -> float:
    """Cost of driving from task i to task j."""
    return d.vehicle[v, PER_LENGTH] * d.length[d.flags[FLAGS + v], d.task[i, SITE], d.task[j, SITE]]


@kernel
def keep(d: Data, rows: Floats, count: int, c: float, shape: tuple) -> int:  # type: ignore[type-arg]
    """Add a forward label to ``rows`` unless dominated; returns how many there are."""
    t, q, m, s, k = shape
    x = 0
    while x < count:
        rc, rt, rq, rm = rows[x, COST], rows[x, TIME], rows[x, CHARGE], rows[x, MOST]
        rs, rk = rows[x, SPOT], rows[x, CURVE]
        if rc <= c + EPS and at_least(d, rt, rq, rm, rs, rk, t, q, m, s, k):
            return count
        if c <= rc + EPS and at_least(d, t, q, m, s, k, rt, rq, rm, rs, rk):
            count -= 1
            for y in range(FORWARD):
                rows[x, y] = rows[count, y]
            continue
        x += 1
    at = count
    if count == rows.shape[0]:
        # The one that can be charged most stays, for it is the last to be stranded; of the
        # others the dearest goes.
        best = 0
        for x in range(count):
            if rows[x, MOST] > rows[best, MOST]:
                best = x
        at = -1
        worst = c if m <= rows[best, MOST] else FAR
        for x in range(count):
            if (x != best or m > rows[best, MOST]) and (at < 0 or rows[x, COST] > rows[at, COST]):
                at = x
        if rows[at, COST] >= worst:
            return count
        count -= 1
    rows[at, COST], rows[at, TIME], rows[at, CHARGE], rows[at, MOST] = c, t, q, m
    rows[at, SPOT], rows[at, CURVE] = s, k
    return count + 1


@kernel
def admit(d: Data, rows: Floats, count: int, j: int, c: float, shape: tuple) -> int:  # type: ignore[type-arg]
    """Let a shape that arrives at task j in by each of j's windows."""
    t, q, m, s, k = shape
    if not d.flags[WINDOWS] or j >= d.n:
        found = enter(d, t, q, m, s, k, d.node[j, READY], d.node[j, DUE])
        return keep(d, rows, count, c, found) if found[0] < FAR else count
    for x in range(d.task[j, WINDOW], d.task[j + 1, WINDOW]):
        found = enter(d, t, q, m, s, k, d.window[x, 0], d.window[x, 1])
        if found[0] < FAR:
            count = keep(d, rows, count, c, found)
    return count


@kernel
def step(
    d: Data, v: int, source: Floats, held: int, rows: Floats, i: int, j: int, load: float,
    floor: float,
) -> int:  # fmt: skip
    """Forward labels at task j from those at i, ``load`` on board between them.

    None that costs ``floor`` or more; returns how many. All options in one loop: splitting it
    would pass six figures back and forth.
    """
    count = 0
    f = d.flags[FLAGS + v]
    per = d.vehicle[v, PER_LENGTH]
    a, b = d.task[i, SITE], d.task[j, SITE]
    for x in range(held):
        base = source[x, COST]
        t0 = source[x, TIME] + d.node[i, SERVICE]
        q0, m0 = source[x, CHARGE], source[x, MOST]
        s0, k0 = source[x, SPOT], source[x, CURVE]
        c = base + per * d.length[f, a, b]
        if c < floor:
            found = drive(d, v, t0, q0, m0, s0, k0, a, b, load)
            if found[0] < FAR:
                count = admit(d, rows, count, j, c, found)
        for o in range(d.arc[a, b, 0]):
            p, u = d.arc[a, b, 1 + 2 * o], d.arc[a, b, 2 + 2 * o]
            c = base + per * (d.length[f, a, p] + d.length[f, u, b])
            if u != p:
                c += per * d.length[f, p, u]
            if c >= floor:
                continue
            t, q, m, s, k = drive(d, v, t0, q0, m0, s0, k0, a, p, load)
            if t >= FAR:
                continue
            splits = d.stock[int(k), 0] if d.stock[int(k), 1 + d.curve_at[p]] else 1
            top = spot_of(d, int(k), level(d, int(k), s) + m - q) if splits > 1 else s
            for y in range(splits):
                t1, q1 = t, q
                if y > 0:
                    spot = min(d.curve[int(k), y, 0], top)
                    if spot <= s:
                        continue
                    t1, q1 = t + spot - s, q + level(d, int(k), spot) - level(d, int(k), s)
                found = refill(d, v, t1, q1, p)
                if u != p:
                    found = drive(d, v, *found, p, u, load)
                    if found[0] >= FAR:
                        continue
                    found = refill(d, v, found[0], found[1], u)
                found = drive(d, v, *found, u, b, load)
                if found[0] < FAR:
                    count = admit(d, rows, count, j, c, found)
    return count


@kernel
def keep_back(rows: Floats, count: int, c: float, need: float, late: float, w: float) -> int:
    """Add a backward label to ``rows`` unless dominated; returns how many there are."""
    x = 0
    while x < count:
        rc, rn, rl, rw = rows[x, COST], rows[x, NEED], rows[x, LATE], rows[x, BOUND]
        if rc <= c + EPS and rn <= need + EPS and rl >= late - EPS and rw >= w - EPS:
            return count
        if c <= rc + EPS and need <= rn + EPS and late >= rl - EPS and w >= rw - EPS:
            count -= 1
            for y in range(BACKWARD):
                rows[x, y] = rows[count, y]
            continue
        x += 1
    at = count
    if count == rows.shape[0]:
        best = 0
        for x in range(count):
            if rows[x, NEED] < rows[best, NEED]:
                best = x
        at = -1
        worst = c if need >= rows[best, NEED] else FAR
        for x in range(count):
            if (x != best or need < rows[best, NEED]) and (
                at < 0 or rows[x, COST] > rows[at, COST]
            ):
                at = x
        if rows[at, COST] >= worst:
            return count
        count -= 1
    rows[at, COST], rows[at, NEED], rows[at, LATE], rows[at, BOUND] = c, need, late, w
    return count + 1


@kernel
def back_drive(
    d: Data, v: int, need: float, late: float, w: float, i: int, j: int, load: float
) -> tuple[float, float, float]:
    """What must hold on leaving site i so that it holds at j; ``need`` is FAR if nothing can."""
    use = energy(d, v, i, j, load)
    if need + use > d.vehicle[v, BATTERY] + EPS:
        return FAR, late, w
    f = d.flags[FLAGS + v]
    if w < FAR / 2:
        w -= d.seconds[f, i, j] + d.vehicle[v, RATE] * use
    return need + use, latest_departure(d, f, i, j, late), w


@kernel
def back_refill(d: Data, v: int, need: float, late: float, w: float) -> tuple[float, float, float]:
    """What must hold on arrival at a station so that it holds on leaving; any charge will do."""
    most = d.vehicle[v, BATTERY] if d.flags[FULL] else need
    return 0.0, late, min(w, late - d.vehicle[v, RATE] * most)


@kernel
def back_step(
    d: Data, v: int, source: Floats, held: int, rows: Floats, i: int, j: int, load: float
) -> int:
    """Backward labels at task i from those at j; returns how many."""
    count = 0
    f = d.flags[FLAGS + v]
    per = d.vehicle[v, PER_LENGTH]
    a, b = d.task[i, SITE], d.task[j, SITE]
    for y in range(held):
        for o in range(-1, d.arc[a, b, 0]):
            need, late, w = source[y, NEED], source[y, LATE], source[y, BOUND]
            if o < 0:
                c = source[y, COST] + per * d.length[f, a, b]
                need, late, w = back_drive(d, v, need, late, w, a, b, load)
            else:
                p, u = d.arc[a, b, 1 + 2 * o], d.arc[a, b, 2 + 2 * o]
                c = source[y, COST] + per * (d.length[f, a, p] + d.length[f, u, b])
                need, late, w = back_drive(d, v, need, late, w, u, b, load)
                if need >= FAR:
                    continue
                need, late, w = back_refill(d, v, need, late, w)
                if u != p:
                    c += per * d.length[f, p, u]
                    need, late, w = back_drive(d, v, need, late, w, p, u, load)
                    if need >= FAR:
                        continue
                    need, late, w = back_refill(d, v, need, late, w)
                need, late, w = back_drive(d, v, need, late, w, a, p, load)
            if need >= FAR:
                continue
            late = latest_start(d, i, late - d.node[i, SERVICE])
            if w < FAR / 2:
                w -= d.node[i, SERVICE]
                need = max(need, (d.node[i, READY] - w) / d.vehicle[v, RATE])
            if late <= -FAR or need > d.vehicle[v, BATTERY] + EPS:
                continue
            count = keep_back(rows, count, c, need, late, w)
    return count


@kernel
def meets(d: Data, v: int, c: float, shape: tuple, back: Floats, cutoff: float) -> float:  # type: ignore[type-arg]
    """Cost of a shape that arrives where the backward label ``back`` begins; else ``cutoff``."""
    t, q, m, s, k = shape
    total = c + back[COST]
    need = back[NEED]
    if total >= cutoff or m < need - EPS or t - d.vehicle[v, RATE] * q > back[BOUND] + EPS:
        return cutoff
    if t + wait_for(d, s, int(k), need - q) <= back[LATE] + EPS:
        return total
    return cutoff


@kernel
def join(
    d: Data, w: Work, v: int, rows: Floats, held: int, i: int, j: int, load: float, cutoff: float
) -> float:
    """Least cost of a beginning that ends at i (labels in ``rows``) and the end from j on.

    ``FAR`` where there is none below ``cutoff``. The loop over options is that of ``step``.
    """
    best = cutoff
    f = d.flags[FLAGS + v]
    per = d.vehicle[v, PER_LENGTH]
    a, b = d.task[i, SITE], d.task[j, SITE]
    behind = w.sums[j, BEHIND]
    latest = w.sums[j, LATEST] + EPS
    for x in range(held):
        base = rows[x, COST]
        if base + per * d.length[f, a, b] + behind >= best:
            continue
        t0 = rows[x, TIME] + d.node[i, SERVICE]
        q0, m0 = rows[x, CHARGE], rows[x, MOST]
        s0, k0 = rows[x, SPOT], rows[x, CURVE]
        found = drive(d, v, t0, q0, m0, s0, k0, a, b, load)
        if found[0] <= latest:
            c = base + per * d.length[f, a, b]
            for y in range(w.at[j, NBWD]):
                best = meets(d, v, c, found, w.bwd[j, y], best)
        for o in range(d.arc[a, b, 0]):
            p, u = d.arc[a, b, 1 + 2 * o], d.arc[a, b, 2 + 2 * o]
            c = base + per * (d.length[f, a, p] + d.length[f, u, b])
            if u != p:
                c += per * d.length[f, p, u]
            if c + behind >= best:
                continue
            t, q, m, s, k = drive(d, v, t0, q0, m0, s0, k0, a, p, load)
            if t > latest:
                continue
            splits = d.stock[int(k), 0] if d.stock[int(k), 1 + d.curve_at[p]] else 1
            top = spot_of(d, int(k), level(d, int(k), s) + m - q) if splits > 1 else s
            for z in range(splits):
                t1, q1 = t, q
                if z > 0:
                    spot = min(d.curve[int(k), z, 0], top)
                    if spot <= s:
                        continue
                    t1, q1 = t + spot - s, q + level(d, int(k), spot) - level(d, int(k), s)
                found = refill(d, v, t1, q1, p)
                if u != p:
                    found = drive(d, v, *found, p, u, load)
                    if found[0] > latest:
                        continue
                    found = refill(d, v, found[0], found[1], u)
                found = drive(d, v, *found, u, b, load)
                if found[0] <= latest:
                    for y in range(w.at[j, NBWD]):
                        best = meets(d, v, c, found, w.bwd[j, y], best)
    return best if best < cutoff else FAR


@kernel
def passes(d: Data, w: Work, v: int, i: int, k: int, j: int) -> bool:
    """Bounds let task k stand between i and j in time; without batteries the answer is exact."""
    f = d.flags[FLAGS + v]
    t = start(d, k, arrive(d, f, d.task[i, SITE], d.task[k, SITE], w.sums[i, DEPART]))
    if t >= FAR:
        return False
    t = arrive(d, f, d.task[k, SITE], d.task[j, SITE], t + d.node[k, SERVICE])
    return bool(t <= w.sums[j, LATEST] + EPS)


@kernel
def begin_route(d: Data, w: Work, r: int) -> None:
    """Labels of route r's two sentinels; they depend on its vehicle alone."""
    v = w.route[r, KIND]
    a, b = d.n + 2 * r, d.n + 2 * r + 1
    w.sums[a, DEPART] = d.node[a, READY]
    w.sums[a, AHEAD] = d.vehicle[v, FIXED]
    w.sums[a, LOADED] = 0.0
    w.sums[b, LATEST] = d.node[b, DUE]
    w.sums[b, BEHIND] = 0.0
    w.sums[b, TOLEAVE] = 0.0
    w.at[a, NFWD] = 1
    w.fwd[a, 0, COST] = d.vehicle[v, FIXED]
    w.fwd[a, 0, TIME] = d.node[a, READY]
    w.fwd[a, 0, CHARGE] = w.fwd[a, 0, MOST] = d.vehicle[v, BATTERY]
    w.fwd[a, 0, SPOT] = w.fwd[a, 0, CURVE] = 0.0
    w.at[b, NBWD] = 1
    w.bwd[b, 0, COST] = 0.0
    w.bwd[b, 0, NEED] = 0.0
    w.bwd[b, 0, LATE] = d.node[b, DUE]
    w.bwd[b, 0, BOUND] = FAR


@kernel
def ahead_of(d: Data, w: Work, v: int, i: int, k: int, total: float) -> None:
    """Forward state of task k from that of i before it, on a route that carries ``total``."""
    w.sums[k, LOADED] = w.sums[i, LOADED] + d.node[k, DEMAND]
    if d.flags[ELECTRIC]:
        load = total - w.sums[i, LOADED]
        held = step(d, v, w.fwd[i], w.at[i, NFWD], w.fwd[k], i, k, load, FAR)
        early, least = FAR, FAR
        for x in range(held):
            least = min(least, w.fwd[k, x, COST])
            early = min(early, w.fwd[k, x, TIME])
        w.at[k, NFWD] = held
        w.sums[k, AHEAD] = least
        w.sums[k, DEPART] = early + d.node[k, SERVICE]
    else:
        t = arrive(d, d.flags[FLAGS + v], d.task[i, SITE], d.task[k, SITE], w.sums[i, DEPART])
        t = start(d, k, t) if w.sums[i, AHEAD] < FAR else FAR
        w.sums[k, AHEAD] = w.sums[i, AHEAD] + way(d, v, i, k) if t < FAR else FAR
        w.sums[k, DEPART] = t + d.node[k, SERVICE]


@kernel
def behind_of(d: Data, w: Work, v: int, k: int, j: int, total: float) -> None:
    """Backward state of task k from that of j after it, on a route that carries ``total``."""
    w.sums[k, TOLEAVE] = w.sums[j, TOLEAVE] + d.node[k, DEMAND]
    if d.flags[ELECTRIC]:
        load = total - w.sums[k, LOADED]
        held = back_step(d, v, w.bwd[j], w.at[j, NBWD], w.bwd[k], k, j, load)
        late, least = -FAR, FAR
        for y in range(held):
            least = min(least, w.bwd[k, y, COST])
            late = max(late, w.bwd[k, y, LATE])
        w.at[k, NBWD] = held
        w.sums[k, BEHIND] = least
        w.sums[k, LATEST] = late
    else:
        t = latest_departure(
            d, d.flags[FLAGS + v], d.task[k, SITE], d.task[j, SITE], w.sums[j, LATEST]
        )
        w.sums[k, BEHIND] = w.sums[j, BEHIND] + way(d, v, k, j)
        w.sums[k, LATEST] = latest_start(d, k, t - d.node[k, SERVICE])


@kernel
def relabel(d: Data, w: Work, r: int, ahead: int, behind: int) -> None:
    """Refresh route r after a change: forward from position ``ahead``, backward from ``behind``.

    Where labels depend on what is on board, or join inexactly, everything is refreshed.
    """
    v = w.route[r, KIND]
    size = w.route[r, SIZE]
    begin_route(d, w, r)
    if d.flags[ELECTRIC] and not d.flags[EXACT]:
        ahead, behind = 1, size
    total = 0.0
    for p in range(1, size + 1):
        total += d.node[w.seq[r, p], DEMAND]
    w.bill[r, R_LOAD] = total
    for p in range(max(1, ahead), size + 2):
        k = w.seq[r, p]
        w.at[k, WHERE], w.at[k, PLACE] = r, p
        ahead_of(d, w, v, w.seq[r, p - 1], k, total)
    for p in range(min(behind, size), -1, -1):
        behind_of(d, w, v, w.seq[r, p], w.seq[r, p + 1], total)


@kernel
def price(d: Data, w: Work, r: int) -> float:
    """Cost of route r by its labels; ``FAR`` where it cannot be driven.

    Where joins are exact and the cap has killed all labels at the end, beginnings and ends may
    still meet on the way.
    """
    size = w.route[r, SIZE]
    if size == 0:
        return 0.0
    best: float = w.sums[w.seq[r, size + 1], AHEAD]
    if not (d.flags[ELECTRIC] and d.flags[EXACT]):
        return best
    p = size
    while best >= FAR and p >= 0:
        i, j = w.seq[r, p], w.seq[r, p + 1]
        load = w.bill[r, R_LOAD] - w.sums[i, LOADED]
        best = join(d, w, w.route[r, KIND], w.fwd[i], w.at[i, NFWD], i, j, load, FAR)
        p -= 1
    return best
