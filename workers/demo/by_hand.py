"""A day planned as by hand: nearest store next, by rough distances and hours, no engine.

Whoever plans so knows weights, cold rooms, tail lifts, yards and receiving hours, what never rides
together and how far a battery goes, and reckons with one speed for the whole city. Zones, booked
bays, the true drain, rest and the drivers' turns are not looked at: what that costs is what the
comparison with the planner's own plan shows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from routing.problem import Order, Problem, Vehicle, VehicleType

METRES_PER_S = 6.0
DETOUR = 1.35
DEGREE_M = 111_320.0
LONGEST_S = 9 * 3600
PATIENCE_S = 45 * 60
"""How long one waits at a store before it opens."""
MOST_TRIPS = 4


@dataclass(frozen=True)
class HandRow:
    """An order on its trip; ``arrive`` in seconds after the horizon's start, a rough guess."""

    vehicle: str
    trip: int
    order: str
    kind: str
    place: str
    units: int
    arrive: int


@dataclass
class _Day:
    """A vehicle's day as it is written down: where it is, when, what it still takes."""

    vehicle: Vehicle
    kind: VehicleType
    at: str
    time: int
    began: int
    trip: int = 1
    origin: str = ""
    weight: int = 0
    volume: int = 0
    places: int = 0
    metres: float = 0
    aboard: list[Order] = field(default_factory=list)
    rows: list[HandRow] = field(default_factory=list)


