"""Ruin and recreate over task sequences, with exchanges between routes after promising moves.

Strings of neighbouring tasks are removed and put back greedily with blinks (Christiaens and Vanden
Berghe, 2020); acceptance is by annealing. While a fleet is cut, fewer of the tasks that have often
been absent counts most.
"""

from __future__ import annotations

from math import log

from routing.search.chance import below, real
from routing.search.compiled import Floats, Ints, entrance, kernel
from routing.search.data import (
    ABSENT,
    AWAY,
    B_AWAY,
    BEFORE,
    BLINK,
    DEMAND,
    DUE,
    EXACT,
    FAR,
    HELD,
    KEY,
    KIND,
    MARKED,
    MISSES,
    PLACE,
    POOLED,
    R_COST,
    R_LOAD,
    READY,
    SITE,
    SIZE,
    TOTAL,
    TOUCHED,
    TOUCHES,
    WHERE,
    Data,
    Work,
)
from routing.search.exchanges import improve
from routing.search.labels import begin_route, price, relabel
from routing.search.moves import (
    begin,
    close_up,
    drop,
    put,
    release,
    restore,
    splice,
    touch,
    try_between,
)
from routing.search.rules.load import fits

REMOVED = 10.0
LONGEST_STRING = 10.0
BLINKS = 0.01
PROMISING = 0.005
"""A candidate this much above the limit of acceptance is still worth its exchanges."""
RUN, CONSTRUCT, CLOSE, LOAD = 0, 1, 2, 3
SMALL = 150
"""Up to so many tasks, every position of every route is tried."""


@kernel
def ruin(d: Data, w: Work) -> None:
    """Drop strings of tasks near a random one; their routes are touched, and closed up later."""
    used, tasks = 0, 0
    for r in range(w.route.shape[0]):
        if w.route[r, SIZE]:
            used += 1
            tasks += w.route[r, SIZE]
    if used == 0:
        return
    longest = min(LONGEST_STRING, tasks / used)
    most = max(1.0, 4.0 * REMOVED / (1.0 + longest) - 1.0)
    strings = int(1.0 + real(w.rand) * most)
    centre = below(w.rand, d.n)
    done = 0
    for x in range(-1, d.near.shape[1]):
        k = centre if x < 0 else d.near[centre, x]
        r = w.at[k, WHERE]
        if r < 0 or w.route[r, MARKED]:
            continue
        touch(w, r)
        size = w.route[r, SIZE]
        cut = int(1.0 + real(w.rand) * min(longest, float(size)))
        spared = 0
        if 1 < cut < size and real(w.rand) < 0.5:
            spared = 1
            while cut + spared < size and real(w.rand) < 0.01:
                spared += 1
        span = cut + spared
        lowest = max(1, w.at[k, PLACE] - span + 1)
        highest = min(w.at[k, PLACE], size - span + 1)
        first = lowest + below(w.rand, highest - lowest + 1)
        skip = first + below(w.rand, cut + 1) if spared else first + span
        for y in range(first, first + span):
            if y < skip or y >= skip + spared:
                drop(w, w.seq[r, y])
        done += 1
        if done >= strings:
            break


@kernel
def order_absent(d: Data, w: Work) -> None:
    """Sort absent tasks by a randomly chosen rule; insertion sort, for they are few."""
    rule = below(w.rand, 17)
    for x in range(w.tally[ABSENT]):
        k = w.at[x, AWAY]
        away = d.length[0, d.task[d.n, SITE], d.task[k, SITE]]
        if rule < 4:
            key = real(w.rand)
        elif rule < 8:
            key = -d.node[k, DEMAND]
        elif rule < 10:
            key = -away
        elif rule < 11:
            key = away
        elif rule < 13:
            key = d.node[k, DUE] - d.node[k, READY]
        elif rule < 15:
            key = d.node[k, READY]
        else:
            key = -d.node[k, DUE]
        y = x
        while y > 0 and w.odds[y - 1, KEY] > key:
            w.odds[y, KEY], w.at[y, AWAY] = w.odds[y - 1, KEY], w.at[y - 1, AWAY]
            y -= 1
        w.odds[y, KEY], w.at[y, AWAY] = key, k


@kernel
def blinks(w: Work) -> bool:
    """Whether this position is overlooked; the next to be is drawn ahead."""
    if w.tally[BLINK] > 0:
        w.tally[BLINK] -= 1
        return False
    w.tally[BLINK] = int(log(real(w.rand)) / log(1.0 - BLINKS))
    return True


