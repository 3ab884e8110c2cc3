"""今日到货 for receivers, 到货 for shippers: own deliveries only, late ones first."""

from __future__ import annotations

import secrets
import uuid
from datetime import date, timedelta

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from models.accounts.city import today
from models.base import now
from models.db import bind
from models.errors import NotFound
from models.execution import queries
from models.execution.links import ensure_executions
from models.orders.queries import get_order, receiving
from models.orders.tables import Order
from webapp.database import database, reading
from webapp.duties.days import days
from webapp.frame import service_date
from webapp.security.guard import actor
from webapp.security.permissions import needs
from workers.execution.arrivals import Visit, visits
from workers.execution.tell import channel_of, tell, working
from workers.execution.whereabouts import of_orders

blueprint = Blueprint("arrivals", __name__, url_prefix="/arrivals", template_folder="templates")


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
        order = get_order(session, actor(), order_id)
        bind(session, working(actor(), order.operator_id))  # what follows is not the receiver's
        _tell_ready(session, order)
    flash(_("已告知司机：月台已备好。"), "good")
    return redirect(url_for("arrivals.index", place=request.form.get("place") or None))


def _tell_ready(session: Session, order: Order) -> None:
    who = actor()
    version = queries.plan_on_record(session, order.operator_id, order.service_date)
    plan = days().of(version) if version else None
    part = next(
        (p for p in plan.parts.get(str(order.id), ()) if p in plan.deliveries) if plan else (), None
    )
    if version is None or plan is None or part is None:
        raise NotFound
    vehicle, key = plan.deliveries[part]
    day = ensure_executions(
        session, version.operator_id, version.service_date, [uuid.UUID(vehicle)]
    )[uuid.UUID(vehicle)]
    event = {
        "client_id": secrets.token_hex(12),
        "device_id": f"dock-{str(who.account_id)[:8]}",
        "kind": "dock_ready",
        "stop": key,
        "at": now().isoformat(),
    }
    worker = working(who, version.operator_id)
    channel = channel_of("receiver", event["at"])
    tell(session, worker, day, version, plan, events=[event], channel=channel)
