"""Orders as shipper and dispatcher see them: the list with filters in the address, one order."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.queries import whoever
from models.base import now
from models.errors import DomainError
from models.execution.operations import ON_THE_WAY
from models.language import Words
from models.orders import operations, queries
from models.orders.cutoff import cut_off, is_late
from models.orders.requests import requests_of
from models.orders.states import AMENDABLE, CALLED_BACK, CANCELLABLE
from models.orders.tables import ORDER_STATES, TEMPERATURES, Order
from webapp.database import database
from webapp.duties.days import days
from webapp.frame import service_date
from webapp.frame.formats import local
from webapp.orders.forms import KINDS, UNITS, at_store, ends
from webapp.security.guard import actor, can
from webapp.security.permissions import needs
from webapp.tracking import pages as tracking
from workers.execution.whereabouts import Whereabouts, of_orders
from workers.sheets.queries import shippers as shippers_of
from workers.sheets.values.windows import clock
from workers.sheets.values.words import TEMPERATURE_LABELS

blueprint = Blueprint("orders", __name__, template_folder="templates", url_prefix="/orders")
PAGE_ROWS = 100
PARTS = {"operator": _l("调度方"), "shipper": _l("货主"), "carrier": _l("承运企业")}
VERSION_WORDS = {
    "reference": _l("订单号"),
    "kind": _l("类型"),
    "service_date": _l("服务日期"),
    "units": _l("件数"),
    "unit_kind": _l("包装单位"),
    "weight_g": _l("重量"),
    "volume_cm3": _l("体积"),
    "goods_name": _l("品名"),
    "temperature": _l("温度要求"),
    "windows": _l("收货时段"),
    "pickup_windows": _l("提货时段"),
    "needs": _l("车辆要求"),
    "notes": _l("备注"),
}
"""What an order's versions tell, in words."""


def window_text(window: dict[str, int]) -> str:
    """A window in the clock of the service date; 前日 and 次日 are said."""
    start, end = window["start"] // 60, window["end"] // 60
    before = str(_("前日 ")) if start < 0 else ""
    after = str(_("次日 ")) if end > 1440 else ""
    last = "24:00" if end == 1440 else clock(end)
    return f"{before}{clock(start)}–{after}{last}"


@blueprint.app_context_processor
def words() -> dict[str, object]:
    """What order templates use beyond the frame."""
    return {
        "window_text": window_text,
        "temperature_words": {code: _(word) for code, word in TEMPERATURE_LABELS.items()},
        "unit_words": UNITS,
        "kind_words": KINDS,
        "order_ends": ends,
        "at_store": at_store,
        "cut_off_clock": cut_off_clock,
    }


def cut_off_clock(day: date | None = None) -> dict[str, str] | None:
    """The shipper's cut-off for a service date and the server's present; None for others."""
    who = actor()
    if who.role != "shipper" or who.organisation_id is None:
        return None
    wanted = day or service_date.current()
    with database().read(who) as session:
        limit = cut_off(session, who, who.organisation_id, wanted)
    if limit is None:
        return None
    moment = now()
    return {
        "limit": limit.isoformat(),
        "now": moment.isoformat(),
        "shown": local(limit),
        "left": left_text(int((limit - moment).total_seconds())),
        "over": "1" if is_late(moment, limit) else "",
    }


def left_text(seconds: int) -> str:
    """Hours and minutes left, ``02:13``; days before them where there are any."""
    days, rest = divmod(max(0, seconds), 86_400)
    clock_ = f"{rest // 3600:02d}:{rest // 60 % 60:02d}"
    return str(_("%(n)s 天 %(t)s", n=days, t=clock_)) if days else clock_


def _wanted() -> queries.OrderFilter:
    state = request.args.get("state", "")
    temperature = request.args.get("temperature", "")
    try:
        shipper: uuid.UUID | None = uuid.UUID(request.args.get("shipper", ""))
    except ValueError:
        shipper = None
    return queries.OrderFilter(
        service_date=None if request.args.get("all") else service_date.current(),
        states=(state,) if state in ORDER_STATES else (),
        shipper_id=shipper,
        temperature=temperature if temperature in TEMPERATURES else None,
        text=request.args.get("text", "").strip()[:100],
    )


@blueprint.get("/")
@needs("orders:read")
def index() -> ResponseReturnValue:
    """Orders by service date and filters, which live in the address."""
    wanted = _wanted()
    who = actor()
    with database().read(who) as session:
        page = queries.list_orders(
            session, who, wanted, cursor=request.args.get("cursor"), limit=PAGE_ROWS
        )
        counted = queries.OrderFilter(
            service_date=wanted.service_date,
            shipper_id=wanted.shipper_id,
            temperature=wanted.temperature,
            text=wanted.text,
        )
        counts = queries.count_by_state(session, who, counted)
        return render_template(
            "orders/index.html",
            page=page,
            where=_where(page.items),
            wanted=wanted,
            counts=counts,
            waiting=queries.count_waiting(session, who, counted),
            shippers=shippers_of(session, who) if who.role == "dispatcher" else [],
            states=[s for s in ORDER_STATES if counts.get(s) or s in wanted.states],
            kept={k: v for k, v in request.args.items() if k not in {"cursor", "state"}},
        )


