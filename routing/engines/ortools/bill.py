"""What a plan costs: a vehicle's day line by line, and the whole plan's sums, exactly.

Whole numbers and fractions only; each line is rounded half up to the fen once.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from msgspec.structs import replace

from routing.plan import PlanDuty, PlanObjective, PlanRoute, RouteCosts, Stop, Trip
from routing.problem import (
    Alternative,
    ChargingSite,
    Connector,
    Order,
    Problem,
    Tariff,
    Vehicle,
    VehicleType,
    Window,
)


def half_up(value: Fraction) -> int:
    """To the nearest whole number, halves up."""
    return math.floor(value + Fraction(1, 2))


def fen(milli: Fraction | int) -> int:
    """Milli-fen to fen, half up."""
    return half_up(Fraction(milli) / 1000)


def price_at(tariff: Tariff, t: int) -> int:
    """Milli-fen per kWh at a second."""
    price = tariff.steps[0].per_kwh
    for step in tariff.steps:
        if step.start <= t:
            price = step.per_kwh
    return price


def mean_price(tariff: Tariff, horizon_s: int) -> Fraction:
    """Mean price over the horizon, weighted by time."""
    total = 0
    for k, step in enumerate(tariff.steps):
        start = max(0, step.start) if k else 0
        end = tariff.steps[k + 1].start if k + 1 < len(tariff.steps) else horizon_s
        total += max(0, min(end, horizon_s) - start) * step.per_kwh
    return Fraction(total, max(1, horizon_s))


def home_price(problem: Problem, home: str, horizon_s: int) -> Fraction:
    """What a missing kWh costs at home: its first site's tariff, else the dearest, on the mean."""
    tariffs = {tariff.id: tariff for tariff in problem.tariffs}
    for site in problem.chargers:
        if site.place == home:
            return mean_price(tariffs[site.tariff], horizon_s)
    return max((mean_price(t, horizon_s) for t in problem.tariffs), default=Fraction(0))


Piece = tuple[Fraction, Fraction, int]
"""Seconds after a session's start, from and until, at so many watts."""


def session_pieces(kind: VehicleType, plug: Connector, *, level: int, gain: int) -> list[Piece]:
    """How a session draws: full power from its start until the gain is reached, exactly."""
    limit = min(plug.power_w, kind.max_charge_w)
    steps = [(c.from_wh, min(limit, c.power_w)) for c in kind.curve] or [(0, limit)]
    now = Fraction(0)
    at = Fraction(level)
    left = Fraction(gain)
    pieces: list[Piece] = []
    for k, (_, power) in enumerate(steps):
        top = Fraction(steps[k + 1][0]) if k + 1 < len(steps) else None
        if top is not None and at >= top:
            continue
        part = left if top is None else min(left, top - at)
        end = now + part * 3600 / power
        pieces.append((now, end, power))
        now, at, left = end, at + part, left - part
        if left <= 0:
            break
    return pieces


def pieces_cost(pieces: list[Piece], tariff: Tariff, start: int) -> Fraction:
    """Milli-fen of a session that starts then: by whole numbers over one denominator."""
    scale = math.lcm(*(value.denominator for piece in pieces for value in piece[:2]))
    marks = [step.start * scale for step in tariff.steps]
    total = 0
    for begin, end, power in pieces:
        low = start * scale + int(begin * scale)
        high = start * scale + int(end * scale)
        for m, step in enumerate(tariff.steps):
            first = low if m == 0 else max(low, marks[m])
            last = high if m + 1 == len(marks) else min(high, marks[m + 1])
            if last > first:
                total += (last - first) * power * step.per_kwh
    return Fraction(total, scale * 3_600_000)


def session_cost(
    kind: VehicleType, plug: Connector, tariff: Tariff, *, level: int, gain: int, start: int
) -> Fraction:
    """Milli-fen of a session: full power from its start until the gain is reached, exactly."""
    return pieces_cost(session_pieces(kind, plug, level=level, gain=gain), tariff, start)


