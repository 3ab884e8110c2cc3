"""今日到货 for receivers, 到货 for shippers: own deliveries only, late ones first."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.accounts.city import today
from models.base import now
from models.errors import Invalid, NotFound
from models.execution.words import OUTCOMES, REASONS
from models.orders.queries import get_order, receiving
from webapp.database import database, reading
from webapp.duties.days import days
from webapp.frame import service_date
from webapp.security.guard import actor
from webapp.security.permissions import needs
from workers.execution import receipt
from workers.execution.arrivals import Visit, visits
from workers.execution.whereabouts import of_orders

blueprint = Blueprint("arrivals", __name__, url_prefix="/arrivals", template_folder="templates")


@blueprint.app_context_processor
def words() -> dict[str, object]:
    """What templates say of an order's receipt."""
    return {"outcome_words": OUTCOMES, "receipt_reasons": REASONS}


def _wanted(day: date) -> list[Visit]:
    """The asker's deliveries of a date and, for a receiver, of the day after."""
    last = day + timedelta(days=1) if actor().role == "receiver" else day
    with reading(actor()) as session:
        orders = receiving(session, actor(), day, last)
    with database().read() as session:
        found = of_orders(session, days(), orders)
    return visits(orders, found)


@blueprint.get("/")
@needs("arrivals:read")
def index() -> ResponseReturnValue:
    """Deliveries by visit with a window that narrows; what is late comes first."""
    with database().read() as session:
        present = today(session)
    given = service_date.parse(request.args.get("date"))
    day = present if actor().role == "receiver" else given or present
    g.page_date = day
    every = _wanted(day)
    places = {visit.place.id: visit.place.name for visit in every}
    chosen = request.args.get("place", "")
    shown = [visit for visit in every if chosen in {"", str(visit.place.id)}]
    return render_template(
        "arrivals/index.html",
        day=day,
        now=now(),
        soon=now() + receipt.BEFORE,
        visits=[visit for visit in shown if visit.service_date == day],
        tomorrow=[visit for visit in shown if visit.service_date > day],
        places=dict(sorted(places.items(), key=lambda pair: pair[1])),
        chosen=chosen,
    )


@blueprint.post("/<uuid:order_id>/ready")
@needs("arrivals:write")
def ready(order_id: uuid.UUID) -> ResponseReturnValue:
    """月台已备好: the driver on the way sees it."""
    with database().write(actor()) as session:
        receipt.tell_ready(session, actor(), days(), order_id)
    flash(_("已告知司机：月台已备好。"), "good")
    return redirect(url_for("arrivals.index", place=request.form.get("place") or None))


@blueprint.get("/<uuid:order_id>/receipt")
@needs("arrivals:write")
def receive(order_id: uuid.UUID) -> ResponseReturnValue:
    """签收: the orders that come together with this one, each with what is taken of it."""
    return _receipt(_visit(order_id), {}, {})


@blueprint.post("/<uuid:order_id>/receipt")
@needs("arrivals:write")
def received(order_id: uuid.UUID) -> ResponseReturnValue:
    """Keep the receiver's own word: 签收, 差异签收 or 拒收 of each order."""
    visit = _visit(order_id)
    given, typed, wrong = _signed(visit)
    if not wrong:
        try:
            with database().write(actor()) as session:
                orders = receipt.sign(session, actor(), days(), given)
                pairs = list(zip(given, orders, strict=True))
                odd = sum(one.units is not None for one in given)
                other = sum(order.state != _meant(one) for one, order in pairs)
        except Invalid as error:
            for fault in error.fields:
                key = str(given[fault.index or 0].order_id)
                wrong.setdefault(key, []).append(fault.message)
            flash(f"{error.message} {error.remedy}", "broken")
        else:
            said = _("已签收 %(n)s 单", n=len(orders) - odd)
            flash(
                said + (_("，差异或拒收 %(n)s 单，已告知调度和货主", n=odd) if odd else ""), "good"
            )
            if other:
                flash(_("%(n)s 单与现有记录不同，由调度核实。", n=other), "attention")
            return redirect(url_for("arrivals.index"))
    return _receipt(visit, typed, wrong), 422


def _visit(order_id: uuid.UUID) -> Visit:
    """The visit that brings an order to the asker's place.

    Raises:
        NotFound: not the asker's, not a delivery, or no plan brings it.
    """
    with reading(actor()) as session:
        order = get_order(session, actor(), order_id)
        day = order.service_date
    for visit in _wanted(day):
        if any(one.id == order_id and one.kind == "delivery" for one in visit.orders):
            if visit.where is None:
                break
            return visit
    raise NotFound


def _signed(
    visit: Visit,
) -> tuple[list[receipt.Signing], dict[str, dict[str, str]], dict[str, list[str]]]:
    """What was typed of each order: as signings, as typed, and what is no count."""
    given: list[receipt.Signing] = []
    typed: dict[str, dict[str, str]] = {}
    wrong: dict[str, list[str]] = {}
    for order in visit.orders:
        names = ("units", "reason", "note")
        one = {name: request.form.get(f"{name}|{order.id}", "").strip()[:500] for name in names}
        typed[str(order.id)] = one
        units = order.units if not one["units"] else count_of(one["units"])
        if units is None:
            wrong[str(order.id)] = [_("“%(text)s”不是件数", text=one["units"])]
            continue
        whole = units == order.units
        given.append(
            receipt.Signing(
                order_id=order.id,
                units=None if whole else units,
                reason="" if whole else one["reason"],
                note=one["note"],
            )
        )
    return given, typed, wrong


def _meant(one: receipt.Signing) -> str:
    """The state that a word alone would give its order."""
    if one.units is None:
        return "delivered"
    return "partly_delivered" if one.units else "refused"


def count_of(text: str) -> int | None:
    """A count of pieces as typed, full-width digits too; None where it is none."""
    return int(text) if text.isdecimal() and len(text) <= 7 else None


def _receipt(visit: Visit, typed: dict[str, dict[str, str]], wrong: dict[str, list[str]]) -> str:
    g.page_date = visit.service_date
    reasons = {code: REASONS[code] for code in receipt.SHORT}
    return render_template(
        "arrivals/receipt.html", visit=visit, typed=typed, wrong=wrong, reasons=reasons
    )