class ByHand:
    """Plans one problem's day."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        scale = math.cos(math.radians(problem.places[0].lat))
        self.spots = {
            place.id: (place.lon * scale * DEGREE_M, place.lat * DEGREE_M)
            for place in problem.places
        }
        self.places = {place.id: place for place in problem.places}
        self.bays = {bay.id: bay for bay in problem.bays}
        self.fixed = {place.id: place.fixed_s for place in problem.places}
        self.kinds = {kind.id: kind for kind in problem.vehicle_types}
        self.left = {order.id: order for order in problem.orders}

    def rows(self) -> list[HandRow]:
        """The whole day, vehicle by vehicle; orders that nobody finds room for are left out."""
        out: list[HandRow] = []
        for vehicle in self.problem.vehicles:
            out += self._day(vehicle)
        return out

    def _metres(self, one: str, other: str) -> float:
        return math.dist(self.spots[one], self.spots[other]) * DETOUR

    def _way(self, one: str, other: str) -> int:
        return int(self._metres(one, other) / METRES_PER_S)

    def _go(self, day: _Day, place: str) -> None:
        day.time += self._way(day.at, place)
        day.metres += self._metres(day.at, place)
        day.at = place

    def _fits(self, day: _Day, order: Order) -> bool:
        kind = day.kind
        if not set(order.needs) <= set(kind.capabilities):
            return False
        if day.vehicle.shippers is not None and order.shipper not in day.vehicle.shippers:
            return False
        rooms = [room for room in kind.compartments if order.temperature in room.temperatures]
        if kind.compartments and not rooms:
            return False
        if not kind.compartments and order.temperature != "ambient":
            return False
        if not self._stands(order, kind) or not self._together(day, order):
            return False
        payload = sum(room.payload_g for room in rooms) or kind.payload_g
        volume = sum(room.volume_cm3 for room in rooms) or kind.volume_cm3
        places = sum(room.unit_places for room in rooms) or kind.unit_places
        return (
            day.weight + order.weight_g <= min(payload, kind.payload_g)
            and day.volume + order.volume_cm3 <= min(volume, kind.volume_cm3)
            and (not places or day.places + order.unit_places <= places)
        )

    def _stands(self, order: Order, kind: VehicleType) -> bool:
        """Whether the vehicle fits the store's yard, or a bay that serves it."""
        way = order.delivery[0]
        place = self.places[way.place]
        limits = (
            (place.yard_max_length_mm, kind.length_mm),
            (place.yard_max_height_mm, kind.height_mm),
            (place.yard_max_mass_g, kind.gross_mass_g),
        )
        if place.yard and all(not most or size <= most for most, size in limits):
            return True
        bays = [self.bays[choice.bay] for choice in way.bays if choice.bay in self.bays]
        return any(
            (not bay.max_length_mm or kind.length_mm <= bay.max_length_mm)
            and (not bay.max_mass_g or kind.gross_mass_g <= bay.max_mass_g)
            for bay in bays
        )

    def _together(self, day: _Day, order: Order) -> bool:
        """Whether nothing on board refuses the order, nor it them."""
        for other in day.aboard:
            for one, two in ((order, other), (other, order)):
                if two.shipper in one.never_with or two.goods in one.never_with:
                    return False
                own = two.shipper == one.shipper
                if one.share_with is not None and not own and two.shipper not in one.share_with:
                    return False
        return True

    def _reaches(self, day: _Day, place: str) -> bool:
        """Whether the battery takes it there and home, by the figure in the papers."""
        kind = day.kind
        if not kind.battery_wh or not kind.use:
            return True
        metres = self._metres(day.at, place) + self._metres(place, day.vehicle.home)
        per_km = max(step.base_mwh_per_km for step in kind.use) / 1000
        most = (day.vehicle.available.soc_wh - kind.reserve_wh) / per_km * 1000
        return day.metres + metres <= most * 0.8

    def _open(self, day: _Day, order: Order, arrive: int) -> int | None:
        """When the store receives who comes at ``arrive``; None if not that day any more."""
        windows = order.delivery[0].windows
        starts = [
            max(arrive, w.start)
            for w in windows
            if arrive <= w.end - 900
            and w.start - arrive <= PATIENCE_S
            and set(w.needs) <= set(day.kind.capabilities)
        ]
        return min(starts) if starts else (None if windows else arrive)

    def _candidates(self, day: _Day) -> list[Order]:
        home = day.vehicle.home
        return [
            order
            for order in self.left.values()
            if order.pickup[0].place in {home, day.origin} and self._fits(day, order)
        ]

    def _day(self, vehicle: Vehicle) -> list[HandRow]:
        home = vehicle.home
        day = _Day(vehicle, self.kinds[vehicle.type], home, 0, 0)
        seed = self._seed(day)
        if seed is None:
            return []
        day.began = day.time = self._leave_for(day, seed)
        while seed is not None and day.trip <= MOST_TRIPS:
            self._trip(day, seed)
            self._go(day, home)
            day.weight, day.volume, day.places, day.origin, day.aboard = 0, 0, 0, "", []
            day.trip += 1
            seed = self._seed(day)
            if seed is not None:
                day.time = max(day.time, self._leave_for(day, seed))
        return day.rows

    def _leave_for(self, day: _Day, order: Order) -> int:
        """When loading begins so that the store is reached as it opens."""
        start = min((w.start for w in order.delivery[0].windows), default=12 * 3600)
        origin, store = order.pickup[0].place, order.delivery[0].place
        way = self._way(day.vehicle.home, origin) + self._way(origin, store)
        return max(day.vehicle.available.start, start - way - self._load_s(order) - 900)

    def _load_s(self, order: Order) -> int:
        return order.units * order.load_unit_s + 300

    def _seed(self, day: _Day) -> Order | None:
        """The order to begin a trip with: the earliest that can still be reached in the turn."""
        best: tuple[int, int, str] | None = None
        found = None
        for order in self.left.values():
            if not self._fits(day, order) or not self._reaches(day, order.delivery[0].place):
                continue
            if not any(
                set(w.needs) <= set(day.kind.capabilities) for w in order.delivery[0].windows
            ):
                continue
            windows = order.delivery[0].windows
            end = min((w.end for w in windows), default=20 * 3600)
            leave = self._leave_for(day, order)
            if day.rows and (end < day.time + 1800 or leave - day.began > LONGEST_S - 2 * 3600):
                continue
            away = order.pickup[0].place != day.vehicle.home
            key = (int(away), end, order.id)
            if best is None or key < best:
                best, found = key, order
        return found

    def _trip(self, day: _Day, seed: Order) -> None:
        origin = seed.pickup[0].place
        day.origin = origin if origin != day.vehicle.home else ""
        picked: list[tuple[Order, int]] = []
        day.time += 600
        if day.origin:
            self._go(day, origin)
            day.time += 300
        order: Order | None = seed
        while order is not None:
            arrive = day.time + self._way(day.at, order.delivery[0].place) + self._load_s(order)
            start = self._open(day, order, arrive)
            start = arrive if start is None else start
            picked.append((order, start))
            del self.left[order.id]
            day.weight += order.weight_g
            day.volume += order.volume_cm3
            day.places += order.unit_places
            place = order.delivery[0].place
            day.aboard.append(order)
            self._go(day, place)
            day.time = start + self.fixed[place] + order.units * order.unit_s
            order = self._next(day)
        self._write(day, picked)

    def _next(self, day: _Day) -> Order | None:
        """The nearest store that fits, is open and can be done before the turn is over."""
        best: tuple[int, str] | None = None
        found = None
        for order in self._candidates(day):
            way = self._way(day.at, order.delivery[0].place)
            start = self._open(day, order, day.time + way + order.units * order.load_unit_s)
            if start is None or not self._reaches(day, order.delivery[0].place):
                continue
            over = (
                start
                + order.units * order.unit_s
                + self._way(order.delivery[0].place, day.vehicle.home)
            )
            if over - day.began > LONGEST_S:
                continue
            key = (start - day.time, order.id)
            if best is None or key < best:
                best, found = key, order
        return found

    def _write(self, day: _Day, picked: Sequence[tuple[Order, int]]) -> None:
        for order, start in picked:
            if day.origin and order.pickup[0].place == day.origin:
                day.rows.append(
                    HandRow(
                        day.vehicle.id, day.trip, order.id, "pickup", day.origin, order.units, start
                    )
                )
        for order, start in picked:
            place = order.delivery[0].place
            day.rows.append(
                HandRow(day.vehicle.id, day.trip, order.id, "delivery", place, order.units, start)
            )
