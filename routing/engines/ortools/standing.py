"""Compiled choice of where to stand for a visit, when, and with which tasks together."""

# ruff: noqa: PLR0917 - kernels are called by position: numba has no keyword-only calls
from __future__ import annotations

from routing.engines.ortools.claims import bay_fits, bay_slot
from routing.engines.ortools.data import (
    B_AFTER,
    B_BEFORE,
    BAD_ACCESS,
    BAD_BAY,
    BAD_DUE,
    BAD_WINDOW,
    BAD_YARD,
    BAY,
    K_CAPS,
    KIND,
    O_DUE,
    O_LOAD_S,
    O_RELEASE,
    O_UNIT_S,
    O_UNITS,
    OPTION,
    OPTION_AT,
    OPTION_OK,
    ORDER,
    P_BAY,
    P_FIXED,
    P_SERVED,
    P_STAND,
    P_WALK,
    P_WIN0,
    P_WIN1,
    VEHICLE,
    W_END,
    W_EXTRA,
    W_NEEDS,
    W_SOFT,
    W_START,
    WINDOW,
    X_ARRIVE,
    X_BAY,
    X_DEPART,
    Ints,
)
from routing.engines.ortools.legs import T_EVENTS, T_NOW, T_PLACE, T_WHY
from routing.travel.flat import kernel, tab, vec
from routing.travel.kernels import NEVER, drive_seconds, latest_leave, leave, stay_closed
from routing.travel.kernels import arrive as arrival

# Columns of ``pick``, the standing chosen.
C_OPTION, C_UNTIL, C_START, C_STAY, C_LEAVE, C_ARRIVE, C_LATEST, C_READY = range(8)


@kernel
def window_next(d: Ints, option: int, caps: int, t: int) -> int:
    """The earliest time from ``t`` on at which service may start by this option."""
    low = tab(d, OPTION, option, P_WIN0)
    high = tab(d, OPTION, option, P_WIN1)
    if low == high:
        return t
    best = NEVER
    for w in range(low, high):
        if tab(d, WINDOW, w, W_NEEDS) & ~caps:
            continue
        if t <= tab(d, WINDOW, w, W_END) + tab(d, WINDOW, w, W_SOFT):
            best = min(best, max(t, tab(d, WINDOW, w, W_START)))
    return best


@kernel
def window_at(d: Ints, option: int, caps: int, s: int) -> int:
    """The window used by a start at ``s``: the least late one; -1 if the option has none."""
    low = tab(d, OPTION, option, P_WIN0)
    high = tab(d, OPTION, option, P_WIN1)
    best = -1
    late = NEVER
    for w in range(low, high):
        if tab(d, WINDOW, w, W_NEEDS) & ~caps:
            continue
        if tab(d, WINDOW, w, W_START) <= s <= tab(d, WINDOW, w, W_END) + tab(d, WINDOW, w, W_SOFT):
            over = max(0, s - tab(d, WINDOW, w, W_END))
            if over < late:
                late = over
                best = w
    return best


@kernel
def joint_start(d: Ints, seq: Ints, chosen: Ints, low: int, high: int, caps: int, t: int) -> int:
    """The earliest time from ``t`` on at which service of all tasks low..high-1 may start."""
    for _ in range(40):
        before = t
        for k in range(low, high):
            t = window_next(d, chosen[k], caps, t)
            if t >= NEVER:
                return NEVER
            if seq[k] & 1 == 0:
                t = max(t, tab(d, ORDER, seq[k] >> 1, O_RELEASE))
        if t == before:
            return t
    return NEVER


