"""A hand-made sheet in the problem's ids: parts of split orders, and pickups that go unsaid."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from routing.edits import HandDay, HandStop, HandTrip
from routing.problem import Order, Problem
from workers.planning.hand_request import DayByHand, StopByHand, TripByHand

TOLD = 500
"""How many arrivals off the sheet's time, and orders left aside, are kept to be told."""


@dataclass(slots=True)
class Told:
    """What of the sheet could not be kept since it was read, and arrivals off its times."""

    orders: list[str] = field(default_factory=list)
    vehicles: list[str] = field(default_factory=list)
    drivers: list[str] = field(default_factory=list)
    off: list[list[Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For the version's options: ids, and ``[order, seconds meant, seconds found]``."""
        return {
            "orders": self.orders[:TOLD],
            "vehicles": self.vehicles,
            "drivers": self.drivers,
            "off": self.off[:TOLD],
        }


def hand_days(problem: Problem, days: Sequence[DayByHand], told: Told) -> list[HandDay]:
    """The sheet's days as the engine follows them.

    An order that is split by size is all its parts, shared out among the rows that name it. One
    that is not loaded where its trip begins and whose pickup the sheet does not name is picked up
    on the way, where that is the shortest detour before it is delivered. What the problem does not
    know any more (an order cancelled meanwhile, a vehicle put away) is noted in ``told`` and left
    aside.
    """
    reader = _Reader(problem, told, days)
    return [day for given in days if (day := reader.day(given)) is not None]


def _shares(parts: Mapping[str, list[Order]], days: Sequence[DayByHand]) -> dict[int, list[Order]]:
    """Row (by identity) to its share of its order's parts.

    Deliveries share an order's parts among them; a vehicle picks up what it delivers.
    """
    down: dict[str, list[tuple[str, StopByHand]]] = {}
    up: dict[tuple[str, str], list[StopByHand]] = {}
    for day in days:
        for stop in (stop for trip in day.trips for stop in trip.stops):
            if stop.kind == "pickup":
                up.setdefault((day.vehicle, stop.order), []).append(stop)
            else:
                down.setdefault(stop.order, []).append((day.vehicle, stop))
    shares: dict[int, list[Order]] = {}
    own: dict[tuple[str, str], list[Order]] = {}
    for order, rows in down.items():
        for (vehicle, row), share in zip(
            rows, _dealt(parts.get(order, []), len(rows)), strict=True
        ):
            shares[id(row)] = share
            own.setdefault((vehicle, order), []).extend(share)
    for key, stops in up.items():
        dealt = _dealt(own.get(key) or parts.get(key[1], []), len(stops))
        shares |= {id(row): share for row, share in zip(stops, dealt, strict=True)}
    return shares


def _dealt(parts: Sequence[Order], hands: int) -> list[list[Order]]:
    """The parts in ``hands`` runs of nearly equal length."""
    many = len(parts)
    return [list(parts[k * many // hands : (k + 1) * many // hands]) for k in range(hands)]


class _Reader:
    def __init__(self, problem: Problem, told: Told, days: Sequence[DayByHand]) -> None:
        self.told = told
        self.parts: dict[str, list[Order]] = {}
        for order in problem.orders:
            self.parts.setdefault(order.id.split("#", 1)[0], []).append(order)
        self.shares = _shares(self.parts, days)
        self.vehicles = {vehicle.id: vehicle for vehicle in problem.vehicles}
        self.drivers = {duty.driver for duty in problem.duties}
        self.depots = {depot.place for depot in problem.depots}
        scale = math.cos(math.radians(problem.places[0].lat)) if problem.places else 1.0
        self.spots = {place.id: (place.lon * scale, place.lat) for place in problem.places}

    def day(self, given: DayByHand) -> HandDay | None:
        """One vehicle's day; None if nothing of it is left."""
        vehicle = self.vehicles.get(given.vehicle)
        if vehicle is None:
            self.told.vehicles.append(given.vehicle)
            self.told.orders += [stop.order for trip in given.trips for stop in trip.stops]
            return None
        aboard: set[str] = set()
        trips = []
        at = vehicle.available.place
        for trip in given.trips:
            depot = trip.depot if trip.depot in self.depots else None
            stops = self._stops(trip, depot or at, aboard)
            driver = trip.driver if trip.driver in self.drivers else None
            if trip.driver is not None and driver is None:
                self.told.drivers.append(trip.driver)
            if stops:
                trips.append(HandTrip(stops=stops, depot=depot, driver=driver))
        return HandDay(vehicle=given.vehicle, trips=trips) if trips else None

    def _stops(self, trip: TripByHand, depot: str, aboard: set[str]) -> list[HandStop]:
        """The trip's stops with the pickups that go unsaid; ``aboard`` grows by what is taken."""
        stops: list[HandStop] = []
        unsaid: dict[str, list[Order]] = {}
        for given in trip.stops:
            parts = self.shares.get(id(given), [])
            if not parts:
                self.told.orders.append(given.order)
                continue
            kind = self._kind(given, parts[0], depot)
            stops.append(HandStop(kind=kind, orders=[part.id for part in parts]))
            loaded = given.order in aboard or any(end.place == depot for end in parts[0].pickup)
            if kind == "delivery" and not loaded:
                unsaid.setdefault(parts[0].pickup[0].place, []).extend(parts)
            aboard.add(given.order)
        for place, orders in unsaid.items():
            self._pick_up(stops, place, orders, depot)
        return stops

    def _kind(self, given: StopByHand, order: Order, depot: str) -> Any:
        """What is done: as the sheet says, else a pickup of what goes to the depot, a delivery."""
        if given.kind is not None:
            return given.kind
        return "pickup" if any(end.place == depot for end in order.delivery) else "delivery"

    def _pick_up(self, stops: list[HandStop], place: str, orders: list[Order], depot: str) -> None:
        """Put one pickup of all these orders where it is the shortest detour before the first."""
        ids = [order.id for order in orders]
        wanted = set(ids)
        first = next(k for k, stop in enumerate(stops) if wanted & set(stop.orders))
        way = [self.spots[depot], *(self._spot(stop) for stop in stops[: first + 1])]
        here = self.spots[place]
        detours = [
            math.dist(one, here) + math.dist(here, two) - math.dist(one, two)
            for one, two in pairwise(way)
        ]
        # The latest of equals: what is taken in late is carried less far.
        at = min(range(len(detours)), key=lambda k: (detours[k], -k))
        stops.insert(at, HandStop(kind="pickup", orders=ids))

    def _spot(self, stop: HandStop) -> tuple[float, float]:
        order = self.parts[stop.orders[0].split("#", 1)[0]][0]
        ends = order.pickup if stop.kind == "pickup" else order.delivery
        return self.spots[ends[0].place]
