"""A day as a bare sequence: duties, trips, visits; no times yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from routing.plan import PlanRoute

End = Literal["pickup", "delivery"]


class Visit(NamedTuple):
    """Orders served at one place, in this order."""

    kind: End
    orders: tuple[str, ...]


class TripLine(NamedTuple):
    """From a depot to a depot; ``start``: loading begins at that very second."""

    visits: tuple[Visit, ...]
    depot: str | None = None
    start: int | None = None


class DutyLine(NamedTuple):
    """One driver's turn; ``duty`` names the problem's duty."""

    duty: str
    trips: tuple[TripLine, ...]


class DayLine(NamedTuple):
    """One vehicle's day."""

    vehicle: str
    duties: tuple[DutyLine, ...]

    def tasks(self) -> Iterator[tuple[End, str]]:
        """Every pickup and delivery on the way, in order."""
        for duty in self.duties:
            for trip in duty.trips:
                for visit in trip.visits:
                    for order in visit.orders:
                        yield visit.kind, order


def line_of(route: PlanRoute) -> DayLine:
    """The bare sequence of a planned day."""
    duties = []
    for duty in route.duties:
        trips = []
        for trip in duty.trips:
            visits = tuple(
                Visit("pickup" if stop.kind == "pickup" else "delivery", tuple(stop.orders))
                for stop in trip.stops
                if stop.kind in {"pickup", "delivery"}
            )
            first = next(stop for stop in trip.stops if stop.kind == "depot")
            trips.append(TripLine(visits, first.place))
        duties.append(DutyLine(duty.duty, tuple(trips)))
    return DayLine(route.vehicle, tuple(duties))


def pinned(line: DayLine, orders: set[str], time: int) -> DayLine:
    """The day whose trip with at least half of ``orders`` begins to load at ``time``."""
    shares = [
        sum(order in orders for visit in trip.visits for order in visit.orders)
        for duty in line.duties
        for trip in duty.trips
    ]
    if not shares or 2 * max(shares) < len(orders):
        return line
    wanted = shares.index(max(shares))
    number = 0
    duties = []
    for duty in line.duties:
        trips = []
        for trip in duty.trips:
            trips.append(trip._replace(start=time) if number == wanted else trip)
            number += 1
        duties.append(duty._replace(trips=tuple(trips)))
    return line._replace(duties=tuple(duties))


def without(line: DayLine, orders: set[str]) -> DayLine:
    """The day without some orders; visits, trips and duties left empty go."""
    duties = []
    for duty in line.duties:
        trips = []
        for trip in duty.trips:
            visits = [
                Visit(visit.kind, tuple(o for o in visit.orders if o not in orders))
                for visit in trip.visits
            ]
            kept = tuple(visit for visit in visits if visit.orders)
            if kept:
                trips.append(trip._replace(visits=kept))
        if trips:
            duties.append(duty._replace(trips=tuple(trips)))
    return line._replace(duties=tuple(duties))
