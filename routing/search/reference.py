"""A route worked out from scratch in plain Python: what every new best is compared with.

It shares no code with the kernels. Stations are placed by labels without a cap and with their
history; then the stops are walked with their charges, as a checker would.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from routing.search.build import Curve, Layout

SLACK = 1e-7
"""Tolerance in time, charge and cost, below the checker's."""
MOST = 400
"""Labels a task; a route that has more is worked out from the cheapest."""


@dataclass(frozen=True)
class Stop:
    """A stop of a worked-out route; ``gained`` energy at stations only."""

    site: int
    arrival: float
    start: float
    departure: float
    gained: float | None = None


@dataclass(frozen=True)
class _Label:
    """Earliest (time, charge) at a task.

    Charge could be ``most`` by staying longer at the last station. ``sites`` are the stops so far,
    ``stays`` the times spent at the stations among them.
    """

    cost: float
    time: float
    charge: float
    most: float
    spot: float
    curve: int
    sites: tuple[int, ...]
    stays: tuple[float, ...]


def level(curve: Curve, spot: float) -> float:
    """Charge at a time coordinate."""
    for (t0, q0), (t1, q1) in pairwise(curve):
        if spot <= t1:
            return q0 + (spot - t0) / (t1 - t0) * (q1 - q0)
    return curve[-1][1]


def spot_of(curve: Curve, charge: float) -> float:
    """Time coordinate at a charge."""
    for (t0, q0), (t1, q1) in pairwise(curve):
        if charge <= q1:
            return t0 + (charge - q0) / (q1 - q0) * (t1 - t0)
    return curve[-1][0]


def arrival(layout: Layout, i: int, j: int, t: float) -> float:
    """Arrival at site j of who leaves site i at ``t``."""
    if not layout.speeds:
        return t + float(layout.seconds[i, j])
    left = float(layout.length[i, j])
    ends = [begin for begin, _ in layout.speeds[1:]] + [float("inf")]
    for (_, speed), end in zip(layout.speeds, ends, strict=True):
        if end <= t:
            continue
        if left <= speed * (end - t):
            return t + left / speed
        left -= speed * (end - t)
        t = end
    raise AssertionError("the last speed holds for ever")


