"""The list of passes."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models.permits import queries
from models.permits.tables import Permit
from webapp.frame import service_date
from webapp.permits.words import ACT_NAMES
from webapp.things.desk import Column, Desk, Filter, every, mount
from webapp.things.fields import hours_text

blueprint = Blueprint("permits", __name__, url_prefix="/permits", template_folder="templates")
TABS = (
    (_l("申请"), "permits.applications"),
    (_l("通行证"), "permits.index"),
    (_l("证件种类"), "permits.schemes"),
    (_l("规则"), "rules.index"),
    (_l("区域"), "rules.zones"),
)


def standing(permit: Permit) -> str:
    """``active``, ``coming``, ``expired`` on the service date shown, else its own state."""
    if permit.state != "approved":
        return permit.state
    day = service_date.current()
    if day < permit.date_from:
        return "coming"
    return "expired" if day > permit.last_day else "active"


def pill(permit: Permit) -> tuple[str, str, object]:
    """Tone, icon and word of a pass on the service date shown."""
    known = {
        "active": ("good", "certificate", _("有效")),
        "coming": ("running", "clock", _("未到期间")),
        "expired": ("draft", "clock", _("已过期")),
        "suspended": ("attention", "player-pause", _("暂停")),
    }
    act = permit.ended_act or ""
    return known.get(standing(permit)) or ("broken", "ban", ACT_NAMES.get(act, _("已终止")))


def _plates(permit: Permit) -> str:
    return _("、").join(vehicle.plate for vehicle in permit.vehicles)


def _trips(permit: Permit) -> object:
    return _("每日 %(n)s 次", n=permit.trips_per_day) if permit.trips_per_day else _("不限次")


DESK = Desk(
    name="index",
    title=_l("货车通行证"),
    one=_l("通行证"),
    icon="certificate",
    read="permits:read",
    write="permits:read",
    rows=every(queries.list_permits),
    columns=(
        Column(_l("编号"), lambda p: p.number),
        Column(_l("号牌号码"), _plates),
        Column(_l("放行的规则"), lambda p: _("；").join(rule.name for rule in p.rules)),
        Column(
            _l("期间"),
            lambda p: _("%(date_from)s 至 %(date_to)s", date_from=p.date_from, date_to=p.date_to),
        ),
        Column(_l("时段"), lambda p: hours_text(p.hours) or _l("全天")),
        Column(_l("次数"), _trips),
        Column(_l("状态"), pill, pill=True),
    ),
    label=lambda p: p.number,
    words=lambda p: f"{p.number} {_plates(p)}",
    tabs=TABS,
    href=lambda p: url_for("permits.show", permit_id=p.id),
    empty=_l("通行证按号牌、规则、日期和时段放行，排线时自动使用。"),
    filters=(
        Filter(
            "standing",
            _l("状态"),
            [
                ("active", _l("有效")),
                ("coming", _l("未到期间")),
                ("expired", _l("已过期")),
                ("suspended", _l("暂停")),
                ("ended", _l("已终止")),
            ],
            lambda p, state: standing(p) == state,
        ),
    ),
)
mount(blueprint, DESK, "/")
