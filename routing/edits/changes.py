"""Edits turned into new sequences of the vehicles that they touch."""

from __future__ import annotations

from collections.abc import Sequence

from routing.edits.follow import natural, turns
from routing.edits.lines import DayLine, DutyLine, TripLine, Visit, line_of, pinned, without
from routing.edits.places import best_place
from routing.edits.records import Edit, Move, Remove, Start
from routing.edits.settled import Settled, starting
from routing.edits.workbench import Workbench, tasks_of
from routing.plan import Plan, PlanRoute
from routing.problem import Problem
from routing.problem.errors import InputError, InputErrors


class Hand:
    """A plan's days as sequences, being changed; ``lines`` are those of the touched vehicles."""

    def __init__(self, bench: Workbench, plan: Plan, edits: Sequence[Edit]) -> None:
        self.bench = bench
        self.routes: dict[str, PlanRoute] = {route.vehicle: route for route in plan.routes}
        self.where: dict[str, str] = {
            order: route.vehicle for route in plan.routes for order in bench.day(route).orders
        }
        self.lines: dict[str, DayLine] = {}
        for edit in edits:
            if not isinstance(edit, Start):
                for order in edit.orders:
                    if order in self.where:
                        self.line(self.where[order])
            if not isinstance(edit, Remove):
                self.line(edit.vehicle)
        self._named = {o for edit in edits if not isinstance(edit, Start) for o in edit.orders}
        self._settled: Settled | None = None
        self._broken: list[DayLine] | None = None

    def settled(self) -> Settled:
        """The touched vehicles in the engine's terms, each with its present day where it holds."""
        if self._settled is None:
            self._settled = Settled(self.part(), self.bench.travel)
        for line in self.lines.values():
            self._settled.put(line)
        return self._settled

    def part(self) -> Problem:
        """The touched vehicles with all their orders, beside what the others hold."""
        orders = {*tasks_of(self.lines.values()), *self._named}
        return self.bench.part(list(self.lines), orders, self.others())

    def broken(self) -> list[DayLine]:
        """The touched days that cannot be lawful together; the others are settled."""
        if self._broken is None:
            lines = [line for line in self.lines.values() if line.duties]
            pinned = any(t.start is not None for x in lines for d in x.duties for t in d.trips)
            if self._settled is None or pinned:
                self._settled = Settled(starting(self.part(), lines), self.bench.travel)
            self._settled.clear()
            near = self._settled.put_near
            self._broken = [x for x in lines if near(x, self.routes.get(x.vehicle)) is not None]
        return self._broken

    def retimed(self) -> list[PlanRoute]:
        """The touched days that still drive: lawful where they can be, else natural."""
        broken = self.broken()
        fresh = self._settled.routes() if self._settled is not None else []
        for line in broken:
            fresh.append(natural(self.bench, line, [*self.others(), *fresh]))
        return fresh

    def line(self, vehicle: str) -> DayLine:
        """A vehicle's sequence; from now on it is touched."""
        if vehicle not in self.lines:
            route = self.routes.get(vehicle)
            line = line_of(route) if route else DayLine(vehicle, ())
            for pin in self.bench.pins:
                if pin.vehicle == vehicle:
                    line = pinned(line, set(pin.orders), pin.time)
            self.lines[vehicle] = line
        return self.lines[vehicle]

    def others(self) -> list[PlanRoute]:
        """Days of vehicles that no edit touches."""
        return [route for name, route in self.routes.items() if name not in self.lines]

    def remove(self, orders: Sequence[str]) -> None:
        """Take orders out of whatever days they are in."""
        gone = set(orders)
        for vehicle in dict.fromkeys(self.where[o] for o in orders if o in self.where):
            self.lines[vehicle] = without(self.line(vehicle), gone)
        for order in orders:
            self.where.pop(order, None)

    def move(self, edit: Move, path: str) -> None:
        """Put orders into a vehicle's day."""
        before = self.line(edit.vehicle)
        trips = [trip for duty in before.duties for trip in duty.trips]
        if edit.trip is not None and not 0 <= edit.trip <= len(trips):
            raise InputErrors([_no_trip(f"{path}.trip", edit.vehicle, edit.trip, len(trips))])
        self.remove(edit.orders)
        if edit.position is not None and edit.trip is not None:
            # The trip's number is that before the orders left; a trip they emptied is gone.
            self._insert(edit.vehicle, self._trip_now(trips, edit), edit.position, edit.orders)
        else:
            wanted = None if edit.trip is None else self._trip_now(trips, edit)
            for order in edit.orders:
                trip, position = best_place(self, edit.vehicle, order, wanted)
                self._insert(edit.vehicle, trip, position, [order])
                wanted = None if wanted is None else trip
        self.where.update(dict.fromkeys(edit.orders, edit.vehicle))

    def _trip_now(self, trips: list[TripLine], edit: Move) -> int:
        moved = set(edit.orders)
        number = edit.trip or 0
        emptied = [
            all(order in moved for visit in trip.visits for order in visit.orders)
            for trip in trips[:number]
        ]
        return number - sum(emptied)

    def _insert(self, vehicle: str, trip: int, position: int, orders: Sequence[str]) -> None:
        self.lines[vehicle] = self.with_orders(vehicle, trip, position, orders)

    def with_orders(self, vehicle: str, trip: int, position: int, orders: Sequence[str]) -> DayLine:
        """The vehicle's sequence with orders put before a stop of a trip."""
        line = self.line(vehicle)
        visits = [visit for order in orders for visit in self.visits(vehicle, order)]
        number = 0
        duties = []
        done = False
        for duty in line.duties:
            trips = []
            for old in duty.trips:
                if number == trip and not done:
                    at = min(position, len(old.visits))
                    new = (*old.visits[:at], *visits, *old.visits[at:])
                    trips.append(old._replace(visits=new))
                    done = True
                else:
                    trips.append(old)
                number += 1
            duties.append(duty._replace(trips=tuple(trips)))
        if done:
            return line._replace(duties=tuple(duties))
        fresh = TripLine(tuple(visits))
        if duties:
            duties[-1] = duties[-1]._replace(trips=(*duties[-1].trips, fresh))
            return line._replace(duties=tuple(duties))
        return self._new_day(vehicle, fresh)

    def _new_day(self, vehicle: str, trip: TripLine) -> DayLine:
        """A day for a vehicle that has none: its old driver's turn, or a free one."""
        bench = self.bench
        taken = {duty.duty for route in self.others() for duty in route.duties}
        taken |= {
            d.duty for name, line in self.lines.items() if name != vehicle for d in line.duties
        }
        before = self.routes.get(vehicle)
        item = bench.vehicles[vehicle]
        return next(turns(bench, item, (trip,), taken, before=before))

    def visits(self, vehicle: str, order_id: str) -> list[Visit]:
        """The visits that an order needs on a vehicle: what its depot does is none."""
        order = self.bench.orders[order_id]
        item = self.bench.vehicles[vehicle]
        homes = {item.home, item.available.place}
        loaded = any(way.place in homes for way in order.pickup)
        if loaded:
            return [Visit("delivery", (order_id,))]
        if any(way.place == item.home for way in order.delivery):
            return [Visit("pickup", (order_id,))]
        return [Visit("pickup", (order_id,)), Visit("delivery", (order_id,))]

    def start(self, edit: Start, path: str) -> None:
        """Pin the loading of a trip."""
        line = self.line(edit.vehicle)
        count = sum(len(duty.trips) for duty in line.duties)
        if not 0 <= edit.trip < count:
            raise InputErrors([_no_trip(f"{path}.trip", edit.vehicle, edit.trip, count - 1)])
        number = 0
        duties: list[DutyLine] = []
        for duty in line.duties:
            trips = []
            for trip in duty.trips:
                trips.append(trip._replace(start=edit.time) if number == edit.trip else trip)
                number += 1
            duties.append(duty._replace(trips=tuple(trips)))
        self.lines[edit.vehicle] = line._replace(duties=tuple(duties))


def changed(bench: Workbench, plan: Plan, edits: Sequence[Edit]) -> Hand:
    """The touched vehicles' new sequences, edit by edit.

    Raises:
        InputErrors: an edit names what the problem or the vehicle's day lacks.
    """
    named: list[tuple[str, str, str]] = []
    for k, edit in enumerate(edits):
        if not isinstance(edit, Remove):
            named.append((f"$[{k}].vehicle", "vehicle", edit.vehicle))
        if not isinstance(edit, Start):
            named += [(f"$[{k}].orders[{n}]", "order", o) for n, o in enumerate(edit.orders)]
    bench.known(named)
    hand = Hand(bench, plan, edits)
    for k, edit in enumerate(edits):
        if isinstance(edit, Move):
            hand.move(edit, f"$[{k}]")
        elif isinstance(edit, Remove):
            hand.remove(edit.orders)
        else:
            hand.start(edit, f"$[{k}]")
    return hand


def _no_trip(path: str, vehicle: str, trip: int, last: int) -> InputError:
    return InputError(
        code="E2004",
        path=path,
        cause=f"vehicle {vehicle!r} has no trip {trip}",
        remedy=f"trips count from 0 to {max(0, last)}",
    )
