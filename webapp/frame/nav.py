"""Left navigation by role, in the words of ``facts/words.md``.

A room is shown once its endpoint is registered: a desk that does not exist yet has no button.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, g, request, url_for
from flask_babel import lazy_gettext as _l

from models.accounts.actor import Actor
from webapp.security.permissions import allowed


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
        Room(_l("在途"), "truck-delivery", "execution.index", ("execution",)),
        Room(_l("车辆"), "truck", "fleet.vehicles", ("fleet",)),
        Room(_l("网点"), "building-warehouse", "places.index", ("places", "stores", "waves")),
        Room(_l("充电"), "charging-pile", "charging.index", ("charging",)),
        Room(_l("泊位"), "parking", "bays.index", ("bays",)),
        Room(_l("禁限行"), "barrier-block", "rules.index", ("rules", "permits")),
        Room(_l("对账"), "receipt", "settlement.index", ("settlement",)),
    ),
    "shipper": (
        Room(_l("下单"), "clipboard-plus", "imports.index", ("imports",)),
        Room(_l("我的订单"), "clipboard-list", "orders.index", ("orders",)),
        Room(_l("班次"), "table", "stores.waves_index", ("waves",)),
        Room(_l("到货"), "truck-delivery", "arrivals.index", ("arrivals",)),
        Room(_l("门店"), "building-store", "stores.index", ("stores",)),
        Room(_l("对账"), "receipt", "settlement.index", ("settlement",)),
    ),
    "receiver": (
        Room(_l("今日到货"), "truck-delivery", "arrivals.index", ("arrivals",)),
        Room(_l("收货安排"), "building-store", "stores.index", ("stores",)),
    ),
    "carrier": (
        Room(_l("车辆"), "truck", "fleet.vehicles", ("fleet",)),
        Room(_l("通行证"), "certificate", "permits.applications", ("permits",)),
    ),
    "driver": (Room(_l("今日任务"), "list-details", "duties.index", ("duties",)),),
    "police": (
        Room(_l("通行证审核"), "id-badge-2", "permits.applications", ("permits",)),
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
        Room(_l("审计"), "history", "audit.index", ("audit",)),
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


POSITION_NAMES: dict[str, object] = {
    "organisation_admin": _l("单位管理员"),
    "shipper_admin": _l("货主管理员"),
    "clerk": _l("物流专员"),
    "station_manager": _l("站长"),
    "receiver": _l("收货员"),
    "reviewer": _l("受理审核"),
    "approver": _l("审批"),
    "officer": _l("路面执勤"),
    "rule_keeper": _l("规则维护"),
    "target_keeper": _l("目标维护"),
    "viewer": _l("指标查阅"),
    "admin": _l("系统管理员"),
    "auditor": _l("审计员"),
}


@dataclass(frozen=True)
class NavItem:
    """A room as shown: ready address and whether it is the page's own."""

    label: object
    icon: str
    address: str
    here: bool


def rooms_for(who: Actor) -> list[NavItem]:
    """The rooms of ``who`` that exist, the current page's one lit (``g.room`` if it says so)."""
    here = g.get("room") or (request.endpoint or "").split(".")[0]
    shown = [room for room in ROOMS.get(who.role, ()) if _open(who, room.endpoint)]
    return [
        NavItem(room.label, room.icon, url_for(room.endpoint), here in room.lights)
        for room in shown
    ]


def _open(who: Actor, endpoint: str) -> bool:
    """Whether the page exists and is open to ``who`` (a position may lack its permission)."""
    view = current_app.view_functions.get(endpoint)
    return view is not None and allowed(who, getattr(view, "permission_needed", ""))


def home_endpoint(who: Actor) -> str:
    """Where ``who`` lands after log-in: planning for the dispatcher, else the first room."""
    if who.role == "dispatcher" and _open(who, "planning.index"):
        return "planning.index"
    for room in ROOMS.get(who.role, ()):
        if _open(who, room.endpoint):
            return room.endpoint
    return "frame.welcome"
