"""Ruin and recreate over customer sequences, with tail exchange after promising moves.

Strings of neighbouring customers are removed and put back greedily with blinks (after Christiaens
and Vanden Berghe, 2020); acceptance is by annealing. All randomness comes from numba's generator,
seeded by ``seed``.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from routing.engines.ortools.bench_arrays import FAR, Arrays, Floats, Ints, State
from routing.engines.ortools.bench_labels import (
    EPS,
    extend_forward,
    join,
    price,
    relabel,
)

REMOVED = 10.0
LONGEST_STRING = 10.0
BLINK = 0.01
TAIL_NEAR = 20


@njit(cache=True)
def seed(value: int) -> None:
    """Seed the kernels' generator."""
    np.random.seed(value)


@njit(cache=True)
def touch(s: State, r: int) -> None:
    """Keep route r as it is now, once per iteration, so that it can be put back."""
    if s.marked[r]:
        return
    s.marked[r] = 1
    s.touched[int(s.scalars[1])] = r
    s.scalars[1] += 1
    s.b_size[r], s.b_cost[r], s.b_load[r] = s.size[r], s.cost[r], s.load[r]
    for p in range(s.size[r]):
        k = s.seq[r, p]
        s.b_seq[r, p] = k
        s.b_nfwd[k], s.b_nbwd[k] = s.nfwd[k], s.nbwd[k]
        for x in range(s.nfwd[k]):
            s.b_fwd[k, x] = s.fwd[k, x]
        for x in range(s.nbwd[k]):
            s.b_bwd[k, x] = s.bwd[k, x]
        s.b_node[k, 0], s.b_node[k, 1] = s.early[k], s.late[k]
        s.b_node[k, 2], s.b_node[k, 3], s.b_node[k, 4] = s.fcost[k], s.bcost[k], s.onboard[k]


@njit(cache=True)
def begin(s: State) -> None:
    """Mark the present solution as the one to go back to."""
    s.scalars[1] = 0
    s.scalars[4], s.scalars[5] = s.scalars[3], s.scalars[0]
    for x in range(int(s.scalars[0])):
        s.b_absent[x] = s.absent[x]


@njit(cache=True)
def release(s: State) -> None:
    """Forget the kept routes."""
    for x in range(int(s.scalars[1])):
        s.marked[s.touched[x]] = 0
    s.scalars[1] = 0


@njit(cache=True)
def restore(s: State) -> None:
    """Put the kept routes and the absent customers back."""
    s.scalars[3], s.scalars[0] = s.scalars[4], s.scalars[5]
    for x in range(int(s.scalars[0])):
        s.absent[x] = s.b_absent[x]
        s.where[s.absent[x]] = -1
    for x in range(int(s.scalars[1])):
        r = s.touched[x]
        s.size[r], s.cost[r], s.load[r] = s.b_size[r], s.b_cost[r], s.b_load[r]
        for p in range(s.size[r]):
            k = s.b_seq[r, p]
            s.seq[r, p] = k
            s.where[k], s.place[k] = r, p
            s.nfwd[k], s.nbwd[k] = s.b_nfwd[k], s.b_nbwd[k]
            for y in range(s.nfwd[k]):
                s.fwd[k, y] = s.b_fwd[k, y]
            for y in range(s.nbwd[k]):
                s.bwd[k, y] = s.b_bwd[k, y]
            s.early[k], s.late[k] = s.b_node[k, 0], s.b_node[k, 1]
            s.fcost[k], s.bcost[k], s.onboard[k] = s.b_node[k, 2], s.b_node[k, 3], s.b_node[k, 4]
    release(s)


@njit(cache=True)
def drop(s: State, k: int) -> None:
    """Make customer k absent; its route is closed up later."""
    s.where[k] = -1
    s.absent[int(s.scalars[0])] = k
    s.scalars[0] += 1


@njit(cache=True)
def close_up(a: Arrays, s: State, r: int) -> bool:
    """Squeeze dropped customers out of route r and relabel it; False if it cannot be driven."""
    kept = 0
    low, high = s.size[r], 0
    for p in range(s.size[r]):
        k = s.seq[r, p]
        if s.where[k] == r:
            s.seq[r, kept] = k
            kept += 1
        else:
            low = min(low, kept)
            high = kept
    s.size[r] = kept
    relabel(a, s, r, low, high - 1)
    s.scalars[3] -= s.cost[r]
    s.cost[r] = price(a, s, r)
    s.scalars[3] += s.cost[r]
    for p in range(low, kept):
        s.place[s.seq[r, p]] = p
    return bool(s.cost[r] < FAR)


