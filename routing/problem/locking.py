"""E3020 and up: locks that lack something, contradict each other, or stand against a rule.

A lock against a rule is allowed where a waiver names the rule and the order.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from routing.problem.errors import InputError
from routing.problem.fleet import Vehicle, VehicleType
from routing.problem.orders import Order
from routing.problem.problem import Lock, Problem

_WANTS = {
    "vehicle": ("orders", "vehicle"),
    "not_vehicle": ("orders", "vehicle"),
    "sequence": ("orders",),
    "start_time": ("orders", "time"),
    "frozen_prefix": ("orders", "vehicle"),
    "charge": ("vehicle", "site", "time"),
}


def lock_errors(problem: Problem) -> Iterator[InputError]:
    """Errors of the locks; references must hold."""
    for k, lock in enumerate(problem.locks):
        for name in _WANTS[lock.kind]:
            if getattr(lock, name) in (None, []):
                yield InputError(
                    code="E3020",
                    path=f"$.locks[{k}].{name}",
                    cause=f"a lock of kind {lock.kind} says no {name}",
                    remedy=f"give {name}, or drop the lock",
                )
    yield from _against_locks(problem)
    yield from _against_rules(problem)


def _against(one: int, other: int, what: str) -> InputError:
    return InputError(
        code="E3021",
        path=f"$.locks[{other}]",
        cause=f"against $.locks[{one}]: {what}",
        remedy="drop one of the two locks",
    )


def _on_vehicle(lock: Lock) -> bool:
    return lock.kind in {"vehicle", "frozen_prefix"}


def _against_locks(problem: Problem) -> Iterator[InputError]:
    placed: dict[str, tuple[int, str | None]] = {}
    timed: dict[str, tuple[int, int | None]] = {}
    follows: dict[str, tuple[int, str]] = {}
    led: dict[str | None, tuple[int, Lock]] = {}
    for k, lock in enumerate(problem.locks):
        for order in lock.orders if _on_vehicle(lock) else []:
            there = placed.setdefault(order, (k, lock.vehicle))
            if there[1] != lock.vehicle:
                yield _against(there[0], k, f"{order!r} on {there[1]!r} and {lock.vehicle!r}")
        for order in lock.orders if lock.kind == "start_time" else []:
            when = timed.setdefault(order, (k, lock.time))
            if when[1] != lock.time:
                yield _against(when[0], k, f"{order!r} at {when[1]} and {lock.time}")
        for one, other in pairwise(lock.orders) if lock.kind == "sequence" else []:
            nxt = follows.setdefault(one, (k, other))
            back = follows.get(other)
            if nxt[1] != other:
                yield _against(nxt[0], k, f"{nxt[1]!r} and {other!r} both right after {one!r}")
            elif back is not None and back[1] == one:
                yield _against(back[0], k, f"{one!r} before {other!r} and after it")
        if lock.kind == "frozen_prefix":
            k0, first = led.setdefault(lock.vehicle, (k, lock))
            shared = min(len(first.orders), len(lock.orders))
            if first.orders[:shared] != lock.orders[:shared]:
                yield _against(k0, k, f"{lock.vehicle!r} begins in two ways")
    for k, lock in enumerate(problem.locks):
        for order in lock.orders if lock.kind == "not_vehicle" else []:
            kept = placed.get(order)
            if kept is not None and kept[1] == lock.vehicle:
                yield _against(kept[0], k, f"{order!r} on {lock.vehicle!r} and not on it")


def _against_rules(problem: Problem) -> Iterator[InputError]:
    waived = {(waiver.rule, waiver.subject) for waiver in problem.waivers}
    orders = {item.id: item for item in problem.orders}
    vehicles = {item.id: item for item in problem.vehicles}
    types = {item.id: item for item in problem.vehicle_types}
    for k, lock in enumerate(problem.locks):
        for name in lock.orders:
            broken: list[tuple[str, str]] = []
            if _on_vehicle(lock) and lock.vehicle is not None:
                vehicle = vehicles[lock.vehicle]
                broken = list(_misfits(orders[name], vehicle, types[vehicle.type]))
            if lock.kind == "start_time" and lock.time is not None:
                broken = list(_mistimed(orders[name], lock.time))
            for rule, cause in broken:
                if not waived & {(rule, name), (rule, lock.vehicle or name)}:
                    yield InputError(
                        code="E3022",
                        path=f"$.locks[{k}]",
                        cause=f"the lock of {name!r} is against rule {rule}: {cause}",
                        remedy=f"drop the lock, or add a waiver for rule {rule} on {name!r}",
                    )


def _misfits(order: Order, vehicle: Vehicle, kind: VehicleType) -> Iterator[tuple[str, str]]:
    lacking = sorted(set(order.needs) - set(kind.capabilities))
    if lacking:
        yield "needs", f"{vehicle.id!r} lacks {', '.join(lacking)}"
    if vehicle.shippers is not None and order.shipper not in vehicle.shippers:
        yield "vehicle_available", f"{vehicle.id!r} is closed to {order.shipper!r}"
    held = {name for room in kind.compartments for name in room.temperatures}
    if order.temperature not in (held or {"ambient"}):
        yield "temperature", f"{vehicle.id!r} cannot hold {order.temperature}"
    if order.weight_g > kind.payload_g:
        yield "weight", f"{order.weight_g} g on {kind.payload_g} g"
    if order.volume_cm3 > kind.volume_cm3:
        yield "volume", f"{order.volume_cm3} cm3 in {kind.volume_cm3} cm3"
    if kind.unit_places and order.unit_places > kind.unit_places:
        yield "unit_places", f"{order.unit_places} places in {kind.unit_places}"


def _mistimed(order: Order, time: int) -> Iterator[tuple[str, str]]:
    windows = [window for way in order.delivery for window in way.windows]
    anytime = any(not way.windows for way in order.delivery)
    if not anytime and not any(
        window.start <= time <= window.end + window.soft_late_s for window in windows
    ):
        yield "time_window", f"{time} is in none of its delivery windows"
    if order.due is not None and time > order.due:
        yield "release_due", f"{time} is after due {order.due}"
