"""Compiled simulator of one vehicle's day: from a sequence to exact times, charge and cost.

A day is a vector of tokens: ``-2 - d`` begins duty d (and a trip), ``-1`` begins another trip,
``2·o`` picks order o up, ``2·o + 1`` delivers it. A delivery without its pickup in the same trip
is loaded at the trip's first depot stop, a pickup without its delivery is unloaded at its last.
Bays, connectors and site power that others hold are respected, so a feasible day is feasible
beside them.
"""

# ruff: noqa: FBT001, PLR0917 - kernels are called by position: numba has no keyword-only calls
from __future__ import annotations

from routing.engines.ortools.data import (
    BAD_AVAILABLE,
    BAD_DUTY,
    BAD_LOCK,
    BAD_PERMIT,
    BAD_ROOM,
    BAD_SHIFT,
    CHANGE,
    CHARGES,
    CHARGES_AT,
    COUNT,
    COUNT_AT,
    D_DRIVING,
    D_FROM,
    D_LONGEST,
    D_REST,
    D_SINCE,
    D_UNTIL,
    DUTY,
    DUTY_OK,
    E_CHARGE,
    K_BATTERY,
    KIND,
    LATE,
    M_FIXED,
    M_HOUR,
    M_KM,
    MAX_EVENTS,
    MEAN,
    MIDNIGHT,
    MONEY,
    PUBLISHED,
    S_PLACE,
    SITE,
    SITE_OK,
    TARIFF,
    V_FROM,
    V_HOME,
    V_PLACE,
    V_SOC,
    V_SOC_END,
    V_TARIFF,
    V_UNTIL,
    VEHICLE,
    X_ARRIVE,
    X_DEPART,
    X_KIND,
    X_PLACE,
    X_SOC_OUT,
    ZONE_AT,
    ZONE_IN,
    ZONE_SPAN,
    Floats,
    Ints,
)
from routing.engines.ortools.goods import position
from routing.engines.ortools.legs import (
    T_DRIVEN,
    T_DUTY,
    T_EVENTS,
    T_LIMIT,
    T_METRES,
    T_NOW,
    T_PLACE,
    T_RESTS,
    T_SLACK,
    T_SOC,
    T_TRIP,
    T_WAITED,
    T_WHY,
    leg_energy,
)
from routing.engines.ortools.reach import locked_here, session_had
from routing.engines.ortools.trip import one_trip
from routing.travel.flat import cube, kernel, rows, slice_in, tab, vec
from routing.travel.kernels import NEVER, drive_metres, drive_seconds

BROKEN = 1e18
"""Cost of a day that does not hold."""
MAX_DUTIES = 4
SHARES = 64
"""In how many parts a later start is looked for where all of it comes too late."""


@kernel
def count_entries(d: Ints, v: int, ev: Ints, n: int) -> bool:
    """Whether the entries of every counted pass stay within its number, date by date."""
    a = tab(d, VEHICLE, v, 2)
    f = tab(d, VEHICLE, v, 1)
    for row in range(vec(d, COUNT_AT, a), vec(d, COUNT_AT, a + 1)):
        for day in range(rows(d, MIDNIGHT)):
            low = vec(d, MIDNIGHT, day)
            high = low + 86400
            entries = 0
            for e in range(1, n):
                i = ev[e - 1, X_PLACE]
                j = ev[e, X_PLACE]
                t = ev[e, X_ARRIVE]
                if i == j or not low <= t < high:
                    continue
                hit = False
                for z in range(tab(d, COUNT, row, 1), tab(d, COUNT, row, 2)):
                    if tab(d, ZONE_IN, z, j) and not tab(d, ZONE_IN, z, i):
                        for k in range(vec(d, ZONE_AT, z), vec(d, ZONE_AT, z + 1)):
                            begin = t - drive_seconds(d, f, i, j, ev[e - 1, X_DEPART])
                            if begin < tab(d, ZONE_SPAN, k, 1) and tab(d, ZONE_SPAN, k, 0) <= t:
                                hit = True
                if hit:
                    entries += 1
            if entries > tab(d, COUNT, row, 0):
                return False
    return True


@kernel
def moved(d: Ints, o: int, v: int) -> float:
    """Milli-fen for an order on a vehicle other than the published plan's."""
    there = vec(d, PUBLISHED, o)
    return float(vec(d, CHANGE, 0)) if there not in (-1, v) else 0.0


@kernel
def moved_all(d: Ints, v: int, seq: Ints, n: int) -> float:
    """``moved`` over the orders of a day, each once."""
    total = 0.0
    if vec(d, CHANGE, 0) == 0:
        return total
    for k in range(n):
        tok = seq[k]
        if tok >= 0 and (tok & 1 or position(seq, 0, n, tok + 1) < 0):
            total += moved(d, tok >> 1, v)
    return total


