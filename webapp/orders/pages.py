"""Orders as shipper and dispatcher see them: the list with filters in the address, one order."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from models.errors import DomainError
from models.orders import operations, queries
from models.orders.states import AMENDABLE, CALLED_BACK, CANCELLABLE
from models.orders.tables import ORDER_STATES, TEMPERATURES
from webapp.database import database
from webapp.frame import service_date
from webapp.security.guard import actor
from webapp.security.permissions import needs
from workers.sheets.queries import shippers as shippers_of
from workers.sheets.values.numbers import UNIT_LABELS
from workers.sheets.values.windows import clock
from workers.sheets.values.words import TEMPERATURE_LABELS

blueprint = Blueprint("orders", __name__, template_folder="templates", url_prefix="/orders")
PAGE_ROWS = 100


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
        "temperature_words": TEMPERATURE_LABELS,
        "unit_words": {**UNIT_LABELS, "piece": "件"},
    }


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
            wanted=wanted,
            counts=counts,
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
        return render_template(
            "orders/show.html",
            order=order,
            events=queries.history(session, who, order_id),
            may_cancel=order.state in CANCELLABLE,
            may_ask=order.state in CALLED_BACK and not order.cancel_requested,
            may_amend=order.state in AMENDABLE,
        )


def _do(order_id: uuid.UUID, work: Callable[[Session], object], said: str) -> ResponseReturnValue:
    try:
        with database().write(actor()) as session:
            work(session)
    except DomainError as error:
        if error.code in {"not_found", "forbidden"}:
            raise
        flash(" ".join(part for part in (error.message, error.remedy) if part), "broken")
    else:
        flash(said, "good")
    return redirect(url_for("orders.show", order_id=order_id))


@blueprint.post("/<uuid:order_id>/cancel")
@needs("orders:write")
def cancel(order_id: uuid.UUID) -> ResponseReturnValue:
    """Cancel; after dispatch, ask for it."""
    reason = request.form.get("reason", "").strip()[:200]
    return _do(
        order_id,
        lambda session: operations.request_cancel(session, actor(), order_id, reason),
        _("已处理取消。"),
    )


@blueprint.post("/<uuid:order_id>/accept")
@needs("orders:decide")
def accept(order_id: uuid.UUID) -> ResponseReturnValue:
    """Accept one order."""
    return _do(
        order_id,
        lambda session: operations.change_states(session, actor(), [order_id], "accepted"),
        _("已受理。"),
    )


@blueprint.post("/<uuid:order_id>/reject")
@needs("orders:decide")
def reject(order_id: uuid.UUID) -> ResponseReturnValue:
    """Reject one order, with its reason."""
    reason = request.form.get("reason", "").strip()[:200]
    return _do(
        order_id,
        lambda session: operations.change_states(
            session, actor(), [order_id], "rejected", reason=reason
        ),
        _("已退回。"),
    )


@blueprint.post("/accept")
@needs("orders:decide")
def accept_all() -> ResponseReturnValue:
    """Accept all submitted orders of the filters' day and shipper, in one transaction."""
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
            ids += [order.id for order in page.items]
            cursor = page.next
            if cursor is None:
                break
        if ids:
            operations.change_states(session, who, ids, "accepted")
    flash(_("已受理 %(n)s 单。", n=len(ids)), "good")
    return redirect(url_for("orders.index", **request.args))
