"""A plan made by hand, timed: exactly these vehicles, trips and sequences."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from msgspec.structs import replace

from routing.edits.lenient import steps
from routing.edits.lines import DayLine, DutyLine, TripLine, Visit
from routing.edits.named import drivers_of, named_turns
from routing.edits.natural import Natural
from routing.edits.records import HandDay
from routing.edits.settled import Settled, starting
from routing.edits.workbench import Workbench, tasks_of
from routing.plan import MadeBy, Plan, PlanRoute, Reason, Unassigned
from routing.problem import Duty, Problem, Vehicle
from routing.problem.errors import InputError, InputErrors

MADE_BY = MadeBy(engine="by-hand", version="1")
LEFT_OUT = Reason(code="by_hand")
TURNS = 4
"""How many drivers' turns are tried for a day before it is written as broken."""
SHARED = 4
"""How many ways to share a day that breaks rules between two drivers are compared."""
SHIFTS = 2
"""How many other shifts may take over from the most natural one."""
ROUNDS = 4
"""How often days are timed anew with those first that only the others' bays and plugs broke."""


def follow(problem: Problem | Workbench, days: Sequence[HandDay], base: Plan | None = None) -> Plan:
    """The plan that keeps exactly the given trips and sequences.

    A day that can be lawful has a lawful timetable, with waiting, bays, charging and rest as the
    engine sets them; another has the natural one, which the checker refutes by name. Days are timed
    one after another around what those before hold; one that could be lawful and was crowded out
    goes first in the next round (squeaky wheel optimisation, Joslin and Clements 1999). A driver
    who is not named is the base plan's for that vehicle, else one who is free. Orders in no day
    are unassigned.

    Raises:
        InputErrors: a vehicle, order, driver or depot that the problem lacks, a vehicle with two
            days, or one that no driver may drive.
    """
    bench = problem if isinstance(problem, Workbench) else Workbench(problem)
    _refuse(bench, days)
    drawn = {day.vehicle: day for day in days if trips_of(day)}
    before = {route.vehicle: route for route in base.routes} if base else {}
    promised = _promised(bench, drawn, before)
    turn = list(drawn)
    alone: dict[str, bool] = {}
    best: tuple[int, list[PlanRoute]] | None = None
    for _ in range(ROUNDS):
        routes = _timed(bench, [drawn[vehicle] for vehicle in turn], before, promised)
        found = bench.check(assembled(bench, routes, None)).violations
        broken = {item.route for item in found if item.route is not None}
        if best is None or len(found) < best[0]:
            best = len(found), routes
        for vehicle in broken - alone.keys():
            (by_itself,) = _timed(bench, [drawn[vehicle]], before, promised)
            alone[vehicle] = not faults(bench, by_itself)
        crowded = [vehicle for vehicle in turn if vehicle in broken and alone[vehicle]]
        again = [*crowded, *(vehicle for vehicle in turn if vehicle not in crowded)]
        if again == turn:
            break
        turn = again
    known = {route.vehicle: route for route in best[1]} if best else {}
    return assembled(bench, [known[v.id] for v in bench.problem.vehicles if v.id in known], base)


def _timed(
    bench: Workbench, days: Sequence[HandDay], before: dict[str, PlanRoute], promised: set[str]
) -> list[PlanRoute]:
    """The days, each timed around those before it. ``promised``: duties not to be given away."""
    routes: list[PlanRoute] = []
    taken = set(promised)
    for day in days:
        own, drivers = bench.vehicles[day.vehicle], drivers_of(day)
        if drivers:
            lines = list(named_turns(bench, own, trips_of(day), drivers))
        else:
            last = before.get(day.vehicle)
            lines = list(turns(bench, own, trips_of(day), taken, driver=day.driver, before=last))
        route = first_lawful(bench, lines, routes)
        routes.append(route)
        taken.update(duty.duty for duty in route.duties)
    return routes