def stops_of(route: PlanRoute) -> list[tuple[int, Stop]]:
    """(duty number, stop) in order."""
    return [
        (number, stop)
        for number, duty in enumerate(route.duties)
        for trip in duty.trips
        for stop in trip.stops
    ]


@dataclass(frozen=True)
class Facts:
    """What a vehicle's day adds to the whole plan's sums."""

    carried: list[str]
    grams: int
    spans: list[int]


class Bill:
    """Prices days of one problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.orders = {order.id: order for order in problem.orders}
        self.vehicles = {vehicle.id: vehicle for vehicle in problem.vehicles}
        self.kinds = {kind.id: kind for kind in problem.vehicle_types}
        self.tariffs = {tariff.id: tariff for tariff in problem.tariffs}
        self.plugs: dict[str, tuple[ChargingSite, Connector]] = {
            plug.id: (site, plug) for site in problem.chargers for plug in site.connectors
        }
        self.attended = {site.place for site in problem.chargers if site.attended}
        start = datetime.fromisoformat(problem.horizon.start)
        end = datetime.fromisoformat(problem.horizon.end)
        self.horizon_s = int((end - start).total_seconds())

    def fuel(self, kind: VehicleType, wh: int, depart: int) -> Fraction:
        """Milli-fen of fuel for a leg; 0 where a battery is followed."""
        if kind.battery_wh or kind.fuel_tariff is None:
            return Fraction(0)
        return Fraction(wh * price_at(self.tariffs[kind.fuel_tariff], depart), 1000)

    def duty_seconds(self, duty: PlanDuty) -> int:
        """From the arrival at the first depot stop to the departure from the last one."""
        stops = [
            stop
            for trip in duty.trips
            for stop in trip.stops
            if stop.kind == "depot" or (stop.connector is not None and stop.place in self.attended)
        ]
        return stops[-1].depart - stops[0].arrive

    def route_costs(self, route: PlanRoute) -> RouteCosts:
        """A vehicle's day in fen, one line per kind, each rounded half up once."""
        vehicle = self.vehicles[route.vehicle]
        kind = self.kinds[vehicle.type]
        metres = extra = late = 0
        energy = Fraction(0)
        previous: Stop | None = None
        for _, stop in stops_of(route):
            if stop.leg is not None and previous is not None:
                metres += stop.leg.metres
                energy += self.fuel(kind, stop.leg.wh, previous.depart)
            if stop.kind == "charge" and stop.connector is not None:
                energy += self._session(kind, stop, stop.connector)
            previous = stop
        for trip in (trip for duty in route.duties for trip in duty.trips):
            for stop, order, end in self.tasks_of(trip):
                way_extra, way_late = used_way(order, end, stop, kind)
                extra += way_extra
                late += way_late
        seconds = sum(self.duty_seconds(duty) for duty in route.duties)
        if kind.battery_wh and previous is not None:
            energy += self._lack(vehicle, previous.soc_out)
        return RouteCosts(
            fixed=fen(kind.fixed),
            distance=fen(Fraction(metres * kind.per_km, 1000)),
            time=fen(Fraction(seconds * kind.per_hour, 3600)),
            energy=fen(energy),
            lateness=fen(Fraction(late * self.problem.objective.late_per_hour, 3600)),
            extra=fen(extra),
        )

    def _session(self, kind: VehicleType, stop: Stop, connector: str) -> Fraction:
        site, plug = self.plugs[connector]
        gain = stop.soc_out - stop.soc_in
        tariff = self.tariffs[site.tariff]
        return session_cost(kind, plug, tariff, level=stop.soc_in, gain=gain, start=stop.start)

    def _lack(self, vehicle: Vehicle, left: int) -> Fraction:
        """What the charge that is missing in the end costs at home."""
        wanted = vehicle.available.soc_wh if vehicle.soc_end_wh is None else vehicle.soc_end_wh
        price = home_price(self.problem, vehicle.home, self.horizon_s)
        return max(0, wanted - left) * price / 1000

    def tasks_of(self, trip: Trip) -> Iterator[tuple[Stop, Order, str]]:
        """(stop, order, end) for every end of an order done on a trip."""
        first = next(k for k, stop in enumerate(trip.stops) if stop.kind == "depot")
        for k, stop in enumerate(trip.stops):
            end = "pickup" if stop.kind == "pickup" or k == first else "delivery"
            for name in stop.orders:
                yield stop, self.orders[name], end

    def facts(self, route: PlanRoute) -> Facts:
        """What the day adds to the whole plan's sums."""
        carried = [
            order.id
            for duty in route.duties
            for trip in duty.trips
            for _, order, end in self.tasks_of(trip)
            if end == "delivery"
        ]
        grams = sum(stop.leg.co2e_g for _, stop in stops_of(route) if stop.leg)
        return Facts(carried, grams, [self.duty_seconds(duty) for duty in route.duties])

    def objective(self, routes: list[PlanRoute], facts: list[Facts]) -> PlanObjective:
        """The whole plan's bill from the routes' printed lines."""
        weights = self.problem.objective
        carried = {
            order: route.vehicle
            for route, fact in zip(routes, facts, strict=True)
            for order in fact.carried
        }
        spans = [span for fact in facts for span in fact.spans]
        missed = Counter(
            str(order.mandatory)
            for order in self.problem.orders
            if order.mandatory and order.id not in carried
        )
        mean = Fraction(sum(spans), len(spans)) if spans else Fraction(0)
        uneven = Fraction(0)
        if weights.uneven_per_hour:
            uneven = sum((max(Fraction(0), span - mean) for span in spans), Fraction(0))
        changed = sum(
            carried.get(order) != vehicle
            for order, vehicle in weights.published.items()
            if order in self.orders
        )
        prizes = sum(o.prize for o in self.problem.orders if not o.mandatory and o.id in carried)
        bill = PlanObjective(
            missed={name: missed[name] for name in sorted(missed)},
            **{name: sum(getattr(r.costs, name) for r in routes) for name in LINES},
            co2e=fen(Fraction(sum(f.grams for f in facts) * weights.co2e_per_kg, 1000)),
            uneven=fen(uneven * weights.uneven_per_hour / 3600),
            change=fen(changed * weights.change_per_order),
            prizes=fen(prizes),
        )
        lines = sum(getattr(bill, name) for name in LINES)
        return replace(bill, total=lines + bill.co2e + bill.uneven + bill.change - bill.prizes)


