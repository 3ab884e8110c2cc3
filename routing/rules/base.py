"""What a rule is: words, use in a problem, relaxation, reason codes and remedies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from routing.problem import Interval, Problem, VehicleType, Window

HUGE = 10**12


@dataclass(frozen=True)
class Text:
    """A code with its words; ``{name}`` stands for a figure of the reason or remedy."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class Rule:
    """A rule of the planning problem.

    ``fields``: where it stands in the problem's schema. ``uses``: whether a problem asks for it.
    ``relax``: the problem without exactly this rule (unchanged where a plan could not be written
    at all without it: ``relaxable`` False). ``reasons`` and ``remedies`` are shown to people.
    """

    id: str
    zh: str
    en: str
    fields: tuple[str, ...]
    uses: Callable[[Problem], bool]
    relax: Callable[[Problem], Problem]
    reasons: tuple[Text, ...] = ()
    remedies: tuple[Text, ...] = ()
    relaxable: bool = True


def always(_: Problem) -> bool:
    """In use in every problem."""
    return True


def unchanged(problem: Problem) -> Problem:
    """Nothing to relax."""
    return problem


def horizon_s(problem: Problem) -> int:
    """Length of the horizon."""
    start = datetime.fromisoformat(problem.horizon.start)
    end = datetime.fromisoformat(problem.horizon.end)
    return int((end - start).total_seconds())


def whole(problem: Problem) -> Interval:
    """The horizon as an interval."""
    return Interval(start=0, end=horizon_s(problem))


def with_types(problem: Problem, change: Callable[[VehicleType], VehicleType]) -> Problem:
    """The problem with every vehicle type changed."""
    return replace(problem, vehicle_types=[change(kind) for kind in problem.vehicle_types])


def with_windows(problem: Problem, change: Callable[[Window], Window]) -> Problem:
    """The problem with every window of every order changed."""
    orders = [
        replace(
            order,
            pickup=[replace(w, windows=[change(x) for x in w.windows]) for w in order.pickup],
            delivery=[replace(w, windows=[change(x) for x in w.windows]) for w in order.delivery],
        )
        for order in problem.orders
    ]
    return replace(problem, orders=orders)


def windows(problem: Problem) -> list[Window]:
    """All windows of all orders."""
    return [
        window
        for order in problem.orders
        for way in [*order.pickup, *order.delivery]
        for window in way.windows
    ]
