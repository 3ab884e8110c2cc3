"""The exact plan: legs, loads, charge and costs by whole numbers and fractions.

The search hands over rows of stops; nothing of its floating point reaches the plan. Every figure
is computed here anew, and a disagreement with the search is an internal error, never papered over.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from routing.engines.ortools.bill import Bill, half_up
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
from routing.plan import Leg, Load, PlanDuty, PlanRoute, Stop, Trip
from routing.plan.plan import StopKind
from routing.problem import (
    ChargingSite,
    Connector,
    Order,
    Vehicle,
    VehicleType,
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
        self.bill = Bill(problem)
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
        return PlanRoute(vehicle=vehicle.id, duties=duties, costs=self.bill.route_costs(route))

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
        cost = Fraction(metres * kind.per_km, 1000) + self.bill.fuel(kind, wh, depart)
        return Leg(
            metres=metres,
            seconds=seconds,
            wh=wh,
            cost=half_up(cost),
            co2e_g=half_up(Fraction(wh * kind.co2e_mg_per_kwh, 1_000_000)),
        )
