"""Battery: what driving, waiting and stations do to the charges that a label stands for.

A forward label stands for every (time, charge) that its beginning allows: from (TIME, CHARGE) the
charge rises along the last station's curve, from SPOT on, up to MOST. Staying longer at that
station is decided later, by who needs it. With one linear rate everywhere these shapes are closed
under driving, windows and stations; with curves they are closed too once a slower station splits
a shape at its breakpoints (Froger et al., 2019).
"""

from __future__ import annotations

from routing.search.compiled import kernel
from routing.search.data import BATTERY, EPS, FAR, FLAGS, FULL, Data
from routing.search.travel import arrive, energy

Shape = tuple[float, float, float, float, float]
"""TIME, CHARGE, MOST, SPOT, CURVE; TIME is ``FAR`` where the way cannot be driven."""


@kernel
def level(d: Data, c: int, spot: float) -> float:
    """Charge at a time coordinate of curve c."""
    last = d.stock[c, 0] - 1
    if spot >= d.curve[c, last, 0]:
        return d.curve[c, last, 1] + 0.0
    b = 1
    while d.curve[c, b, 0] < spot:
        b += 1
    span = d.curve[c, b, 0] - d.curve[c, b - 1, 0]
    part = (spot - d.curve[c, b - 1, 0]) / span
    return d.curve[c, b - 1, 1] + part * (d.curve[c, b, 1] - d.curve[c, b - 1, 1])


@kernel
def spot_of(d: Data, c: int, charge: float) -> float:
    """Time coordinate of curve c at a charge."""
    last = d.stock[c, 0] - 1
    if charge >= d.curve[c, last, 1]:
        return d.curve[c, last, 0] + 0.0
    b = 1
    while d.curve[c, b, 1] < charge:
        b += 1
    part = (charge - d.curve[c, b - 1, 1]) / (d.curve[c, b, 1] - d.curve[c, b - 1, 1])
    return d.curve[c, b - 1, 0] + part * (d.curve[c, b, 0] - d.curve[c, b - 1, 0])


@kernel
def charge_after(d: Data, q: float, m: float, spot: float, c: int, wait: float) -> float:
    """Charge of a label that is ``wait`` later than it need be."""
    if wait <= 0.0 or m <= q:
        return q
    if d.stock[c, 0] == 2:
        return min(m, q + wait * d.curve[c, 1, 1] / d.curve[c, 1, 0])
    return min(m, q + level(d, c, spot + wait) - level(d, c, spot))


@kernel
def wait_for(d: Data, spot: float, c: int, more: float) -> float:
    """Time at the last station that adds ``more`` charge."""
    if more <= 0.0:
        return 0.0
    if d.stock[c, 0] == 2:
        return more * d.curve[c, 1, 0] / d.curve[c, 1, 1]
    return spot_of(d, c, level(d, c, spot) + more) - spot


@kernel
def drive(
    d: Data, v: int, t: float, q: float, m: float, s: float, k: float, i: int, j: int, load: float
) -> Shape:
    """Drive from site i to j; whoever lacks charge has stayed longer at the last station."""
    use = energy(d, v, i, j, load)
    if m - use < -EPS:
        return FAR, q, m, s, k
    q -= use
    m = max(m - use, 0.0)
    if q < 0.0:
        wait = wait_for(d, s, int(k), -q)
        t += wait
        s += wait
        q = 0.0
    return arrive(d, d.flags[FLAGS + v], i, j, t), q, m, s, k


@kernel
def refill(d: Data, v: int, t: float, q: float, at: int) -> Shape:
    """Stand at station ``at``: full recharge now, or any amount, decided later."""
    c = d.curve_at[at]
    spot = spot_of(d, c, q)
    most = d.vehicle[v, BATTERY]
    if d.flags[FULL]:
        t += spot_of(d, c, most) - spot
        return t, most, most, spot, float(c)
    return t, q, most, spot, float(c)


@kernel
def enter(
    d: Data, t: float, q: float, m: float, s: float, k: float, ready: float, due: float
) -> Shape:
    """Wait for a window; charging longer before it may not overrun its end."""
    if t > due + EPS:
        return FAR, q, m, s, k
    c = int(k)
    most = charge_after(d, q, m, s, c, due - t)
    if t < ready:
        q = charge_after(d, q, m, s, c, ready - t)
        s += ready - t
        t = ready
    return t, q, max(q, most), s, k


@kernel
def at_least(
    d: Data,
    t1: float,
    q1: float,
    m1: float,
    s1: float,
    k1: float,
    t2: float,
    q2: float,
    m2: float,
    s2: float,
    k2: float,
) -> bool:
    """Whether shape 1 offers, at every time, as much charge as shape 2."""
    if t1 > t2 + EPS or m1 < m2 - EPS:
        return False
    a, b = int(k1), int(k2)
    if charge_after(d, q1, m1, s1, a, t2 - t1) < q2 - EPS:
        return False
    if m2 <= q2 or (a == b and d.stock[a, 0] == 2):
        return True
    top = t2 + wait_for(d, s2, b, m2 - q2)
    if charge_after(d, q1, m1, s1, a, top - t1) < m2 - EPS:
        return False
    for x in range(d.stock[a, 0]):
        t = t1 + d.curve[a, x, 0] - s1
        if t2 < t < top:
            held = charge_after(d, q2, m2, s2, b, t - t2)
            if charge_after(d, q1, m1, s1, a, t - t1) < held - EPS:
                return False
    for x in range(d.stock[b, 0]):
        t = t2 + d.curve[b, x, 0] - s2
        if t2 < t < top:
            held = charge_after(d, q2, m2, s2, b, t - t2)
            if charge_after(d, q1, m1, s1, a, t - t1) < held - EPS:
                return False
    return True
