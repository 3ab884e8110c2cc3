"""The plan as a line of stops per vehicle, with what each stop means: role, tasks, service.

Nothing is judged here but what cannot be walked at all (unknown ids): that is ``structure``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from routing.checker.index import Index
from routing.checker.verdict import Violation
from routing.plan import Plan, PlanRoute, RouteCosts, Stop
from routing.problem import (
    Alternative,
    ChargingSite,
    Connector,
    Driver,
    Duty,
    Order,
    Vehicle,
    VehicleType,
    Window,
)

Role = Literal["before", "first", "inner", "last", "after"]
End = Literal["pickup", "delivery"]
INSIDE, SOFT, UNMET, OUTSIDE = range(4)


@dataclass(slots=True, frozen=True)
class Task:
    """One end of an order done at a stop, with the alternative and window it uses."""

    order: Order
    end: End
    alternative: Alternative
    window: Window | None
    fit: int
    late_s: int
    walk_s: int
    found: bool
    """False where no alternative of the order is at this place (or has this bay)."""


@dataclass(slots=True, frozen=True)
class Session:
    """A time on a connector (or a swap, without one)."""

    site: ChargingSite
    connector: Connector | None
    start: int
    end: int
    level: int
    """Charge when it begins, Wh."""
    gain: int


@dataclass(slots=True)
class At:
    """A stop in its place on the line."""

    route: str
    duty_no: int
    trip_no: int
    stop_no: int
    stop: Stop
    role: Role
    prev: At | None
    visit: int
    tasks: list[Task] = field(default_factory=list)
    service_s: int = 0
    session: Session | None = None
    drawn_wh: int = 0

    @property
    def label(self) -> str:
        """``d0.t1.s3``."""
        return f"d{self.duty_no}.t{self.trip_no}.s{self.stop_no}"

    @property
    def service_end(self) -> int:
        """When service ends; the rest until departure is waiting."""
        return self.stop.start + self.service_s

    def violation(self, rule: str, amount: int, unit: str, *subjects: str) -> Violation:
        """A violation here."""
        return Violation(
            rule=rule,
            route=self.route,
            stop=self.label,
            amount=amount,
            unit=unit,
            subjects=(self.route, *subjects),
        )


@dataclass(slots=True)
class DutyWalk:
    """One driver's turn as walked; ``start``/``end`` bound its duty time."""

    number: int
    duty: Duty
    driver: Driver
    stops: list[At]

    @property
    def start(self) -> int:
        """Arrival at the first depot stop, or at an attended session before it."""
        return self.opening.stop.arrive

    @property
    def end(self) -> int:
        """Departure from the last depot stop, or from an attended session after it."""
        return self.closing.stop.depart

    @property
    def opening(self) -> At:
        """The stop with which duty time begins."""
        for at in self.stops:
            attended = at.session is not None and at.session.site.attended
            if at.stop.kind == "depot" or attended:
                return at
        return self.stops[0]

    @property
    def closing(self) -> At:
        """The stop with which duty time ends."""
        for at in reversed(self.stops):
            attended = at.session is not None and at.session.site.attended
            if at.stop.kind == "depot" or attended:
                return at
        return self.stops[-1]


@dataclass(slots=True)
class RouteWalk:
    """One vehicle's day as walked."""

    plan: PlanRoute
    vehicle: Vehicle
    type: VehicleType
    duties: list[DutyWalk]
    stops: list[At]
    costs: RouteCosts = field(default_factory=RouteCosts)
    """The checker's own bill, once ``costs`` has written it."""

    def violation(self, rule: str, amount: int, unit: str, *subjects: str) -> Violation:
        """A violation of the route as a whole."""
        return Violation(
            rule=rule,
            route=self.vehicle.id,
            stop=None,
            amount=amount,
            unit=unit,
            subjects=(self.vehicle.id, *subjects),
        )


OnRoute = Callable[[RouteWalk], Iterator[Violation]]
"""Finds what one vehicle's day breaks by itself."""


@dataclass(slots=True)
class Walk:
    """The whole plan as walked; ``delivered``/``picked`` say where each order's ends are."""

    index: Index
    plan: Plan
    routes: list[RouteWalk]
    picked: dict[str, list[tuple[RouteWalk, At, Task]]]
    delivered: dict[str, list[tuple[RouteWalk, At, Task]]]


