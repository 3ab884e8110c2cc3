"""A small problem made lenient, so that a day which breaks rules still gets a sound timetable.

What a sequence breaks whatever its times (too heavy, wrong goods, too late, too long a turn) is let
through; driving, service, charging and rest stay as they are. The checker then names what is let
through here, by the rules as they are.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from routing.problem import (
    Alternative,
    Duty,
    Interval,
    Order,
    Place,
    Problem,
    VehicleType,
    Window,
)
from routing.rules.base import horizon_s

HUGE = 10**9
LATE_S = 10**6
"""As late as can be: more than any horizon."""


def steps(problem: Problem) -> Iterator[Problem]:
    """The problem ever more lenient: what must be broken first, what should hold longest last."""
    late = _late(problem)
    yield late
    yield replace(late, rules=[], permits=[])
    free = _unbayed(late)
    yield free
    yield replace(free, rules=[], permits=[])
    tired = replace(free, duties=[replace(item, longest_driving_s=HUGE) for item in free.duties])
    yield tired
    yield replace(tired, rules=[], permits=[], vehicle_types=[*map(_empty, tired.vehicle_types)])


def _late(problem: Problem) -> Problem:
    """Goods, sizes and papers count nothing, everything may be late, turns never end."""
    end = horizon_s(problem)
    can = set.intersection(
        *(set(kind.capabilities) for kind in problem.vehicle_types), set(_all(problem))
    )
    names = [item.id for item in problem.vehicles]
    return replace(
        problem,
        orders=[_patient(order, can) for order in problem.orders],
        vehicle_types=[_roomy(kind) for kind in problem.vehicle_types],
        vehicles=[
            replace(item, shippers=None, available=replace(item.available, end=None))
            for item in problem.vehicles
        ],
        drivers=[
            replace(item, available=Interval(start=item.available.start, end=HUGE), duty_used_s=0)
            for item in problem.drivers
        ],
        duties=[_endless(duty, names) for duty in problem.duties],
        depots=[
            replace(
                depot,
                hours=[Interval(start=min((s.start for s in depot.hours), default=0), end=2 * end)],
            )
            for depot in problem.depots
        ],
        commitments=[item for item in problem.commitments if item.thing in {"bay", "connector"}],
        locks=[],
    )


def _all(problem: Problem) -> Iterator[str]:
    for kind in problem.vehicle_types:
        yield from kind.capabilities


def _patient(order: Order, can: set[str]) -> Order:
    return replace(
        order,
        pickup=[_soft(way, can) for way in order.pickup],
        delivery=[_soft(way, can) for way in order.delivery],
        needs=[],
        temperature="ambient",
        never_with=[],
        share_with=None,
        due=None,
        longest_ride_s=None,
    )


def _soft(way: Alternative, can: set[str]) -> Alternative:
    return replace(way, windows=[_soft_window(window, can) for window in way.windows])


def _soft_window(window: Window, can: set[str]) -> Window:
    needs = [need for need in window.needs if need in can]
    return replace(window, needs=needs, soft_late_s=LATE_S)


def _roomy(kind: VehicleType) -> VehicleType:
    return replace(kind, payload_g=HUGE, volume_cm3=HUGE, unit_places=0, compartments=[], papers=[])


def _endless(duty: Duty, vehicles: list[str]) -> Duty:
    shift = Interval(start=duty.shift.start, end=HUGE)
    return replace(duty, shift=shift, longest_s=HUGE, vehicles=vehicles)


def _unbayed(problem: Problem) -> Problem:
    """Bays are always free and open, every yard takes every vehicle."""
    whole = [Interval(start=0, end=HUGE)]
    return replace(
        problem,
        places=[_open(place) for place in problem.places],
        bays=[
            replace(bay, hours=whole, longest_stay_s=0, max_length_mm=0, max_mass_g=0)
            for bay in problem.bays
        ],
        commitments=[item for item in problem.commitments if item.thing != "bay"],
    )


def _open(place: Place) -> Place:
    return replace(place, yard=True, yard_max_length_mm=0, yard_max_height_mm=0, yard_max_mass_g=0)


def _empty(kind: VehicleType) -> VehicleType:
    return replace(kind, reserve_wh=0)
