"""A dispatcher's own sheet of a solved day, with five slips of the pen of different kinds.

Two are seen in the sheet itself (a plate that nobody has, an order written down twice), three only
when the day is driven in the mind (an order on a vehicle that is full or not made for it, a store
reached after it closes, a driver on two vehicles at once). Each of the three is tried by itself
before it is planted: a day that breaks anything else besides would not be the slip that it is meant
to be.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import openpyxl

from routing.checker import check
from routing.edits import HandDay, HandStop, HandTrip, Move, Workbench, apply, follow
from routing.plan import Plan
from routing.problem import Order, Problem, VehicleType

HEAD = ("车牌号", "司机", "车次", "站序", "作业", "单号", "门店", "件数", "备注")
WORDS = {"pickup": "提货", "delivery": "送货"}
NOBODYS = "Z0000X"
TRIED = 200
MISFITS = ("weight", "volume", "unit_places", "temperature", "needs", "goods", "yard")
MARGIN_S = 1_800


@dataclass
class Line:
    """An order on its trip, as it will be written."""

    vehicle: str
    trip: int
    driver: str
    order: str
    kind: str = "delivery"


@dataclass(frozen=True)
class Fault:
    """A slip: who is to tell it (``sheet`` or ``check``), by which rule, and where.

    ``cell``: of the sheet; ``vehicles``: ids of those whose day breaks the rule. ``order`` is what
    was put where it should not be, and ``home`` the vehicle where it belongs.
    """

    told_by: str
    rule: str
    cell: str = ""
    vehicles: frozenset[str] = frozenset()
    order: str = ""
    home: str = ""


@dataclass(frozen=True)
class Try:
    """Lines with one slip more: ``looked_at`` are driven in the mind, ``guilty`` break the rule."""

    lines: list[Line]
    looked_at: set[str]
    guilty: frozenset[str]
    order: str = ""
    home: str = ""


@dataclass
class HandMade:
    """The file, and the five faults in it."""

    data: bytes
    faults: list[Fault] = field(default_factory=list)
    rules: set[str] = field(default_factory=set)
    """What the checker is to name; what is too heavy may be too large as well."""

    def told_by(self, who: str) -> list[Fault]:
        """Those that ``sheet`` or ``check`` is to tell."""
        return [fault for fault in self.faults if fault.told_by == who]


def lines_of(plan: Plan) -> list[Line]:
    """The plan's stops as lines, by vehicle, trip and turn."""
    out: list[Line] = []
    for route in plan.routes:
        number = 0
        for duty in route.duties:
            for trip in duty.trips:
                number += 1
                for stop in trip.stops:
                    if stop.kind in WORDS:
                        out += [
                            Line(route.vehicle, number, duty.driver, order, stop.kind)
                            for order in stop.orders
                        ]
    return out


def days_of(lines: list[Line]) -> list[HandDay]:
    """What is driven when the lines are followed."""
    days: dict[str, dict[int, list[Line]]] = {}
    for line in lines:
        days.setdefault(line.vehicle, {}).setdefault(line.trip, []).append(line)
    return [
        HandDay(
            vehicle=vehicle,
            trips=[
                HandTrip(
                    driver=trips[n][0].driver,
                    stops=[HandStop(kind=one.kind, orders=[one.order]) for one in trips[n]],
                )
                for n in sorted(trips)
            ],
        )
        for vehicle, trips in days.items()
    ]


