"""Writing an order by hand and changing one: for shippers, and for dispatchers on their behalf."""

from __future__ import annotations

import uuid
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from models.accounts.city import zone
from models.base import now
from models.errors import DomainError, Invalid
from models.orders import counting, operations, queries, requests
from models.orders.states import AMENDABLE
from models.orders.tables import Order
from webapp.database import database, reading
from webapp.frame import service_date
from webapp.orders.forms import OrderForm, as_input
from webapp.orders.pages import act, blueprint
from webapp.security.guard import actor
from webapp.security.permissions import needs
from workers.sheets.queries import shipper as shipper_of
from workers.sheets.queries import shippers, usual_pickup

FIELDS = {
    "delivery_place_id": "store",
    "pickup_place_id": "depot",
    "pickup_windows": "windows",
}
"""Fields of an order by the form's own names."""


def _shipper() -> uuid.UUID | None:
    """For whom: a dispatcher names the shipper in the address, a shipper is its own."""
    who = actor()
    if who.role == "shipper":
        return who.organisation_id
    try:
        return uuid.UUID(request.args.get("shipper", ""))
    except ValueError:
        return None


@blueprint.route("/new", methods=["GET", "POST"])
@needs("orders:write")
def new() -> ResponseReturnValue:
    """One order by hand."""
    g.date_action = url_for("orders.index")
    who, owner = actor(), _shipper()
    with reading(who) as session:
        known = shippers(session, who)
        if owner is None:
            return render_template("orders/whose.html", shippers=known)
        firm = shipper_of(session, who, owner)
        form = OrderForm()
        form.offer(session, who, firm.id)
        if request.method == "GET":
            form.service_date.process_data(service_date.current())
            moment = now().astimezone(zone(session))
            form.reference.process_data(moment.strftime("S%m%d-%H%M%S"))
            form.depot.process_data(usual_pickup(session, who, firm.id) or "")
    if form.validate_on_submit():
        draft = request.form.get("do") == "draft" and who.role == "shipper"
        try:
            with database().write(who) as session:
                values = form.values(session, who, firm.id)
                (made,) = operations.create_orders(
                    session, who, [as_input(values)], shipper_id=firm.id, submit=not draft
                )
        except DomainError as error:
            _tell(form, error)
        else:
            _say(made)
            return redirect(url_for("orders.show", order_id=made.id))
    return _page(form, None, firm.name)


@blueprint.route("/<uuid:order_id>/edit", methods=["GET", "POST"])
@needs("orders:write")
def edit(order_id: uuid.UUID) -> ResponseReturnValue:
    """Change an order; an accepted one goes back to submitted, the dispatcher's own stays."""
    g.date_action = url_for("orders.index")
    who = actor()
    with reading(who) as session:
        order = queries.get_order(session, who, order_id)
        form = OrderForm()
        form.offer(session, who, order.shipper_id)
        form.also(order)
        firm = order.shipper.name
        if request.method == "GET":
            form.fill(order)
    if order.state not in AMENDABLE:
        flash(_("订单已排线或已发车，不能整单修改；件数可在订单页上改。"), "attention")
        return redirect(url_for("orders.show", order_id=order_id))
    if form.validate_on_submit():
        try:
            with database().write(who) as session:
                changed = _amend(session, form, order)
        except StaleDataError:
            flash(_("别人刚刚修改过这张订单，您的修改没有保存。请重新打开后再改。"), "broken")
        except DomainError as error:
            _tell(form, error)
        else:
            _say(changed)
            return redirect(url_for("orders.show", order_id=order_id))
    return _page(form, order, firm)


def _amend(session: Session, form: OrderForm, order: Order) -> Order:
    who = actor()
    values = unlike(order, form.values(session, who, order.shipper_id, order.needs))
    seen = int(form.row_version.data) if (form.row_version.data or "").isdigit() else None
    changed = operations.amend_order(session, who, order.id, values, row_version=seen)
    if who.role == "dispatcher" and order.state == "accepted" and changed.state == "submitted":
        operations.accept_orders(session, who, [order.id])
    return changed


def unlike(order: Order, values: dict[str, Any]) -> dict[str, Any]:
    """What the form says otherwise than the order: what it only repeats stays as it came."""
    given = dict(values)
    for name in ("windows", "pickup_windows"):
        old = [(w["start"], w["end"]) for w in getattr(order, name)]
        if old == [(w["start"], w["end"]) for w in given[name]]:
            del given[name]
    if (order.units, order.unit_kind) == (given["units"], given["unit_kind"]):
        for name in ("unit_places", "unit_s", "load_unit_s"):
            del given[name]
        if set(given["estimated"]) == set(order.estimated):
            for name in given.pop("estimated"):
                del given[name]
    return given


def _page(form: OrderForm, order: Order | None, firm: str) -> ResponseReturnValue:
    status = 422 if request.method == "POST" else 200
    return render_template("orders/edit.html", form=form, order=order, firm=firm), status


def _say(order: Order) -> None:
    if order.state == "draft":
        flash(_("已存为草稿，提交前调度员看不到。"), "good")
    elif order.state == "submitted" and order.late:
        flash(_("已过截单时间：作为迟到申请提交，由调度员决定是否受理。"), "attention")
    else:
        flash(_("已保存。"), "good")


def _tell(form: OrderForm, error: DomainError) -> None:
    """Put the faults beside their fields; what has no field is said on top."""
    loose = []
    back = form.kind.data != "delivery"
    for fault in error.fields if isinstance(error, Invalid) else ():
        name = FIELDS.get(fault.field, fault.field)
        if back and name in {"store", "depot"}:
            name = "depot" if name == "store" else "store"
        if name in form:
            form[name].errors = [*form[name].errors, fault.message]
        else:
            loose.append(fault.message)
    flash(" ".join(part for part in (*(loose or [error.message]), error.remedy) if part), "broken")


@blueprint.post("/<uuid:order_id>/submit")
@needs("orders:write")
def submit(order_id: uuid.UUID) -> ResponseReturnValue:
    """Send a draft; after the cut-off it is a late request."""

    def work(session: Session) -> None:
        (order,) = operations.submit_orders(session, actor(), [order_id])
        _say(order)

    return act(order_id, work, "")


@blueprint.post("/<uuid:order_id>/count")
@needs("orders:write")
def count(order_id: uuid.UUID) -> ResponseReturnValue:
    """The real count; once a published plan holds the order, more is a request."""
    text = request.form.get("units", "").strip()
    units = int(text) if text.isascii() and text.isdigit() else 0

    def work(session: Session) -> None:
        done = counting.count_order(session, actor(), order_id, units)
        if done.asked:
            flash(_("方案已下发：增加的件数已作为申请发给调度员。"), "attention")
        elif done.changed:
            flash(_("件数已改为 %(n)s，订单状态不变。", n=units), "good")

    return act(order_id, work, "")


@blueprint.post("/<uuid:order_id>/requests/<uuid:request_id>")
@needs("orders:decide")
def decide(order_id: uuid.UUID, request_id: uuid.UUID) -> ResponseReturnValue:
    """The dispatcher's answer to what the shipper asked for."""
    target = request.form.get("do", "")
    answer = request.form.get("answer", "").strip()[:200]
    if target not in {"granted", "refused"}:
        with reading(actor()) as session:  # a foreign order is not found, whatever is asked
            queries.get_order(session, actor(), order_id)
        abort(400)
    return act(
        order_id,
        lambda session: requests.decide(session, actor(), request_id, target, answer=answer),
        _("已答复货主。"),
    )


__all__ = ["blueprint"]
