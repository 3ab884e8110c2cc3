"""Labels: what a route's beginning or end allows, without fixing stations or charges.

With one refuel rate everywhere, all charges that a beginning allows at its last customer are one
broken line: from (``t``, ``q``) the charge rises by 1/refuel per time, up to ``m``. A route's end
accepts arrival ``t`` with charge ``q`` exactly when q >= need, t <= latest and
t - refuel · q <= bound. Both shapes are closed under driving, windows and stations (partial
recharge, and full recharge with q = m), so joining two labels is a constant-time exact test.
"""

from __future__ import annotations

from numba import njit

from routing.engines.ortools.bench_arrays import FAR, Arrays, Floats, Ints, State

EPS = 1e-9
Label = tuple[float, float, float, float]


@njit(cache=True)
def leg(a: Arrays, c: float, t: float, q: float, m: float, i: int, j: int) -> Label:
    """Drive from i to j; cost is ``FAR`` when no charge suffices."""
    d = a.dist[i, j]
    use = d * a.fuel
    if m - use < -EPS:
        return FAR, t, q, m
    q -= use
    m = max(m - use, 0.0)
    t += d * a.pace
    if q < 0.0:
        t -= q * a.refuel
        q = 0.0
    return c + d, t, q, m


@njit(cache=True)
def refill(a: Arrays, t: float, q: float) -> tuple[float, float, float]:
    """Stand at a station: full recharge now, or any amount decided later."""
    if a.full:
        return t + a.refuel * (a.battery - q), a.battery, a.battery
    if a.refuel == 0.0:
        return t, a.battery, a.battery
    return t, q, a.battery


@njit(cache=True)
def move(a: Arrays, c: float, t: float, q: float, m: float, i: int, j: int, o: int) -> Label:
    """Serve i and go to j directly (o = -1) or by option o; cost ``FAR`` when impossible."""
    t += a.service[i]
    if o < 0:
        return leg(a, c, t, q, m, i, j)
    s, u = a.first[i, j, o], a.last[i, j, o]
    c, t, q, m = leg(a, c, t, q, m, i, s)
    if c >= FAR:
        return c, t, q, m
    t, q, m = refill(a, t, q)
    if u != s:
        c, t, q, m = leg(a, c, t, q, m, s, u)
        if c >= FAR:
            return c, t, q, m
        t, q, m = refill(a, t, q)
    return leg(a, c, t, q, m, u, j)


@njit(cache=True)
def enter(a: Arrays, c: float, t: float, q: float, m: float, j: int) -> Label:
    """Wait for j's window; charging longer before it may not overrun its end."""
    if t > a.due[j] + EPS:
        return FAR, t, q, m
    if t < a.ready[j]:
        if a.refuel > 0.0:
            q = min(m, q + (a.ready[j] - t) / a.refuel)
        t = a.ready[j]
    if a.refuel > 0.0:
        m = max(q, min(m, q + (a.due[j] - t) / a.refuel))
    return c, t, q, m


@njit(cache=True)
def keep_forward(
    rows: Floats, count: int, c: float, t: float, q: float, m: float, refuel: float
) -> int:
    """Add a forward label to ``rows`` unless dominated; returns how many there are."""
    e = EPS
    k = 0
    while k < count:
        rc, rt, rq, rm = rows[k, 0], rows[k, 1], rows[k, 2], rows[k, 3]
        if rc <= c + e and rt <= t + e and rm >= m - e:
            have = rq if refuel == 0.0 else min(rm, rq + (t - rt) / refuel)
            if have >= q - e:
                return count
        if c <= rc + e and t <= rt + e and m >= rm - e:
            have = q if refuel == 0.0 else min(m, q + (rt - t) / refuel)
            if have >= rq - e:
                count -= 1
                rows[k] = rows[count]
                continue
        k += 1
    at = count
    if count == rows.shape[0]:
        best = 0
        for k in range(count):
            if rows[k, 3] > rows[best, 3]:
                best = k
        at = -1
        worst = c if m <= rows[best, 3] else FAR
        for k in range(count):
            if (k != best or m > rows[best, 3]) and (at < 0 or rows[k, 0] > rows[at, 0]):
                at = k
        if rows[at, 0] >= worst:
            return count
        count -= 1
    rows[at, 0], rows[at, 1], rows[at, 2], rows[at, 3] = c, t, q, m
    return count + 1