class Reference:
    """Works routes of one layout out; ``arcs`` gives the stations to try between two sites."""

    def __init__(self, layout: Layout, arcs: dict[tuple[int, int], list[tuple[int, ...]]]) -> None:
        self.layout = layout
        self.arcs = arcs
        self.curves = layout.curves
        self.stations = len(layout.service) + 1

    def route(self, tasks: tuple[int, ...]) -> tuple[float, list[Stop]] | None:
        """(cost, stops) of the cheapest way to serve ``tasks`` in this order; None if none."""
        layout = self.layout
        if sum(layout.demand[k] for k in tasks) > layout.capacity + SLACK:
            return None
        sites = [0, *(k + 1 for k in tasks), 0]
        if layout.battery is None:
            return self._walk(sites, {})
        board = sum(layout.demand[k] for k in tasks)
        full = layout.battery
        labels = [_Label(0.0, layout.opens, full, full, 0.0, 0, (0,), ())]
        for p, (i, j) in enumerate(pairwise(sites)):
            if p:
                board -= layout.demand[i - 1]
            reached: list[_Label] = []
            for label in labels:
                for way in [(), *self.arcs.get((i, j), [])]:
                    reached += self._over(label, i, way, j, board)
            labels = self._best(self._windows(reached, j))
            if not labels:
                return None
        found = min(labels, key=lambda label: label.cost)
        return self._walk(list(found.sites), dict(enumerate(found.stays)))

    def _over(
        self, label: _Label, i: int, way: tuple[int, ...], j: int, board: float
    ) -> list[_Label]:
        """Labels on arrival at j by way of the stations in ``way``."""
        service = self.layout.service[i - 1] if i else 0.0
        fronts = [replace(label, time=label.time + service)]
        for at, to in pairwise([i, *way, j]):
            driven = [self._drive(front, at, to, board) for front in fronts]
            fronts = [front for front in driven if front is not None]
            if to >= self.stations:
                fronts = [ready for front in fronts for ready in self._stand(front, to)]
        return fronts

    def _drive(self, label: _Label, i: int, j: int, board: float) -> _Label | None:
        layout = self.layout
        use = (layout.use + layout.use_load * board) * float(layout.length[i, j])
        if label.most < use - SLACK / 100:
            return None
        if label.charge < use:
            label = self._stay(label, use - label.charge)
        return replace(
            label,
            cost=label.cost + float(layout.length[i, j]),
            time=arrival(layout, i, j, label.time),
            charge=max(0.0, label.charge - use),
            most=max(0.0, label.most - use),
            sites=(*label.sites, j),
        )

    def _stay(self, label: _Label, more: float) -> _Label:
        """The label with ``more`` charge from the last station."""
        if not label.stays:
            return label
        curve = self.curves[label.curve]
        spot = spot_of(curve, level(curve, label.spot) + more)
        wait = spot - label.spot
        return replace(
            label,
            time=label.time + wait,
            charge=label.charge + more,
            spot=spot,
            stays=(*label.stays[:-1], label.stays[-1] + wait),
        )

    def _stand(self, label: _Label, at: int) -> list[_Label]:
        """Labels that begin to charge at station ``at``, however long they stayed at the last."""
        full = self.layout.battery or 0.0
        which = list(self.layout.curve_of)[at - self.stations] if self.layout.curve_of else 0
        curve = self.curves[which]
        if self.layout.full:
            wait = spot_of(curve, full) - spot_of(curve, label.charge)
            filled = replace(label, time=label.time + wait, charge=full, most=full, curve=which)
            return [replace(filled, stays=(*label.stays, wait))]
        mores = {0.0}
        if label.stays and len({tuple(c) for c in self.curves}) > 1:
            before = self.curves[label.curve]
            here = level(before, label.spot)
            mores |= {q - here for _, q in before if 0.0 < q - here < label.most - label.charge}
            mores.add(max(0.0, label.most - label.charge))
        out = []
        for more in sorted(mores):
            stayed = self._stay(label, more) if more > 0.0 else label
            spot = spot_of(curve, stayed.charge)
            new = replace(stayed, most=full, spot=spot, curve=which, stays=(*stayed.stays, 0.0))
            out.append(new)
        return out

    def _windows(self, labels: list[_Label], j: int) -> list[_Label]:
        """Labels let in by each of the windows at site j."""
        layout = self.layout
        windows = layout.windows[j - 1] if j else [(layout.opens, layout.closes)]
        out = []
        for label in labels:
            for first, last in windows:
                if label.time > last + SLACK / 100:
                    continue
                inside = replace(label, most=self._after(label, last - label.time))
                if label.time < first:
                    gain = self._after(label, first - label.time) - label.charge
                    inside = self._stay(inside, gain) if gain > 0.0 else inside
                    inside = replace(inside, time=first)
                out.append(replace(inside, most=max(inside.charge, inside.most)))
        return out

    def _after(self, label: _Label, wait: float) -> float:
        if wait <= 0.0 or label.most <= label.charge:
            return label.charge
        curve = self.curves[label.curve]
        gain = level(curve, label.spot + wait) - level(curve, label.spot)
        return min(label.most, label.charge + gain)

    def _best(self, labels: list[_Label]) -> list[_Label]:
        """Labels that no other betters in cost, time, and charge at every later time."""
        kept: list[_Label] = []
        for label in sorted(labels, key=lambda x: (x.cost, x.time, -x.charge)):
            if not any(self._offers(other, label) for other in kept):
                kept.append(label)
        return kept[:MOST]

    def _offers(self, one: _Label, other: _Label) -> bool:
        if one.time > other.time + SLACK / 100 or one.most < other.most - SLACK / 100:
            return False
        times = {other.time}
        for label in (one, other):
            times |= {label.time + t - label.spot for t, _ in self.curves[label.curve]}
        if other.most > other.charge:
            curve = self.curves[other.curve]
            top = spot_of(curve, level(curve, other.spot) + other.most - other.charge)
            times.add(other.time + top - other.spot)
        return all(
            self._after(one, t - one.time) >= self._after(other, t - other.time) - SLACK / 100
            for t in times
            if t >= other.time
        )

    def _walk(self, sites: list[int], stays: dict[int, float]) -> tuple[float, list[Stop]] | None:
        """Walk the stops with time spent at the n-th station; None if a rule breaks."""
        layout = self.layout
        charge = layout.battery or 0.0
        board = sum(layout.demand[i - 1] for i in sites if 0 < i < self.stations)
        clock, cost, seen = layout.opens, layout.fixed, 0
        stops = [Stop(0, clock, clock, clock)]
        for i, j in pairwise(sites):
            if 0 < i < self.stations:
                board -= layout.demand[i - 1]
            cost += float(layout.length[i, j])
            reached = arrival(layout, i, j, clock)
            charge -= (layout.use + layout.use_load * board) * float(layout.length[i, j])
            if layout.battery is not None and charge < -SLACK:
                return None
            if j >= self.stations:
                stop, charge = self._session(j, reached, charge, stays[seen])
                seen += 1
            else:
                windows = layout.windows[j - 1] if j else [(layout.opens, layout.closes)]
                open_at = [w for w in windows if reached <= w[1] + SLACK]
                if not open_at:
                    return None
                begins = max(reached, open_at[0][0])
                service = layout.service[j - 1] if j else 0.0
                stop = Stop(j, reached, begins, begins + service)
            stops.append(stop)
            clock = stop.departure
        return cost, _later(stops, layout)

    def _session(self, at: int, reached: float, charge: float, stay: float) -> tuple[Stop, float]:
        which = list(self.layout.curve_of)[at - self.stations] if self.layout.curve_of else 0
        curve = self.curves[which]
        full = self.layout.battery or 0.0
        after = min(full, level(curve, spot_of(curve, max(0.0, charge)) + stay))
        if self.layout.full:
            after = full
        gained = max(0.0, after - max(0.0, charge))
        spent = spot_of(curve, after) - spot_of(curve, max(0.0, charge))
        return Stop(at, reached, reached, reached + max(0.0, spent), gained), charge + gained


def _later(stops: list[Stop], layout: Layout) -> list[Stop]:
    """The first departure waits until the first stop can begin at once."""
    if layout.speeds or len(stops) < 2:
        return stops
    leave = max(stops[0].departure, stops[1].start - float(layout.seconds[0, stops[1].site]))
    first = replace(stops[0], arrival=leave, start=leave, departure=leave)
    reached = arrival(layout, 0, stops[1].site, leave)
    return [first, replace(stops[1], arrival=reached), *stops[2:]]
