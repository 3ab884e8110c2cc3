"""Edits by hand in one line each, for lists, buttons and the history of a version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from models.language import N_, Words
from models.language import gettext as _
from workers.planning.names import Names
from workers.planning.violations import SHORT

View = dict[str, Any]
SCOPES = Words(
    {
        "stop": N_("停靠点"),
        "start": N_("开始时刻"),
        "trip": N_("趟次"),
        "vehicle": N_("整车"),
    }
)


def wish_text(wish: Any, names: Names, before: View, after: View | None) -> str:
    """``HF-0012 移到 A6 第 1 趟第 3 站``; ``after`` tells where it came to stand, if known."""
    said = msgspec.to_builtins(wish)
    kind = said["type"]
    orders = some_orders(said.get("orders", ()), names)
    route = _route(said.get("vehicle"), after or before, before, names)
    if kind == "move":
        place = _place(said, after)
        if not place:
            return _("%(orders)s 移到 %(route)s", orders=orders, route=route)
        return _("%(orders)s 移到 %(route)s %(place)s", orders=orders, route=route, place=place)
    if kind == "remove":
        return _("%(orders)s 移出方案", orders=orders)
    if kind == "start":
        clock = _clock(said["time"], before)
        trip = said["trip"] + 1
        return _("%(route)s 第 %(n)s 趟 %(time)s 开始装车", route=route, n=trip, time=clock)
    if kind == "lock":
        what = _locked(said, route, orders)
        return _("锁定%(scope)s %(what)s", scope=SCOPES[said["scope"]], what=what)
    if kind == "unlock":
        return _("解除锁定 %(what)s", what=orders or route)
    rule = SHORT.get(said["rule"], said["rule"])
    subject = names.of(said["subject"])
    if kind == "waive":
        return _(
            "放行 %(what)s %(rule)s：%(reason)s", what=subject, rule=rule, reason=said["reason"]
        )
    return _("取消放行 %(what)s %(rule)s", what=subject, rule=rule)


def some_orders(orders: Sequence[str], names: Names) -> str:
    """The first orders by name, and how many they are."""
    shown = _("、").join(names.of(order) for order in list(orders)[:3])
    many = len(orders)
    return _("%(orders)s 等 %(count)s 单", orders=shown, count=many) if many > 3 else shown


def _route(vehicle: str | None, view: View, before: View, names: Names) -> str:
    for route in (*view["routes"], *before["routes"]):
        if route["vehicle"] == vehicle:
            return f"{route['key']} {route['plate']}"
    return names.of(vehicle)


def _place(said: View, after: View | None) -> str:
    """Where the first of the orders stands now, else what was asked for."""
    for route in after["routes"] if after else ():
        for trip in route["trips"] if route["vehicle"] == said["vehicle"] else ():
            for stop in trip["stops"]:
                if stop["n"] and said["orders"][0] in {line["id"] for line in stop["orders"]}:
                    return _("第 %(trip)s 趟第 %(n)s 站", trip=trip["n"], n=stop["n"])
    if said.get("trip") is None:
        return ""
    trip_number, position = said["trip"] + 1, said.get("position")
    if position is None:
        return _("第 %(n)s 趟", n=trip_number)
    return _("第 %(trip)s 趟第 %(n)s 位", trip=trip_number, n=position + 1)


def _locked(said: View, route: str, orders: str) -> str:
    if said["scope"] == "vehicle":
        return route
    if said["scope"] == "trip":
        return _("%(route)s 第 %(n)s 趟", route=route, n=(said["trip"] or 0) + 1)
    return f"{route} {orders}"


def _clock(second: int, view: View) -> str:
    """The local date and time of a second of the horizon."""
    horizon = view["horizon"]
    moment = datetime.fromisoformat(horizon["start"]) + timedelta(seconds=second)
    return moment.astimezone(ZoneInfo(horizon["tz"])).strftime("%m-%d %H:%M")
