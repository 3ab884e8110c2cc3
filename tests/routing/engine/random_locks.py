"""Seeded locks that a given plan keeps: what a dispatcher fixes of a plan that he likes."""

from __future__ import annotations

import random

from routing.plan import Plan, PlanRoute, Trip
from routing.problem import Lock, Problem

KINDS = ("vehicle", "not_vehicle", "sequence", "start_time", "frozen_prefix", "charge", "trip")
"""Kinds of lock, and a whole trip: its vehicle, its sequence and every start."""


def locks_of(problem: Problem, plan: Plan, seed: int, count: int = 3) -> list[Lock]:
    """Some locks that the plan keeps."""
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    found: list[Lock] = []
    for _ in range(count):
        route = rng.choice(plan.routes)
        kind = rng.choice(KINDS)
        others = [v.id for v in problem.vehicles if v.id != route.vehicle]
        found += _locks(route, kind, others, rng)
    return found


def deliveries(trip: Trip) -> list[str]:
    """Orders delivered on the way, in order, up to the first pickup."""
    out: list[str] = []
    for stop in trip.stops:
        if stop.kind == "pickup":
            return out
        out += stop.orders if stop.kind == "delivery" else []
    return out


def _locks(route: PlanRoute, kind: str, others: list[str], rng: random.Random) -> list[Lock]:
    trips = [trip for duty in route.duties for trip in duty.trips]
    trip = rng.choice(trips)
    served = deliveries(trip)
    stops = [stop for t in trips for stop in t.stops]
    if kind == "charge":
        sessions = [stop for stop in stops if stop.kind == "charge"]
        if not sessions:
            return []
        stop = rng.choice(sessions)
        site = (stop.connector or "").rsplit("-", 1)[0]
        return [Lock(kind="charge", vehicle=route.vehicle, site=site, time=stop.start)]
    if not served:
        return []
    low = rng.randrange(len(served))
    some = served[low : low + rng.randrange(1, 5)]
    starts = {o: stop.start for stop in stops if stop.kind == "delivery" for o in stop.orders}
    if kind == "vehicle":
        return [Lock(kind="vehicle", orders=some, vehicle=route.vehicle)]
    if kind == "not_vehicle":
        return [Lock(kind="not_vehicle", orders=some, vehicle=rng.choice(others))]
    if kind == "start_time":
        return [Lock(kind="start_time", orders=some[:1], time=starts[some[0]])]
    if kind == "sequence":
        return [Lock(kind="sequence", orders=some)]
    if kind == "frozen_prefix":
        first = deliveries(trips[0])
        return (
            [Lock(kind="frozen_prefix", orders=first[:3], vehicle=route.vehicle)] if first else []
        )
    return [
        Lock(kind="vehicle", orders=served, vehicle=route.vehicle),
        Lock(kind="sequence", orders=served),
        *(Lock(kind="start_time", orders=[order], time=starts[order]) for order in served),
    ]