Book = dict[str, list[tuple[RouteWalk, At, Task]]]


def enter(walk: Walk, route: RouteWalk) -> None:
    """Put a walked route and its orders' ends into the walk of the whole plan."""
    walk.routes.append(route)
    for at in route.stops:
        for task in at.tasks:
            book = walk.picked if task.end == "pickup" else walk.delivered
            book.setdefault(task.order.id, []).append((route, at, task))


def unknown(index: Index, route: PlanRoute) -> Iterator[tuple[str | None, str]]:
    """What keeps a route from being walked: (stop, what is unknown there)."""
    if route.vehicle not in index.vehicles:
        yield None, "unknown vehicle"
    if not route.duties:
        yield None, "routes without a duty"
    for d, duty in enumerate(route.duties):
        if duty.duty not in index.duties:
            yield f"d{d}", "unknown duty"
        if duty.driver not in index.drivers:
            yield f"d{d}", "unknown driver"
        if not duty.trips:
            yield f"d{d}", "duties without a trip"
        for t, trip in enumerate(duty.trips):
            kinds = [stop.kind for stop in trip.stops]
            if kinds.count("depot") < 2:
                yield f"d{d}.t{t}", "trips without two depot stops"
            for s, stop in enumerate(trip.stops):
                label = f"d{d}.t{t}.s{s}"
                if stop.place not in index.places:
                    yield label, "unknown place"
                if stop.bay is not None and stop.bay not in index.bays:
                    yield label, "unknown bay"
                if stop.connector is not None and stop.connector not in index.connectors:
                    yield label, "unknown connector"
                for order in stop.orders:
                    if order not in index.orders:
                        yield label, "unknown order"


def walk_route(index: Index, route: PlanRoute) -> RouteWalk:
    """One route, whose ids are known, as a line of stops."""
    vehicle = index.vehicles[route.vehicle]
    kind = index.types[vehicle.type]
    line: list[At] = []
    duties: list[DutyWalk] = []
    prev: At | None = None
    visit = 0
    for d, plan_duty in enumerate(route.duties):
        mine: list[At] = []
        for t, trip in enumerate(plan_duty.trips):
            kinds = [stop.kind for stop in trip.stops]
            first = kinds.index("depot")
            last = len(kinds) - 1 - kinds[::-1].index("depot")
            for s, stop in enumerate(trip.stops):
                fresh = s == 0 or prev is None or _standing(prev.stop) != _standing(stop)
                visit += fresh
                at = At(route.vehicle, d, t, s, stop, _role(s, first, last), prev, visit)
                at.tasks = list(_tasks(index, at, kind))
                line.append(at)
                mine.append(at)
                prev = at
        duties.append(
            DutyWalk(d, index.duties[plan_duty.duty], index.drivers[plan_duty.driver], mine)
        )
    _serve(index, line)
    for at in line:
        _charge(index, at, kind)
    return RouteWalk(route, vehicle, kind, duties, line)


def _standing(stop: Stop) -> tuple[str, str | None]:
    return stop.place, stop.bay


def _role(number: int, first: int, last: int) -> Role:
    if number < first:
        return "before"
    if number == first:
        return "first"
    if number < last:
        return "inner"
    return "last" if number == last else "after"


def _tasks(index: Index, at: At, kind: VehicleType) -> Iterator[Task]:
    stop = at.stop
    if stop.kind == "pickup" or (stop.kind == "depot" and at.role == "first"):
        end: End = "pickup"
    elif stop.kind == "delivery" or (stop.kind == "depot" and at.role == "last"):
        end = "delivery"
    else:
        return
    for order_id in stop.orders:
        order = index.orders[order_id]
        yield _task(order, end, stop, frozenset(kind.capabilities))


