"""shift, duty_length, driver, papers, vehicle_available, commitment: who drives what, and when."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from routing.checker.index import Index
from routing.checker.verdict import Violation
from routing.checker.walk import DutyWalk, OnRoute, RouteWalk, Walk


def of_route(index: Index) -> OnRoute:
    """A vehicle's papers, its day, and its duties by themselves."""

    def find(route: RouteWalk) -> Iterator[Violation]:
        yield from _papers(index, route)
        yield from _vehicle(route)
        for duty in route.duties:
            yield from _span(duty)
            yield from _pairing(route, duty)

    return find


def across(walk: Walk) -> Iterator[Violation]:
    """Drivers across vehicles, and what other plans hold."""
    given: dict[str, list[tuple[RouteWalk, DutyWalk]]] = {}
    driven: dict[str, list[tuple[RouteWalk, DutyWalk]]] = {}
    for route in walk.routes:
        for duty in route.duties:
            given.setdefault(duty.duty.id, []).append((route, duty))
            driven.setdefault(duty.driver.id, []).append((route, duty))
    for pairs in given.values():
        for _, duty in pairs[1:]:
            yield duty.opening.violation("driver", 1, "times too often given", duty.duty.id)
    for driver, pairs in driven.items():
        ordered = sorted(pairs, key=lambda pair: pair[1].start)
        for (_, one), (_, other) in pairwise(ordered):
            over = one.end - other.start
            if over > 0:
                yield other.opening.violation("driver", over, "s on two duties at once", driver)
    yield from _commitments(walk)


def _papers(index: Index, route: RouteWalk) -> Iterator[Violation]:
    day = index.service_date().isoformat()
    valid = {paper.kind for paper in route.vehicle.papers if paper.valid_to >= day}
    lapsed = [kind for kind in route.type.papers if kind not in valid]
    if lapsed:
        yield route.violation("papers", len(lapsed), "papers lapsed or missing")


def _vehicle(route: RouteWalk) -> Iterator[Violation]:
    free = route.vehicle.available
    first, last = route.stops[0], route.stops[-1]
    if first.stop.arrive < free.start:
        early = free.start - first.stop.arrive
        yield first.violation("vehicle_available", early, "s before it is free")
    if free.end is not None and last.stop.depart > free.end:
        late = last.stop.depart - free.end
        yield last.violation("vehicle_available", late, "s after it must be back")
    if first.stop.place != free.place:
        yield first.violation("vehicle_available", 1, "days begun elsewhere")
    if last.stop.place != route.vehicle.home:
        yield last.violation("vehicle_available", 1, "days not ended at home")
    open_to = route.vehicle.shippers
    if open_to is None:
        return
    for at in route.stops:
        for task in at.tasks:
            if task.end == "pickup" and task.order.shipper not in open_to:
                yield at.violation(
                    "vehicle_available", 1, "orders of a shipper it is closed to", task.order.id
                )


def _span(duty: DutyWalk) -> Iterator[Violation]:
    start, end, shift = duty.start, duty.end, duty.duty.shift
    driver = duty.driver
    if start < shift.start:
        yield duty.opening.violation("shift", shift.start - start, "s before", driver.id)
    if end > shift.end:
        yield duty.closing.violation("shift", end - shift.end, "s after", driver.id)
    over = end - start + driver.duty_used_s - duty.duty.longest_s
    if over > 0:
        yield duty.closing.violation("duty_length", over, "s", driver.id)
    if start < driver.available.start:
        early = driver.available.start - start
        yield duty.opening.violation("driver", early, "s before being free", driver.id)
    if end > driver.available.end:
        late = end - driver.available.end
        yield duty.closing.violation("driver", late, "s after being free", driver.id)


def _pairing(route: RouteWalk, duty: DutyWalk) -> Iterator[Violation]:
    told = route.plan.duties[duty.number].driver
    if told != duty.duty.driver:
        yield duty.opening.violation("driver", 1, "duties of another driver", told)
    named = duty.duty.vehicles
    if named is not None:
        if route.vehicle.id not in named:
            yield duty.opening.violation("driver", 1, "vehicles not of the duty", told)
        return
    home = duty.driver.home
    if route.vehicle.home != home:
        yield duty.opening.violation("driver", 1, "vehicles of another home", told)
    if duty.number and duty.stops[0].stop.place != home:
        yield duty.opening.violation("driver", 1, "changes away from the driver's home", told)
    if duty.stops[-1].stop.place != home:
        yield duty.closing.violation("driver", 1, "duties not ended at home", told)


def _commitments(walk: Walk) -> Iterator[Violation]:
    for item in walk.index.problem.commitments:
        for route in walk.routes:
            if item.thing == "vehicle" and item.id == route.vehicle.id:
                start, end = route.stops[0].stop.arrive, route.stops[-1].stop.depart
                both = min(end, item.end) - max(start, item.start)
                if both > 0:
                    yield route.stops[0].violation("commitment", both, "s claimed by others")
            for duty in route.duties if item.thing == "driver" else []:
                both = min(duty.end, item.end) - max(duty.start, item.start)
                if item.id == duty.driver.id and both > 0:
                    yield duty.opening.violation("commitment", both, "s claimed by others", item.id)
