"""One problem at hand: look-ups, its name, its checker, and small parts of it to work on."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from routing.checker import Checker, Verdict
from routing.edits.lines import DayLine
from routing.edits.records import Pin
from routing.engines.ortools.bill import Bill, Facts
from routing.engines.ortools.kept import claims_of
from routing.plan import Plan, PlanObjective, PlanRoute
from routing.problem import (
    Alternative,
    Commitment,
    Driver,
    Duty,
    Lock,
    Order,
    Place,
    Problem,
    TableTravel,
    Vehicle,
    VehicleType,
)
from routing.problem.errors import InputError, InputErrors
from routing.travel import Travel


class Day(NamedTuple):
    """What is known of a planned day: what it holds, adds to the plan's sums, and serves."""

    route: PlanRoute
    claims: list[Commitment]
    facts: Facts
    orders: set[str]


class Workbench:
    """A problem with what every edit of it needs; keep it for as long as its plan is edited."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.checker = Checker(problem)
        self.sha256 = self.checker.problem_sha256
        self.bill = Bill(problem)
        self.travel = Travel(problem)
        self.places: dict[str, Place] = {item.id: item for item in problem.places}
        self.orders: dict[str, Order] = {item.id: item for item in problem.orders}
        self.vehicles: dict[str, Vehicle] = {item.id: item for item in problem.vehicles}
        self.types: dict[str, VehicleType] = {item.id: item for item in problem.vehicle_types}
        self.drivers: dict[str, Driver] = {item.id: item for item in problem.drivers}
        self.duties: dict[str, Duty] = {item.id: item for item in problem.duties}
        self.bays = {item.id: item for item in problem.bays}
        self.depots = {item.place: item for item in problem.depots}
        self.power = {
            plug.id: plug.power_w for site in problem.chargers for plug in site.connectors
        }
        self.pins: Sequence[Pin] = ()
        self._known: dict[int, Day] = {}

    def under(self, problem: Problem) -> Workbench:
        """The bench of the same problem under other locks and waivers; what is known is shared.

        Raises:
            ValueError: the problem differs in more than locks and waivers.
        """
        other = copy.copy(self)
        other.problem = problem
        other.checker = self.checker.under(problem)
        other.sha256 = other.checker.problem_sha256
        return other

    def pinning(self, pins: Sequence[Pin]) -> Workbench:
        """The same bench, on which starts set before hold through every edit."""
        other = copy.copy(self)
        other.pins = tuple(pins)
        return other

    def check(self, plan: Plan) -> Verdict:
        """What the checker says of the whole plan."""
        return self.checker.check(plan)

    def known(self, given: Iterable[tuple[str, str, str]]) -> None:
        """Refuse ids that the problem lacks: (path, what, id).

        Raises:
            InputErrors: naming every unknown one.
        """
        books: dict[str, dict[str, object]] = {
            "vehicle": dict(self.vehicles),
            "order": dict(self.orders),
            "driver": dict(self.drivers),
            "depot": dict(self.depots),
        }
        errors = [
            InputError(
                code="E2001",
                path=path,
                cause=f"no {what} {name!r} in the problem",
                remedy=f"name {'an' if what == 'order' else 'a'} {what} that the problem lists",
            )
            for path, what, name in given
            if name not in books[what]
        ]
        if errors:
            raise InputErrors(errors)

    def kind(self, vehicle: str) -> VehicleType:
        """A vehicle's type."""
        return self.types[self.vehicles[vehicle].type]

    def may_drive(self, duty: Duty, vehicle: Vehicle) -> bool:
        """Whether a duty may be given to a vehicle."""
        if duty.vehicles is not None:
            return vehicle.id in duty.vehicles
        return self.drivers[duty.driver].home == vehicle.home

    def day(self, route: PlanRoute) -> Day:
        """What is known of a planned day, worked out once."""
        found = self._known.get(id(route))
        if found is None or found.route is not route:
            if len(self._known) > 4 * len(self.vehicles) + 64:
                self._known.clear()
            orders = {o for d in route.duties for t in d.trips for s in t.stops for o in s.orders}
            most = self.kind(route.vehicle).max_charge_w
            claims = list(claims_of(route, self.bays, self.power, most))
            found = Day(route, claims, self.bill.facts(route), orders)
            self._known[id(route)] = found
        return found

    def objective(self, routes: list[PlanRoute]) -> PlanObjective:
        """The whole plan's bill."""
        return self.bill.objective(routes, [self.day(route).facts for route in routes])

    def part(
        self,
        vehicles: Sequence[str],
        orders: Iterable[str],
        others: Iterable[PlanRoute],
        line: DayLine | None = None,
    ) -> Problem:
        """The problem of these vehicles and orders only; what the others hold is committed.

        Duties that the others use are gone, save those of ``line``, whose depots are kept too. The
        order of the records is the problem's own.
        """
        problem = self.problem
        mine, wanted = set(vehicles), set(orders)
        others = [route for route in others if route.vehicle not in mine]
        used = {duty.duty for route in others for duty in route.duties}
        fleet = [item for item in problem.vehicles if item.id in mine]
        asked = {duty.duty for duty in line.duties} if line else set()
        duties = [
            duty
            for duty in problem.duties
            if duty.id in asked
            or (duty.id not in used and any(self.may_drive(duty, item) for item in fleet))
        ]
        drivers = {duty.driver for duty in duties}
        kept = [order for order in problem.orders if order.id in wanted]
        bays = {choice.bay for order in kept for way in _ways(order) for choice in way.bays}
        held = [item for route in others for item in self.day(route).claims]
        things = {"bay": bays, "driver": drivers, "vehicle": mine, "connector": set(self.power)}
        places = self._places(fleet, kept, bays)
        places |= {t.depot for d in line.duties for t in d.trips if t.depot} if line else set()
        return replace(
            problem,
            places=[item for item in problem.places if item.id in places],
            depots=[item for item in problem.depots if item.place in places],
            bays=[item for item in problem.bays if item.id in bays],
            permits=[item for item in problem.permits if mine & set(item.vehicles)],
            vehicle_types=[
                item for item in problem.vehicle_types if any(v.type == item.id for v in fleet)
            ],
            vehicles=fleet,
            drivers=[item for item in problem.drivers if item.id in drivers],
            duties=duties,
            orders=kept,
            commitments=[
                item for item in [*problem.commitments, *held] if item.id in things[item.thing]
            ],
            locks=[item for item in problem.locks if _about(item, wanted, mine)],
            travel=self._travel(places),
        )

    def _places(self, fleet: list[Vehicle], orders: list[Order], bays: set[str]) -> set[str]:
        found = {item.home for item in fleet} | {item.available.place for item in fleet}
        found |= {way.place for order in orders for way in _ways(order)}
        found |= {self.bays[bay].place for bay in bays}
        found |= {site.place for site in self.problem.chargers}
        return found | {place.id for place in self.problem.places if place.rest}

    def _travel(self, places: set[str]) -> object:
        travel = self.problem.travel
        if not isinstance(travel, TableTravel):
            return travel
        rows = [k for k, place in enumerate(travel.places) if place in places]

        def cut(table: list[list[int]]) -> list[list[int]]:
            return [[table[i][j] for j in rows] for i in rows]

        return replace(
            travel,
            places=[travel.places[k] for k in rows],
            profiles={
                name: [
                    replace(step, seconds=cut(step.seconds), metres=cut(step.metres))
                    for step in steps
                ]
                for name, steps in travel.profiles.items()
            },
        )


def _ways(order: Order) -> list[Alternative]:
    return [*order.pickup, *order.delivery]


def _about(lock: Lock, orders: set[str], vehicles: set[str]) -> bool:
    if lock.kind in {"frozen_prefix", "charge"}:
        return lock.vehicle in vehicles
    return bool(orders & set(lock.orders))


def tasks_of(lines: Iterable[DayLine]) -> list[str]:
    """Orders named by days, each once, in order."""
    return list(dict.fromkeys(order for line in lines for _, order in line.tasks()))
