"""Remedies: one named thing changed, and the problem in which it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from routing.plan import Remedy, Unassigned
from routing.problem import Alternative, BayChoice, Interval, Order, Paper, Permit, Problem
from routing.rules.base import horizon_s
from routing.travel import great_circle_metres

WIDENINGS = (30, 60, 120, 240)
"""Minutes by which a window is tried wider, either way."""
NEAR_BAYS = 3
"""How many of the nearest bays are tried beyond an order's own."""
WALK_M_PER_S = 1.0
WALKABLE_M = 800
"""Beyond this nobody carries goods from a bay to a store."""
DAY_WINDOW_S = 6 * 3600
"""How long after its end a night window is tried open by day."""
PARTS = (2, 3, 4, 6, 8)
"""Into how many parts an order is tried split."""
SIZES = frozenset({"weight", "volume", "unit_places"})
TIMED = frozenset(
    {
        "time_window",
        "shift",
        "duty_length",
        "release_due",
        "bay",
        "access",
        "permit_trips",
        "connector",
        "battery",
        "rest",
        "longest_ride",
        "no_room",
        "structure",
    }
)


def candidates(problem: Problem, out: Unassigned) -> Iterator[Remedy]:
    """Remedies worth trying for a left-out order, the least costly for people first."""
    order = next(o for o in problem.orders if o.id == out.order)
    codes = {reason.code for reason in out.reasons}
    if out.tier == "not_worth_it":
        cost = out.reasons[0].detail.get("cost", 0)
        yield Remedy(code="prize", detail={"prize": int(cost) + 1})
    if len(family(problem, order.id)) > 1 and not order.parts_allowed:
        yield Remedy(code="parts")
    if codes & SIZES and order.units > 1 and "#" not in order.id:
        for parts in PARTS:
            if parts <= order.units:
                yield Remedy(code="split", detail={"parts": parts})
    if "needs" in codes and order.needs:
        yield Remedy(code="drop_needs", detail={"needs": ", ".join(order.needs)})
    if "papers" in codes:
        for vehicle in _one_of_each(problem, _lapsed(problem)):
            yield Remedy(code="renew_papers", detail={"vehicle": vehicle})
    if codes & {"yard", "bay"}:
        for bay, metres in nearest_bays(problem, order):
            yield Remedy(code="bay", detail={"bay": bay, "metres": metres})
    if any(window.night for way in order.delivery for window in way.windows):
        yield Remedy(code="day_window")
    if codes & TIMED:
        for minutes in WIDENINGS:
            yield Remedy(code="widen_window", detail={"minutes": minutes})
    if codes & {"access", "permit_trips"}:
        for vehicle in _one_of_each(problem, _stopped(problem, out)):
            yield Remedy(code="permit", detail={"vehicle": vehicle})
    if "release_due" in codes:
        for minutes in WIDENINGS:
            yield Remedy(code="earlier_release", detail={"minutes": minutes})
    if codes & {"shift", "duty_length"}:
        for minutes in (60, 120):
            yield Remedy(code="longer_shift", detail={"minutes": minutes})
    if out.tier == "no_room":
        for vehicle in _one_of_each(problem, [v.id for v in problem.vehicles]):
            yield Remedy(code="vehicle", detail={"vehicle": vehicle})


def _one_of_each(problem: Problem, vehicles: list[str]) -> Iterator[str]:
    """The first of these vehicles of each type and home: what mends one mends its like."""
    seen: set[tuple[str, str]] = set()
    for vehicle in problem.vehicles:
        kind = (vehicle.type, vehicle.home)
        if vehicle.id in vehicles and kind not in seen:
            seen.add(kind)
            yield vehicle.id


def _stopped(problem: Problem, out: Unassigned) -> list[str]:
    """Vehicles that a ban stops on the way to the order."""
    stopped = [r.vehicle for r in out.reasons if r.code in {"access", "permit_trips"}]
    if out.tier == "impossible" or None in stopped:
        return [vehicle.id for vehicle in problem.vehicles]
    return [vehicle for vehicle in stopped if vehicle is not None]


def _lapsed(problem: Problem) -> list[str]:
    """Vehicles that lack a paper of their type, or hold one that ends within the horizon."""
    kinds = {kind.id: kind for kind in problem.vehicle_types}
    last = problem.horizon.end[:10]
    return [
        vehicle.id
        for vehicle in problem.vehicles
        if set(kinds[vehicle.type].papers) - {p.kind for p in vehicle.papers if p.valid_to >= last}
    ]


