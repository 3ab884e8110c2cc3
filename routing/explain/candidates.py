"""Which remedies are worth trying for a left-out order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from routing.engines.ortools.rights import order_obstacles, unplannable
from routing.explain.remedies import family
from routing.plan import Plan, Remedy, Unassigned
from routing.problem import Driver, Duty, Order, Problem
from routing.rules.base import horizon_s
from routing.travel import great_circle_metres

WIDENINGS = (30, 60, 120, 240, 360)
"""Minutes by which a window is tried wider, either way."""
RIDES = (30, 60, 120)
"""Minutes by which a ride is tried longer."""
OVERTIME = (60, 120)
"""Minutes by which a shift is tried longer."""
NEAR_BAYS = 5
"""How many of the nearest bays are tried beyond an order's own."""
WALKABLE_M = 800
"""Beyond this nobody carries goods from a bay to a store."""
PARTS = (2, 3, 4, 6, 8)
"""Into how many parts an order is tried split."""
OFF_S = 8 * 3600
"""Between two duties of one driver, when a further one is proposed."""
LEAD_S = 4 * 3600
"""By how much a further duty begins before the order's first window."""

RAISES = (1100, 1500, 2000)
"""Prizes tried, in thousandths of what delivery costs."""

SIZES = frozenset({"weight", "volume", "unit_places", "no_room"})
TIMED = frozenset(
    {
        "time_window",
        "shift",
        "duty_length",
        "release_due",
        "depot_hours",
        "bay",
        "access",
        "permit_trips",
        "connector",
        "site_power",
        "battery",
        "rest",
        "longest_ride",
        "goods",
        "no_room",
        "structure",
    }
)
"""Reasons for which a wider window may help."""
AGREED, ALLOWED, BOUGHT = range(3)
"""Ranks: agreed with shipper, receiver or driver on the fleet there is; let by an authority; a
vehicle more."""
RANKS = {"permit": ALLOWED, "renew_papers": ALLOWED, "vehicle": BOUGHT}


def rank(remedy: Remedy) -> int:
    """How far from hand a remedy is; what is agreed on the given fleet comes first."""
    return RANKS.get(remedy.code, AGREED)


def candidates(problem: Problem, out: Unassigned, plan: Plan | None = None) -> Iterator[Remedy]:
    """Remedies worth trying for a left-out order, by rank; of one kind the smallest change first.

    With the plan, drivers without a duty in it are asked first.
    """
    order = next(o for o in problem.orders if o.id == out.order)
    codes = {reason.code for reason in out.reasons}
    yield from _of_goods(problem, order, out, codes)
    yield from _of_place(problem, order, codes)
    if codes & TIMED and any(way.windows for way in order.delivery):
        for minutes in WIDENINGS:
            yield Remedy(code="widen_window", detail={"minutes": minutes})
    if codes & {"release_due", "longest_ride"} and order.release:
        for minutes in WIDENINGS:
            yield Remedy(code="earlier_release", detail={"minutes": minutes})
    if codes & {"longest_ride"}:
        for minutes in RIDES:
            yield Remedy(code="longer_ride", detail={"minutes": minutes})
    if codes & {"shift", "duty_length", "driver", "no_room"}:
        for minutes in OVERTIME:
            yield Remedy(code="longer_shift", detail={"minutes": minutes})
        yield from _duties(problem, order, plan)
    if codes & {"access", "permit_trips"}:
        for vehicle in _one_of_each(problem, order, _stopped(problem, out)):
            yield Remedy(code="permit", detail={"vehicle": vehicle})
    if "papers" in codes:
        for vehicle in _one_of_each(problem, order, _lapsed(problem)):
            yield Remedy(code="renew_papers", detail={"vehicle": vehicle})
    if out.tier == "no_room":
        for vehicle in _one_of_each(problem, order, [v.id for v in problem.vehicles]):
            yield Remedy(code="vehicle", detail={"vehicle": vehicle})


