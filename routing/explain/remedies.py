"""Remedies: one named thing changed, and the problem in which it holds."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from routing.plan import Remedy
from routing.problem import Alternative, BayChoice, Interval, Order, Paper, Permit, Problem
from routing.rules.base import horizon_s

WALK_M_PER_S = 1.0
DAY_WINDOW_S = 6 * 3600
"""How long after its end a night window is tried open by day."""


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
    if remedy.code == "unlock":
        return _unlock(problem, mended)
    if remedy.code in OF_ORDER:
        change = OF_ORDER[remedy.code]
        orders: list[Order] = []
        for old in problem.orders:
            orders.extend(change(problem, old, remedy) if old.id in mended else [old])
        return _renamed(replace(problem, orders=orders), order_id)
    return OF_DAY[remedy.code](problem, remedy)


def _renamed(problem: Problem, order_id: str) -> Problem:
    """What spoke of an order that now comes in parts speaks of its parts."""
    if any(order.id == order_id for order in problem.orders):
        return problem
    parts = [order.id for order in problem.orders if order.id.startswith(f"{order_id}#")]

    def with_parts(names: list[str]) -> list[str]:
        return [name for o in names for name in (parts if o == order_id else [o])]

    published = {
        name: vehicle
        for o, vehicle in problem.objective.published.items()
        for name in with_parts([o])
    }
    return replace(
        problem,
        orders=[replace(order, after=with_parts(order.after)) for order in problem.orders],
        locks=[replace(lock, orders=with_parts(lock.orders)) for lock in problem.locks],
        objective=replace(problem.objective, published=published),
    )


def _roll_over(problem: Problem, leaving: list[str]) -> Problem:
    gone = set(leaving)
    while True:
        waiting = {o.id for o in problem.orders if gone.intersection(o.after)} - gone
        if not waiting:
            break
        gone |= waiting
    published = {o: v for o, v in problem.objective.published.items() if o not in gone}
    return replace(
        _unlock(problem, sorted(gone)),
        orders=[order for order in problem.orders if order.id not in gone],
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


def _ride(_: Problem, order: Order, remedy: Remedy) -> list[Order]:
    by = 60 * int(remedy.detail["minutes"])
    longest = None if order.longest_ride_s is None else order.longest_ride_s + by
    return [replace(order, longest_ride_s=longest)]


def _share(_: Problem, order: Order, __: Remedy) -> list[Order]:
    return [replace(order, share_with=None, never_with=[])]


def _unlock(problem: Problem, leaving: list[str]) -> Problem:
    """Locks without the orders; a lock of theirs alone goes."""
    gone = set(leaving)
    locks = [
        replace(lock, orders=[o for o in lock.orders if o not in gone])
        for lock in problem.locks
        if not lock.orders or not gone.issuperset(lock.orders)
    ]
    return replace(problem, locks=locks)


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
    """The named duty longer, either way, its driver there for it; without a name, all of them."""
    by = 60 * int(remedy.detail["minutes"])
    last = horizon_s(problem)
    name = remedy.detail.get("duty")

    def wide(span: Interval) -> Interval:
        return Interval(start=max(0, span.start - by), end=min(last, span.end + by))

    changed = {duty.id for duty in problem.duties if name in {None, duty.id}}
    called = {duty.driver for duty in problem.duties if duty.id in changed}
    duties = [
        replace(duty, shift=wide(duty.shift), longest_s=duty.longest_s + by)
        if duty.id in changed
        else duty
        for duty in problem.duties
    ]
    drivers = [
        replace(driver, available=wide(driver.available)) if driver.id in called else driver
        for driver in problem.drivers
    ]
    return replace(problem, duties=duties, drivers=drivers)


def _duty(problem: Problem, remedy: Remedy) -> Problem:
    """One more duty of a driver, like the named one, at other hours."""
    like = next(duty for duty in problem.duties if duty.id == remedy.detail["like"])
    shift = Interval(start=int(remedy.detail["start"]), end=int(remedy.detail["end"]))
    return replace(problem, duties=[*problem.duties, replace(like, id=f"{like.id}+", shift=shift)])


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
    "longer_ride": _ride,
    "share": _share,
}
"""Remedies that change the order: what becomes of it."""
OF_DAY: dict[str, Callable[[Problem, Remedy], Problem]] = {
    "permit": _permit,
    "renew_papers": _papers,
    "longer_shift": _shift,
    "duty": _duty,
    "vehicle": _vehicle,
}
"""Remedies that change the day around it."""
CODES = frozenset({"roll_over", "unlock", *OF_ORDER, *OF_DAY})
"""Every remedy there is."""
