"""travel: metres, seconds, Wh, cost and emissions of every leg, computed anew.

The arithmetic is that of ``GreatCircleTravel``, ``TableTravel``, ``EnergyUse`` and the plan's text.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator

from routing.checker.index import Index
from routing.checker.verdict import Violation
from routing.checker.walk import OnRoute, RouteWalk
from routing.problem import (
    GreatCircleTravel,
    NetworkTravel,
    Place,
    SpeedStep,
    TableSlice,
    TableTravel,
    VehicleType,
)

EARTH_M = 6371008.8


class UncheckableTravelError(ValueError):
    """The problem's travel is a road network, whose arcs the checker cannot read yet."""


def half_up(numerator: int, denominator: int) -> int:
    """The quotient of whole numbers, rounded to the nearest, halves up."""
    return (2 * numerator + denominator) // (2 * denominator)


def great_circle_m(one: Place, other: Place, detour_permille: int) -> int:
    """Metres from one place to the other."""
    lat1, lat2 = math.radians(one.lat), math.radians(other.lat)
    half_lat = (lat2 - lat1) / 2
    half_lon = math.radians(other.lon - one.lon) / 2
    h = math.sin(half_lat) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
    metres = 2 * EARTH_M * math.asin(math.sqrt(min(1.0, h)))
    return math.floor(metres * detour_permille / 1000 + 0.5)


def drive_s(steps: list[SpeedStep], metres: int, depart: int) -> int:
    """Seconds for the way at each step's speed in turn, rounded up once at the end."""
    left = metres * 3600
    k = max(0, bisect_right(steps, depart, key=lambda step: step.start) - 1)
    now = depart
    while k + 1 < len(steps):
        reach = steps[k].metres_per_hour * (steps[k + 1].start - now)
        if left <= reach:
            break
        left -= reach
        now = steps[k + 1].start
        k += 1
    return now - depart + -(-left // steps[k].metres_per_hour)


def table_s(slices: list[TableSlice], row: int, column: int, depart: int) -> int:
    """Seconds to the earliest arrival over all departures from ``depart`` on."""
    k = max(0, bisect_right(slices, depart, key=lambda item: item.start) - 1)
    arrive = depart + slices[k].seconds[row][column]
    for later in slices[k + 1 :]:
        arrive = min(arrive, later.start + later.seconds[row][column])
    return arrive - depart


def leg_wh(kind: VehicleType, metres: int, seconds: int, depart: int, load_g: int) -> int:
    """Energy of a leg, rounded up once."""
    k = max(0, bisect_right(kind.use, depart, key=lambda item: item.start) - 1)
    use = kind.use[k]
    kilograms = -(-load_g // 1000)
    by_way = metres * (use.base_mwh_per_km * 1000 + use.load_mwh_per_tkm * kilograms)
    return -(-(by_way * 36 + use.drive_w * seconds * 10_000_000) // 36_000_000_000)


class Travel:
    """Metres and seconds of a problem, with what was computed kept."""

    def __init__(self, index: Index) -> None:
        travel = index.problem.travel
        if isinstance(travel, NetworkTravel):
            raise UncheckableTravelError(
                "travel.kind network: this version checks great_circle and table"
            )
        self._index = index
        self._travel: GreatCircleTravel | TableTravel = travel
        self._metres: dict[tuple[str, str], int] = {}
        self._rows: dict[str, int] = {}
        if isinstance(travel, TableTravel):
            self._rows = {place: row for row, place in enumerate(travel.places)}

    def leg(self, profile: str, origin: str, target: str, depart: int) -> tuple[int, int]:
        """(metres, seconds) from ``origin`` at ``depart`` to ``target``."""
        travel = self._travel
        if isinstance(travel, GreatCircleTravel):
            key = (origin, target)
            metres = self._metres.get(key)
            if metres is None:
                places = self._index.places
                metres = great_circle_m(places[origin], places[target], travel.detour_permille)
                self._metres[key] = metres
            return metres, drive_s(travel.profiles[profile], metres, depart)
        slices = travel.profiles[profile]
        row, column = self._rows[origin], self._rows[target]
        k = max(0, bisect_right(slices, depart, key=lambda item: item.start) - 1)
        return slices[k].metres[row][column], table_s(slices, row, column, depart)


def of_route(index: Index) -> OnRoute:
    """Every leg's figures against the checker's own."""
    travel = Travel(index)

    def find(route: RouteWalk) -> Iterator[Violation]:
        kind = route.type
        for at in route.stops:
            leg, prev = at.stop.leg, at.prev
            if leg is None or prev is None:
                continue
            depart = prev.stop.depart
            metres, seconds = travel.leg(kind.profile, prev.stop.place, at.stop.place, depart)
            wh = leg_wh(kind, metres, seconds, depart, prev.stop.load.weight_g)
            cost = half_up(_leg_cost(index, kind, metres, wh, depart), 1000)
            grams = half_up(wh * kind.co2e_mg_per_kwh, 1_000_000)
            for told, own, unit in (
                (leg.metres, metres, "m"),
                (leg.seconds, seconds, "s"),
                (leg.wh, wh, "Wh"),
                (leg.cost, cost, "milli-fen"),
                (leg.co2e_g, grams, "g CO2e"),
                (len(leg.arcs), 0, "arcs without a network"),
            ):
                if told != own:
                    yield at.violation("travel", abs(told - own), unit)

    return find


def _leg_cost(index: Index, kind: VehicleType, metres: int, wh: int, depart: int) -> int:
    """Distance and fuel, in thousandths of a milli-fen."""
    return metres * kind.per_km + fuel_cost(index, kind, wh, depart)


def fuel_cost(index: Index, kind: VehicleType, wh: int, depart: int) -> int:
    """Fuel of a leg in thousandths of a milli-fen; 0 where a battery is followed."""
    if kind.battery_wh or kind.fuel_tariff is None:
        return 0
    steps = index.tariffs[kind.fuel_tariff].steps
    k = max(0, bisect_right(steps, depart, key=lambda step: step.start) - 1)
    return wh * steps[k].per_kwh