def _task(order: Order, end: End, stop: Stop, can: frozenset[str]) -> Task:
    ways = order.pickup if end == "pickup" else order.delivery
    fitting = [way for way in ways if _serves(way, stop)]
    best: tuple[int, int, Alternative, Window | None] | None = None
    for way in fitting or ways[:1]:
        windows: list[Window | None] = [*way.windows] or [None]
        for window in windows:
            fit, late = _window_fit(window, stop.start, can)
            if best is None or (fit, late) < best[:2]:
                best = (fit, late, way, window)
    if best is None:  # an order without alternatives is an input error; nothing fits it
        best = (OUTSIDE, 0, Alternative(place=stop.place), None)
    fit, late, way, window = best
    walk_s = next((item.walk_s for item in way.bays if item.bay == stop.bay), 0)
    return Task(order, end, way, window, fit, late, walk_s, bool(fitting))


def _serves(way: Alternative, stop: Stop) -> bool:
    if stop.kind == "depot":
        at_bay = stop.bay is None or any(item.bay == stop.bay for item in way.bays)
        return way.place == stop.place and at_bay
    if stop.bay is None:
        return way.place == stop.place
    return any(item.bay == stop.bay for item in way.bays)


def _window_fit(window: Window | None, start: int, can: frozenset[str]) -> tuple[int, int]:
    """Kind of fit and seconds late (outside: seconds to the window, the soft part included)."""
    if window is None:
        return INSIDE, 0
    met = can.issuperset(window.needs)
    if window.start <= start <= window.end:
        return (INSIDE, 0) if met else (UNMET, 0)
    late = start - window.end
    if 0 < late <= window.soft_late_s:
        return (SOFT, late) if met else (UNMET, late)
    if late > 0:
        return OUTSIDE, late - window.soft_late_s
    return OUTSIDE, window.start - start


def _serve(index: Index, line: list[At]) -> None:
    """Service time of every stop: fixed once per visit, walking once per visit and place."""
    visit = 0
    fixed_paid = False
    places_paid: set[str] = set()
    for at in line:
        if at.visit != visit:
            visit, fixed_paid, places_paid = at.visit, False, set()
        if not at.tasks:
            continue
        work = sum(
            task.order.units
            * (task.order.load_unit_s if task.end == "pickup" else task.order.unit_s)
            for task in at.tasks
        )
        depot = index.depots.get(at.stop.place)
        if at.stop.kind == "depot":
            at.service_s = work + (depot.fixed_s if depot else 0)
            continue
        walks: dict[str, int] = {}
        alone: dict[str, int] = {}
        for task in at.tasks:
            place = task.alternative.place
            window = task.window
            extra = window.unattended_extra_s if window and window.unattended else 0
            walks[place] = max(walks.get(place, 0), task.walk_s)
            alone[place] = max(alone.get(place, 0), extra)
        at.service_s = work
        if not fixed_paid:
            bay = index.bays[at.stop.bay] if at.stop.bay is not None else None
            at.service_s += bay.fixed_s if bay else index.places[at.stop.place].fixed_s
            fixed_paid = True
        at.service_s += sum(walks[place] + alone[place] for place in walks.keys() - places_paid)
        places_paid |= walks.keys()


def _charge(index: Index, at: At, kind: VehicleType) -> None:
    """What is drawn standing, and the session with the charge it begins at and gains."""
    stop = at.stop
    span: tuple[int, int] | None = None
    site: ChargingSite | None = None
    plug: Connector | None = None
    if stop.connector is not None:
        site, plug = index.connectors[stop.connector]
    if stop.kind == "charge":
        span = (stop.start, stop.depart)
    elif stop.kind == "swap":
        span = (stop.start, stop.depart)
        site = next((item for item in index.sites_at.get(stop.place, []) if item.swap), None)
    elif stop.charge_start is not None and stop.charge_end is not None:
        span = (stop.charge_start, stop.charge_end)
    power = kind.stop_w if at.role == "inner" and kind.battery_wh else 0
    on = span[1] - span[0] if span else 0
    at.drawn_wh = -(-power * max(0, stop.depart - stop.arrive - on) // 3600)
    if span is None or site is None:
        return
    level = stop.soc_in - -(-power * max(0, span[0] - stop.arrive) // 3600)
    gain = stop.soc_out - stop.soc_in + at.drawn_wh
    at.session = Session(site, plug, span[0], span[1], level, gain)
