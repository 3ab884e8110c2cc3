"""The natural timetable of a day that breaks rules: what a driver would do who drives it anyway.

Leaves as late as still reaches the first window, waits for windows and for bans to end, serves late
where it must, never loads less than ordered. Every figure follows the plan's text, so that the
checker refutes only what the sequence itself breaks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from routing.edits.lines import DayLine, End, TripLine, Visit
from routing.plan import Leg, Load, PlanDuty, PlanRoute, Stop, Trip
from routing.plan.plan import StopKind
from routing.problem import Alternative, Order, Problem, Vehicle, VehicleType, Window
from routing.travel import Travel, leg_wh

Option = tuple[str, str | None, Alternative]
"""A place to stand at, its bay if any, and the alternative that it serves."""


@dataclass(frozen=True)
class Standing:
    """Where a visit stands: place and bay, with the orders served from there."""

    place: str
    bay: str | None
    ways: tuple[tuple[Order, Alternative], ...]


@dataclass
class Step:
    """A stop on the way to be written; ``depart`` grows while the vehicle waits."""

    kind: StopKind
    place: str
    bay: str | None
    orders: list[str]
    arrive: int
    start: int
    depart: int
    load: Load
    soc_in: int = 0
    soc_out: int = 0
    leg: Leg | None = None
    inner: bool = False


@dataclass
class Walk:
    """A vehicle on its way."""

    place: str
    now: int
    soc: int
    board: list[Order] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    paid: set[str] | None = None
    """Places whose walking this visit has paid; None: not even its fixed time."""
    later: int = 0
    """By how much the day is to begin later than it could."""
    waited: int = 0
    """Seconds of waiting since the day began that a later start would save."""
    slack: int = 10**9
    """By how much the day could begin later without being late where it is not."""


class Natural:
    """Natural timetables of one (small) problem."""

    def __init__(self, problem: Problem, whole: Travel | None = None) -> None:
        self.problem = problem
        self.travel = Travel(problem, whole)
        self.orders = {item.id: item for item in problem.orders}
        self.vehicles = {item.id: item for item in problem.vehicles}
        self.types = {item.id: item for item in problem.vehicle_types}
        self.drivers = {item.id: item for item in problem.drivers}
        self.duties = {item.id: item for item in problem.duties}
        self.places = {item.id: item for item in problem.places}
        self.bays = {item.id: item for item in problem.bays}
        self.depots = {item.place: item for item in problem.depots}
        self.tariffs = {item.id: item for item in problem.tariffs}

    def route(self, line: DayLine) -> PlanRoute:
        """The day, costs not yet told."""
        line = self._begun(line)
        soonest = self._day(line, 0)
        later = min(soonest.waited, soonest.slack)
        chosen = soonest
        if later > 0:
            put_off = self._day(line, later)
            if put_off.steps[-1].depart <= soonest.steps[-1].depart:
                chosen = put_off
        return self._written(line, chosen)

    def _begun(self, line: DayLine) -> DayLine:
        """A day that begins away from where the vehicle is begins with the way there."""
        place = self.vehicles[line.vehicle].available.place
        first = line.duties[0]
        if first.trips[0].depot in {None, place}:
            return line
        way = TripLine((), place)
        return line._replace(duties=(first._replace(trips=(way, *first.trips)), *line.duties[1:]))

    def _day(self, line: DayLine, later: int) -> Walk:
        vehicle = self.vehicles[line.vehicle]
        kind = self.types[vehicle.type]
        free = vehicle.available
        soc = free.soc_wh if kind.battery_wh else 0
        walk = Walk(free.place, max(0, free.start), soc, later=later)
        trips = [(duty, trip) for duty in line.duties for trip in duty.trips]
        for number, (duty, trip) in enumerate(trips):
            opening = duty.trips[0] is trip
            if opening:
                turn = self.duties[duty.duty]
                begin = max(turn.shift.start, self.drivers[turn.driver].available.start)
                walk.now = max(walk.now, begin)
            last = number + 1 == len(trips)
            goal = vehicle.home if last else (trips[number + 1][1].depot or vehicle.home)
            after = [visit for _, item in trips[number + 1 :] for visit in item.visits]
            self._trip(walk, vehicle, trip, goal, opening=opening, after=after)
        return walk

    def _trip(
        self,
        walk: Walk,
        vehicle: Vehicle,
        trip: TripLine,
        goal: str,
        *,
        opening: bool,
        after: Iterable[Visit],
    ) -> None:
        kind = self.types[vehicle.type]
        loads = self._loads(walk, trip)
        first = len(walk.steps)
        self._load(walk, vehicle, trip, loads, opening=opening)
        later = {o for visit in after if visit.kind == "delivery" for o in visit.orders}
        for visit in trip.visits:
            for standing in self._standings(walk, vehicle, visit):
                self._visit(walk, vehicle, visit.kind, standing)
        here = {o for visit in trip.visits if visit.kind == "pickup" for o in visit.orders}
        back = [
            order
            for order in walk.board
            if order.id in here
            and order.id not in later
            and any(way.place == goal for way in order.delivery)
        ]
        self._home(walk, vehicle, goal, back)
        for step in walk.steps[first + 1 : -1]:
            step.inner = True
        self._charges(walk, kind, first)

    def _loads(self, walk: Walk, trip: TripLine) -> list[Order]:
        """What the depot must load: deliveries not on board and not picked up before."""
        board = {order.id for order in walk.board}
        loads: list[Order] = []
        for visit in trip.visits:
            for name in visit.orders:
                if visit.kind == "pickup":
                    board.add(name)
                elif name in board:
                    board.discard(name)
                else:
                    loads.append(self.orders[name])
        return list({order.id: order for order in loads}.values())

    def _load(
        self, walk: Walk, vehicle: Vehicle, trip: TripLine, loads: list[Order], *, opening: bool
    ) -> None:
        depot = self.depots.get(walk.place)
        work = sum(order.units * order.load_unit_s for order in loads)
        work += depot.fixed_s if depot and loads else 0
        arrive = start = walk.now
        if loads:
            start = max([start, *(order.release or 0 for order in loads)])
            for order in loads:
                way = next((w for w in order.pickup if w.place == walk.place), None)
                if way is not None:
                    start = self._begin(way.windows, start, vehicle)
            spans = [s for s in depot.hours if start + work <= s.end] if depot else []
            if spans:
                start = max(start, min(span.start for span in spans))
        if trip.start is not None:
            start = max(start, trip.start)
        elif opening and trip.visits:
            start = max(start, self._as_late(walk, vehicle, trip, start + work) - work)
        start += walk.later
        walk.later = 0
        arrive = start if opening else arrive
        walk.board = [*walk.board, *loads]
        walk.paid = None
        times = (arrive, start, start + work)
        walk.steps.append(self._step(walk, "depot", walk.place, loads, times))
        walk.now = start + work

    def _as_late(self, walk: Walk, vehicle: Vehicle, trip: TripLine, ready: int) -> int:
        """The latest departure that is at the first visit when its window opens."""
        standing = next(self._standings(walk, vehicle, trip.visits[0], ready), None)
        if standing is None or standing.place == walk.place:
            return ready
        arrive = self._arrival(vehicle, walk.place, standing.place, ready)[1]
        begin = max(self._begin(way.windows, arrive, vehicle) for _, way in standing.ways)
        if begin <= arrive:
            return ready
        low, high = ready, begin
        while low + 1 < high:
            middle = (low + high) // 2
            if self._arrival(vehicle, walk.place, standing.place, middle)[1] <= begin:
                low = middle
            else:
                high = middle
        return low

    def _standings(
        self, walk: Walk, vehicle: Vehicle, visit: Visit, ready: int | None = None
    ) -> Iterator[Standing]:
        """Where the visit's orders are served: together where one standing serves them."""
        left = [self.orders[name] for name in visit.orders]
        while left:
            ways = left[0].pickup if visit.kind == "pickup" else left[0].delivery
            options: list[Option] = [
                (way.place, None, way)
                for way in ways
                if self.places[way.place].yard or way.place in self.depots or not way.bays
            ]
            options += [
                (self.bays[choice.bay].place, choice.bay, way)
                for way in ways
                for choice in way.bays
            ]
            now = walk.now if ready is None else ready
            place, bay, _ = min(
                options, key=lambda option: self._rank(walk.place, now, vehicle, option)
            )
            served: list[tuple[Order, Alternative]] = []
            for order in left:
                way = _way(order, visit.kind, place, bay)
                if way is None:
                    break
                served.append((order, way))
            left = left[len(served) :]
            yield Standing(place, bay, tuple(served))

    def _rank(
        self, here: str, now: int, vehicle: Vehicle, option: Option
    ) -> tuple[int, int, int, int]:
        """The fewest faults first, then the earliest start, then the yard."""
        place, bay, way = option
        kind = self.types[vehicle.type]
        arrive = self._arrival(vehicle, here, place, now)[1]
        start = self._begin(way.windows, arrive, vehicle)
        late = bool(way.windows) and all(start > w.end + w.soft_late_s for w in way.windows)
        faults = int(late) + self._unfit(kind, place, bay)
        if bay is not None:
            held = self.bays[bay]
            closed = not any(s.start <= arrive and start < s.end for s in held.hours)
            taken = sum(
                item.thing == "bay" and item.id == bay and item.start <= start < item.end
                for item in self.problem.commitments
            )
            faults += closed + (taken >= held.spaces)
        return faults, start, way.extra_cost, bay is not None

    def _unfit(self, kind: VehicleType, place: str, bay: str | None) -> int:
        if bay is not None:
            held = self.bays[bay]
            limits = [(held.max_length_mm, kind.length_mm), (held.max_mass_g, kind.gross_mass_g)]
        else:
            yard = self.places[place]
            limits = [
                (yard.yard_max_length_mm, kind.length_mm),
                (yard.yard_max_height_mm, kind.height_mm),
                (yard.yard_max_mass_g, kind.gross_mass_g),
            ]
        unfit = sum(bool(limit) and size > limit for limit, size in limits)
        return unfit + (bay is None and not self.places[place].yard and place not in self.depots)

    def _begin(self, windows: list[Window], arrive: int, vehicle: Vehicle) -> int:
        """When service starts: in the first window still open that the vehicle may use, or now."""
        can = set(self.types[vehicle.type].capabilities)
        for usable in (
            [window for window in windows if can.issuperset(window.needs)],
            windows,
        ):
            still = [max(arrive, w.start) for w in usable if arrive <= w.end + w.soft_late_s]
            if still:
                return min(still)
        return arrive

    def _arrival(self, vehicle: Vehicle, i: str, j: str, ready: int) -> tuple[int, int]:
        """(departure, arrival): as early as lawful, or at once where no hour is."""
        if i == j:
            return ready, ready
        leave = self.travel.departure(vehicle.id, i, j, ready)
        at = ready if leave is None else leave
        profile = self.types[vehicle.type].profile
        return at, at + self.travel.seconds(profile, i, j, at)

    def _drive(self, walk: Walk, vehicle: Vehicle, place: str) -> tuple[int, Leg | None]:
        """Go there; (arrival, leg). The stop before stands until it leaves."""
        if place == walk.place:
            return walk.now, None
        depart, arrive = self._arrival(vehicle, walk.place, place, walk.now)
        last = walk.steps[-1]
        last.depart = depart
        kind = self.types[vehicle.type]
        metres = self.travel.metres(kind.profile, walk.place, place, depart)
        seconds = arrive - depart
        wh = leg_wh(kind, depart, metres, seconds, last.load.weight_g)
        cost = Fraction(metres * kind.per_km, 1000)
        if not kind.battery_wh and kind.fuel_tariff is not None:
            cost += Fraction(wh * self._price(kind.fuel_tariff, depart), 1000)
        grams = Fraction(wh * kind.co2e_mg_per_kwh, 1_000_000)
        leg = Leg(
            metres=metres, seconds=seconds, wh=wh, cost=_half_up(cost), co2e_g=_half_up(grams)
        )
        walk.place = place
        return arrive, leg

    def _price(self, tariff: str, t: int) -> int:
        steps = self.tariffs[tariff].steps
        return [steps[0], *(step for step in steps if step.start <= t)][-1].per_kwh

    def _visit(self, walk: Walk, vehicle: Vehicle, end: End, standing: Standing) -> None:
        before = walk.steps[-1]
        if (before.place, before.bay) != (standing.place, standing.bay):
            walk.paid = None
        arrive, leg = self._drive(walk, vehicle, standing.place)
        start = arrive
        for order, way in standing.ways:
            start = max(start, self._begin(way.windows, start, vehicle))
            if end == "pickup" and order.release is not None:
                start = max(start, order.release)
        work = self._work(walk, end, standing, start, vehicle)
        walk.waited += start - arrive
        for _, way in standing.ways:
            inside = [w.end for w in way.windows if w.start <= start <= w.end]
            if inside:
                walk.slack = min(walk.slack, walk.waited + max(inside) - start)
        orders = [order for order, _ in standing.ways]
        if end == "pickup":
            walk.board = [*walk.board, *orders]
        else:
            gone = {order.id for order in orders}
            walk.board = [order for order in walk.board if order.id not in gone]
        step = self._step(
            walk,
            end,
            standing.place,
            orders,
            (arrive, start, start + work),
            bay=standing.bay,
            leg=leg,
        )
        step.inner = True
        walk.steps.append(step)
        walk.now = start + work

    def _work(self, walk: Walk, end: End, standing: Standing, start: int, vehicle: Vehicle) -> int:
        """Seconds of service; what is paid once per visit, or per place of it, is paid once."""
        work = 0
        walks: dict[str, int] = {}
        alone: dict[str, int] = {}
        for order, way in standing.ways:
            work += order.units * (order.load_unit_s if end == "pickup" else order.unit_s)
            walk_s = next((item.walk_s for item in way.bays if item.bay == standing.bay), 0)
            window = _window(way.windows, start, set(self.types[vehicle.type].capabilities))
            extra = window.unattended_extra_s if window and window.unattended else 0
            walks[way.place] = max(walks.get(way.place, 0), walk_s)
            alone[way.place] = max(alone.get(way.place, 0), extra)
        if walk.paid is None:
            bay = None if standing.bay is None else self.bays[standing.bay]
            work += self.places[standing.place].fixed_s if bay is None else bay.fixed_s
            walk.paid = set()
        fresh = walks.keys() - walk.paid
        walk.paid |= fresh
        return work + sum(walks[place] + alone[place] for place in fresh)

    def _home(self, walk: Walk, vehicle: Vehicle, goal: str, back: list[Order]) -> None:
        arrive, leg = self._drive(walk, vehicle, goal)
        start = arrive
        work = 0
        for order in back:
            way = next(w for w in order.delivery if w.place == goal)
            start = max(start, self._begin(way.windows, start, vehicle))
            work += order.units * order.unit_s
        depot = self.depots.get(goal)
        work += depot.fixed_s if depot and back else 0
        gone = {order.id for order in back}
        walk.board = [order for order in walk.board if order.id not in gone]
        times = (arrive, start, start + work)
        walk.steps.append(self._step(walk, "depot", goal, back, times, leg=leg))
        walk.now = start + work

    def _charges(self, walk: Walk, kind: VehicleType, first: int) -> None:
        """Charge along the trip; standing draws what the type draws, never below empty."""
        if not kind.battery_wh:
            return
        for step in walk.steps[first:]:
            walk.soc = max(0, walk.soc - (step.leg.wh if step.leg else 0))
            step.soc_in = walk.soc
            if step.inner:
                walk.soc -= -(-kind.stop_w * max(0, step.depart - step.arrive) // 3600)
                walk.soc = max(0, walk.soc)
            step.soc_out = walk.soc

    def _step(
        self,
        walk: Walk,
        kind: StopKind,
        place: str,
        orders: list[Order],
        times: tuple[int, int, int],
        *,
        bay: str | None = None,
        leg: Leg | None = None,
    ) -> Step:
        arrive, start, depart = times
        load = Load(
            weight_g=sum(order.weight_g for order in walk.board),
            volume_cm3=sum(order.volume_cm3 for order in walk.board),
            unit_places=sum(order.unit_places for order in walk.board),
        )
        names = [order.id for order in orders]
        return Step(kind, place, bay, names, arrive, start, depart, load, leg=leg)

    def _written(self, line: DayLine, walk: Walk) -> PlanRoute:
        steps = iter(walk.steps)
        duties = []
        for duty in line.duties:
            trips = [Trip(stops=list(_trip_stops(steps))) for _ in duty.trips]
            turn = self.duties[duty.duty]
            duties.append(PlanDuty(duty=turn.id, driver=turn.driver, trips=trips))
        return PlanRoute(vehicle=line.vehicle, duties=duties)


def _trip_stops(steps: Iterator[Step]) -> Iterator[Stop]:
    """The stops of the next trip: from a depot stop to the next one."""
    depots = 0
    for step in steps:
        yield Stop(
            kind=step.kind,
            place=step.place,
            bay=step.bay,
            orders=step.orders,
            arrive=step.arrive,
            start=step.start,
            depart=step.depart,
            load=step.load,
            soc_in=step.soc_in,
            soc_out=step.soc_out,
            leg=step.leg,
        )
        depots += step.kind == "depot"
        if depots == 2:
            return


def _way(order: Order, end: End, place: str, bay: str | None) -> Alternative | None:
    for way in order.pickup if end == "pickup" else order.delivery:
        if bay is None and way.place == place:
            return way
        if bay is not None and any(choice.bay == bay for choice in way.bays):
            return way
    return None


def _window(windows: list[Window], start: int, can: set[str]) -> Window | None:
    """The window used by a start: the first that fits best, as the problem's text has it."""
    best: tuple[int, int] | None = None
    chosen = None
    for window in windows:
        late = max(0, start - window.end)
        fit = 0 if late == 0 else 1
        if not can.issuperset(window.needs):
            fit = 2
        if start < window.start or late > window.soft_late_s:
            fit = 3
            late = window.start - start if start < window.start else late - window.soft_late_s
        if best is None or (fit, late) < best:
            best, chosen = (fit, late), window
    return chosen


def _half_up(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)
