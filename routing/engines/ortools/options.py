"""Options: every way to stand for each end of each order, with windows, as rows."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from routing.engines.ortools.rights import yard_takes
from routing.problem import Alternative, Order, Problem, Window


def bits(names: Iterable[str], known: dict[str, int]) -> int:
    """A bit per name."""
    return sum(1 << known[name] for name in set(names))


def capability_bits(problem: Problem) -> dict[str, int]:
    """Bit number of every capability named anywhere, in order of first mention."""
    known: dict[str, int] = {}
    for kind in problem.vehicle_types:
        for name in kind.capabilities:
            known.setdefault(name, len(known))
    for order in problem.orders:
        for name in order.needs:
            known.setdefault(name, len(known))
        for way in [*order.pickup, *order.delivery]:
            for window in way.windows:
                for name in window.needs:
                    known.setdefault(name, len(known))
    return known


def _windows(order: Order, way: Alternative, problem: Problem, end: str) -> list[Window]:
    windows = list(way.windows)
    for lock in problem.locks:
        if lock.kind == "start_time" and order.id in lock.orders and end == "delivery":
            t = lock.time or 0
            kept = [w for w in windows if w.start <= t <= w.end + w.soft_late_s]
            windows = [
                Window(
                    start=t,
                    end=t,
                    night=w.night,
                    needs=w.needs,
                    unattended=w.unattended,
                    unattended_extra_s=w.unattended_extra_s,
                )
                for w in kept
            ] or ([Window(start=t, end=t)] if not windows else [Window(start=-1, end=-1)])
    return windows


class Options:
    """Rows of options and windows, in task order."""

    def __init__(self, problem: Problem, places: dict[str, int], caps: dict[str, int]) -> None:
        bays = {bay.id: k for k, bay in enumerate(problem.bays)}
        depots = {depot.place for depot in problem.depots}
        self.at = [0]
        self.rows: list[tuple[int, ...]] = []
        self.names: list[tuple[int, str | None]] = []
        self.ok: list[list[int]] = []
        self.windows: list[tuple[int, ...]] = []
        for order in problem.orders:
            for end, ways in (("pickup", order.pickup), ("delivery", order.delivery)):
                for number, way in enumerate(ways):
                    low = len(self.windows)
                    for w in _windows(order, way, problem, end):
                        extra = w.unattended_extra_s if w.unattended else 0
                        self.windows.append(
                            (w.start, w.end, w.soft_late_s, bits(w.needs, caps), extra)
                        )
                    span = (low, len(self.windows))
                    served = problem.places[places[way.place]]
                    if served.yard or way.place in depots:
                        row = (-1, places[way.place], places[way.place], 0, number)
                        self._add(problem, (*row, way.extra_cost, *span, served.fixed_s, 0), None)
                    for choice in way.bays:
                        bay = problem.bays[bays[choice.bay]]
                        stand = (bays[choice.bay], places[bay.place], places[way.place])
                        tail = (choice.walk_s, number, way.extra_cost, *span, bay.fixed_s, 0)
                        self._add(problem, (*stand, *tail), choice.bay)
                self.at.append(len(self.rows))

    def _add(self, problem: Problem, row: tuple[int, ...], bay: str | None) -> None:
        fits: list[int] = []
        for kind in problem.vehicle_types:
            if row[0] >= 0:
                held = problem.bays[row[0]]
                limits = (
                    (held.max_length_mm, kind.length_mm),
                    (held.max_mass_g, kind.gross_mass_g),
                )
                fits.append(int(all(not most or size <= most for most, size in limits)))
            else:
                fits.append(int(yard_takes(problem.places[row[1]], kind)))
        self.rows.append(row)
        self.names.append((row[4], bay))
        self.ok.append(fits)


def conflicts(problem: Problem) -> NDArray[np.uint8]:
    """Who rides with whom never: (orders, orders), or (1, 1) when nobody excludes anybody.

    The diagonal tells whether an order excludes anybody at all.
    """
    orders = problem.orders
    if not any(o.never_with or o.share_with is not None for o in orders):
        return np.zeros((1, 1), np.uint8)
    out = np.zeros((len(orders), len(orders)), np.uint8)
    for i, a in enumerate(orders):
        if not a.never_with and a.share_with is None:
            continue
        for j, b in enumerate(orders):
            barred = b.shipper in a.never_with or b.goods in a.never_with
            shut = (
                a.share_with is not None
                and b.shipper != a.shipper
                and b.shipper not in a.share_with
            )
            if i != j and (barred or shut):
                out[i, j] = out[j, i] = 1
    np.fill_diagonal(out, out.max(axis=1))
    return out
