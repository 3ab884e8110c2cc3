"""Oversized orders, cut into whole units before the problem is hashed.

An order larger than the largest vehicle that could serve it becomes children ``id#1``, ``id#2``, …
of nearly equal units; what remains of weight, volume, places and prize by rounding goes to later
children. All are served or none unless the order allows parts (rule ``split``). One unit that is
too large stays as it is: no vehicle can serve it, and that is the plan's to say.
"""

from __future__ import annotations

import msgspec

from routing.problem.fleet import Compartment, Vehicle, VehicleType
from routing.problem.orders import Alternative, Order
from routing.problem.places import Bay, Place
from routing.problem.problem import Lock, Problem


def split_oversized(problem: Problem) -> Problem:
    """The problem with every oversized order replaced by its children.

    References (``after``, locks, ``published``) to a split order become references to all of its
    children; ``return_of`` to the first.
    """
    fleet = _Fleet(problem)
    children: dict[str, list[Order]] = {}
    for order in problem.orders:
        most = fleet.most_units(order)
        if 0 < most < order.units:
            children[order.id] = _children(order, -(-order.units // most))
    if not children:
        return problem
    names = {parent: [item.id for item in items] for parent, items in children.items()}
    orders = [
        _renamed(item, names)
        for order in problem.orders
        for item in children.get(order.id, [order])
    ]
    locks = [_relocked(lock, names) for lock in problem.locks]
    published = {
        child: vehicle
        for order, vehicle in problem.objective.published.items()
        for child in names.get(order, [order])
    }
    objective = msgspec.structs.replace(problem.objective, published=published)
    return msgspec.structs.replace(problem, orders=orders, locks=locks, objective=objective)


def _relocked(lock: Lock, names: dict[str, list[str]]) -> Lock:
    orders = [child for order in lock.orders for child in names.get(order, [order])]
    return msgspec.structs.replace(lock, orders=orders)


def _renamed(order: Order, names: dict[str, list[str]]) -> Order:
    after = [child for name in order.after for child in names.get(name, [name])]
    back = order.return_of
    if back is not None and back in names:
        back = names[back][0]
    return msgspec.structs.replace(order, after=after, return_of=back)


def _share(total: int, done: int, units: int, of: int) -> int:
    """What the units ``done``..``done + units`` of ``of`` have of a total; all shares sum to it."""
    return total * (done + units) // of - total * done // of


def _children(order: Order, count: int) -> list[Order]:
    items: list[Order] = []
    done = 0
    for k in range(count):
        units = order.units * (k + 1) // count - order.units * k // count
        items.append(
            msgspec.structs.replace(
                order,
                id=f"{order.id}#{k + 1}",
                units=units,
                weight_g=_share(order.weight_g, done, units, order.units),
                volume_cm3=_share(order.volume_cm3, done, units, order.units),
                unit_places=_share(order.unit_places, done, units, order.units),
                prize=_share(order.prize, done, units, order.units),
            )
        )
        done += units
    return items


class _Fleet:
    """How many units of an order the best compatible vehicle takes."""

    def __init__(self, problem: Problem) -> None:
        self._types: dict[str, VehicleType] = {item.id: item for item in problem.vehicle_types}
        self._vehicles = problem.vehicles
        self._places: dict[str, Place] = {item.id: item for item in problem.places}
        self._bays: dict[str, Bay] = {item.id: item for item in problem.bays}
        self._depots = {item.place for item in problem.depots}

    def most_units(self, order: Order) -> int:
        """The largest number of its units that one compatible vehicle can carry, at most all."""
        seen: set[str] = set()
        most = 0
        for vehicle in self._vehicles:
            open_to = vehicle.shippers is None or order.shipper in vehicle.shippers
            if vehicle.type in seen or not open_to:
                continue
            seen.add(vehicle.type)
            if self._compatible(order, vehicle):
                most = max(most, _units(order, self._types[vehicle.type]))
        return most

    def _compatible(self, order: Order, vehicle: Vehicle) -> bool:
        kind = self._types[vehicle.type]
        if not set(order.needs) <= set(kind.capabilities):
            return False
        return all(
            any(self._stands(way, kind) for way in ways) for ways in (order.pickup, order.delivery)
        )

    def _stands(self, way: Alternative, kind: VehicleType) -> bool:
        """Whether the kind fits the place's yard (or depot) or one of its bays."""
        place = self._places[way.place]
        if (place.yard or place.id in self._depots) and all(
            not limit or size <= limit
            for limit, size in (
                (place.yard_max_length_mm, kind.length_mm),
                (place.yard_max_height_mm, kind.height_mm),
                (place.yard_max_mass_g, kind.gross_mass_g),
            )
        ):
            return True
        return any(
            (not bay.max_length_mm or kind.length_mm <= bay.max_length_mm)
            and (not bay.max_mass_g or kind.gross_mass_g <= bay.max_mass_g)
            for bay in (self._bays[choice.bay] for choice in way.bays)
        )


def _units(order: Order, kind: VehicleType) -> int:
    """Units of the order that fit the kind and the compartments for its temperature."""
    rooms: list[Compartment | VehicleType]
    if kind.compartments:
        rooms = [room for room in kind.compartments if order.temperature in room.temperatures]
    else:
        rooms = [kind] if order.temperature == "ambient" else []
    if not rooms:
        return 0
    free = any(room.unit_places == 0 for room in rooms)
    limits = (
        (order.weight_g, min(kind.payload_g, sum(room.payload_g for room in rooms))),
        (order.volume_cm3, min(kind.volume_cm3, sum(room.volume_cm3 for room in rooms))),
        (order.unit_places, None if free else sum(room.unit_places for room in rooms)),
        (order.unit_places, kind.unit_places or None),
    )
    most = order.units
    for total, limit in limits:
        if limit is None or total <= limit:
            continue
        # the largest u whose share, rounded up, still fits: ceil(total · u / units) <= limit
        most = min(most, limit * order.units // total)
    return most
