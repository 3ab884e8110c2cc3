"""Locks by hand: what is chosen on the page, as the records that planning keeps."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from models.errors import Conflict, Invalid
from models.language import N_
from models.language import gettext as _
from routing.plan import Plan, PlanRoute, Stop
from routing.problem import Lock, Problem
from routing.problem.locking import lock_errors
from workers.planner.wishes import LockUp, Unlock

AGAINST = {
    "E3021": (N_("与已有的锁定冲突"), N_("请先解除原来的锁定")),
    "E3022": (N_("锁定的安排违反规则"), N_("请先放行该违规，或不锁定")),
}


def locked(problem: Problem, plan: Plan, wish: LockUp) -> Problem:
    """The problem with the lock.

    Raises:
        Invalid: what is to be locked is not in the plan.
        Conflict: it is against another lock, or against a rule that nobody has waived.
    """
    route = next((r for r in plan.routes if r.vehicle == wish.vehicle), None)
    if route is None:
        raise Invalid("lock", _("该车辆在方案中没有线路"), _("请刷新后重试"))
    fresh = [lock for lock in _locks(route, wish) if lock not in problem.locks]
    after = replace(problem, locks=[*problem.locks, *fresh])
    for error in lock_errors(after):
        what, remedy = AGAINST.get(error.code, (N_("锁定不完整"), N_("请刷新后重试")))
        raise Conflict("lock", _(what), _(remedy))
    return after


def _locks(route: PlanRoute, wish: LockUp) -> list[Lock]:
    if wish.scope == "vehicle":
        downs = [order for stop in _stops(route) for order in _delivered(stop)]
        return [Lock(kind="frozen_prefix", vehicle=route.vehicle, orders=_some(downs))]
    if wish.scope == "trip":
        return _of_trip(route, wish)
    chosen = set(wish.orders)
    if wish.scope == "stop":
        here = [o for stop in _stops(route) for o in _delivered(stop) if o in chosen]
        return [Lock(kind="vehicle", vehicle=route.vehicle, orders=_some(here))]
    timed = [
        Lock(kind="start_time", orders=mine, time=stop.start)
        for stop in _stops(route)
        if (mine := [order for order in _delivered(stop) if order in chosen])
    ]
    _some([order for lock in timed for order in lock.orders])
    return timed


def _of_trip(route: PlanRoute, wish: LockUp) -> list[Lock]:
    trips = [trip for duty in route.duties for trip in duty.trips]
    if wish.trip is None or not 0 <= wish.trip < len(trips):
        raise Invalid("lock", _("该车辆没有这一趟"), _("请刷新后重试"))
    stops = trips[wish.trip].stops
    downs = _some([order for stop in stops for order in _delivered(stop)])
    found = [Lock(kind="vehicle", vehicle=route.vehicle, orders=downs)]
    # a pickup on the way would stand between deliveries, which a sequence forbids
    if len(downs) > 1 and not any(stop.kind == "pickup" for stop in stops):
        found.append(Lock(kind="sequence", orders=downs))
    return found


def _stops(route: PlanRoute) -> Iterator[Stop]:
    for duty in route.duties:
        for trip in duty.trips:
            yield from trip.stops


def _delivered(stop: Stop) -> list[str]:
    return list(stop.orders) if stop.kind == "delivery" else []


def _some(orders: list[str]) -> list[str]:
    if not orders:
        raise Invalid("lock", _("这里没有可锁定的配送订单"), _("请选择有卸货的停靠点、趟次或车辆"))
    return orders


def unlocked(problem: Problem, wish: Unlock) -> Problem:
    """The problem without the locks that hold one of the orders, or the vehicle as a whole.

    Raises:
        Invalid: nothing of it is locked.
    """
    orders = set(wish.orders)
    kept = [
        lock
        for lock in problem.locks
        if not orders & set(lock.orders)
        and not (wish.vehicle is not None and _whole(lock) and lock.vehicle == wish.vehicle)
    ]
    if len(kept) == len(problem.locks):
        raise Invalid("unlock", _("这里没有锁定"), _("请刷新后查看当前锁定"))
    return replace(problem, locks=kept)


def _whole(lock: Lock) -> bool:
    return lock.kind in {"frozen_prefix", "charge"}
