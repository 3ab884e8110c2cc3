"""The exact plan: legs, loads, charge and costs by whole numbers and fractions.

The search hands over rows of stops; nothing of its floating point reaches the plan. Every figure
is computed here anew, and a disagreement with the search is an internal error, never papered over.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from routing.engines.ortools.compile import Compiled
from routing.engines.ortools.data import (
    E_CHARGE,
    E_DELIVER,
    E_HOME,
    E_LOAD,
    E_PICKUP,
    E_REST,
    E_WAIT,
    X_ARRIVE,
    X_BAY,
    X_CON,
    X_DEPART,
    X_DUTY,
    X_HIGH,
    X_KIND,
    X_LOW,
    X_PLACE,
    X_SOC_IN,
    X_SOC_OUT,
    X_START,
    X_TRIP,
    Ints,
)
from routing.plan import Leg, Load, PlanDuty, PlanObjective, PlanRoute, RouteCosts, Stop, Trip
from routing.plan.plan import StopKind
from routing.problem import (
    ChargingSite,
    Connector,
    Order,
    Problem,
    Tariff,
    Vehicle,
    VehicleType,
    Window,
)
from routing.travel import leg_wh

KINDS: dict[int, StopKind] = {
    E_LOAD: "depot",
    E_HOME: "depot",
    E_DELIVER: "delivery",
    E_PICKUP: "pickup",
    E_CHARGE: "charge",
    E_REST: "rest",
    E_WAIT: "wait",
}


class PlanMismatchError(RuntimeError):
    """The exact arithmetic disagrees with the search: a defect of ours, never of the input."""


@dataclass(frozen=True)
class Day:
    """One vehicle's day as the search settled it: tokens and rows of stops (copied)."""

    vehicle: int
    tokens: list[int]
    rows: Ints


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


def session_cost(
    kind: VehicleType, plug: Connector, tariff: Tariff, *, level: int, gain: int, start: int
) -> Fraction:
    """Milli-fen of a session: full power from its start until the gain is reached, exactly."""
    limit = min(plug.power_w, kind.max_charge_w)
    steps = [(c.from_wh, min(limit, c.power_w)) for c in kind.curve] or [(0, limit)]
    now = Fraction(start)
    at = Fraction(level)
    left = Fraction(gain)
    cost = Fraction(0)
    for k, (_, power) in enumerate(steps):
        top = Fraction(steps[k + 1][0]) if k + 1 < len(steps) else None
        if top is not None and at >= top:
            continue
        part = left if top is None else min(left, top - at)
        end = now + part * 3600 / power
        for m, step in enumerate(tariff.steps):
            low = now if m == 0 else max(now, Fraction(step.start))
            following = tariff.steps[m + 1].start if m + 1 < len(tariff.steps) else None
            high = end if following is None else min(end, Fraction(following))
            if high > low:
                cost += (high - low) * power * step.per_kwh / 3_600_000
        now, at, left = end, at + part, left - part
        if left <= 0:
            break
    return cost


def most_gain(kind: VehicleType, plug: Connector, level: int, seconds: int) -> int:
    """Wh that a session of whole seconds gains at most: the floor of the exact integral."""
    limit = min(plug.power_w, kind.max_charge_w)
    steps = [(c.from_wh, min(limit, c.power_w)) for c in kind.curve] or [(0, limit)]
    at = Fraction(level)
    left = Fraction(seconds)
    for k, (_, power) in enumerate(steps):
        if k + 1 < len(steps):
            if at >= steps[k + 1][0]:
                continue
            need = (steps[k + 1][0] - at) * 3600 / power
            if need < left:
                at, left = Fraction(steps[k + 1][0]), left - need
                continue
        at += left * power / 3600
        break
    return math.floor(at - level)