@kernel
def best_place(d: Data, w: Work, k: int, close: bool) -> tuple[float, int, int]:
    """Cheapest position of task k in the used routes: what it costs more, route, position.

    ``close``: only beside tasks that are close to k.
    """
    best, at_route, at_place = FAR, -1, -1
    for x in range(d.close.shape[1] if close else w.route.shape[0]):
        r = w.at[d.close[k, x], WHERE] if close else x
        if r < 0 or w.route[r, SIZE] == 0:
            continue
        if not fits(d, w.route[r, KIND], w.bill[r, R_LOAD] + d.node[k, DEMAND]):
            continue
        low = w.at[d.close[k, x], PLACE] if close else 1
        high = low + 2 if close else w.route[r, SIZE] + 2
        for p in range(low, high):
            if blinks(w):
                continue
            more = try_between(d, w, r, w.seq[r, p - 1], k, w.seq[r, p], best)
            if more < best:
                best, at_route, at_place = more, r, p
    return best, at_route, at_place


@kernel
def best_empty(d: Data, w: Work, k: int, best: float) -> tuple[float, int]:
    """Cheapest empty vehicle for task k alone: its cost and route, -1 if none is below ``best``."""
    at_route, kind = -1, -1
    w.line[3, 0] = k
    for r in range(w.route.shape[0]):
        if w.route[r, SIZE] or w.route[r, KIND] == kind:
            continue
        kind = w.route[r, KIND]
        a = d.n + 2 * r
        begin_route(d, w, r)
        w.seq[r, 0], w.seq[r, 1] = a, a + 1
        cost = splice(d, w, kind, a, w.line[3], 1, a + 1, best)
        if cost < best:
            best, at_route = cost, r
    return best, at_route


@kernel
def recreate(d: Data, w: Work, fleet: int, eager: bool) -> None:
    """Put absent tasks back where it costs least; who fits nowhere stays absent.

    A new route is opened while fewer than ``fleet`` are used: where nothing else fits, or
    wherever it is cheaper (``eager``).
    """
    order_absent(d, w)
    used = 0
    for r in range(w.route.shape[0]):
        used += w.route[r, SIZE] > 0
    left = 0
    for x in range(w.tally[ABSENT]):
        k = w.at[x, AWAY]
        at_route = -1
        for full in range(0 if d.n > SMALL else 1, 2):
            if at_route < 0:
                best, at_route, at_place = best_place(d, w, k, full == 0)
        if used < fleet and (at_route < 0 or eager):
            cost, empty = best_empty(d, w, k, best)
            if empty >= 0:
                best, at_route, at_place = cost, empty, 1
        opened = at_route >= 0 and w.route[at_route, SIZE] == 0
        if at_route >= 0 and put(d, w, k, at_route, at_place, best):
            used += opened
        else:
            w.at[left, AWAY] = k
            left += 1
    w.tally[ABSENT] = left


@kernel
def sum_up(w: Work) -> None:
    """The solution's cost from its routes'."""
    w.value[TOTAL] = 0.0
    for r in range(w.route.shape[0]):
        w.value[TOTAL] += w.bill[r, R_COST]


@kernel
def missed(w: Work, count: int, column: int) -> float:
    """Sum of how often each absent task has been absent."""
    total = 0.0
    for x in range(count):
        total += w.odds[w.at[x, column], MISSES]
    return total


@kernel
def pool_routes(w: Work) -> None:
    """Note the touched routes for the pool, while there is room."""
    for x in range(w.tally[TOUCHED]):
        r = w.route[x, TOUCHES]
        row = w.tally[POOLED]
        if row < w.pool.shape[0] and 0 < w.route[r, SIZE] < w.pool.shape[1]:
            w.pool[row, 0], w.pool_cost[row] = w.route[r, SIZE], w.bill[r, R_COST]
            for p in range(w.route[r, SIZE]):
                w.pool[row, p + 1] = w.seq[r, p + 1]
            w.tally[POOLED] += 1


@kernel
def count_routes(w: Work) -> int:
    """Routes in use."""
    used = 0
    for r in range(w.route.shape[0]):
        used += w.route[r, SIZE] > 0
    return used


@kernel
def remember(w: Work, seq: Ints, size: Ints) -> None:
    """Copy the present routes, sentinels aside."""
    for r in range(w.route.shape[0]):
        size[r] = w.route[r, SIZE]
        for p in range(w.route[r, SIZE]):
            seq[r, p] = w.seq[r, p + 1]


