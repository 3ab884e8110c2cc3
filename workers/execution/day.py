"""A plan's day as it is driven: each vehicle's stops with keys that outlive versions of the plan.

Read off the stored problem and plan beside the view that pages and papers are made from, so that
places, numbers and minutes are the same everywhere.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.language import active
from models.planning.tables import PlanVersion
from routing.formats.ours import read_plan, read_problem
from routing.plan import Plan, PlanRoute, Stop
from routing.problem import Order, Problem, Window
from workers.artefacts import ArtefactStore
from workers.execution.driving import driven_to
from workers.planning.clock import Clock
from workers.planning.read import ViewCache
from workers.planning.view_route import VISITS, served_place

View = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Task:
    """An order at a stop; ``window`` in seconds after the horizon's start, of a delivery."""

    order: str
    action: str
    place: str
    units: int
    window: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True)
class PlannedStop:
    """A stop of the vehicle's day, visits merged as on paper; times in seconds of the horizon.

    ``kind``: load, visit, charge, swap, rest, wait, back. ``opens``: before this no service begins.
    ``service_s``: how long it lasts; ``slack``: the plan stays longer than that. ``leg_s``: the way
    to it. ``driven_s``: driving without
    rest when it arrives. ``shown``: the view's stop.
    """

    key: str
    index: int
    kind: str
    trip: int
    arrive: int
    start: int
    depart: int
    opens: int
    service_s: int
    slack: bool
    leg_s: int
    driven_s: int
    tasks: tuple[Task, ...]
    shown: View = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class RouteDay:
    """One vehicle's day; ``shown``: the view's route, ``longest_driving_s``: the least allowed."""

    vehicle: str
    longest_driving_s: int
    stops: tuple[PlannedStop, ...]
    shown: View = field(repr=False)

    def stop(self, key: str) -> PlannedStop | None:
        """The stop of this key, if the plan still has it."""
        return next((stop for stop in self.stops if stop.key == key), None)

    def expected(self) -> dict[str, frozenset[str]]:
        """Stop key to the orders that it hands over, for the fold."""
        return {
            stop.key: frozenset(t.order for t in stop.tasks if t.action == "delivery")
            for stop in self.stops
        }


@dataclass(frozen=True, kw_only=True)
class Day:
    """All vehicles of a plan version. ``parts``: whole order to its parts as planned."""

    clock: Clock
    view: View = field(repr=False)
    routes: Mapping[str, RouteDay]
    deliveries: Mapping[str, tuple[str, str]]
    """Order (or part) to the vehicle and the key of the stop that delivers it."""
    pickups: Mapping[str, tuple[str, str]]
    """The same for stops that take it in on the way."""
    parts: Mapping[str, tuple[str, ...]]

    def second(self, moment: Any) -> int:
        """An instant as seconds after the horizon's start."""
        return int((moment - self.clock.start).total_seconds())


def build_day(problem: Problem, plan: Plan, view: View) -> Day:
    """The day of a plan, from what is stored of it and the view that is made of that."""
    context = _Context(problem)
    driven = {route.vehicle: driven_to(problem, route) for route in plan.routes}
    shown = {route["vehicle"]: route for route in view["routes"]}
    routes: dict[str, RouteDay] = {}
    deliveries: dict[str, tuple[str, str]] = {}
    pickups: dict[str, tuple[str, str]] = {}
    parts: dict[str, list[str]] = {}
    for route in plan.routes:
        stops = tuple(_stops(context, route, shown[route.vehicle], driven[route.vehicle]))
        routes[route.vehicle] = RouteDay(
            vehicle=route.vehicle,
            longest_driving_s=min(context.duties[d.duty].longest_driving_s for d in route.duties),
            stops=stops,
            shown=shown[route.vehicle],
        )
        for stop in stops:
            for task in stop.tasks:
                if task.action == "delivery":
                    deliveries[task.order] = (route.vehicle, stop.key)
                elif task.action == "pickup":
                    pickups[task.order] = (route.vehicle, stop.key)
    for order in problem.orders:
        parts.setdefault(order.id.split("#", 1)[0], []).append(order.id)
    return Day(
        clock=Clock(problem.horizon),
        view=view,
        routes=routes,
        deliveries=deliveries,
        pickups=pickups,
        parts={whole: tuple(ids) for whole, ids in parts.items()},
    )


class _Context:
    """A problem with what service times need looked up."""

    def __init__(self, problem: Problem) -> None:
        self.orders = {order.id: order for order in problem.orders}
        self.places = {place.id: place for place in problem.places}
        self.bays = {bay.id: bay for bay in problem.bays}
        self.depots = {depot.place: depot for depot in problem.depots}
        self.duties = {duty.id: duty for duty in problem.duties}


def _stops(
    context: _Context, route: PlanRoute, shown: View, driven: Sequence[int]
) -> Iterator[PlannedStop]:
    trips = [trip for duty in route.duties for trip in duty.trips]
    seen: dict[str, int] = {}
    index = raw = 0
    for number, (trip, view) in enumerate(zip(trips, shown["trips"], strict=True), start=1):
        groups = list(_merged(trip.stops))
        depots = [k for k, group in enumerate(groups) if group[0].kind == "depot"]
        for k, (group, drawn) in enumerate(zip(groups, view["stops"], strict=True)):
            kind = _kind(group[0], first=k == depots[0])
            tasks = tuple(_tasks(context, group, kind))
            base = _key(kind, group[0], tasks)
            seen[base] = seen.get(base, 0) + 1
            key = base if seen[base] == 1 else f"{base}-{seen[base]}"
            where = (index, number, kind, driven[raw])
            yield _stop(context, group, key, where=where, tasks=tasks, drawn=drawn)
            index, raw = index + 1, raw + len(group)