class Writer:
    """Writes the days of one problem."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        problem = compiled.problem
        self.problem = problem
        self.kinds = {kind.id: kind for kind in problem.vehicle_types}
        self.tariffs = {tariff.id: tariff for tariff in problem.tariffs}
        self.horizon = compiled.travel.access.days.length
        self.plugs: list[tuple[ChargingSite, Connector]] = [
            (problem.chargers[s], problem.chargers[s].connectors[k]) for s, k in compiled.connectors
        ]
        self.depots = {depot.place for depot in problem.depots}

    def route(self, day: Day) -> PlanRoute:
        """One vehicle's plan with its costs.

        Raises:
            PlanMismatchError: the search's charge or times are not what exact arithmetic gives.
        """
        vehicle = self.problem.vehicles[day.vehicle]
        kind = self.kinds[vehicle.type]
        stops = self._stops(day, vehicle, kind)
        duties: list[PlanDuty] = []
        marks = [-2 - tok for tok in day.tokens if tok <= -2]
        for number, duty_row in enumerate(marks):
            mine = [k for k, row in enumerate(day.rows) if row[X_DUTY] == number]
            trips = [
                Trip(stops=[stops[k] for k in mine if day.rows[k][X_TRIP] == trip])
                for trip in sorted({int(day.rows[k][X_TRIP]) for k in mine})
            ]
            duty = self.problem.duties[duty_row]
            duties.append(PlanDuty(duty=duty.id, driver=duty.driver, trips=trips))
        route = PlanRoute(vehicle=vehicle.id, duties=duties)
        return PlanRoute(
            vehicle=vehicle.id, duties=duties, costs=route_costs(self, route, vehicle, kind)
        )

    def _stops(self, day: Day, vehicle: Vehicle, kind: VehicleType) -> list[Stop]:
        places = self.problem.places
        charge = vehicle.available.soc_wh if kind.battery_wh else 0
        board: list[Order] = []
        out: list[Stop] = []
        for number, row in enumerate(day.rows):
            what = int(row[X_KIND])
            place = places[int(row[X_PLACE])].id
            arrive, start, depart = (int(row[c]) for c in (X_ARRIVE, X_START, X_DEPART))
            leg = None
            if out and out[-1].place != place:
                leg = self._leg(kind, out[-1], place)
                charge -= leg.wh if kind.battery_wh else 0
                if out[-1].depart + leg.seconds != arrive:
                    raise PlanMismatchError(f"{vehicle.id}: arrival at {place} off")
            orders = self._orders(day, number)
            board = self._board(board, orders, what)
            soc_in = charge
            plug = None
            if kind.battery_wh and soc_in != int(row[X_SOC_IN]):
                raise PlanMismatchError(f"{vehicle.id}: charge at {place} off")
            if what == E_CHARGE:
                plug = self.plugs[int(row[X_CON])][1]
                gain = int(row[X_SOC_OUT] - row[X_SOC_IN])
                if gain > most_gain(kind, plug, soc_in, depart - start):
                    raise PlanMismatchError(f"{vehicle.id}: session at {place} too short")
                charge += gain
            elif what not in (E_LOAD, E_HOME) and kind.battery_wh:
                charge -= -(-kind.stop_w * (depart - arrive) // 3600)
            out.append(
                Stop(
                    kind=KINDS[what],
                    place=place,
                    bay=None if row[X_BAY] < 0 else self.problem.bays[int(row[X_BAY])].id,
                    orders=[order.id for order in orders],
                    arrive=arrive,
                    start=start,
                    depart=depart,
                    load=Load(
                        weight_g=sum(o.weight_g for o in board),
                        volume_cm3=sum(o.volume_cm3 for o in board),
                        unit_places=sum(o.unit_places for o in board),
                    ),
                    soc_in=soc_in,
                    soc_out=charge,
                    connector=None if plug is None else plug.id,
                    leg=leg,
                )
            )
        return out

    def _orders(self, day: Day, number: int) -> list[Order]:
        row = day.rows[number]
        what = int(row[X_KIND])
        tokens = day.tokens[int(row[X_LOW]) : int(row[X_HIGH])]
        if what in (E_DELIVER, E_PICKUP):
            return [self.problem.orders[tok >> 1] for tok in tokens]
        if what == E_LOAD:
            return [self.problem.orders[t >> 1] for t in tokens if t & 1 and t - 1 not in tokens]
        if what == E_HOME:
            return [
                self.problem.orders[t >> 1] for t in tokens if not t & 1 and t + 1 not in tokens
            ]
        return []

    @staticmethod
    def _board(board: list[Order], orders: list[Order], what: int) -> list[Order]:
        if what in (E_LOAD, E_PICKUP):
            return board + orders
        gone = {order.id for order in orders}
        return [order for order in board if order.id not in gone]

    def _leg(self, kind: VehicleType, before: Stop, place: str) -> Leg:
        travel = self.compiled.travel
        depart = before.depart
        metres = travel.metres(kind.profile, before.place, place, depart)
        seconds = travel.seconds(kind.profile, before.place, place, depart)
        wh = leg_wh(kind, depart, metres, seconds, before.load.weight_g)
        cost = Fraction(metres * kind.per_km, 1000) + self.fuel(kind, wh, depart)
        return Leg(
            metres=metres,
            seconds=seconds,
            wh=wh,
            cost=half_up(cost),
            co2e_g=half_up(Fraction(wh * kind.co2e_mg_per_kwh, 1_000_000)),
        )

    def fuel(self, kind: VehicleType, wh: int, depart: int) -> Fraction:
        """Milli-fen of fuel for a leg; 0 where a battery is followed."""
        if kind.battery_wh or kind.fuel_tariff is None:
            return Fraction(0)
        return Fraction(wh * price_at(self.tariffs[kind.fuel_tariff], depart), 1000)


def stops_of(route: PlanRoute) -> list[tuple[int, Stop]]:
    """(duty number, stop) in order."""
    return [
        (number, stop)
        for number, duty in enumerate(route.duties)
        for trip in duty.trips
        for stop in trip.stops
    ]


def duty_seconds(problem: Problem, duty: PlanDuty) -> int:
    """From the arrival at the first depot stop to the departure from the last one."""
    attended = {site.place for site in problem.chargers if site.attended}
    stops = [
        stop
        for trip in duty.trips
        for stop in trip.stops
        if stop.kind == "depot" or (stop.connector is not None and stop.place in attended)
    ]
    return stops[-1].depart - stops[0].arrive


def route_costs(
    writer: Writer, route: PlanRoute, vehicle: Vehicle, kind: VehicleType
) -> RouteCosts:
    """A vehicle's day in fen, one line per kind, each rounded half up once."""
    problem = writer.problem
    metres = 0
    energy = Fraction(0)
    extra = 0
    late = 0
    previous: Stop | None = None
    for _, stop in stops_of(route):
        if stop.leg is not None and previous is not None:
            metres += stop.leg.metres
            energy += writer.fuel(kind, stop.leg.wh, previous.depart)
        if stop.kind == "charge":
            site, plug = next(pair for pair in writer.plugs if pair[1].id == stop.connector)
            gain = stop.soc_out - stop.soc_in
            energy += session_cost(
                kind,
                plug,
                writer.tariffs[site.tariff],
                level=stop.soc_in,
                gain=gain,
                start=stop.start,
            )
        previous = stop
    for trip in (trip for duty in route.duties for trip in duty.trips):
        for stop, order, end in tasks_of(problem, trip):
            way_extra, way_late = used_way(order, end, stop, kind)
            extra += way_extra
            late += way_late
    seconds = sum(duty_seconds(problem, duty) for duty in route.duties)
    if kind.battery_wh and previous is not None:
        wanted = vehicle.available.soc_wh if vehicle.soc_end_wh is None else vehicle.soc_end_wh
        lack = max(0, wanted - previous.soc_out)
        energy += lack * home_price(problem, vehicle.home, writer.horizon) / 1000
    return RouteCosts(
        fixed=fen(kind.fixed),
        distance=fen(Fraction(metres * kind.per_km, 1000)),
        time=fen(Fraction(seconds * kind.per_hour, 3600)),
        energy=fen(energy),
        lateness=fen(Fraction(late * problem.objective.late_per_hour, 3600)),
        extra=fen(extra),
    )


