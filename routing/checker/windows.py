"""time_window, night: when service starts, and what a window asks of the vehicle."""

from __future__ import annotations

from collections.abc import Iterator

from routing.checker.verdict import Violation
from routing.checker.walk import OUTSIDE, UNMET, At, Walk


def check(walk: Walk) -> Iterator[Violation]:
    """Windows of both ends of every order, and the depots' hours of loading."""
    for route in walk.routes:
        for at in route.stops:
            for task in at.tasks:
                if task.fit == OUTSIDE:
                    yield at.violation("time_window", max(1, task.late_s), "s", task.order.id)
                elif task.fit == UNMET and task.window is not None:
                    lacking = set(task.window.needs) - set(route.type.capabilities)
                    yield at.violation("night", len(lacking), "capabilities", task.order.id)
            if at.role == "first" and at.stop.kind == "depot" and at.tasks:
                yield from _loading(walk, at)


def _loading(walk: Walk, at: At) -> Iterator[Violation]:
    depot = walk.index.depots.get(at.stop.place)
    if depot is None:
        return
    over = min(
        (
            max(0, span.start - at.stop.start) + max(0, at.service_end - span.end)
            for span in depot.hours
        ),
        default=at.service_s,
    )
    if over > 0:
        yield at.violation("time_window", over, "s outside the depot's hours", at.stop.place)