class Planter:
    """Plants slips into the lines of a lawful plan."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.bench = Workbench(problem)
        self.lines = lines_of(plan)
        self.orders = {order.id: order for order in problem.orders}
        self.places = {place.id: place for place in problem.places}
        self.left_at = {
            order: stop.depart
            for route in plan.routes
            for duty in route.duties
            for trip in duty.trips
            for stop in trip.stops
            if stop.kind == "delivery"
            for order in stop.orders
        }
        at = {place.id: (place.lon, place.lat) for place in problem.places}
        self.spots = {order.id: at[order.delivery[0].place] for order in problem.orders}
        self.homes = {vehicle.id: vehicle.home for vehicle in problem.vehicles}
        self.used: set[str] = set()
        self.rules: set[str] = set()
        self.faults: list[Fault] = []

    def broken(self, lines: list[Line], vehicles: set[str]) -> set[str]:
        """Rules that the days of these vehicles break when followed."""
        days = days_of([line for line in lines if line.vehicle in vehicles])
        verdict = check(self.problem, follow(self.bench, days))
        return {violation.rule for violation in verdict.violations}

    def alone(self, one: Try, rules: set[str]) -> bool:
        """Whether, beside everybody else, it breaks these rules of the guilty and nothing more."""
        verdict = check(self.problem, follow(self.bench, days_of(one.lines)))
        found = {(item.rule, item.route) for item in verdict.violations}
        before = {vehicle for fault in self.faults for vehicle in fault.vehicles}
        return all(
            rule in rules if route in one.guilty else route in before for rule, route in found
        )

    def mended(self, one: Try) -> bool:
        """Whether, beside everybody else, nothing new breaks once the order is moved home."""
        if not one.order:
            return True
        plan = follow(self.bench, days_of(one.lines))
        before = {(item.rule, item.route) for item in check(self.problem, plan).violations}
        moved = Move(orders=[one.order], vehicle=one.home)
        done = apply(self.bench, plan, [moved], want_ways=False)
        after = {(item.rule, item.route) for item in done.violations}
        return after <= before and not {route for _, route in after} & one.guilty

    def keep_lawful(self) -> None:
        """Leave out vehicles whose day is not lawful again when only its sequence is known."""
        for vehicle in sorted({line.vehicle for line in self.lines}):
            if self.broken(self.lines, {vehicle}):
                self._drop({vehicle})
        while found := check(self.problem, follow(self.bench, days_of(self.lines))).violations:
            self._drop({violation.route for violation in found})

    def _drop(self, vehicles: set[str | None]) -> None:
        self.lines = [line for line in self.lines if line.vehicle not in vehicles]

    def plain(self, line: Line) -> bool:
        """Whether the order is loaded at the depot and taken to a store: one line, no more."""
        alone = sum(x.order == line.order for x in self.lines) == 1
        return alone and line.kind == "delivery" and "#" not in line.order

    def _free(self) -> list[str]:
        vehicles = sorted({line.vehicle for line in self.lines} - self.used)
        return sorted(vehicles, key=lambda v: -sum(line.vehicle == v for line in self.lines))

    def _take(self, tried: Iterator[Try], *rules: str) -> None:
        """The first of the tries that breaks one or more of the rules and nothing else."""
        for _, one in zip(range(TRIED), tried, strict=False):
            found = self.broken(one.lines, one.looked_at)
            if found and found <= set(rules) and self.alone(one, set(rules)) and self.mended(one):
                self.lines = one.lines
                self.used |= one.looked_at
                rule = min(found, key=rules.index)
                self.faults.append(
                    Fault("check", rule, vehicles=one.guilty, order=one.order, home=one.home)
                )
                self.rules |= found
                return
        raise AssertionError(f"no way to break {rules[0]} alone was found")

    def lost(self, line: Line) -> Try:
        """The lines without one."""
        lines = [x for x in self.lines if x is not line]
        return Try(lines, {line.vehicle}, frozenset(), line.order, line.vehicle)

    def misfit(self) -> None:
        """An order of another vehicle is put on one that is full, or not made for such goods."""

        def tries() -> Iterator[Try]:
            for _, before, donor in sorted(self._pairs(), key=lambda pair: pair[0]):
                lines = [x for x in self.lines if x is not donor]
                at = lines.index(before) + 1
                lines.insert(at, Line(before.vehicle, before.trip, before.driver, donor.order))
                both = {before.vehicle, donor.vehicle}
                yield Try(lines, both, frozenset({before.vehicle}), donor.order, donor.vehicle)
            for donor, idle in self._idle():
                lines = [*(x for x in self.lines if x is not donor), idle]
                both = {idle.vehicle, donor.vehicle}
                yield Try(lines, both, frozenset({idle.vehicle}), donor.order, donor.vehicle)

        self._take(tries(), *MISFITS)

    def _idle(self) -> Iterator[tuple[Line, Line]]:
        """An order, and it on a vehicle that stays at home for want of what the order needs."""
        out = {x.vehicle for x in self.lines}
        busy = {x.driver for x in self.lines}
        kinds = {kind.id: kind for kind in self.problem.vehicle_types}
        free = [duty for duty in self.problem.duties if duty.driver not in busy]
        for donor in (x for x in self.lines if self.plain(x)):
            order = self.orders[donor.order]
            windows = order.delivery[0].windows
            for vehicle in self.problem.vehicles:
                home = vehicle.home == order.pickup[0].place and vehicle.id not in out
                if not home or self._suits(kinds[vehicle.type], [], order):
                    continue
                for duty in free:
                    able = self.bench.may_drive(duty, vehicle)
                    if able and any(duty.shift.start < w.end - 2 * MARGIN_S for w in windows):
                        yield donor, Line(vehicle.id, 1, duty.driver, donor.order)
                        break

    def _trip(self, vehicle: str, number: int) -> list[Line]:
        return [x for x in self.lines if (x.vehicle, x.trip) == (vehicle, number)]

    def _apart(self, one: str, other: str) -> float:
        return math.dist(self.spots[one], self.spots[other])

    def _pairs(self) -> Iterator[tuple[float, Line, Line]]:
        """Lines after which an order from elsewhere would be received, but is not for the vehicle:
        with how far away it is."""
        kinds = {kind.id: kind for kind in self.problem.vehicle_types}
        types = {v.id: kinds[v.type] for v in self.problem.vehicles}
        spare = [x for x in self.lines if x.vehicle not in self.used and self.plain(x)]
        for vehicle, number in sorted({(x.vehicle, x.trip) for x in self.lines}):
            trip = [x for x in self._trip(vehicle, number) if x.kind == "delivery"]
            for donor in spare:
                order = self.orders[donor.order]
                if donor.vehicle == vehicle or order.pickup[0].place != self.homes[vehicle]:
                    continue
                if not self._suits(types[vehicle], trip, order):
                    near = min(trip, key=lambda x: self._apart(x.order, donor.order))
                    for before in {id(x): x for x in (near, trip[-1])}.values():
                        if self._receives(order, self.left_at[before.order]):
                            yield self._apart(before.order, donor.order), before, donor

    def _suits(self, kind: VehicleType, trip: list[Line], order: Order) -> bool:
        """Whether the vehicle can take the order besides what the trip has."""
        cold = {t for room in kind.compartments for t in room.temperatures} or {"ambient"}
        carried = [self.orders[x.order] for x in trip] + [order]
        yard = self.places[order.delivery[0].place]
        return (
            order.temperature in cold
            and set(order.needs) <= set(kind.capabilities)
            and sum(one.weight_g for one in carried) <= kind.payload_g
            and sum(one.volume_cm3 for one in carried) <= kind.volume_cm3
            and kind.length_mm <= (yard.yard_max_length_mm or kind.length_mm)
        )

    def _receives(self, order: Order, leaves: int) -> bool:
        """Whether the order is received by who leaves the stop before at ``leaves``."""
        windows = order.delivery[0].windows
        return any(w.start - MARGIN_S <= leaves <= w.end - MARGIN_S for w in windows)

    def late(self) -> None:
        """A store that receives early is written down last on its trip."""

        def tries() -> Iterator[Try]:
            free = self._free()
            for vehicle, number in sorted({(x.vehicle, x.trip) for x in self.lines}):
                if vehicle not in free:
                    continue
                trip = self._trip(vehicle, number)
                for line in (x for x in trip[:-1] if x.kind == "delivery"):
                    lines = [x for x in self.lines if x is not line]
                    lines.insert(lines.index(trip[-1]) + 1, line)
                    yield Try(lines, {vehicle}, frozenset({vehicle}), line.order, vehicle)

        self._take(tries(), "time_window")

    def two_at_once(self) -> None:
        """The driver of one vehicle is written down for another as well."""

        def tries() -> Iterator[Try]:
            free = self._free()
            for one in free:
                drivers = {x.driver for x in self.lines if x.vehicle == one}
                for other in free:
                    if other == one or len(drivers) > 1:
                        continue
                    (driver,) = drivers
                    lines = [
                        Line(x.vehicle, x.trip, driver, x.order, x.kind)
                        if x.vehicle == other
                        else x
                        for x in self.lines
                    ]
                    yield Try(lines, {one, other}, frozenset({one, other}))

        def far(one: Try) -> bool:
            return len({self.homes[vehicle] for vehicle in one.guilty}) > 1

        self._take(iter(sorted(tries(), key=far)), "driver")


def hand_made(problem: Problem, plan: Plan, names: Mapping[str, Any]) -> HandMade:
    """The sheet of a lawful plan with five slips, each of another kind.

    ``names``: id to label, as they are stored with the plan.
    """
    planter = Planter(problem, plan)
    planter.keep_lawful()
    planter.misfit()
    planter.late()
    planter.two_at_once()
    return _written(planter, problem, names)


def _label(names: Mapping[str, Any], key: str) -> str:
    value = names.get(key.split("#", 1)[0], "")
    return str(value["label"] if isinstance(value, Mapping) else value)


def _driver(names: Mapping[str, Any], key: str) -> str:
    """Name and number: two drivers may share a name."""
    return f"{names[key]['label']} {names[key]['code']}"


def _written(planter: Planter, problem: Problem, names: Mapping[str, Any]) -> HandMade:
    """As a dispatcher writes: a title, the plate once per vehicle, subtotals, a note below."""
    places = {order.id: order.delivery[0].place for order in problem.orders}
    units = {order.id: order.units for order in problem.orders}
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "派车"
    sheet.append(["明日派车表"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(HEAD))
    sheet.append(list(HEAD))
    spare = [x for x in planter.lines if x.vehicle not in planter.used and planter.plain(x)]
    twice = spare[-1]
    gone = ((x, planter.lost(x)) for x in spare[:-1])
    stray = next(x for x, one in gone if planter.alone(one, set()) and planter.mended(one))
    faults = list(planter.faults)
    by_vehicle: dict[str, list[Line]] = {}
    for line in planter.lines:
        by_vehicle.setdefault(line.vehicle, []).append(line)
    for number, (vehicle, lines) in enumerate(by_vehicle.items()):
        plate = _label(names, vehicle)
        # One writes plates whole, another leaves the province and a blank, in small letters.
        shown = plate if number % 2 else f"{plate[1].lower()} {plate[2:]}"
        before: Line | None = None
        again = False
        for turn, line in enumerate(lines, start=1):
            new = before is None or again
            other_trip = new or before is None or before.trip != line.trip
            wrong = line is stray
            sheet.append([
                NOBODYS if wrong else shown if new else None,
                _driver(names, line.driver) if other_trip or wrong else None,
                f"第{line.trip}趟" if other_trip or wrong else None,
                None if number % 3 == 0 else turn, WORDS[line.kind],
                _label(names, line.order), _label(names, places[line.order]), units[line.order],
                None,
            ])  # fmt: skip
            if wrong:
                faults.append(
                    Fault(
                        "sheet", "vehicle_unknown", f"A{sheet.max_row}",
                        order=line.order, home=line.vehicle,
                    )
                )  # fmt: skip
            again, before = wrong, line
        sheet.append(
            ["小计", None, None, None, None, None, None, sum(units[x.order] for x in lines)]
        )
    first = next(iter(by_vehicle))
    sheet.append([
        _label(names, first), None, "第1趟", None, "送货", _label(names, twice.order),
        _label(names, places[twice.order]), units[twice.order], "加急",
    ])  # fmt: skip
    faults.append(Fault("sheet", "order_placed_twice", f"F{sheet.max_row}"))
    sheet.append(["制表人：老王"])
    out = io.BytesIO()
    book.save(out)
    return HandMade(out.getvalue(), faults, planter.rules)
