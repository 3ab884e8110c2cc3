"""Compiled checks of what rides together on a trip."""

# ruff: noqa: PLR0917 - kernels are called by position: numba has no keyword-only calls
from __future__ import annotations

from routing.engines.ortools.data import (
    BAD_AVAILABLE,
    BAD_GOODS,
    BAD_ORDER,
    BAD_PLACES,
    BAD_TEMPERATURE,
    BAD_VOLUME,
    BAD_WEIGHT,
    COMP,
    CONFLICT,
    FITS,
    K_COMPS,
    K_PAYLOAD,
    K_UNITS,
    K_VOLUME,
    KIND,
    O_PLACES,
    O_TEMP,
    O_VOLUME,
    O_WEIGHT,
    OPTION,
    OPTION_AT,
    ORDER,
    P_BAY,
    P_STAND,
    VEHICLE,
    Ints,
)
from routing.travel.flat import cube, kernel, rows, tab, vec


@kernel
def option_at_place(d: Ints, task: int, place: int) -> int:
    """The option of a task at a depot's own yard, or -1."""
    for option in range(vec(d, OPTION_AT, task), vec(d, OPTION_AT, task + 1)):
        if tab(d, OPTION, option, P_BAY) < 0 and tab(d, OPTION, option, P_STAND) == place:
            return option
    return -1


@kernel
def position(seq: Ints, low: int, high: int, task: int) -> int:
    """Where a task stands in seq[low:high], or -1."""
    for k in range(low, high):
        if seq[k] == task:
            return k
    return -1


@kernel
def holds_classes(d: Ints, ty: int, peak: Ints) -> bool:
    """Whether each temperature class on board has a compartment of its own that is large enough."""
    comps = tab(d, KIND, ty, K_COMPS)
    used = 0
    for temp in range(3):
        if peak[3 * temp] > 0 or peak[3 * temp + 1] > 0 or peak[3 * temp + 2] > 0:
            used += 1
    if used == 0:
        return True
    total = comps * comps * comps
    for code in range(total):
        pick0 = code % comps
        pick1 = (code // comps) % comps
        pick2 = code // (comps * comps)
        fine = True
        for temp in range(3):
            if peak[3 * temp] == 0 and peak[3 * temp + 1] == 0 and peak[3 * temp + 2] == 0:
                continue
            mine = pick0 if temp == 0 else (pick1 if temp == 1 else pick2)
            if (cube(d, COMP, ty, mine, 3) >> temp) & 1 == 0:
                fine = False
            if peak[3 * temp] > cube(d, COMP, ty, mine, 0) or peak[3 * temp + 1] > cube(
                d, COMP, ty, mine, 1
            ):
                fine = False
            if cube(d, COMP, ty, mine, 2) > 0 and peak[3 * temp + 2] > cube(d, COMP, ty, mine, 2):
                fine = False
            for other in range(temp):
                if peak[3 * other] == 0 and peak[3 * other + 1] == 0 and peak[3 * other + 2] == 0:
                    continue
                theirs = pick0 if other == 0 else pick1
                if theirs == mine:
                    fine = False
        if fine:
            return True
    return False


@kernel
def check_loads(
    d: Ints,
    v: int,
    seq: Ints,
    low: int,
    high: int,
    base: int,
    end: int,
    loaded: Ints,
    now: Ints,
    peak: Ints,
) -> int:
    """OK or why the goods of a trip cannot ride; ``loaded[k]`` 1 where the depot loads task k.

    ``loaded[high]`` receives the grams on board at the trip's start.
    """
    ty = tab(d, VEHICLE, v, 0)
    for q in range(9):
        now[q] = 0
    grams = 0
    mixed = False
    for k in range(low, high):
        mixed |= (seq[k] & 1) != (seq[low] & 1)
    for k in range(low, high):
        o = seq[k] >> 1
        loaded[k] = 0
        if tab(d, FITS, o, v) == 0:
            return BAD_AVAILABLE
        if seq[k] & 1:
            at = position(seq, low, high, seq[k] - 1) if mixed else -1
            if at > k:
                return BAD_ORDER
            if at < 0:
                if option_at_place(d, seq[k] - 1, base) < 0:
                    return BAD_ORDER
                loaded[k] = 1
                temp = tab(d, ORDER, o, O_TEMP)
                now[3 * temp] += tab(d, ORDER, o, O_WEIGHT)
                now[3 * temp + 1] += tab(d, ORDER, o, O_VOLUME)
                now[3 * temp + 2] += tab(d, ORDER, o, O_PLACES)
                grams += tab(d, ORDER, o, O_WEIGHT)
        elif (not mixed or position(seq, low, high, seq[k] + 1) < 0) and option_at_place(
            d, seq[k] + 1, end
        ) < 0:
            return BAD_ORDER
        if rows(d, CONFLICT) > 1 and tab(d, CONFLICT, o, o):
            for m in range(low, k):
                if seq[m] >> 1 != o and tab(d, CONFLICT, o, seq[m] >> 1):
                    return BAD_GOODS
    loaded[high] = grams
    for q in range(9):
        peak[q] = now[q]
    weight = now[0] + now[3] + now[6]
    volume = now[1] + now[4] + now[7]
    places = now[2] + now[5] + now[8]
    for k in range(low - 1, high):
        if k >= low:
            sign = -1 if seq[k] & 1 else 1
            o = seq[k] >> 1
            temp = tab(d, ORDER, o, O_TEMP)
            now[3 * temp] += sign * tab(d, ORDER, o, O_WEIGHT)
            now[3 * temp + 1] += sign * tab(d, ORDER, o, O_VOLUME)
            now[3 * temp + 2] += sign * tab(d, ORDER, o, O_PLACES)
            weight += sign * tab(d, ORDER, o, O_WEIGHT)
            volume += sign * tab(d, ORDER, o, O_VOLUME)
            places += sign * tab(d, ORDER, o, O_PLACES)
        if weight > tab(d, KIND, ty, K_PAYLOAD):
            return BAD_WEIGHT
        if volume > tab(d, KIND, ty, K_VOLUME):
            return BAD_VOLUME
        if tab(d, KIND, ty, K_UNITS) > 0 and places > tab(d, KIND, ty, K_UNITS):
            return BAD_PLACES
        for temp in range(3):
            for q in range(3):
                peak[3 * temp + q] = max(peak[3 * temp + q], now[3 * temp + q])
    return 0 if holds_classes(d, ty, peak) else BAD_TEMPERATURE
