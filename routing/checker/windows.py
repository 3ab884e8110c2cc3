"""time_window, night: when service starts, and what a window asks of the vehicle."""

from __future__ import annotations

from collections.abc import Iterator

from routing.checker.index import Index
from routing.checker.verdict import Violation
from routing.checker.walk import OUTSIDE, UNMET, At, OnRoute, RouteWalk


def of_route(index: Index) -> OnRoute:
    """Windows of both ends of every order, and the depots' hours of loading."""

    def find(route: RouteWalk) -> Iterator[Violation]:
        for at in route.stops:
            for task in at.tasks:
                if task.fit == OUTSIDE:
                    yield at.violation("time_window", max(1, task.late_s), "s", task.order.id)
                elif task.fit == UNMET and task.window is not None:
                    lacking = set(task.window.needs) - set(route.type.capabilities)
                    yield at.violation("night", len(lacking), "capabilities", task.order.id)
            if at.role == "first" and at.stop.kind == "depot" and at.tasks:
                yield from _loading(index, at)

    return find


def _loading(index: Index, at: At) -> Iterator[Violation]:
    depot = index.depots.get(at.stop.place)
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