LINES = ("fixed", "distance", "time", "energy", "lateness", "extra")
"""What a route's bill has a line for."""


def plan_objective(problem: Problem, routes: list[PlanRoute]) -> PlanObjective:
    """The whole plan's bill from the routes' printed lines."""
    bill = Bill(problem)
    return bill.objective(routes, [bill.facts(route) for route in routes])


def used_way(order: Order, end: str, stop: Stop, kind: VehicleType) -> tuple[int, int]:
    """(extra cost, seconds late) of the alternative used: the least late window that holds.

    Where none of the order's alternatives is here the first stands for it; outside every window
    nothing counts as late (the rule is broken, not softened).
    """
    ways = order.pickup if end == "pickup" else order.delivery
    best: tuple[int, int, int] | None = None
    can = set(kind.capabilities)
    for way in [way for way in ways if _serves(way, stop)] or ways[:1]:
        windows: list[Window | None] = [*way.windows] or [None]
        for window in windows:
            fit = late = 0
            if window is not None:
                late = max(0, stop.start - window.end)
                fit = 0 if late == 0 else 1
                if not can.issuperset(window.needs):
                    fit = 2
                if stop.start < window.start or late > window.soft_late_s:
                    fit = 3
                    late = max(window.start - stop.start, late - window.soft_late_s)
            if best is None or (fit, late) < best[:2]:
                best = (fit, late, way.extra_cost)
    if best is None:
        return 0, 0
    return best[2], best[1] if best[0] < 3 else 0


def _serves(way: Alternative, stop: Stop) -> bool:
    if stop.bay is None:
        return way.place == stop.place
    return any(choice.bay == stop.bay for choice in way.bays)