@kernel
def charged_as_locked(d: Ints, v: int, ev: Ints, st: Ints) -> bool:
    """Whether every session that is locked is had, or can be had at home after the day."""
    for row in range(vec(d, CHARGES_AT, v), vec(d, CHARGES_AT, v + 1)):
        site = tab(d, CHARGES, row, 0)
        t = tab(d, CHARGES, row, 1)
        home = tab(d, SITE, site, S_PLACE) == tab(d, VEHICLE, v, V_HOME)
        after = home and t >= st[T_NOW] and tab(d, SITE_OK, v, site) == 1
        if not after and not session_had(d, ev, st, row):
            return False
    return True


@kernel
def run_day(
    d: Ints,
    c: Ints,
    v: int,
    seq: Ints,
    n: int,
    shift: Ints,
    gain: Ints,
    ev: Ints,
    chosen: Ints,
    st: Ints,
    fs: Floats,
    work: Ints,
    lean: bool,
) -> float:
    """One pass over a day; ``shift[k]`` delays duty k's start, ``gain[k]`` is by how much it could.

    Returns the cost in milli-fen, BROKEN with the reason in ``st[T_WHY]`` otherwise.
    """
    ty = tab(d, VEHICLE, v, 0)
    for k in range(16):
        st[k] = 0
    for k in range(4):
        fs[k] = 0.0
    st[T_PLACE] = tab(d, VEHICLE, v, V_PLACE)
    st[T_NOW] = tab(d, VEHICLE, v, V_FROM)
    st[T_SOC] = tab(d, VEHICLE, v, V_SOC)
    st[T_TRIP] = -1
    st[T_DUTY] = -1
    hours = 0.0
    p = 0
    while p < n:
        tok = seq[p]
        if tok > -2:
            st[T_WHY] = BAD_ROOM
            return BROKEN
        duty = -2 - tok
        k = st[T_DUTY] + 1
        if k >= MAX_DUTIES:
            st[T_WHY] = BAD_ROOM
            return BROKEN
        st[T_DUTY] = k
        st[T_DRIVEN] = tab(d, DUTY, duty, D_SINCE)
        st[T_LIMIT] = tab(d, DUTY, duty, D_DRIVING)
        st[T_RESTS] = tab(d, DUTY, duty, D_REST)
        st[T_SLACK] = NEVER
        st[T_WAITED] = 0
        if tab(d, DUTY_OK, duty, v) == 0:
            st[T_WHY] = BAD_SHIFT
            return BROKEN
        begin = -1
        first = True
        low_time = tab(d, DUTY, duty, D_FROM) + shift[k]
        while p < n:
            if not first and seq[p] != -1:
                break
            p += 1
            q = p
            while q < n and seq[q] >= 0:
                q += 1
            st[T_TRIP] += 1
            earliest = max(low_time, st[T_NOW])
            row = locked_here(d, v, st, ev)
            forced = -1
            if row >= 0:
                # Such a session may wait until after the trip, if the trip ends in time.
                for k in range(16):
                    ev[MAX_EVENTS - 1, k] = st[k]
            had = 0.0 + fs[0]
            extra = 0.0 + fs[1]
            late = 0.0 + fs[2]
            arrive = -1
            for _ in range(2):
                arrive = one_trip(
                    d, c, v, seq, p, q, st, ev, fs, chosen, work, first, earliest, lean, forced
                )
                if row < 0 or forced >= 0:
                    break
                if arrive >= 0 and (
                    session_had(d, ev, st, row) or st[T_NOW] <= tab(d, CHARGES, row, 1)
                ):
                    break
                for k in range(16):
                    st[k] = ev[MAX_EVENTS - 1, k]
                fs[0] = had
                fs[1] = extra
                fs[2] = late
                forced = row
            if arrive < 0:
                return BROKEN
            if first:
                begin = arrive
            first = False
            p = q
        length = st[T_NOW] - begin
        if st[T_NOW] > tab(d, DUTY, duty, D_UNTIL):
            st[T_WHY] = BAD_SHIFT
            return BROKEN
        gain[k] = max(0, min(st[T_SLACK], st[T_WAITED]))
        if length > tab(d, DUTY, duty, D_LONGEST):
            if gain[k] < length - tab(d, DUTY, duty, D_LONGEST) or shift[k] > 0:
                st[T_WHY] = BAD_DUTY
                return BROKEN
            hours += 1e12
        hours += length
    if st[T_NOW] > tab(d, VEHICLE, v, V_UNTIL):
        st[T_WHY] = BAD_AVAILABLE
        return BROKEN
    if not count_entries(d, v, ev, st[T_EVENTS]):
        st[T_WHY] = BAD_PERMIT
        return BROKEN
    if not charged_as_locked(d, v, ev, st):
        st[T_WHY] = BAD_LOCK
        return BROKEN
    cost = tab(d, MONEY, ty, M_FIXED) + st[T_METRES] * tab(d, MONEY, ty, M_KM) / 1000.0
    cost += moved_all(d, v, seq, n)
    cost += hours * tab(d, MONEY, ty, M_HOUR) / 3600.0 if hours < 1e12 else hours
    if tab(d, KIND, ty, K_BATTERY) > 0:
        e = st[T_EVENTS] - 1
        lack = tab(d, VEHICLE, v, V_SOC_END) - (ev[e, X_SOC_OUT] if e >= 0 else 0)
        cost += fs[0]
        if lack > 0:
            cost += lack * vec(d, MEAN, tab(d, VEHICLE, v, V_TARIFF)) / 1000.0
    else:
        cost += fuel_cost(d, v, ev, st[T_EVENTS])
    whole: float = cost + fs[1] + fs[2] * vec(d, LATE, 0) / 3600.0
    return whole