@njit(cache=True)
def ruin(a: Arrays, s: State) -> bool:
    """Remove strings of customers near a random one; False if a rest cannot be driven."""
    used, customers = 0, 0
    for r in range(s.size.shape[0]):
        if s.size[r]:
            used += 1
            customers += s.size[r]
    if used == 0:
        return True
    longest = min(LONGEST_STRING, customers / used)
    strings = int(np.random.uniform(1.0, 4.0 * REMOVED / (1.0 + longest)))
    centre = np.random.randint(1, a.n + 1)
    fine = True
    done = 0
    for x in range(a.n):
        k = a.near[centre, x]
        r = s.where[k]
        if r < 0 or s.marked[r]:
            continue
        touch(s, r)
        cut = int(np.random.uniform(1.0, min(longest, float(s.size[r])) + 1.0))
        spared = 0
        if cut > 1 and cut < s.size[r] and np.random.random() < 0.5:
            spared = 1
            while cut + spared < s.size[r] and np.random.random() < 0.01:
                spared += 1
        span = cut + spared
        p = s.place[k]
        lowest = max(0, p - span + 1)
        highest = min(p, s.size[r] - span)
        start = np.random.randint(lowest, highest + 1)
        skip = start + np.random.randint(0, cut + 1) if spared else start + span
        for y in range(start, start + span):
            if y < skip or y >= skip + spared:
                drop(s, s.seq[r, y])
        fine = close_up(a, s, r) and fine
        done += 1
        if done >= strings:
            break
    return fine


@njit(cache=True)
def hopeless(a: Arrays, s: State, i: int, k: int, j: int, cutoff: float) -> bool:
    """Bounds say that k cannot go between i and j for less than ``cutoff``."""
    t = max(s.early[i] + a.service[i] + a.dist[i, k] * a.pace, a.ready[k])
    return bool(
        s.fcost[i] + a.dist[i, k] + a.dist[k, j] + s.bcost[j] >= cutoff
        or t > a.due[k] + EPS
        or t + a.service[k] + a.dist[k, j] * a.pace > s.late[j] + EPS
    )


@njit(cache=True)
def insertion(a: Arrays, s: State, i: int, k: int, j: int, cutoff: float) -> float:
    """Cost of a route that serves k between i and j; ``FAR`` if impossible or over ``cutoff``."""
    floor = cutoff - a.dist[k, j] - s.bcost[j]
    count = extend_forward(a, s.fwd[i], s.nfwd[i], s.temp, i, k, floor)
    return join(a, s, s.temp, count, k, j, cutoff)


@njit(cache=True)
def place_customer(a: Arrays, s: State, k: int, r: int, p: int, cost: float) -> None:
    """Put k at position p of route r, whose cost becomes ``cost``."""
    touch(s, r)
    for x in range(s.size[r], p, -1):
        s.seq[r, x] = s.seq[r, x - 1]
    s.seq[r, p] = k
    s.size[r] += 1
    relabel(a, s, r, p, p)
    s.scalars[3] += cost - s.cost[r]
    s.cost[r] = cost


@njit(cache=True)
def order_absent(a: Arrays, s: State) -> None:
    """Sort absent customers by a randomly chosen rule."""
    count = int(s.scalars[0])
    key = np.empty(count, np.float64)
    rule = np.random.randint(0, 17)
    for x in range(count):
        k = s.absent[x]
        if rule < 4:
            key[x] = np.random.random()
        elif rule < 8:
            key[x] = -a.demand[k]
        elif rule < 10:
            key[x] = -a.dist[0, k]
        elif rule < 11:
            key[x] = a.dist[0, k]
        elif rule < 13:
            key[x] = a.due[k] - a.ready[k]
        elif rule < 15:
            key[x] = a.ready[k]
        else:
            key[x] = -a.due[k]
    chosen = s.absent[:count].copy()
    for x, y in enumerate(np.argsort(key, kind="mergesort")):
        s.absent[x] = chosen[y]