def _refuse(bench: Workbench, days: Sequence[HandDay]) -> None:
    named: list[tuple[str, str, str]] = []
    errors: list[InputError] = []
    seen: set[str] = set()
    for d, day in enumerate(days):
        named.append((f"$[{d}].vehicle", "vehicle", day.vehicle))
        if day.driver is not None:
            named.append((f"$[{d}].driver", "driver", day.driver))
        if day.vehicle in seen:
            errors.append(
                InputError(
                    code="E2002",
                    path=f"$[{d}].vehicle",
                    cause=f"vehicle {day.vehicle!r} has two days",
                    remedy="put all its trips into one day",
                )
            )
        seen.add(day.vehicle)
        for t, trip in enumerate(day.trips):
            if trip.driver is not None:
                named.append((f"$[{d}].trips[{t}].driver", "driver", trip.driver))
            if trip.depot is not None:
                named.append((f"$[{d}].trips[{t}].depot", "depot", trip.depot))
            for s, stop in enumerate(trip.stops):
                path = f"$[{d}].trips[{t}].stops[{s}].orders"
                named += [(f"{path}[{k}]", "order", name) for k, name in enumerate(stop.orders)]
    bench.known(named)
    known = {duty.driver for duty in bench.problem.duties}
    for d, day in enumerate(days):
        wanted = set(drivers_of(day)) or {day.driver} - {None}
        missing = [f"driver {name!r}" for name in sorted(filter(None, wanted - known))]
        if not known and not wanted:
            missing = ["any driver"]
        errors += [
            InputError(
                code="E2003",
                path=f"$[{d}].driver",
                cause=f"the problem lists no duty of {who} for vehicle {day.vehicle!r}",
                remedy="name a driver with a duty on this date, or none",
            )
            for who in missing
        ]
    if errors:
        raise InputErrors(errors)


def _promised(bench: Workbench, days: dict[str, HandDay], before: dict[str, PlanRoute]) -> set[str]:
    """Duties that other days will want: of named drivers, and the base plan's own."""
    found: set[str] = set()
    for vehicle, day in days.items():
        wanted = set(drivers_of(day)) or {day.driver} - {None}
        if wanted:
            found |= {duty.id for duty in bench.problem.duties if duty.driver in wanted}
        elif vehicle in before:
            found |= {duty.duty for duty in before[vehicle].duties}
    return found


def trips_of(day: HandDay) -> tuple[TripLine, ...]:
    """The trips of a day that has stops; empty ones are none."""
    trips = [
        TripLine(
            tuple(Visit(stop.kind, tuple(stop.orders)) for stop in trip.stops if stop.orders),
            trip.depot,
        )
        for trip in day.trips
    ]
    return tuple(trip for trip in trips if trip.visits)


def turns(
    bench: Workbench,
    vehicle: Vehicle,
    trips: tuple[TripLine, ...],
    taken: Container[str],
    *,
    driver: str | None = None,
    before: PlanRoute | None = None,
) -> Iterator[DayLine]:
    """The trips with the drivers' turns worth trying, the most natural first.

    ``taken``: duties that other days use. ``before``: the vehicle's day in the base plan.
    """
    duties = bench.problem.duties
    fitting = [duty for duty in duties if bench.may_drive(duty, vehicle)]
    if driver is not None:
        own = [duty for duty in duties if duty.driver == driver]
        for duty in sorted(own, key=lambda item: item not in fitting)[:TURNS]:
            yield DayLine(vehicle.id, (DutyLine(duty.id, trips),))
        return
    old = [duty.duty for duty in before.duties] if before else []
    if before and len(old) > 1:
        yield DayLine(vehicle.id, tuple(_as_before(trips, before)))
    first = _first_window(bench, trips)
    free = [duty for duty in fitting if duty.id not in taken or duty.id in old]
    ranked = sorted(
        free or fitting or duties,
        key=lambda item: (
            item.id not in old,
            not item.shift.start <= first < item.shift.end,
            abs(item.shift.start - first),
        ),
    )
    for duty in ranked[:TURNS]:
        yield DayLine(vehicle.id, (DutyLine(duty.id, trips),))
    for one, other in _pairs(ranked) if len(trips) > 1 else ():
        for cut in range(1, len(trips)):
            shared = (DutyLine(one, trips[:cut]), DutyLine(other, trips[cut:]))
            yield DayLine(vehicle.id, shared)


