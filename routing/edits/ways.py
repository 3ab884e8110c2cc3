"""What would make an edited plan lawful: each way tried, checked and priced."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from msgspec.structs import replace

from routing.edits.records import Edit, Edited, Move, Remove, Start, Way
from routing.edits.workbench import Workbench
from routing.engines.ortools.rights import order_obstacles
from routing.plan import Plan, PlanRoute

MOST = 5
USED, UNUSED = 5, 2
"""How many other vehicles are tried: the nearest of those that drive, and some that do not."""
ALONE = 2
"""How many orders named by violations are tried by themselves."""
Try = Callable[[Workbench, Plan, Sequence[Edit]], Edited | None]
"""The plan after edits, None when it is violated."""
Kind = Literal["position", "vehicle", "start", "remove"]


class Search:
    """The search for ways out of one edited plan."""

    def __init__(
        self,
        bench: Workbench,
        before: Plan,
        edited: Edited,
        edits: Sequence[Edit],
        attempt: Try,
    ) -> None:
        self.bench = bench
        self.cost = before.objective.total
        self.plan = edited.plan
        self.edited = edited
        self.edits = edits
        self.attempt = attempt
        self.where = {
            order: route.vehicle
            for route in self.plan.routes
            for duty in route.duties
            for trip in duty.trips
            for stop in trip.stops
            for order in stop.orders
        }

    def ways(self) -> Iterator[Way]:
        """Every way tried that leaves nothing broken."""
        for group in self.groups():
            vehicle = self.where[group[0]]
            yield from self.tried("position", [Move(orders=group, vehicle=vehicle)])
            for other in self.vehicles(group, vehicle):
                yield from self.tried("vehicle", [Move(orders=group, vehicle=other)])
            yield from self.tried("remove", [Remove(orders=group)])
        yield from self.starts()

    def groups(self) -> list[list[str]]:
        """Orders to blame: those just moved, then those that violations name."""
        moved = [o for edit in self.edits if isinstance(edit, Move) for o in edit.orders]
        moved = [order for order in dict.fromkeys(moved) if order in self.where]
        named = [
            subject
            for violation in self.edited.violations
            for subject in violation.subjects
            if subject in self.where and subject not in moved
        ]
        alone = [[order] for order in list(dict.fromkeys(named))[:ALONE]]
        return [moved, *alone] if moved else alone

    def vehicles(self, group: list[str], now: str) -> list[str]:
        """Other vehicles that could take the orders by what they are, the nearest first."""
        problem = self.bench.problem
        orders = [self.bench.orders[name] for name in group]
        fitting = [
            vehicle
            for vehicle in problem.vehicles
            if vehicle.id != now
            and not any(
                order_obstacles(problem, order, vehicle, self.bench.kind(vehicle.id))
                for order in orders
            )
        ]
        routes = {route.vehicle: route for route in self.plan.routes}
        used = [vehicle.id for vehicle in fitting if vehicle.id in routes]
        used.sort(key=lambda name: self.apart(group[0], routes[name]))
        kinds: dict[tuple[str, str], str] = {}
        for vehicle in fitting:
            if vehicle.id not in routes:
                kinds.setdefault((vehicle.type, vehicle.home), vehicle.id)
        return [*used[:USED], *list(kinds.values())[:UNUSED]]

    def apart(self, order: str, route: PlanRoute) -> float:
        """How far, roughly, a day passes an order by (squared degrees)."""
        item = self.bench.orders[order]
        here = [self.bench.places[way.place] for way in item.delivery]
        there = {s.place for duty in route.duties for trip in duty.trips for s in trip.stops}
        return min(
            (a.lon - b.lon) ** 2 + (a.lat - b.lat) ** 2
            for a in here
            for b in (self.bench.places[name] for name in there)
        )

    def starts(self) -> Iterator[Way]:
        """Another start where the edits set one: as soon or late as the day holds."""
        for edit in self.edits:
            if isinstance(edit, Start):
                for hours in (-1, 1, -2, 2, -3, 3):
                    time = edit.time + 1800 * hours
                    found = list(
                        self.tried("start", [replace(edit, time=time)]) if time >= 0 else ()
                    )
                    yield from found
                    if found:
                        break

    def tried(self, kind: Kind, edits: list[Edit]) -> Iterator[Way]:
        """The way, if it leaves nothing broken."""
        found = self.attempt(self.bench, self.plan, edits)
        if found is not None:
            yield Way(kind=kind, edits=edits, cost=found.cost_after - self.cost)


def found_ways(
    bench: Workbench,
    before: Plan,
    edited: Edited,
    edits: Sequence[Edit],
    attempt: Try,
) -> list[Way]:
    """At most ``MOST`` ways, cheapest first; their edits come on top of the edited plan."""
    found = list(Search(bench, before, edited, edits, attempt).ways())
    return sorted(found, key=lambda way: (way.kind == "remove", way.cost))[:MOST]