def family(problem: Problem, order_id: str) -> list[str]:
    """The order alone, or all parts of the split order that it is a part of."""
    parent, mark, number = order_id.rpartition("#")
    if not (mark and number.isdigit()):
        return [order_id]
    return [
        order.id
        for order in problem.orders
        if order.id.rpartition("#")[0] == parent and order.id.rpartition("#")[2].isdigit()
    ]


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


def apply_remedy(problem: Problem, order_id: str, remedy: Remedy) -> Problem:
    """The problem in which the remedy holds; the parts of a split order are mended together.

    ``roll_over``: the order, its siblings and whatever waits for them leave this day.

    Raises:
        KeyError: no such order, or no such remedy.
    """
    mended = family(problem, order_id)
    if not any(order.id == order_id for order in problem.orders):
        raise KeyError(order_id)
    if remedy.code == "roll_over":
        return _roll_over(problem, mended)
    if remedy.code in OF_ORDER:
        change = OF_ORDER[remedy.code]
        orders: list[Order] = []
        for old in problem.orders:
            orders.extend(change(problem, old, remedy) if old.id in mended else [old])
        return replace(problem, orders=orders)
    return OF_DAY[remedy.code](problem, remedy)


def _roll_over(problem: Problem, leaving: list[str]) -> Problem:
    gone = set(leaving)
    while True:
        waiting = {o.id for o in problem.orders if gone.intersection(o.after)} - gone
        if not waiting:
            break
        gone |= waiting
    locks = [
        replace(lock, orders=[o for o in lock.orders if o not in gone])
        for lock in problem.locks
        if not lock.orders or not gone.issuperset(lock.orders)
    ]
    published = {o: v for o, v in problem.objective.published.items() if o not in gone}
    return replace(
        problem,
        orders=[order for order in problem.orders if order.id not in gone],
        locks=locks,
        objective=replace(problem.objective, published=published),
    )


def _prize(_: Problem, order: Order, remedy: Remedy) -> list[Order]:
    return [replace(order, prize=1000 * int(remedy.detail["prize"]))]


def _parts(_: Problem, order: Order, __: Remedy) -> list[Order]:
    return [replace(order, parts_allowed=True)]