@kernel
def stay_seconds(d: Ints, seq: Ints, chosen: Ints, low: int, high: int, caps: int, s: int) -> int:
    """Length of the service of one visit that starts at ``s``."""
    total = tab(d, OPTION, chosen[low], P_FIXED)
    for k in range(low, high):
        o = seq[k] >> 1
        unit = tab(d, ORDER, o, O_UNIT_S) if seq[k] & 1 else tab(d, ORDER, o, O_LOAD_S)
        total += tab(d, ORDER, o, O_UNITS) * unit
        served = tab(d, OPTION, chosen[k], P_SERVED)
        first = True
        for m in range(low, k):
            if tab(d, OPTION, chosen[m], P_SERVED) == served:
                first = False
        if first:
            walk = 0
            alone = 0
            for m in range(k, high):
                if tab(d, OPTION, chosen[m], P_SERVED) == served:
                    walk = max(walk, tab(d, OPTION, chosen[m], P_WALK))
                    w = window_at(d, chosen[m], caps, s)
                    if w >= 0:
                        alone = max(alone, tab(d, WINDOW, w, W_EXTRA))
            total += walk + alone
    return total


@kernel
def latest_start(d: Ints, seq: Ints, chosen: Ints, low: int, high: int, caps: int, s: int) -> int:
    """How late service could start within the windows used, soft lateness aside."""
    end = NEVER
    for k in range(low, high):
        w = window_at(d, chosen[k], caps, s)
        if w >= 0:
            end = min(end, max(s, tab(d, WINDOW, w, W_END)))
        if seq[k] & 1:
            end = min(end, tab(d, ORDER, seq[k] >> 1, O_DUE))
    return end


@kernel
def own_bay_clash(d: Ints, ev: Ints, st: Ints, b: int, start: int) -> bool:
    """Whether the vehicle's own earlier claim of this bay, with its buffers, is still running."""
    for e in range(st[T_EVENTS]):
        gap = tab(d, BAY, b, B_AFTER) + tab(d, BAY, b, B_BEFORE)
        if ev[e, X_BAY] == b and ev[e, X_DEPART] + gap > start:
            return True
    return False


@kernel
def try_standing(
    d: Ints,
    c: Ints,
    v: int,
    st: Ints,
    ev: Ints,
    seq: Ints,
    chosen: Ints,
    low: int,
    high: int,
    ready: int,
    pick: Ints,
) -> bool:
    """Settle times of one visit by the options in ``chosen[low:high]``; False with the reason.

    ``ready`` is the earliest lawful departure towards it. Fills ``pick`` but for C_OPTION, C_UNTIL.
    """
    option = chosen[low]
    ty = tab(d, VEHICLE, v, 0)
    f = tab(d, VEHICLE, v, 1)
    a = tab(d, VEHICLE, v, 2)
    caps = tab(d, KIND, ty, K_CAPS)
    here = st[T_PLACE]
    there = tab(d, OPTION, option, P_STAND)
    b = tab(d, OPTION, option, P_BAY)
    first = ready if here == there else ready + drive_seconds(d, f, here, there, ready)
    s = joint_start(d, seq, chosen, low, high, caps, first)
    if s >= NEVER:
        st[T_WHY] = BAD_WINDOW
        return False
    for _ in range(24):
        stay = stay_seconds(d, seq, chosen, low, high, caps, s)
        again = s
        if b >= 0:
            again = bay_slot(d, c, b, v, s, stay)
            if again >= NEVER:
                st[T_WHY] = BAD_BAY
                return False
        closed = stay_closed(d, a, there, again, again + stay)
        if closed:
            again = max(again + 1, closed)
        if again == s:
            break
        s = joint_start(d, seq, chosen, low, high, caps, again)
        if s >= NEVER:
            st[T_WHY] = BAD_ACCESS if closed else (BAD_BAY if b >= 0 else BAD_WINDOW)
            return False
    else:
        st[T_WHY] = BAD_BAY
        return False
    dep = ready
    arrive = first
    early = here != there and s > first
    if early and (b >= 0 or stay_closed(d, a, there, first, s + stay) != 0):
        dep = latest_leave(d, f, a, here, there, ready, s)
        arrive = dep + drive_seconds(d, f, here, there, dep)
        if b >= 0 and arrive < s and not bay_fits(d, c, b, v, arrive, s + stay):
            # Where traffic slows no departure may arrive at the very second: then just after it.
            reached = arrival(d, f, a, here, there, dep + 1)
            soonest = joint_start(d, seq, chosen, low, high, caps, max(reached, s))
            if soonest < NEVER and soonest == reached:
                dep = leave(d, f, a, here, there, dep + 1)
                arrive = reached
                s = reached
                stay = stay_seconds(d, seq, chosen, low, high, caps, s)
        e = st[T_EVENTS] - 1
        held = ev[e, X_BAY]
        if held >= 0 and not bay_fits(d, c, held, v, ev[e, X_ARRIVE], dep):
            dep = ready
            arrive = first
    for k in range(low, high):
        if seq[k] & 1 and s > tab(d, ORDER, seq[k] >> 1, O_DUE):
            st[T_WHY] = BAD_DUE
            return False
    if b >= 0 and (
        not bay_fits(d, c, b, v, arrive, s + stay) or own_bay_clash(d, ev, st, b, arrive)
    ):
        st[T_WHY] = BAD_BAY
        return False
    if stay_closed(d, a, there, arrive, s + stay) != 0:
        st[T_WHY] = BAD_ACCESS
        return False
    pick[C_START] = s
    pick[C_STAY] = stay
    pick[C_LEAVE] = dep
    pick[C_ARRIVE] = arrive
    pick[C_READY] = first
    pick[C_LATEST] = latest_start(d, seq, chosen, low, high, caps, s)
    return True