@njit(cache=True)
def recreate(a: Arrays, s: State, fleet: int, eager: bool) -> None:
    """Put absent customers back where it costs least; who fits nowhere stays absent.

    A new route is opened while fewer than ``fleet`` are used: where nothing else fits, or
    wherever it is cheaper (``eager``).
    """
    order_absent(a, s)
    routes = s.size.shape[0]
    count = int(s.scalars[0])
    left = 0
    for x in range(count):
        k = s.absent[x]
        best, at_route, at_place, at_cost = FAR, -1, -1, FAR
        used, empty = 0, -1
        for r in range(routes):
            size = s.size[r]
            if size == 0:
                empty = r if empty < 0 else empty
                continue
            used += 1
            if s.load[r] + a.demand[k] > a.capacity + 1e-9:
                continue
            for p in range(size + 1):
                if np.random.random() < BLINK:
                    continue
                i = s.seq[r, p - 1] if p > 0 else 0
                j = s.seq[r, p] if p < size else 0
                if hopeless(a, s, i, k, j, s.cost[r] + best):
                    continue
                cost = insertion(a, s, i, k, j, s.cost[r] + best)
                if cost < FAR and cost - s.cost[r] < best:
                    best, at_route, at_place, at_cost = cost - s.cost[r], r, p, cost
        if empty >= 0 and used < fleet and (at_route < 0 or eager):
            cost = insertion(a, s, 0, k, 0, best)
            if cost < best:
                best, at_route, at_place, at_cost = cost, empty, 0, cost
        if at_route < 0:
            s.absent[left] = k
            left += 1
        else:
            place_customer(a, s, k, at_route, at_place, at_cost)
    s.scalars[0] = left


@njit(cache=True)
def tail_hopeless(a: Arrays, s: State, r: int, p: int, q: int, o: int, cutoff: float) -> bool:
    """Bounds say that the first p of r cannot be followed by those of o from q on."""
    i = s.seq[r, p - 1] if p > 0 else 0
    j = s.seq[o, q] if q < s.size[o] else 0
    ahead = s.onboard[i] if i else 0.0
    before = s.onboard[s.seq[o, q - 1]] if q > 0 else 0.0
    return bool(
        s.fcost[i] + a.dist[i, j] + s.bcost[j] >= cutoff
        or ahead + s.load[o] - before > a.capacity + EPS
        or s.early[i] + a.service[i] + a.dist[i, j] * a.pace > s.late[j] + EPS
    )


@njit(cache=True)
def tail(a: Arrays, s: State, r: int, p: int, q: int, o: int, cutoff: float) -> float:
    """Cost of the first p customers of r followed by those of o from q on."""
    i = s.seq[r, p - 1] if p > 0 else 0
    j = s.seq[o, q] if q < s.size[o] else 0
    if i == 0 and j == 0:
        return 0.0
    return join(a, s, s.fwd[i], s.nfwd[i], i, j, cutoff)


@njit(cache=True)
def swap_tails(a: Arrays, s: State, r: int, p: int, o: int, q: int, c1: float, c2: float) -> None:
    """Exchange what follows position p of r with what follows position q of o."""
    touch(s, r)
    touch(s, o)
    n1, n2 = s.size[r], s.size[o]
    kept = s.seq[r, p:n1].copy()
    for x in range(q, n2):
        s.seq[r, p + x - q] = s.seq[o, x]
    for x in range(n1 - p):
        s.seq[o, q + x] = kept[x]
    s.size[r], s.size[o] = p + n2 - q, q + n1 - p
    relabel(a, s, r, p, p - 1)
    relabel(a, s, o, q, q - 1)
    s.scalars[3] += c1 + c2 - s.cost[r] - s.cost[o]
    s.cost[r], s.cost[o] = c1, c2


@njit(cache=True)
def improve_tails(a: Arrays, s: State) -> None:
    """Exchange tails between touched routes and near ones while that saves."""
    x = 0
    tries = 0
    while x < int(s.scalars[1]) and tries < 200:
        r = s.touched[x]
        found = False
        for p in range(s.size[r] + 1):
            i = s.seq[r, p - 1] if p > 0 else 0
            for y in range(min(TAIL_NEAR, a.n)):
                k = a.near[i, y]
                o = s.where[k]
                if o < 0 or o == r:
                    continue
                q = s.place[k]
                old = s.cost[r] + s.cost[o]
                if tail_hopeless(a, s, r, p, q, o, old) or tail_hopeless(a, s, o, q, p, r, old):
                    continue
                c1 = tail(a, s, r, p, q, o, old)
                if c1 >= old - 1e-7:
                    continue
                c2 = tail(a, s, o, q, p, r, old - c1)
                if c1 + c2 < old - 1e-7:
                    swap_tails(a, s, r, p, o, q, c1, c2)
                    found = True
                    tries += 1
                    break
            if found:
                break
        if not found:
            x += 1


