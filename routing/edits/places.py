"""Where in a vehicle's day an order costs least: every place of it settled by the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routing.edits.lines import DayLine

if TYPE_CHECKING:
    from routing.edits.changes import Hand


def best_place(hand: Hand, vehicle: str, order: str, trip: int | None) -> tuple[int, int]:
    """(trip, position): the cheapest lawful one, else the one with the least detour."""
    options = _options(hand, vehicle, order, trip)
    solved = hand.settled()
    lawful: list[tuple[float, int, tuple[int, int]]] = []
    for k, (place, line) in enumerate(options):
        if solved.put(line) is None:
            lawful.append((solved.cost(vehicle), k, place))
    if lawful:
        return min(lawful)[2]
    metres = [(_metres(hand, vehicle, line), k) for k, (_, line) in enumerate(options)]
    return options[min(metres)[1]][0]


def _options(
    hand: Hand, vehicle: str, order: str, trip: int | None
) -> list[tuple[tuple[int, int], DayLine]]:
    """Every place on the vehicle, or on one of its trips, a trip of its own last."""
    trips = [item for duty in hand.line(vehicle).duties for item in duty.trips]
    numbers = range(len(trips) + 1) if trip is None else [trip]
    places = [
        (number, position)
        for number in numbers
        for position in range(len(trips[number].visits) + 1 if number < len(trips) else 1)
    ]
    return [(place, hand.with_orders(vehicle, *place, [order])) for place in places]


def _metres(hand: Hand, vehicle: str, line: DayLine) -> int:
    """The way of a sequence by each order's first places."""
    bench = hand.bench
    home = bench.vehicles[vehicle].home
    rows, table = bench.travel.places, bench.travel.metres_table
    total = 0
    for duty in line.duties:
        for trip in duty.trips:
            here = home
            stops = []
            for visit in trip.visits:
                order = bench.orders[visit.orders[0]]
                ways = order.pickup if visit.kind == "pickup" else order.delivery
                stops.append(ways[0].place)
            for there in [*stops, home]:
                total += int(table[rows[here], rows[there]])
                here = there
    return total