@njit(cache=True)
def keep_backward(rows: Floats, count: int, c: float, need: float, late: float, w: float) -> int:
    """Add a backward label to ``rows`` unless dominated; returns how many there are."""
    e = EPS
    k = 0
    while k < count:
        rc, rn, rl, rw = rows[k, 0], rows[k, 1], rows[k, 2], rows[k, 3]
        if rc <= c + e and rn <= need + e and rl >= late - e and rw >= w - e:
            return count
        if c <= rc + e and need <= rn + e and late >= rl - e and w >= rw - e:
            count -= 1
            rows[k] = rows[count]
            continue
        k += 1
    at = count
    if count == rows.shape[0]:
        best = 0
        for k in range(count):
            if rows[k, 1] < rows[best, 1]:
                best = k
        at = -1
        worst = c if need >= rows[best, 1] else FAR
        for k in range(count):
            if (k != best or need < rows[best, 1]) and (at < 0 or rows[k, 0] > rows[at, 0]):
                at = k
        if rows[at, 0] >= worst:
            return count
        count -= 1
    rows[at, 0], rows[at, 1], rows[at, 2], rows[at, 3] = c, need, late, w
    return count + 1


@njit(cache=True)
def extend_forward(
    a: Arrays, source: Floats, nsource: int, rows: Floats, i: int, j: int, floor: float
) -> int:
    """Forward labels at j from those at i; none that costs ``floor`` or more."""
    count = 0
    for x in range(nsource):
        for o in range(-1, a.options[i, j]):
            c, t, q, m = move(a, source[x, 0], source[x, 1], source[x, 2], source[x, 3], i, j, o)
            if c >= floor:
                continue
            c, t, q, m = enter(a, c, t, q, m, j)
            if c < floor:
                count = keep_forward(rows, count, c, t, q, m, a.refuel)
    return count


@njit(cache=True)
def back_leg(a: Arrays, c: float, need: float, late: float, w: float, i: int, j: int) -> Label:
    """What must hold on leaving i so that ``need``, ``late``, ``w`` hold at j."""
    d = a.dist[i, j]
    need += d * a.fuel
    if need > a.battery + EPS:
        return FAR, need, late, w
    t = d * a.pace
    if w < FAR / 2:
        w -= t + a.refuel * d * a.fuel
    return c + d, need, late - t, w


@njit(cache=True)
def back_refill(a: Arrays, need: float, late: float, w: float) -> tuple[float, float, float]:
    """What must hold on arrival at a station so that the rest holds on leaving it."""
    w = min(w, late - a.refuel * (a.battery if a.full else need))
    return 0.0, late, w


@njit(cache=True)
def extend_backward(a: Arrays, source: Floats, nsource: int, rows: Floats, i: int, j: int) -> int:
    """Backward labels at i from those at j."""
    count = 0
    for y in range(nsource):
        for o in range(-1, a.options[i, j]):
            c, need, late, w = source[y, 0], source[y, 1], source[y, 2], source[y, 3]
            if o < 0:
                c, need, late, w = back_leg(a, c, need, late, w, i, j)
            else:
                s, u = a.first[i, j, o], a.last[i, j, o]
                c, need, late, w = back_leg(a, c, need, late, w, u, j)
                if c >= FAR:
                    continue
                need, late, w = back_refill(a, need, late, w)
                if u != s:
                    c, need, late, w = back_leg(a, c, need, late, w, s, u)
                    if c >= FAR:
                        continue
                    need, late, w = back_refill(a, need, late, w)
                c, need, late, w = back_leg(a, c, need, late, w, i, s)
            if c >= FAR:
                continue
            late -= a.service[i]
            if w < FAR / 2:
                w -= a.service[i]
                if a.refuel > 0.0:
                    need = max(need, (a.ready[i] - w) / a.refuel)
                elif a.ready[i] > w + EPS:
                    continue
            late = min(late, a.due[i])
            if late < a.ready[i] - EPS or need > a.battery + EPS:
                continue
            count = keep_backward(rows, count, c, need, late, w)
    return count


