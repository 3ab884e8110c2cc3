"""Compiled look back over a settled day: how late each step may begin, and what waits after it.

After Savelsbergh, "The Vehicle Routing Problem with Time Windows: Minimizing Route Duration",
ORSA Journal on Computing 4 (1992): with these a place for an order is priced and refused without
simulating the day. Estimates: travel as settled, the window in use, longest duty left out.
"""

# ruff: noqa: PLR0917 - kernels are called by position: numba has no keyword-only calls
from __future__ import annotations

from routing.engines.ortools.data import (
    D_UNTIL,
    DUTY,
    E_CHARGE,
    E_HOME,
    E_LOAD,
    E_REST,
    E_WAIT,
    K_CAPS,
    KIND,
    O_DUE,
    OPTION,
    OPTION_AT,
    ORDER,
    P_WIN0,
    P_WIN1,
    VEHICLE,
    W_END,
    W_NEEDS,
    W_SOFT,
    W_START,
    WINDOW,
    X_ARRIVE,
    X_DEPART,
    X_DONE,
    X_DUTY,
    X_HIGH,
    X_KIND,
    X_LOW,
    X_PLACE,
    X_START,
    Ints,
)
from routing.travel.flat import kernel, tab, vec
from routing.travel.kernels import NEVER, drive_seconds


@kernel
def duty_end(d: Ints, seq: Ints, number: int) -> int:
    """When the shift of a day's duty of that number ends."""
    k = 0
    for left in range(number, -1, -1):
        while seq[k] > -2:
            k += 1
        if left:
            k += 1
    return tab(d, DUTY, -2 - seq[k], D_UNTIL)


@kernel
def latest_of(d: Ints, task: int, caps: int, s: int) -> int:
    """The end of the windows of a task that hold ``s``; NEVER where it has none."""
    end = -1
    for option in range(vec(d, OPTION_AT, task), vec(d, OPTION_AT, task + 1)):
        if tab(d, OPTION, option, P_WIN0) == tab(d, OPTION, option, P_WIN1):
            end = NEVER
        for w in range(tab(d, OPTION, option, P_WIN0), tab(d, OPTION, option, P_WIN1)):
            last = tab(d, WINDOW, w, W_END) + tab(d, WINDOW, w, W_SOFT)
            if tab(d, WINDOW, w, W_START) <= s <= last and not tab(d, WINDOW, w, W_NEEDS) & ~caps:
                end = max(end, last)
    if task & 1:
        end = min(end, tab(d, ORDER, task >> 1, O_DUE))
    return max(end, s)


@kernel
def look_back(d: Ints, v: int, seq: Ints, ev: Ints, n: int, limit: Ints, idle: Ints) -> None:
    """Fill, per token, ``limit`` and ``idle`` of what follows it on its trip.

    ``limit``: the latest time at which a drive straight from the token may reach what follows (the
    next task, or home) without breaking anything later. ``idle``: seconds waited there and after,
    to the end of the duty.
    """
    f = tab(d, VEHICLE, v, 1)
    caps = tab(d, KIND, tab(d, VEHICLE, v, 0), K_CAPS)
    follows = NEVER
    begins = 0
    there = -1
    duty = -1
    waits = 0
    busy = 0
    for e in range(n - 1, -1, -1):
        kind = ev[e, X_KIND]
        inward = 0
        if e > 0 and ev[e, X_PLACE] != ev[e - 1, X_PLACE]:
            inward = ev[e, X_ARRIVE] - ev[e - 1, X_DEPART]
        if kind in (E_CHARGE, E_REST, E_WAIT):
            busy += inward
            if kind != E_WAIT:
                busy += ev[e, X_DEPART] - ev[e, X_ARRIVE]
            continue
        done = ev[e, X_DONE]
        service = done - ev[e, X_START]
        latest = follows - busy
        if ev[e, X_DUTY] != duty:
            duty = ev[e, X_DUTY]
            waits = 0
            latest = min(latest, duty_end(d, seq, duty))
        else:
            waits += max(0, begins - done - busy)
        latest -= service
        if kind == E_LOAD:
            k = ev[e, X_LOW] - 1
            limit[k] = follows - busy + drive_seconds(d, f, ev[e, X_PLACE], there, done)
            idle[k] = waits
        elif kind != E_HOME:
            high = ev[e, X_HIGH]
            for k in range(ev[e, X_LOW], high):
                latest = min(latest, latest_of(d, seq[k], caps, ev[e, X_START]))
            for k in range(ev[e, X_LOW], high):
                limit[k] = latest
                idle[k] = waits
            limit[high - 1] = follows - busy + drive_seconds(d, f, ev[e, X_PLACE], there, done)
        follows = latest
        begins = ev[e, X_START]
        there = ev[e, X_PLACE]
        busy = inward