def _pairs(ranked: list[Duty]) -> Iterator[tuple[str, str]]:
    """Two turns of different drivers and shifts, one after the other: the most natural of each."""
    best = ranked[0]
    shifts: dict[tuple[int, int], Duty] = {}
    for relief in ranked[1:]:
        if relief.driver != best.driver and relief.shift != best.shift:
            shifts.setdefault((relief.shift.start, relief.shift.end), relief)
    for relief in list(shifts.values())[:SHIFTS]:
        one, other = sorted((best, relief), key=lambda item: item.shift.start)
        yield one.id, other.id


def _as_before(trips: tuple[TripLine, ...], before: PlanRoute) -> Iterator[DutyLine]:
    """Trip by trip with the duty that had the trip of that number before."""
    at = 0
    for number, duty in enumerate(before.duties):
        last = number + 1 == len(before.duties)
        end = len(trips) if last else min(len(trips), at + len(duty.trips))
        if end > at:
            yield DutyLine(duty.duty, trips[at:end])
        at = end


def _first_window(bench: Workbench, trips: tuple[TripLine, ...]) -> int:
    """When the first stop with windows can be served at the earliest."""
    for trip in trips:
        for visit in trip.visits:
            order = bench.orders[visit.orders[0]]
            ways = order.pickup if visit.kind == "pickup" else order.delivery
            starts = [window.start for way in ways for window in way.windows]
            if starts:
                return min(starts)
    return 0


def first_lawful(
    bench: Workbench, lines: Sequence[DayLine], others: Sequence[PlanRoute]
) -> PlanRoute:
    """The first line that can be lawful, as the engine times it; else that with fewest faults."""
    part = bench.part([lines[0].vehicle], tasks_of(lines), others)
    solved = Settled(part, bench.travel)
    for line in lines:
        if solved.put(line) is None:
            return solved.routes()[0]
    shared = [line for line in lines if len(line.duties) > 1]
    worth = [lines[0], *(line for line in shared[:SHARED] if line is not lines[0])]
    tried = [natural(bench, line, others) for line in worth]
    return min(tried, key=lambda route: faults(bench, route))


def faults(bench: Workbench, route: PlanRoute) -> int:
    """How many faults the checker finds in a day by itself."""
    found = bench.check(assembled(bench, [route], None)).violations
    return sum(violation.route == route.vehicle for violation in found)


def natural(bench: Workbench, line: DayLine, others: Sequence[PlanRoute]) -> PlanRoute:
    """The day as it would be driven though it breaks rules, priced.

    As the engine times it where only what the sequence breaks is let through; where the engine has
    no words for it (a trip from another depot, an order twice), step by step.
    """
    part = bench.part([line.vehicle], tasks_of([line]), others, line)
    for eased in steps(part):
        solved = Settled(starting(eased, [line]), bench.travel)
        if solved.tokens(line) is None:
            break
        if solved.put(line) is None:
            return priced(bench, solved.routes()[0])
    return priced(bench, Natural(part, bench.travel).route(line))


def priced(bench: Workbench, route: PlanRoute) -> PlanRoute:
    """The route with its bill by the problem as it is."""
    return replace(route, costs=bench.bill.route_costs(route))


def assembled(bench: Workbench, routes: list[PlanRoute], base: Plan | None) -> Plan:
    """The routes as a plan: orders in none are unassigned, with the base plan's reason if any."""
    served = set[str]().union(*(bench.day(route).orders for route in routes))
    known = {out.order: out for out in base.unassigned} if base else {}
    out = [
        known.get(order.id) or Unassigned(order=order.id, tier="no_room", reasons=[LEFT_OUT])
        for order in bench.problem.orders
        if order.id not in served
    ]
    return Plan(
        problem_sha256=bench.sha256,
        made_by=MADE_BY,
        routes=routes,
        unassigned=out,
        objective=bench.objective(routes),
    )