@blueprint.get("/<uuid:order_id>")
@needs("orders:read")
def show(order_id: uuid.UUID) -> ResponseReturnValue:
    """One order: what, where, when, and what happened to it."""
    who = actor()
    with database().read(who) as session:
        order = queries.get_order(session, who, order_id)
        events = queries.history(session, who, order_id)
        asked = requests_of(session, who, order_id)
        return render_template(
            "orders/show.html",
            order=order,
            where=_where([order]).get(order.id),
            tracking=tracking.shown(session, order.id) if can("orders:write") else [],
            may_track=can("orders:write") and order.state in ON_THE_WAY,
            events=events,
            asked=asked,
            versions=_versions(session, who, order),
            people={e.account_id: who_text(session, who, e.account_id) for e in [*events, *asked]},
            may_count=order.state in {*AMENDABLE, "planned"},
            may_cancel=order.state in CANCELLABLE,
            may_ask=order.state in CALLED_BACK and not order.cancel_requested,
            may_amend=order.state in AMENDABLE,
        )


def _where(orders: Sequence[Order]) -> dict[uuid.UUID, Whereabouts]:
    """Where these orders are, which the asker sees; read as the platform, told of them alone."""
    wanted = [order for order in orders if order.state in ON_THE_WAY]
    if not wanted:
        return {}
    with database().read() as session:
        return of_orders(session, days(), wanted)


def who_text(session: Session, who: Actor, account_id: uuid.UUID | None) -> str:
    """Who did something: one's own people by name, others by the organisation's part in it."""
    account = whoever(session, who, [account_id]).get(account_id) if account_id else None
    if account is None:
        return str(_("系统"))
    if account.organisation_id == who.organisation_id:
        return account.name
    return str(PARTS.get(account.organisation.kind, _("平台")))


def _versions(session: Session, who: Actor, order: Order) -> list[dict[str, object]]:
    """Each amendment: who, when, and what it changed from and to, the latest first."""
    kept = queries.versions(session, who, order.id)
    told = []
    for number, version in enumerate(kept):
        after = kept[number + 1].content if number + 1 < len(kept) else None
        changes = []
        for name, old in version.content.items():
            if name not in VERSION_WORDS:
                continue
            new = after.get(name) if after and name in after else _now(order, name)
            if new != old:
                changes.append((VERSION_WORDS[name], _shown(name, old), _shown(name, new)))
        told.append(
            {
                "version": version,
                "who": who_text(session, who, version.account_id),
                "changes": changes,
            }
        )
    return told[::-1]


def _now(order: Order, name: str) -> object:
    value = getattr(order, name)
    if isinstance(value, (date, uuid.UUID)):
        return value.isoformat() if isinstance(value, date) else str(value)
    return value


def _shown(name: str, value: object) -> str:
    if name == "weight_g" and isinstance(value, int):
        return f"{value / 1000:g} kg"
    if name == "volume_cm3" and isinstance(value, int):
        return f"{value / 10**6:g} m³"
    if name in {"windows", "pickup_windows"} and isinstance(value, list):
        return _("；").join(window_text(window) for window in value) or str(_("按网点"))
    words = {"kind": KINDS, "temperature": Words(TEMPERATURE_LABELS), "unit_kind": UNITS}.get(name)
    if words is not None:
        return str(words.get(str(value), value))
    if name == "needs" and isinstance(value, list):
        return str(_("需要尾板")) if "tail_lift" in value else "—"
    return str(value) if value not in (None, "", []) else "—"


def act(order_id: uuid.UUID, work: Callable[[Session], object], said: str) -> ResponseReturnValue:
    """Do something with an order in a transaction, say how it went, and show the order."""
    try:
        with database().write(actor()) as session:
            work(session)
    except DomainError as error:
        if error.code in {"not_found", "forbidden"}:
            raise
        flash(" ".join(part for part in (error.message, error.remedy) if part), "broken")
    else:
        if said:
            flash(said, "good")
    return redirect(url_for("orders.show", order_id=order_id))


@blueprint.post("/<uuid:order_id>/cancel")
@needs("orders:write")
def cancel(order_id: uuid.UUID) -> ResponseReturnValue:
    """Cancel; after dispatch, ask for it."""
    reason = request.form.get("reason", "").strip()[:200]
    return act(
        order_id,
        lambda session: operations.request_cancel(session, actor(), order_id, reason),
        _("已处理取消。"),
    )


@blueprint.post("/<uuid:order_id>/accept")
@needs("orders:decide")
def accept(order_id: uuid.UUID) -> ResponseReturnValue:
    """Accept one order."""
    return act(
        order_id,
        lambda session: operations.change_states(session, actor(), [order_id], "accepted"),
        _("已受理。"),
    )


@blueprint.post("/<uuid:order_id>/reject")
@needs("orders:decide")
def reject(order_id: uuid.UUID) -> ResponseReturnValue:
    """Reject one order, with its reason."""
    reason = request.form.get("reason", "").strip()[:200]
    return act(
        order_id,
        lambda session: operations.change_states(
            session, actor(), [order_id], "rejected", reason=reason
        ),
        _("已退回。"),
    )


@blueprint.post("/accept")
@needs("orders:decide")
def accept_all() -> ResponseReturnValue:
    """Accept all submitted orders of the filters' day and shipper; late requests one by one."""
    wanted = _wanted()
    who = actor()
    with database().write(who) as session:
        ids = []
        cursor = None
        narrowed = queries.OrderFilter(
            service_date=wanted.service_date, shipper_id=wanted.shipper_id, states=("submitted",)
        )
        while True:
            page = queries.list_orders(session, who, narrowed, cursor=cursor, limit=200)
            ids += [order.id for order in page.items if not order.late]
            cursor = page.next
            if cursor is None:
                break
        if ids:
            operations.change_states(session, who, ids, "accepted")
    flash(_("已受理 %(n)s 单。", n=len(ids)), "good")
    return redirect(url_for("orders.index", **request.args))
