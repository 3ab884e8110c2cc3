"""Left navigation by role, in the words of ``facts/words.md``.

A room is shown once its endpoint is registered: a desk that does not exist yet has no button.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, g, request, url_for
from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Room:
    """A button of the side bar: its word, icon, the page it opens and the pages that light it."""

    label: object
    icon: str
    endpoint: str
    lights: tuple[str, ...] = ()


ROOMS: dict[str, tuple[Room, ...]] = {
    "dispatcher": (
        Room(_l("订单"), "clipboard-list", "orders.index", ("orders", "imports")),
        Room(_l("排线"), "route", "planning.index", ("planning",)),
        Room(_l("车辆"), "truck", "fleet.vehicles", ("fleet",)),
        Room(_l("网点"), "building-warehouse", "places.index", ("places",)),
        Room(_l("充电"), "charging-pile", "charging.index", ("charging",)),
        Room(_l("泊位"), "parking", "bays.index", ("bays",)),
        Room(_l("禁限行"), "barrier-block", "rules.index", ("rules", "permits")),
        Room(_l("对账"), "receipt", "settlement.index", ("settlement",)),
    ),
    "shipper": (
        Room(_l("下单"), "clipboard-plus", "imports.index", ("imports",)),
        Room(_l("我的订单"), "clipboard-list", "orders.index", ("orders",)),
        Room(_l("到货"), "truck-delivery", "arrivals.index", ("arrivals",)),
        Room(_l("对账"), "receipt", "settlement.index", ("settlement",)),
    ),
    "receiver": (Room(_l("今日到货"), "truck-delivery", "arrivals.index", ("arrivals",)),),
    "carrier": (
        Room(_l("车辆"), "truck", "fleet.vehicles", ("fleet",)),
        Room(_l("通行证"), "certificate", "permits.index", ("permits",)),
    ),
    "driver": (Room(_l("今日任务"), "list-details", "duties.index", ("duties",)),),
    "police": (
        Room(_l("通行证审核"), "id-badge-2", "permits.index", ("permits",)),
        Room(_l("禁限行规则"), "barrier-block", "rules.index", ("rules",)),
        Room(_l("核查记录"), "shield-search", "inspections.index", ("inspections",)),
    ),
    "bureau": (
        Room(_l("考核指标"), "chart-bar", "indicators.index", ("indicators",)),
        Room(_l("台账"), "book-2", "ledger.index", ("ledger",)),
        Room(_l("报表"), "report", "reports.index", ("reports",)),
    ),
    "admin": (
        Room(_l("组织与账号"), "users", "admin.accounts", ("admin",)),
        Room(_l("系统"), "server", "system.index", ("system",)),
    ),
}

ROLE_NAMES: dict[str, object] = {
    "dispatcher": _l("调度员"),
    "shipper": _l("货主"),
    "receiver": _l("收货员"),
    "carrier": _l("承运企业"),
    "driver": _l("司机"),
    "police": _l("交管"),
    "bureau": _l("主管部门"),
    "admin": _l("管理员"),
}


@dataclass(frozen=True)
class NavItem:
    """A room as shown: ready address and whether it is the page's own."""

    label: object
    icon: str
    address: str
    here: bool


def rooms_for(role: str) -> list[NavItem]:
    """The rooms of ``role`` that exist, the current page's one lit (``g.room`` if it says so)."""
    here = g.get("room") or (request.endpoint or "").split(".")[0]
    shown = [room for room in ROOMS.get(role, ()) if room.endpoint in current_app.view_functions]
    return [
        NavItem(room.label, room.icon, url_for(room.endpoint), here in room.lights)
        for room in shown
    ]


def home_endpoint(role: str) -> str:
    """Where ``role`` lands after log-in: planning for the dispatcher, else its first room."""
    if role == "dispatcher" and "planning.index" in current_app.view_functions:
        return "planning.index"
    for room in ROOMS.get(role, ()):
        if room.endpoint in current_app.view_functions:
            return room.endpoint
    return "frame.welcome"