@kernel
def empty_least(w: Work) -> None:
    """Drop the tasks of the route whose tasks have been missed least; it is closed up later."""
    chosen, least = -1, FAR
    for r in range(w.route.shape[0]):
        total = 0.0
        for p in range(1, w.route[r, SIZE] + 1):
            total += w.odds[w.seq[r, p], MISSES]
        if w.route[r, SIZE] and total < least:
            chosen, least = r, total
    if chosen >= 0:
        touch(w, chosen)
        for p in range(1, w.route[chosen, SIZE] + 1):
            drop(w, w.seq[chosen, p])


@kernel
def load_routes(d: Data, w: Work, rows: Ints, sizes: Ints) -> int:
    """Replace the solution; tasks in no row become absent. 0 if a row cannot be driven."""
    fine = 1
    w.value[TOTAL] = 0.0
    for k in range(w.at.shape[0]):
        w.at[k, WHERE] = -1
    for r in range(w.route.shape[0]):
        size = sizes[r] if r < sizes.shape[0] else 0
        w.route[r, SIZE] = size
        w.seq[r, 0], w.seq[r, size + 1] = d.n + 2 * r, d.n + 2 * r + 1
        for x in range(size):
            w.seq[r, x + 1] = rows[r, x]
        relabel(d, w, r, 1, size)
        w.bill[r, R_COST] = price(d, w, r)
        w.value[TOTAL] += w.bill[r, R_COST]
        if w.bill[r, R_COST] >= FAR:
            fine = 0
    count = 0
    for k in range(d.n):
        if w.at[k, WHERE] < 0:
            w.at[count, AWAY] = k
            count += 1
    w.tally[ABSENT] = count
    return fine


@entrance
def search(
    d: Data,
    w: Work,
    what: int,
    iterations: int,
    hot: float,
    cold: float,
    fleet: int,
    eager: bool,
    near: int,
    most: int,
    best: Floats,
    best_seq: Ints,
    best_size: Ints,
) -> int:
    """The one entrance from Python: what its parts share is compiled once, so it is long.

    ``what``: LOAD: make ``best_seq``, ``best_size`` the solution, 1 if it can be driven. CLOSE:
    empty the route whose tasks have been missed least. CONSTRUCT: serve absent tasks by insertion
    alone. RUN: search from temperature ``hot`` to ``cold``; ``best`` is [vehicles, cost], bettered
    in place; returns the iterations done. ``eager``: a vehicle more is no worse than its cost.
    While tasks are absent, fewer of the often-missed ones counts most and the run ends as soon as
    all are placed; otherwise a solution with absent tasks is never taken. Exchanges are tried with
    ``near`` close tasks and move up to ``most`` at once.
    """
    if what == LOAD:
        return load_routes(d, w, best_seq, best_size)
    absences = w.tally[ABSENT] > 0
    sum_up(w)  # anew, lest differences add up their rounding
    if what != RUN:
        iterations = 1
    for it in range(iterations):
        begin(w)
        fine = True
        if what == RUN:
            ruin(d, w)
        elif what == CLOSE:
            empty_least(w)
        for x in range(w.tally[TOUCHED]):
            fine = close_up(d, w, w.route[x, TOUCHES]) and fine
        if fine and what != CLOSE:
            recreate(d, w, fleet, eager)
        if what != RUN:
            release(w)
            return 0
        heat = hot * (cold / hot) ** (it / iterations)
        left = w.tally[ABSENT]
        if absences:
            now, before = missed(w, left, AWAY), missed(w, w.tally[HELD], B_AWAY)
            for x in range(left):
                w.odds[w.at[x, AWAY], MISSES] += 1.0
        else:
            now, before = float(left), 0.0
        limit = w.value[BEFORE] - heat * log(real(w.rand))
        take = fine and now <= before
        promising = w.value[TOTAL] < limit + PROMISING * w.value[BEFORE]
        if near > 0 and take and promising and (left == 0 or now == before):
            improve(d, w, near, most)
            if not d.flags[EXACT]:
                # An exchange may have turned out not to be drivable, and another have mended it:
                # the sum has met FAR then and lost its last digits.
                sum_up(w)
                take = w.value[TOTAL] < FAR
        if take and (now < before or w.value[TOTAL] < limit):
            if left == 0:
                if w.value[TOTAL] < best[1] * 1.05:
                    pool_routes(w)
                used = 0.0 if eager and not absences else float(count_routes(w))
                if used < best[0] or (used == best[0] and w.value[TOTAL] < best[1] - 1e-7):
                    best[0], best[1] = used, w.value[TOTAL]
                    remember(w, best_seq, best_size)
            release(w)
            if absences and left == 0:
                return it + 1
        else:
            restore(w)
    return iterations
