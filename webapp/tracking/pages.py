"""A public link to one delivery: made and ended by shipper or dispatcher, open to who has it."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from models.base import now
from models.errors import NotFound
from models.execution import links, queries
from models.execution.tables import TrackingLink
from webapp.database import database
from webapp.duties.days import days, secret
from webapp.frame.city import city
from webapp.security.guard import actor
from webapp.security.permissions import needs, public
from workers.execution.whereabouts import of_orders

blueprint = Blueprint("tracking", __name__, template_folder="templates")


@blueprint.get("/t/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    """Window and state of the delivery; unknown, ended and revoked links are the same 404."""
    with database().read() as session:
        order = links.find_tracking(session, token)
        if order is None:
            raise NotFound
        where = of_orders(session, days(), [order]).get(order.id)
    answer = make_response(
        render_template(
            "tracking/show.html", state=order.state, where=where, now=now(), demo=city().demo
        )
    )
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def shown(session: Session, order_id: uuid.UUID) -> list[tuple[TrackingLink, str]]:
    """The links of an order that live, each with its address."""
    found = []
    for link in queries.tracking_links(session, actor(), order_id):
        token = links.tracking_token(secret(), link)
        if token is not None:
            found.append((link, url_for("tracking.show", token=token, _external=True)))
    return found


@blueprint.post("/orders/<uuid:order_id>/tracking")
@needs("orders:write")
def make(order_id: uuid.UUID) -> ResponseReturnValue:
    """A new link, for seven days."""
    with database().write(actor()) as session:
        links.make_tracking(session, actor(), order_id, secret())
    flash(_("已生成查询链接，7 天内有效。"), "good")
    return redirect(url_for("orders.show", order_id=order_id))


@blueprint.post("/orders/<uuid:order_id>/tracking/<uuid:link_id>/revoke")
@needs("orders:write")
def revoke(order_id: uuid.UUID, link_id: uuid.UUID) -> ResponseReturnValue:
    """End a link."""
    with database().write(actor()) as session:
        link = links.revoke_tracking(session, actor(), link_id)
        if link.order_id != order_id:
            raise NotFound
    flash(_("查询链接已失效。"), "good")
    return redirect(url_for("orders.show", order_id=order_id))
