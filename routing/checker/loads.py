"""weight, volume, unit_places, temperature, needs, goods: what is on board, and with what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from routing.checker.index import Index
from routing.checker.verdict import Violation
from routing.checker.walk import At, OnRoute, RouteWalk
from routing.problem import Compartment, Order, VehicleType

Sums = tuple[int, int, int]
_DIMENSIONS = (("weight", "g"), ("volume", "cm3"), ("unit_places", "places"))


def of_route(_: Index) -> OnRoute:
    """Follows the goods of a vehicle through its day."""
    return _follow


def _sums(orders: list[Order]) -> Sums:
    return (
        sum(order.weight_g for order in orders),
        sum(order.volume_cm3 for order in orders),
        sum(order.unit_places for order in orders),
    )


def _follow(route: RouteWalk) -> Iterator[Violation]:
    limits = (route.type.payload_g, route.type.volume_cm3, route.type.unit_places)
    can = set(route.type.capabilities)
    board: dict[str, Order] = {}
    classes: dict[str, list[int]] = {}
    peaks: dict[str, list[int]] = {}
    peak_at: At | None = None
    for at in route.stops:
        if at.role == "first":
            peaks = {name: sums[:] for name, sums in classes.items()}
            peak_at = at
        fresh: list[Order] = []
        for task in at.tasks:
            sign = 1 if task.end == "pickup" else -1
            if sign > 0:
                fresh.append(task.order)
                lacking = set(task.order.needs) - can
                if lacking:
                    yield at.violation("needs", len(lacking), "capabilities", task.order.id)
            elif task.order.id not in board:
                continue  # precedence says so
            else:
                del board[task.order.id]
            row = classes.setdefault(task.order.temperature, [0, 0, 0])
            for k, size in enumerate(_sums([task.order])):
                row[k] += sign * size
        yield from _company(at, board, fresh)
        board.update((order.id, order) for order in fresh)
        yield from _totals(at, classes, limits)
        for name, sums in classes.items():
            old = peaks.setdefault(name, [0, 0, 0])
            if any(new > had for new, had in zip(sums, old, strict=True)):
                peaks[name] = [max(pair) for pair in zip(sums, old, strict=True)]
                peak_at = at
        if at.role == "last" and peak_at is not None:
            yield from _temperature(peak_at, peaks, route.type)


def _totals(at: At, classes: dict[str, list[int]], limits: Sums) -> Iterator[Violation]:
    total = [sum(row[k] for row in classes.values()) for k in range(3)]
    load = at.stop.load
    told = (load.weight_g, load.volume_cm3, load.unit_places)
    for k, (rule, unit) in enumerate(_DIMENSIONS):
        if told[k] != total[k]:
            yield at.violation("structure", abs(told[k] - total[k]), f"{unit} of load off")
        limited = limits[k] > 0 or rule != "unit_places"
        if limited and total[k] > limits[k]:
            ids = [task.order.id for task in at.tasks]
            yield at.violation(rule, total[k] - limits[k], unit, *ids)


def _company(at: At, board: dict[str, Order], fresh: list[Order]) -> Iterator[Violation]:
    picky = [order for order in board.values() if _is_picky(order)]
    pairs: set[tuple[str, str]] = set()
    for position, order in enumerate(fresh):
        others = list(board.values()) if _is_picky(order) else picky
        for other in [*others, *fresh[:position]]:
            if _refuses(order, other) or _refuses(other, order):
                pairs.add((order.id, other.id))
    if pairs:
        ids = sorted({name for pair in pairs for name in pair})
        yield at.violation("goods", len(pairs), "pairs", *ids)


def _is_picky(order: Order) -> bool:
    return bool(order.never_with) or order.share_with is not None


def _refuses(order: Order, other: Order) -> bool:
    if other.shipper in order.never_with or other.goods in order.never_with:
        return True
    shares = order.share_with
    return shares is not None and other.shipper != order.shipper and other.shipper not in shares


def _temperature(at: At, peaks: dict[str, list[int]], kind: VehicleType) -> Iterator[Violation]:
    """Whether some setting of the compartments holds every class's peak of this trip."""
    wanted = {name: peak for name, peak in peaks.items() if any(peak)}
    if not kind.compartments:
        shorts = [_sum_of(peak for name, peak in wanted.items() if name != "ambient")]
    else:
        settings = product(*(room.temperatures or ["ambient"] for room in kind.compartments))
        shorts = [_short(kind.compartments, setting, wanted) for setting in settings]
    best = min(shorts)
    for amount, (_, unit) in zip(best, _DIMENSIONS, strict=True):
        if amount > 0:
            yield at.violation("temperature", amount, f"{unit} without a compartment")
            return


def _sum_of(rows: Iterable[Iterable[int]]) -> tuple[int, ...]:
    """Weight, volume and places, each summed over the rows."""
    return tuple(map(sum, zip((0, 0, 0), *rows, strict=True)))


def _short(
    rooms: list[Compartment], setting: tuple[str, ...], wanted: dict[str, list[int]]
) -> tuple[int, ...]:
    """Weight, volume and places that find no room when each compartment holds its set class."""
    shorts: list[Sums] = []
    for name, (weight, volume, places) in wanted.items():
        mine = [room for room, value in zip(rooms, setting, strict=True) if value == name]
        unlimited = any(room.unit_places == 0 for room in mine)
        shorts.append(
            (
                max(0, weight - sum(room.payload_g for room in mine)),
                max(0, volume - sum(room.volume_cm3 for room in mine)),
                0 if unlimited else max(0, places - sum(room.unit_places for room in mine)),
            )
        )
    return _sum_of(shorts)