def tasks_of(problem: Problem, trip: Trip) -> list[tuple[Stop, Order, str]]:
    """(stop, order, end) for every end of an order done on a trip."""
    orders = {order.id: order for order in problem.orders}
    depots = [k for k, stop in enumerate(trip.stops) if stop.kind == "depot"]
    out: list[tuple[Stop, Order, str]] = []
    for k, stop in enumerate(trip.stops):
        pickup = stop.kind == "pickup" or (stop.kind == "depot" and k == depots[0])
        end = "pickup" if pickup else "delivery"
        out.extend((stop, orders[name], end) for name in stop.orders)
    return out


def used_way(order: Order, end: str, stop: Stop, kind: VehicleType) -> tuple[int, int]:
    """(extra cost, seconds late) of the alternative used: the least late window that holds."""
    best: tuple[int, int, int] | None = None
    can = set(kind.capabilities)
    for way in order.pickup if end == "pickup" else order.delivery:
        if stop.bay is None:
            if way.place != stop.place:
                continue
        elif all(choice.bay != stop.bay for choice in way.bays):
            continue
        windows: list[Window | None] = [*way.windows] or [None]
        for window in windows:
            fit = 0
            late = 0
            if window is not None:
                late = max(0, stop.start - window.end)
                fit = 0 if late == 0 else 1
                if not can.issuperset(window.needs):
                    fit = 2
                if stop.start < window.start or late > window.soft_late_s:
                    fit = 3
            if best is None or (fit, late) < best[:2]:
                best = (fit, late, way.extra_cost)
    return (0, 0) if best is None else (best[2], best[1])