def _merged(stops: Sequence[Stop]) -> Iterator[list[Stop]]:
    """Consecutive visits at one standing together, as the view merges them."""
    group: list[Stop] = []
    for stop in stops:
        last = group[-1] if group else None
        same = (
            last is not None
            and {stop.kind, last.kind} <= VISITS
            and (last.place, last.bay) == (stop.place, stop.bay)
        )
        if group and not same:
            yield group
            group = []
        group.append(stop)
    if group:
        yield group


def _kind(stop: Stop, *, first: bool) -> str:
    if stop.kind == "depot":
        return "load" if first else "back"
    return "visit" if stop.kind in VISITS else stop.kind


def _key(kind: str, stop: Stop, tasks: Sequence[Task]) -> str:
    """A name of what is done where, the same in every version that does the same."""
    named = "|".join([stop.place, stop.bay or "", *sorted(f"{t.action}{t.order}" for t in tasks)])
    return f"{kind}-{hashlib.sha256(named.encode()).hexdigest()[:16]}"


def _tasks(context: _Context, group: Sequence[Stop], kind: str) -> Iterator[Task]:
    action = {"load": "load", "back": "delivery"}.get(kind, "")
    for stop in group:
        for order_id in stop.orders:
            order = context.orders[order_id]
            place, window = served_place(order, stop) if stop.kind in VISITS else (stop.place, None)
            yield Task(
                order=order_id,
                action=action or stop.kind,
                place=place,
                units=order.units,
                window=(window.start, window.end) if window else None,
            )


def _stop(
    context: _Context,
    group: list[Stop],
    key: str,
    *,
    where: tuple[int, int, str, int],
    tasks: tuple[Task, ...],
    drawn: View,
) -> PlannedStop:
    index, trip, kind, driven_s = where
    first, last = group[0], group[-1]
    stay = last.depart - first.start
    service = min(stay, _service(context, group, kind))
    windows = [task.window[0] for task in tasks if task.window]
    opens = first.start if first.start > first.arrive else max(windows, default=0)
    return PlannedStop(
        key=key,
        index=index,
        kind=kind,
        trip=trip,
        arrive=first.arrive,
        start=first.start,
        depart=last.depart,
        opens=min(opens, first.start) if kind != "load" else first.start,
        service_s=service,
        slack=stay > service,
        leg_s=first.leg.seconds if first.leg else 0,
        driven_s=driven_s,
        tasks=tasks,
        shown=drawn,
    )


def _service(context: _Context, group: Sequence[Stop], kind: str) -> int:
    """How long the work of a stop lasts, exactly as the plan's text says (``routing.plan``)."""
    first = group[0]
    if kind in {"load", "back"}:
        orders = [context.orders[o] for o in first.orders]
        depot = context.depots.get(first.place)
        if not orders:
            return 0
        per_unit = [o.load_unit_s if kind == "load" else o.unit_s for o in orders]
        units = sum(o.units * s for o, s in zip(orders, per_unit, strict=True))
        return (depot.fixed_s if depot else 0) + units
    if kind == "wait":
        return 0
    if kind != "visit":
        return group[-1].depart - first.start  # a session or rest lasts as planned
    bay = context.bays.get(first.bay or "")
    total = bay.fixed_s if bay else context.places[first.place].fixed_s
    walks: dict[str, int] = {}
    extra: dict[str, int] = {}
    for stop in group:
        for order_id in stop.orders:
            order = context.orders[order_id]
            place, window = served_place(order, stop)
            per_unit_s = order.load_unit_s if stop.kind == "pickup" else order.unit_s
            total += order.units * per_unit_s
            walks[place] = max(walks.get(place, 0), _walk(order, stop, place))
            extra[place] = max(extra.get(place, 0), _unattended(window))
    return total + sum(walks.values()) + sum(extra.values())


def _walk(order: Order, stop: Stop, place: str) -> int:
    ends = order.pickup if stop.kind == "pickup" else order.delivery
    return max(
        (
            choice.walk_s
            for end in ends
            if end.place == place
            for choice in end.bays
            if choice.bay == stop.bay
        ),
        default=0,
    )


def _unattended(window: Window | None) -> int:
    return window.unattended_extra_s if window and window.unattended else 0


class DayCache:
    """Days by the hashes of what they are read from and the language, while this process runs."""

    def __init__(self, store: ArtefactStore, views: ViewCache, size: int = 8) -> None:
        self._store = store
        self._views = views
        self._size = size
        self._lock = threading.Lock()
        self._days: OrderedDict[tuple[str, str, str, str], Day] = OrderedDict()

    def of(self, version: PlanVersion) -> Day | None:
        """The day of a version; None while it has no plan.

        Raises:
            ArtefactMissingError: what the version refers to is gone.
        """
        if version.problem_sha256 is None or version.plan_sha256 is None:
            return None
        names = version.names_sha256 or ""
        key = (version.problem_sha256, version.plan_sha256, names, active())
        with self._lock:
            if key in self._days:
                self._days.move_to_end(key)
                return self._days[key]
        view = self._views.of(version)
        if view is None:
            return None
        problem = read_problem(self._store.get(version.problem_sha256))
        day = build_day(problem, read_plan(self._store.get(version.plan_sha256)), view)
        with self._lock:
            self._days[key] = day
            while len(self._days) > self._size:
                self._days.popitem(last=False)
        return day
