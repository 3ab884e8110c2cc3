"""lock: what the dispatcher has fixed is kept."""

from __future__ import annotations

from collections.abc import Iterator

from routing.checker.verdict import Violation
from routing.checker.walk import At, RouteWalk, Walk
from routing.problem import Lock

Event = tuple[At, str, bool]
"""(stop, order, whether it is a delivery)."""


def across(walk: Walk) -> Iterator[Violation]:
    """Every lock of the problem."""
    for lock in walk.index.problem.locks:
        if lock.kind in {"vehicle", "not_vehicle"}:
            yield from _vehicle(walk, lock)
        elif lock.kind == "sequence":
            yield from _sequence(walk, lock)
        elif lock.kind == "start_time":
            yield from _start_time(walk, lock)
        elif lock.kind == "frozen_prefix":
            yield from _prefix(walk, lock)
        else:
            yield from _charge(walk, lock)


def _vehicle(walk: Walk, lock: Lock) -> Iterator[Violation]:
    wanted = lock.kind == "vehicle"
    for order in lock.orders:
        there = walk.delivered.get(order)
        if not there:
            continue
        route, at, _ = there[0]
        if (route.vehicle.id == lock.vehicle) != wanted:
            yield at.violation("lock", 1, "orders on another vehicle than locked", order)


def _events(route: RouteWalk) -> list[Event]:
    """Deliveries and pickups on the way, in order; loading at a depot is none."""
    return [
        (at, order, at.stop.kind != "pickup")
        for at in route.stops
        if at.role in {"inner", "last"}
        for order in at.stop.orders
    ]


def _sequence(walk: Walk, lock: Lock) -> Iterator[Violation]:
    served = [walk.delivered[order][0] for order in lock.orders if order in walk.delivered]
    if not served:
        return
    route, at, _ = served[0]
    if lock.orders[0] not in walk.delivered:
        out = len(lock.orders) - len(served)
        yield at.violation("lock", out, "orders missing from the locked sequence", *lock.orders)
        return
    events = _events(route)
    begin = next(k for k, (_, order, down) in enumerate(events) if down and order == lock.orders[0])
    for offset, order in enumerate(lock.orders):
        event = events[begin + offset] if begin + offset < len(events) else None
        kept = (
            event is not None
            and event[1] == order
            and event[2]
            and (event[0].duty_no, event[0].trip_no) == (at.duty_no, at.trip_no)
        )
        if not kept:
            here = event[0] if event else at
            broken = len(lock.orders) - offset
            yield here.violation("lock", broken, "orders out of the locked sequence", order)
            return


def _start_time(walk: Walk, lock: Lock) -> Iterator[Violation]:
    for order in lock.orders:
        there = walk.delivered.get(order)
        if not there:
            continue
        at = there[0][1]
        if lock.time is not None and at.stop.start != lock.time:
            off = abs(at.stop.start - lock.time)
            yield at.violation("lock", off, "s off the locked start", order)


def _prefix(walk: Walk, lock: Lock) -> Iterator[Violation]:
    route = next((item for item in walk.routes if item.vehicle.id == lock.vehicle), None)
    downs = [(at, order) for at, order, down in _events(route) if down] if route else []
    for position, order in enumerate(lock.orders):
        if position < len(downs) and downs[position][1] == order:
            continue
        broken = len(lock.orders) - position
        if position < len(downs):
            at = downs[position][0]
            yield at.violation("lock", broken, "orders off the frozen prefix", order)
        else:
            yield Violation(
                rule="lock",
                route=lock.vehicle,
                stop=None,
                amount=broken,
                unit="orders off the frozen prefix",
                subjects=(order, *([lock.vehicle] if lock.vehicle else [])),
            )
        return


def _charge(walk: Walk, lock: Lock) -> Iterator[Violation]:
    time = lock.time if lock.time is not None else 0
    for route in walk.routes:
        if route.vehicle.id != lock.vehicle:
            continue
        for at in route.stops:
            session = at.session
            if session is None or session.site.id != lock.site:
                continue
            if session.start <= time < session.end:
                return
    yield Violation(
        rule="lock",
        route=lock.vehicle,
        stop=None,
        amount=1,
        unit="locked sessions missing",
        subjects=tuple(item for item in (lock.vehicle, lock.site) if item),
    )
