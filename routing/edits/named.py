"""Who drives which trip, where a hand names drivers trip by trip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, islice, product

from routing.edits.lines import DayLine, DutyLine, TripLine
from routing.edits.records import HandDay
from routing.edits.workbench import Workbench
from routing.problem import Vehicle

TRIED = 4
"""How many ways to choose among a driver's several turns are tried."""


def drivers_of(day: HandDay) -> tuple[str, ...]:
    """The driver of each trip with stops, empty where no trip names one.

    A trip without a name goes on with the driver of the trip before, the first ones with the first
    that is named.
    """
    given = [trip.driver for trip in day.trips if any(stop.orders for stop in trip.stops)]
    first = next((name for name in given if name), None)
    if first is None:
        return ()
    filled: list[str] = []
    for name in given:
        filled.append(name or (filled[-1] if filled else first))
    return tuple(filled)


def named_turns(
    bench: Workbench, vehicle: Vehicle, trips: Sequence[TripLine], drivers: Sequence[str]
) -> Iterator[DayLine]:
    """The trips in the turns of their own drivers, those that may drive the vehicle first."""
    runs = [
        (name, [trip for trip, _ in pairs])
        for name, pairs in groupby(zip(trips, drivers, strict=True), key=lambda pair: pair[1])
    ]
    choices = [
        sorted(
            (duty for duty in bench.problem.duties if duty.driver == name),
            key=lambda duty: not bench.may_drive(duty, vehicle),
        )
        for name, _ in runs
    ]
    for chosen in islice(product(*choices), TRIED):
        yield DayLine(
            vehicle.id,
            tuple(
                DutyLine(duty.id, tuple(own)) for duty, (_, own) in zip(chosen, runs, strict=True)
            ),
        )