def _of_goods(problem: Problem, order: Order, out: Unassigned, codes: set[str]) -> Iterator[Remedy]:
    """What shipper and dispatcher can agree about the goods themselves."""
    if out.tier == "not_worth_it":
        cost = int(out.reasons[0].detail.get("cost", 0))
        for permille in RAISES:
            yield Remedy(code="prize", detail={"prize": cost * permille // 1000 + 1})
    if any(order.id in lock.orders for lock in problem.locks) and codes & {"lock", "no_room"}:
        yield Remedy(code="unlock")
    if len(family(problem, order.id)) > 1 and not order.parts_allowed:
        yield Remedy(code="parts")
    if "needs" in codes and order.needs:
        yield Remedy(code="drop_needs", detail={"needs": ", ".join(order.needs)})
    if "goods" in codes and (order.never_with or order.share_with is not None):
        yield Remedy(code="share")
    if codes & SIZES and order.units > 1 and "#" not in order.id:
        for parts in PARTS:
            if parts <= order.units:
                yield Remedy(code="split", detail={"parts": parts})


def _of_place(problem: Problem, order: Order, codes: set[str]) -> Iterator[Remedy]:
    """What the receiver can agree about where and when to unload, but for its hours."""
    if codes & {"yard", "bay", "access", "no_room"}:
        for bay, metres in nearest_bays(problem, order):
            yield Remedy(code="bay", detail={"bay": bay, "metres": metres})
    if any(window.night for way in order.delivery for window in way.windows):
        yield Remedy(code="day_window")


def _one_of_each(problem: Problem, order: Order, vehicles: list[str]) -> Iterator[str]:
    """The first of these vehicles of each type and home that may carry the order.

    What mends one mends its like. Those at home where the goods are come first.
    """
    kinds = {kind.id: kind for kind in problem.vehicle_types}
    at = {way.place for way in order.pickup}
    seen: set[tuple[str, str]] = set()
    for vehicle in sorted(problem.vehicles, key=lambda v: v.home not in at):
        kind = (vehicle.type, vehicle.home)
        if vehicle.id not in vehicles or kind in seen:
            continue
        if not set(order_obstacles(problem, order, vehicle, kinds[vehicle.type])) - {"papers"}:
            seen.add(kind)
            yield vehicle.id


def _stopped(problem: Problem, out: Unassigned) -> list[str]:
    """Vehicles that a ban stops on the way to the order."""
    stopped = [r.vehicle for r in out.reasons if r.code in {"access", "permit_trips"}]
    if out.tier == "impossible" or None in stopped:
        return [vehicle.id for vehicle in problem.vehicles]
    return [vehicle for vehicle in stopped if vehicle is not None]


def _lapsed(problem: Problem) -> list[str]:
    """Vehicles that lack a paper of their type, or hold one that has lapsed on the day."""
    kinds = {kind.id: kind for kind in problem.vehicle_types}
    return [v.id for v in problem.vehicles if unplannable(problem, v, kinds[v.type]) == "papers"]


def nearest_bays(problem: Problem, order: Order) -> list[tuple[str, int]]:
    """(bay, metres on foot) of the nearest bays in reach that the order may not use yet."""
    places = {place.id: place for place in problem.places}
    store = places[order.delivery[0].place]
    known = {choice.bay for way in order.delivery for choice in way.bays}
    found = [
        (great_circle_metres(places[bay.place], store, 1300), bay.id)
        for bay in problem.bays
        if bay.id not in known
    ]
    return [(bay, metres) for metres, bay in sorted(found)[:NEAR_BAYS] if metres <= WALKABLE_M]


def _duties(problem: Problem, order: Order, plan: Plan | None) -> Iterator[Remedy]:
    """A further duty around the order's windows, of a driver who has been off long enough."""
    windows = [window for way in order.delivery for window in way.windows]
    if not windows:
        return
    at = {way.place for way in order.pickup}
    drivers = {driver.id: driver for driver in problem.drivers}
    busy = {duty.driver for route in plan.routes for duty in route.duties} if plan else set()
    seen: set[tuple[str, int]] = set()
    for duty in sorted(
        problem.duties,
        key=lambda duty: (drivers[duty.driver].home not in at, duty.driver in busy),
    ):
        home = drivers[duty.driver].home
        start = max(0, min(window.start for window in windows) - LEAD_S)
        end = min(horizon_s(problem), start + duty.longest_s)
        if (home, duty.longest_s) in seen or not _off(problem, drivers[duty.driver], start, end):
            continue
        seen.add((home, duty.longest_s))
        hours = f"{_clock(problem, start)}–{_clock(problem, end)}"
        detail: dict[str, str | int] = {"like": duty.id, "start": start, "end": end, "hours": hours}
        yield Remedy(code="duty", detail=detail)


def _off(problem: Problem, driver: Driver, start: int, end: int) -> bool:
    """Whether the driver is there over [start, end) and has no duty near it."""

    def far(duty: Duty) -> bool:
        return duty.shift.end + OFF_S <= start or end + OFF_S <= duty.shift.start

    own = [duty for duty in problem.duties if duty.driver == driver.id]
    there = driver.available.start <= start and end <= driver.available.end
    return there and all(far(duty) for duty in own)


def _clock(problem: Problem, seconds: int) -> str:
    """Local time of the service date as 15:30; 25:30 is half past one on the morning after."""
    zone = ZoneInfo(problem.horizon.tz)
    begin = datetime.fromisoformat(problem.horizon.start).astimezone(zone)
    end = datetime.fromisoformat(problem.horizon.end).astimezone(zone)
    middle = begin + (end - begin) / 2
    midnight = middle.replace(hour=0, minute=0, second=0, microsecond=0)
    minutes = int((begin + timedelta(seconds=seconds) - midnight).total_seconds()) // 60
    if minutes < 0:
        minutes += 24 * 60
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def narrowed(problem: Problem, plan: Plan, wanted: set[str], remedy: Remedy) -> Remedy | None:
    """For shifts lengthened all alike: the one duty that then serves the order; else None."""
    if remedy.code != "longer_shift" or "duty" in remedy.detail:
        return None
    known = {duty.id for duty in problem.duties}
    for route in plan.routes:
        for duty in route.duties:
            orders = {o for trip in duty.trips for stop in trip.stops for o in stop.orders}
            if wanted <= orders and duty.duty in known:
                detail = {**remedy.detail, "duty": duty.duty, "vehicle": route.vehicle}
                return Remedy(code=remedy.code, detail=detail)
    return None