@njit(cache=True)
def join(
    a: Arrays,
    s: State,
    rows: Floats,
    count: int,
    i: int,
    j: int,
    cutoff: float,
) -> float:
    """Least cost of a beginning that ends at i (its labels in ``rows``) and the end from j on."""
    best = cutoff
    for x in range(count):
        if rows[x, 0] + a.dist[i, j] + s.bcost[j] >= best:
            continue
        for o in range(-1, a.options[i, j]):
            c, t, q, m = move(a, rows[x, 0], rows[x, 1], rows[x, 2], rows[x, 3], i, j, o)
            if c + s.bcost[j] >= best or t > s.late[j] + EPS:
                continue
            for y in range(s.nbwd[j]):
                total = c + s.bwd[j, y, 0]
                need, late = s.bwd[j, y, 1], s.bwd[j, y, 2]
                if total >= best or m < need - EPS or t - a.refuel * q > s.bwd[j, y, 3] + EPS:
                    continue
                if t + a.refuel * max(0.0, need - q) <= late + EPS:
                    best = total
    return best if best < cutoff else FAR


@njit(cache=True)
def summarise_forward(s: State, k: int) -> None:
    """Refresh the bounds over k's forward labels."""
    early, cost = FAR, FAR
    for x in range(s.nfwd[k]):
        cost = min(cost, s.fwd[k, x, 0])
        early = min(early, s.fwd[k, x, 1])
    s.early[k], s.fcost[k] = early, cost


@njit(cache=True)
def summarise_backward(s: State, k: int) -> None:
    """Refresh the bounds over k's backward labels."""
    late, cost = -FAR, FAR
    for y in range(s.nbwd[k]):
        cost = min(cost, s.bwd[k, y, 0])
        late = max(late, s.bwd[k, y, 2])
    s.late[k], s.bcost[k] = late, cost


@njit(cache=True)
def relabel(a: Arrays, s: State, r: int, ahead: int, behind: int) -> None:
    """Recompute route r: forward from position ``ahead``, backward from position ``behind``."""
    for p in range(ahead, s.size[r]):
        k = s.seq[r, p]
        i = s.seq[r, p - 1] if p > 0 else 0
        s.where[k], s.place[k] = r, p
        s.onboard[k] = (s.onboard[i] if i else 0.0) + a.demand[k]
        s.nfwd[k] = extend_forward(a, s.fwd[i], s.nfwd[i], s.fwd[k], i, k, FAR)
        summarise_forward(s, k)
    for p in range(min(behind, s.size[r] - 1), -1, -1):
        k = s.seq[r, p]
        j = s.seq[r, p + 1] if p + 1 < s.size[r] else 0
        s.nbwd[k] = extend_backward(a, s.bwd[j], s.nbwd[j], s.bwd[k], k, j)
        summarise_backward(s, k)
    s.load[r] = s.onboard[s.seq[r, s.size[r] - 1]] if s.size[r] else 0.0


@njit(cache=True)
def price(a: Arrays, s: State, r: int) -> float:
    """Cost of route r by its labels, joined at its end, else wherever they still meet."""
    size = s.size[r]
    if size == 0:
        return 0.0
    last = s.seq[r, size - 1]
    best = join(a, s, s.fwd[last], s.nfwd[last], last, 0, FAR)
    p = size - 2
    while best >= FAR and p >= -1:
        i = s.seq[r, p] if p >= 0 else 0
        j = s.seq[r, p + 1]
        best = join(a, s, s.fwd[i], s.nfwd[i], i, j, FAR)
        p -= 1
    return best


@njit(cache=True)
def set_routes(a: Arrays, s: State, rows: Ints, sizes: Ints) -> bool:
    """Replace the solution; customers in no row become absent. False if a row cannot be driven."""
    fine = True
    s.where[:] = -1
    total = 0.0
    for r in range(s.seq.shape[0]):
        s.size[r] = sizes[r] if r < sizes.shape[0] else 0
        for p in range(s.size[r]):
            s.seq[r, p] = rows[r, p]
        relabel(a, s, r, 0, s.size[r])
        s.cost[r] = price(a, s, r)
        fine = fine and s.cost[r] < FAR
        total += s.cost[r]
    count = 0
    for k in range(1, a.n + 1):
        if s.where[k] < 0:
            s.absent[count] = k
            count += 1
    s.scalars[0], s.scalars[3] = count, total
    return fine