@njit(cache=True)
def missed(s: State, count: int, absent: Ints) -> float:
    """Sum of how often each absent customer has been absent."""
    total = 0.0
    for x in range(count):
        total += s.misses[absent[x]]
    return total


@njit(cache=True)
def pool_routes(s: State) -> None:
    """Note the touched routes for the pool, while there is room."""
    for x in range(int(s.scalars[1])):
        r = s.touched[x]
        row = int(s.scalars[2])
        if row < s.pool.shape[0] and 0 < s.size[r] <= s.pool.shape[1]:
            s.pool_size[row], s.pool_cost[row] = s.size[r], s.cost[r]
            for p in range(s.size[r]):
                s.pool[row, p] = s.seq[r, p]
            s.scalars[2] += 1


@njit(cache=True)
def count_routes(s: State) -> int:
    """Routes in use."""
    used = 0
    for r in range(s.size.shape[0]):
        used += s.size[r] > 0
    return used


@njit(cache=True)
def remember(s: State, seq: Ints, size: Ints) -> None:
    """Copy the present routes."""
    for r in range(s.size.shape[0]):
        size[r] = s.size[r]
        for p in range(s.size[r]):
            seq[r, p] = s.seq[r, p]


@njit(cache=True)
def run(
    a: Arrays,
    s: State,
    iterations: int,
    hot: float,
    cold: float,
    fleet: int,
    eager: bool,
    vehicles_first: bool,
    best: Floats,
    best_seq: Ints,
    best_size: Ints,
) -> int:
    """Search from temperature ``hot`` to ``cold``; ``best`` is [vehicles, cost], bettered in place.

    While customers are absent, fewer of the often-missed ones counts most and the search stops as
    soon as all are placed; otherwise a solution with absent customers is never taken. Returns the
    iterations done.
    """
    absences = s.scalars[0] > 0
    for it in range(iterations):
        heat = hot * (cold / hot) ** (it / iterations)
        begin(s)
        fine = ruin(a, s)
        if fine:
            recreate(a, s, fleet, eager)
        left = int(s.scalars[0])
        if absences:
            now, before = missed(s, left, s.absent), missed(s, int(s.scalars[5]), s.b_absent)
            for x in range(left):
                s.misses[s.absent[x]] += 1.0
        else:
            now, before = float(left), 0.0
        limit = s.scalars[4] - heat * np.log(np.random.random())
        take = fine and now <= before
        if take and s.scalars[3] < limit + 0.005 * s.scalars[4] and (left == 0 or now == before):
            improve_tails(a, s)
        if take and (now < before or s.scalars[3] < limit):
            if left == 0:
                if s.scalars[3] < best[1] * 1.05:
                    pool_routes(s)
                used = float(count_routes(s)) if vehicles_first or absences else 0.0
                if used < best[0] or (used == best[0] and s.scalars[3] < best[1] - 1e-7):
                    best[0], best[1] = used, s.scalars[3]
                    remember(s, best_seq, best_size)
            release(s)
            if absences and left == 0:
                return it + 1
        else:
            restore(s)
    return iterations


@njit(cache=True)
def close_route(a: Arrays, s: State) -> None:
    """Empty the route whose customers have been missed least."""
    chosen, least = -1, FAR
    for r in range(s.size.shape[0]):
        if s.size[r] == 0:
            continue
        total = 0.0
        for p in range(s.size[r]):
            total += s.misses[s.seq[r, p]]
        if total < least:
            chosen, least = r, total
    for p in range(s.size[chosen]):
        drop(s, s.seq[chosen, p])
    close_up(a, s, chosen)


@njit(cache=True)
def construct(a: Arrays, s: State, fleet: int) -> None:
    """Serve absent customers by insertion alone."""
    begin(s)
    recreate(a, s, fleet, False)
    release(s)