@kernel
def choose_standing(
    d: Ints,
    c: Ints,
    v: int,
    st: Ints,
    ev: Ints,
    seq: Ints,
    low: int,
    end: int,
    chosen: Ints,
    best: Ints,
    spare: Ints,
    keep: Ints,
) -> bool:
    """Where to stand for task ``low``, and how many of the next tasks share the visit.

    The result is in ``best`` and ``chosen``; False with the reason in ``st`` if nothing holds.
    ``spare`` and ``keep`` are scratch.
    """
    ty = tab(d, VEHICLE, v, 0)
    f = tab(d, VEHICLE, v, 1)
    a = tab(d, VEHICLE, v, 2)
    caps = tab(d, KIND, ty, K_CAPS)
    task = seq[low]
    score = NEVER
    why = BAD_YARD
    for option in range(vec(d, OPTION_AT, task), vec(d, OPTION_AT, task + 1)):
        if tab(d, OPTION_OK, option, ty) == 0:
            continue
        there = tab(d, OPTION, option, P_STAND)
        if there == st[T_PLACE]:
            ready = st[T_NOW]
        else:
            ready = leave(d, f, a, st[T_PLACE], there, st[T_NOW])
            if ready >= NEVER:
                why = BAD_ACCESS
                continue
        chosen[low] = option
        high = low + 1
        s = window_next(d, option, caps, st[T_NOW])
        while high < end and (seq[high] & 1) == (task & 1):
            found = -1
            for other in range(vec(d, OPTION_AT, seq[high]), vec(d, OPTION_AT, seq[high] + 1)):
                same = tab(d, OPTION, other, P_BAY) == tab(d, OPTION, option, P_BAY)
                if (
                    same
                    and tab(d, OPTION, other, P_STAND) == there
                    and tab(d, OPTION_OK, other, ty)
                ):
                    found = other
                    break
            if found < 0:
                break
            chosen[high] = found
            joint = joint_start(d, seq, chosen, low, high + 1, caps, s)
            if joint > s + 2700:
                break
            high += 1
        while high > low:
            if try_standing(d, c, v, st, ev, seq, chosen, low, high, ready, spare):
                value = spare[C_START] + spare[C_STAY] - 900 * (high - low)
                if value < score:
                    score = value
                    for k in range(8):
                        best[k] = spare[k]
                    best[C_OPTION] = option
                    best[C_UNTIL] = high
                    for k in range(low, high):
                        keep[k] = chosen[k]
                break
            why = st[T_WHY]
            high = low + 1 if high > low + 1 else low
    if score >= NEVER:
        st[T_WHY] = why
        return False
    for k in range(low, best[C_UNTIL]):
        chosen[k] = keep[k]
    return True