def plan_objective(problem: Problem, routes: list[PlanRoute]) -> PlanObjective:
    """The whole plan's bill from the routes' printed lines."""
    weights = problem.objective
    carried: dict[str, str] = {}
    grams = 0
    spans: list[int] = []
    for route in routes:
        for duty in route.duties:
            spans.append(duty_seconds(problem, duty))
            for trip in duty.trips:
                for _, order, end in tasks_of(problem, trip):
                    if end == "delivery":
                        carried[order.id] = route.vehicle
        grams += sum(stop.leg.co2e_g for _, stop in stops_of(route) if stop.leg)
    missed = Counter(
        str(order.mandatory)
        for order in problem.orders
        if order.mandatory and order.id not in carried
    )
    mean = Fraction(sum(spans), len(spans)) if spans else Fraction(0)
    uneven = sum((max(Fraction(0), span - mean) for span in spans), Fraction(0))
    known = {order.id for order in problem.orders}
    changed = sum(
        carried.get(order) != vehicle
        for order, vehicle in weights.published.items()
        if order in known
    )
    bill = PlanObjective(
        missed={name: missed[name] for name in sorted(missed)},
        fixed=sum(r.costs.fixed for r in routes),
        distance=sum(r.costs.distance for r in routes),
        time=sum(r.costs.time for r in routes),
        energy=sum(r.costs.energy for r in routes),
        lateness=sum(r.costs.lateness for r in routes),
        extra=sum(r.costs.extra for r in routes),
        co2e=fen(Fraction(grams * weights.co2e_per_kg, 1000)),
        uneven=fen(uneven * weights.uneven_per_hour / 3600),
        change=fen(changed * weights.change_per_order),
        prizes=fen(sum(o.prize for o in problem.orders if not o.mandatory and o.id in carried)),
    )
    lines = bill.fixed + bill.distance + bill.time + bill.energy + bill.lateness + bill.extra
    weighed = bill.co2e + bill.uneven + bill.change - bill.prizes
    return _with_total(bill, lines + weighed)


def _with_total(bill: PlanObjective, total: int) -> PlanObjective:
    fields = {name: getattr(bill, name) for name in bill.__struct_fields__}
    fields["total"] = total
    return PlanObjective(**fields)