def _split(_: Problem, order: Order, remedy: Remedy) -> list[Order]:
    parts = int(remedy.detail["parts"])
    out: list[Order] = []
    left = order
    for k in range(parts, 0, -1):
        units = -(-left.units // k)
        share = {
            "weight_g": -(-left.weight_g * units // left.units),
            "volume_cm3": -(-left.volume_cm3 * units // left.units),
            "unit_places": -(-left.unit_places * units // left.units),
        }
        if k == 1:
            out.append(replace(left, id=f"{order.id}#{parts}"))
            break
        out.append(replace(left, id=f"{order.id}#{parts - k + 1}", units=units, **share))
        left = replace(
            left,
            units=left.units - units,
            weight_g=left.weight_g - share["weight_g"],
            volume_cm3=left.volume_cm3 - share["volume_cm3"],
            unit_places=max(0, left.unit_places - share["unit_places"]),
        )
    return out


def _drop_needs(_: Problem, order: Order, __: Remedy) -> list[Order]:
    return [replace(order, needs=[])]


def _ways(order: Order, change: list[Alternative]) -> list[Order]:
    return [replace(order, delivery=change)]


def _bay(_: Problem, order: Order, remedy: Remedy) -> list[Order]:
    walk = int(int(remedy.detail.get("metres", 0)) / WALK_M_PER_S)
    choice = BayChoice(bay=str(remedy.detail["bay"]), walk_s=walk)
    return _ways(order, [replace(way, bays=[*way.bays, choice]) for way in order.delivery])


def _day_window(problem: Problem, order: Order, __: Remedy) -> list[Order]:
    last = horizon_s(problem)
    return _ways(
        order,
        [
            replace(
                way,
                windows=[
                    *way.windows,
                    *(
                        replace(
                            w,
                            start=w.end,
                            end=min(last, w.end + DAY_WINDOW_S),
                            night=False,
                            needs=[],
                            unattended=False,
                            unattended_extra_s=0,
                        )
                        for w in way.windows
                        if w.night and w.end < last
                    ),
                ],
            )
            for way in order.delivery
        ],
    )


def _widen(problem: Problem, order: Order, remedy: Remedy) -> list[Order]:
    by = 60 * int(remedy.detail["minutes"])
    last = horizon_s(problem)
    due = None if order.due is None else min(last, order.due + by)
    wide = [
        replace(
            way,
            windows=[
                replace(w, start=max(0, w.start - by), end=min(last, w.end + by))
                for w in way.windows
            ],
        )
        for way in order.delivery
    ]
    return [replace(order, delivery=wide, due=due)]


def _earlier(_: Problem, order: Order, remedy: Remedy) -> list[Order]:
    by = 60 * int(remedy.detail["minutes"])
    release = None if order.release is None else max(0, order.release - by)
    return [replace(order, release=release)]


def _permit(problem: Problem, remedy: Remedy) -> Problem:
    dates = sorted({problem.horizon.start[:10], problem.horizon.end[:10]})
    permit = Permit(
        id="remedy-permit",
        vehicles=[str(remedy.detail["vehicle"])],
        rules=[rule.id for rule in problem.rules if rule.effect in {"pass_needed", "no_driving"}],
        date_from=dates[0],
        date_to=dates[-1],
    )
    return replace(problem, permits=[*problem.permits, permit])


def _papers(problem: Problem, remedy: Remedy) -> Problem:
    kinds = {kind.id: kind for kind in problem.vehicle_types}
    vehicles = [
        replace(
            v, papers=[Paper(kind=name, valid_to="9999-12-31") for name in kinds[v.type].papers]
        )
        if v.id == remedy.detail["vehicle"]
        else v
        for v in problem.vehicles
    ]
    return replace(problem, vehicles=vehicles)


def _shift(problem: Problem, remedy: Remedy) -> Problem:
    by = 60 * int(remedy.detail["minutes"])
    last = horizon_s(problem)
    duties = [
        replace(
            duty,
            shift=Interval(start=max(0, duty.shift.start - by), end=min(last, duty.shift.end + by)),
            longest_s=duty.longest_s + by,
        )
        for duty in problem.duties
    ]
    drivers = [
        replace(
            driver,
            available=Interval(
                start=max(0, driver.available.start - by),
                end=min(last, driver.available.end + by),
            ),
        )
        for driver in problem.drivers
    ]
    return replace(problem, duties=duties, drivers=drivers)


def _vehicle(problem: Problem, remedy: Remedy) -> Problem:
    """One more vehicle like the named one, with drivers and duties of its own."""
    like = next(v for v in problem.vehicles if v.id == remedy.detail["vehicle"])
    name = f"{like.id}+"
    homes = {driver.id: driver for driver in problem.drivers}
    drivers, duties = [], []
    for duty in problem.duties:
        driver = homes[duty.driver]
        mine = like.id in duty.vehicles if duty.vehicles is not None else driver.home == like.home
        if mine:
            drivers.append(replace(driver, id=f"{duty.id}+"))
            duties.append(replace(duty, id=f"{duty.id}+", driver=f"{duty.id}+", vehicles=[name]))
    kind = next(k for k in problem.vehicle_types if k.id == like.type)
    fresh = replace(
        like,
        id=name,
        papers=[Paper(kind=paper, valid_to="9999-12-31") for paper in kind.papers],
        available=replace(like.available, soc_wh=kind.battery_wh)
        if kind.battery_wh
        else like.available,
    )
    permits = [
        replace(p, vehicles=[*p.vehicles, name]) if like.id in p.vehicles else p
        for p in problem.permits
    ]
    sites = [
        replace(s, private_to=[*s.private_to, name])
        if s.private_to is not None and like.id in s.private_to
        else s
        for s in problem.chargers
    ]
    return replace(
        problem,
        vehicles=[*problem.vehicles, fresh],
        drivers=[*problem.drivers, *drivers],
        duties=[*problem.duties, *duties],
        permits=permits,
        chargers=sites,
    )


OF_ORDER: dict[str, Callable[[Problem, Order, Remedy], list[Order]]] = {
    "prize": _prize,
    "parts": _parts,
    "split": _split,
    "drop_needs": _drop_needs,
    "bay": _bay,
    "day_window": _day_window,
    "widen_window": _widen,
    "earlier_release": _earlier,
}
"""Remedies that change the order: what becomes of it."""
OF_DAY: dict[str, Callable[[Problem, Remedy], Problem]] = {
    "permit": _permit,
    "renew_papers": _papers,
    "longer_shift": _shift,
    "vehicle": _vehicle,
}
"""Remedies that change the day around it."""
CODES = frozenset({"roll_over", *OF_ORDER, *OF_DAY})
"""Every remedy there is."""
