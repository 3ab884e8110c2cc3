"""Locks and the published plan as the search knows them.

A sequence is a chain: its head is put in and taken out with all that follows it, and nothing goes
between. A frozen prefix is laid first and never moved; whatever else the vehicle does comes after.
A charge is a session that every day of the vehicle must hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from routing.engines.ortools.data import Ints
from routing.problem import Problem

DEAR = 10**15
"""What a frozen order that is left out costs in the search, milli-fen: more than any class."""


@dataclass(frozen=True)
class Locked:
    """Per order: what follows it, the head of its chain, and 1 + the vehicle that begins with it.

    ``barred``: orders of sequences that no plan can serve. ``prefixes``: by vehicle, the orders
    that it begins with, chains whole. ``charges``: (site, time) per vehicle, the
    earliest first.
    """

    follow: Ints
    lead: Ints
    fixed: Ints
    barred: frozenset[int]
    prefixes: dict[int, list[int]]
    charges: dict[int, list[tuple[int, int]]]

    def chain(self, o: int) -> list[int]:
        """The chain that an order belongs to, in order."""
        found = [int(self.lead[o])]
        while self.follow[found[-1]] >= 0:
            found.append(int(self.follow[found[-1]]))
        return found


def locked(problem: Problem) -> Locked:
    """The locks of a problem as arrays."""
    orders = {order.id: o for o, order in enumerate(problem.orders)}
    vehicles = {vehicle.id: v for v, vehicle in enumerate(problem.vehicles)}
    sites = {site.id: s for s, site in enumerate(problem.chargers)}
    follow, lead, barred = _chains(problem, orders)
    fixed = np.zeros(len(orders), np.int64)
    prefixes: dict[int, list[int]] = {}
    charges: dict[int, list[tuple[int, int]]] = {}
    for lock in problem.locks:
        if lock.vehicle not in vehicles:
            continue
        v = vehicles[lock.vehicle]
        if lock.kind == "frozen_prefix":
            names = [orders[name] for name in lock.orders]
            prefixes[v] = max(prefixes.get(v, []), names, key=len)
        elif lock.kind == "charge" and lock.site in sites and lock.time is not None:
            charges.setdefault(v, []).append((sites[lock.site], lock.time))
    for rows in charges.values():
        rows.sort(key=lambda row: row[1])
    for v, first in prefixes.items():
        while first and follow[first[-1]] >= 0:
            first.append(int(follow[first[-1]]))
        fixed[first] = v + 1
    return Locked(follow, lead, fixed, barred, prefixes, charges)


def _chains(problem: Problem, orders: dict[str, int]) -> tuple[Ints, Ints, frozenset[int]]:
    follow = np.full(len(orders), -1, np.int64)
    before = np.full(len(orders), -1, np.int64)
    barred: set[int] = set()
    depots = {depot.place for depot in problem.depots}
    # What ends at a depot ends with the trip: no place of a sequence on the way is free for it.
    home = {
        o
        for o, order in enumerate(problem.orders)
        if all(way.place in depots for way in order.delivery)
    }
    for lock in problem.locks:
        for one, other in pairwise(lock.orders) if lock.kind == "sequence" else []:
            a, b = orders[one], orders[other]
            if follow[a] in {-1, b} and before[b] in {-1, a} and a != b:
                follow[a], before[b] = b, a
            else:
                barred |= {a, b}
    lead = np.arange(len(orders), dtype=np.int64)
    seen: set[int] = set()
    for head in np.flatnonzero((before < 0) & (follow >= 0)):
        chain = [int(head)]
        while follow[chain[-1]] >= 0:
            chain.append(int(follow[chain[-1]]))
        lead[chain] = head
        seen |= set(chain)
        if barred & set(chain) or home & set(chain):
            barred |= set(chain)
    # What follows itself in a circle has no head.
    barred |= {int(o) for o in np.flatnonzero((follow >= 0) | (before >= 0)) if int(o) not in seen}
    alone = sorted(barred)
    follow[alone] = -1
    lead[alone] = alone
    return follow, lead, frozenset(barred)


def published(problem: Problem) -> Ints:
    """Per order the vehicle that the published plan gives it; -1 = none, or one that is gone."""
    vehicles = {vehicle.id: v for v, vehicle in enumerate(problem.vehicles)}
    there = problem.objective.published
    return np.array([vehicles.get(there.get(o.id, ""), -1) for o in problem.orders], np.int64)
