"""What a vehicle may do at all, whatever the times: orders, places, sites, its free span."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from routing.problem import Order, Place, Problem, Vehicle, VehicleType


def unplannable(problem: Problem, vehicle: Vehicle, kind: VehicleType) -> str | None:
    """The rule that keeps a vehicle off the road all day, if any: a paper missing or lapsed."""
    day = service_date(problem)
    for name in kind.papers:
        valid = [p for p in vehicle.papers if p.kind == name and p.valid_to >= day]
        if not valid:
            return "papers"
    return None


def service_date(problem: Problem) -> str:
    """ISO local date of the horizon's middle: papers must be valid through it."""
    start = datetime.fromisoformat(problem.horizon.start)
    end = datetime.fromisoformat(problem.horizon.end)
    return (start + (end - start) / 2).astimezone(ZoneInfo(problem.horizon.tz)).date().isoformat()


def order_obstacles(
    problem: Problem, order: Order, vehicle: Vehicle, kind: VehicleType
) -> list[str]:
    """The rules by which an order may never ride on a vehicle, whatever the times."""
    found: list[str] = []
    for lock in problem.locks:
        if order.id in lock.orders and (
            (lock.kind in {"vehicle", "frozen_prefix"} and lock.vehicle != vehicle.id)
            or (lock.kind == "not_vehicle" and lock.vehicle == vehicle.id)
        ):
            found.append("lock")
            break
    if set(order.needs) - set(kind.capabilities):
        found.append("needs")
    rooms = [c for c in kind.compartments if order.temperature in c.temperatures]
    ambient_only = not kind.compartments and order.temperature != "ambient"
    if ambient_only or (kind.compartments and not rooms):
        found.append("temperature")
    payload = max((c.payload_g for c in rooms), default=kind.payload_g)
    volume = max((c.volume_cm3 for c in rooms), default=kind.volume_cm3)
    places = max((c.unit_places or 10**9 for c in rooms), default=10**9)
    if kind.unit_places:
        places = min(places, kind.unit_places)
    if order.weight_g > min(payload, kind.payload_g):
        found.append("weight")
    if order.volume_cm3 > min(volume, kind.volume_cm3):
        found.append("volume")
    if order.unit_places > places:
        found.append("unit_places")
    if vehicle.shippers is not None and order.shipper not in vehicle.shippers:
        found.append("vehicle_available")
    if unplannable(problem, vehicle, kind) is not None:
        found.append("papers")
    return found


def open_to(private_to: list[str] | None, vehicle: Vehicle) -> bool:
    """Whether a site serves the vehicle: it is public, or names it."""
    return private_to is None or vehicle.id in private_to


def yard_takes(place: Place, kind: VehicleType) -> bool:
    """Whether a place's yard and its approach take a vehicle of the kind."""
    limits = (
        (place.yard_max_length_mm, kind.length_mm),
        (place.yard_max_height_mm, kind.height_mm),
        (place.yard_max_mass_g, kind.gross_mass_g),
    )
    return all(not most or size <= most for most, size in limits)


def free_span(problem: Problem, vehicle: Vehicle, horizon_s: int) -> tuple[int, int]:
    """The longest time that other plans leave of the vehicle's availability."""
    until = vehicle.available.end
    spans = [(vehicle.available.start, horizon_s if until is None else min(until, horizon_s))]
    for held in problem.commitments:
        if held.thing == "vehicle" and held.id == vehicle.id:
            spans = [
                piece
                for s, e in spans
                for piece in ((s, min(e, held.start)), (max(s, held.end), e))
                if piece[0] < piece[1]
            ]
    return max(spans, key=lambda s: s[1] - s[0], default=(0, -1))
