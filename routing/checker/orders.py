"""orders, split, precedence, release_due, longest_ride: each order once, whole, in its order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from routing.checker.verdict import Violation
from routing.checker.walk import At, Walk


def across(walk: Walk) -> Iterator[Violation]:
    """What concerns an order's two ends and its being there at all."""
    yield from _once(walk)
    yield from _split(walk)
    yield from _ends(walk)
    yield from _after(walk)


def served(walk: Walk) -> set[str]:
    """Orders that are delivered somewhere."""
    return set(walk.delivered)


def _about(rule: str, order: str, amount: int, unit: str) -> Violation:
    return Violation(rule=rule, route=None, stop=None, amount=amount, unit=unit, subjects=(order,))


def _once(walk: Walk) -> Iterator[Violation]:
    index = walk.index
    raw = {
        order
        for route in walk.plan.routes
        for duty in route.duties
        for trip in duty.trips
        for stop in trip.stops
        for order in stop.orders
    }
    listed = Counter(item.order for item in walk.plan.unassigned)
    for item in walk.plan.unassigned:
        if item.order not in index.orders:
            yield _about("orders", item.order, 1, "unknown orders listed as unassigned")
        if not item.reasons:
            yield _about("orders", item.order, 1, "unassigned orders without a reason")
    for order in index.orders:
        if listed[order] > 1:
            yield _about("orders", order, listed[order] - 1, "times too often unassigned")
        if order in raw and listed[order]:
            yield _about("orders", order, 1, "orders both served and unassigned")
        if order not in raw and not listed[order]:
            yield _about("orders", order, 1, "orders neither served nor unassigned")
        for name, book in (("picked up", walk.picked), ("delivered", walk.delivered)):
            for _, at, _ in book.get(order, [])[1:]:
                yield at.violation("orders", 1, f"times too often {name}", order)
    for route in walk.routes:
        for at in route.stops:
            for task in at.tasks:
                if not task.found and at.stop.bay is None:
                    yield at.violation(
                        "orders", 1, "orders at a place that is none of theirs", task.order.id
                    )


def _split(walk: Walk) -> Iterator[Violation]:
    families: dict[str, list[str]] = {}
    for order in walk.index.orders:
        parent, mark, number = order.rpartition("#")
        if mark and number.isdigit():
            families.setdefault(parent, []).append(order)
    there = served(walk)
    for parent, children in families.items():
        missing = [child for child in children if child not in there]
        if not missing or len(missing) == len(children):
            continue
        if not all(walk.index.orders[child].parts_allowed for child in children):
            yield Violation(
                rule="split",
                route=None,
                stop=None,
                amount=len(missing),
                unit="parts missing",
                subjects=(parent, *children),
            )


def _ends(walk: Walk) -> Iterator[Violation]:
    for order_id in sorted(walk.picked.keys() | walk.delivered.keys()):
        order = walk.index.orders[order_id]
        ups = walk.picked.get(order_id, [])
        downs = walk.delivered.get(order_id, [])
        for _, at, _ in ups[:1]:
            if not downs:
                yield at.violation("precedence", 1, "orders picked up, never delivered", order_id)
            if order.release is not None and at.stop.start < order.release:
                short = order.release - at.stop.start
                yield at.violation("release_due", short, "s before release", order_id)
        for route, at, _ in downs[:1]:
            if not ups:
                yield at.violation("precedence", 1, "orders delivered, never picked up", order_id)
            if order.due is not None and at.stop.start > order.due:
                yield at.violation(
                    "release_due", at.stop.start - order.due, "s after due", order_id
                )
            for first_route, up, _ in ups[:1]:
                if first_route is not route:
                    yield at.violation("precedence", 1, "orders changing vehicle", order_id)
                elif _before(at, up):
                    yield at.violation("precedence", 1, "orders delivered before pickup", order_id)
                elif order.longest_ride_s is not None:
                    over = at.stop.start - up.stop.depart - order.longest_ride_s
                    if over > 0:
                        yield at.violation("longest_ride", over, "s", order_id)


def _before(one: At, other: At) -> bool:
    keys = [(item.duty_no, item.trip_no, item.stop_no) for item in (one, other)]
    return keys[0] < keys[1]


def _after(walk: Walk) -> Iterator[Violation]:
    for order_id, ups in walk.picked.items():
        _, at, _ = ups[0]
        for earlier in walk.index.orders[order_id].after:
            downs = walk.delivered.get(earlier, [])
            if not downs:
                yield at.violation(
                    "precedence", 1, "orders before their predecessor", order_id, earlier
                )
                continue
            late = downs[0][1].service_end - at.stop.start
            if late > 0:
                yield at.violation("precedence", late, "s before", order_id, earlier)