@kernel
def fuel_cost(d: Ints, v: int, ev: Ints, n: int) -> float:
    """Milli-fen of fuel over all legs."""
    ty = tab(d, VEHICLE, v, 0)
    f = tab(d, VEHICLE, v, 1)
    tariff = tab(d, KIND, ty, 7)
    if tariff < 0:
        return 0.0
    total = 0.0
    for e in range(1, n):
        i = ev[e - 1, X_PLACE]
        j = ev[e, X_PLACE]
        if i != j:
            t = ev[e - 1, X_DEPART]
            metres = drive_metres(d, f, i, j, t)
            seconds = drive_seconds(d, f, i, j, t)
            used = leg_energy(d, ty, t, metres, seconds, ev[e - 1, 14])
            k = slice_in(d, TARIFF, tariff, t)
            total += used * cube(d, TARIFF, tariff, k, 1) / 1000.0
    return total


@kernel
def charged(ev: Ints, st: Ints) -> bool:
    """Whether the day as far as it came has a charge: without one a lean day is the same."""
    for e in range(st[T_EVENTS]):  # noqa: SIM110 - numba compiles no generator
        if ev[e, X_KIND] == E_CHARGE:
            return True
    return False


@kernel
def simulate(
    d: Ints,
    c: Ints,
    v: int,
    seq: Ints,
    n: int,
    ev: Ints,
    chosen: Ints,
    st: Ints,
    work: Ints,
    fs: Floats,
    record: bool,
) -> float:
    """Cost of a day, at the better of the earliest start and the latest that loses no time.

    With ``record`` the rows of ``ev`` (``st[T_EVENTS]`` of them) are those of the day priced.
    """
    if n == 0:
        for k in range(16):
            st[k] = 0
        return 0.0
    none = work[8]
    gain = work[9]
    spare = work[10]
    for k in range(MAX_DUTIES):
        none[k] = 0
        gain[k] = 0
    # Not literals: numba would compile the day anew for each.
    lean = n < 0
    first = run_day(d, c, v, seq, n, none, gain, ev, chosen, st, fs, work, lean)
    if first >= BROKEN and charged(ev, st):
        why = st[T_WHY]
        lean = n > 0
        first = run_day(d, c, v, seq, n, none, gain, ev, chosen, st, fs, work, lean)
        if first >= BROKEN:
            st[T_WHY] = why
    if first >= BROKEN:
        return BROKEN
    if max(gain[0], gain[1], gain[2], gain[3]) < 60:
        return first if first < 1e11 else BROKEN
    second = run_day(d, c, v, seq, n, gain, spare, ev, chosen, st, fs, work, lean)
    if second <= first and second < 1e11:
        for k in range(MAX_DUTIES):
            none[k] = gain[k]
        return second
    if first >= 1e11:
        # Pinned starts leave no room for what a later start changes of travel: look in between.
        low = 0
        high = SHARES if vec(d, CHANGE, 1) else 0
        found = 0
        while high - low > 1:
            share = (low + high) // 2
            for k in range(MAX_DUTIES):
                none[k] = gain[k] * share // SHARES
            second = run_day(d, c, v, seq, n, none, spare, ev, chosen, st, fs, work, lean)
            if second >= BROKEN:
                high = share
            else:
                low = share
                found = share if second < 1e11 else found
        if found:
            for k in range(MAX_DUTIES):
                none[k] = gain[k] * found // SHARES
            return run_day(d, c, v, seq, n, none, spare, ev, chosen, st, fs, work, lean)
        for k in range(MAX_DUTIES):
            none[k] = 0
        st[T_WHY] = BAD_DUTY
        return BROKEN
    if record:
        first = run_day(d, c, v, seq, n, none, spare, ev, chosen, st, fs, work, lean)
    return first


@kernel
def price(
    d: Ints,
    c: Ints,
    v: int,
    seq: Ints,
    n: int,
    ev: Ints,
    chosen: Ints,
    st: Ints,
    work: Ints,
    fs: Floats,
) -> float:
    """What ``simulate`` would say, from one pass where that is enough: to rank candidates.

    A later start is taken to save its whole gain in pay; what it changes of travel is left out.
    """
    none = work[8]
    gain = work[9]
    for k in range(MAX_DUTIES):
        none[k] = 0
        gain[k] = 0
    no = n < 0
    first = run_day(d, c, v, seq, n, none, gain, ev, chosen, st, fs, work, no)
    if first >= BROKEN and not charged(ev, st):
        return BROKEN
    if first >= 1e11:
        return simulate(d, c, v, seq, n, ev, chosen, st, work, fs, no)
    idle = 0
    for k in range(MAX_DUTIES):
        idle += gain[k]
    saved: float = idle * tab(d, MONEY, tab(d, VEHICLE, v, 0), M_HOUR) / 3600.0
    return first - saved
