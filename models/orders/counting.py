"""Counting (实际件数): what is really there replaces what was expected, without submitting anew."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.visibility import fetch, require
from models.base import now
from models.errors import Invalid, RefusedTransition
from models.language import N_, kept
from models.language import gettext as _
from models.orders import requests
from models.orders.quantities import more_than, scaled, set_quantity
from models.orders.states import ORDER
from models.orders.tables import Order
from models.orders.wave_tables import WaveOrder
from models.planning.flags import Hit, flag_day

COUNTED_FREELY = frozenset({"draft", "submitted", "accepted"})
PLANNED = "planned"


@dataclass(frozen=True, kw_only=True)
class Counted:
    """``changed``: the order has the new count. ``asked``: the dispatcher must agree first."""

    order: Order
    changed: bool
    asked: bool


def count_order(session: Session, actor: Actor, order_id: uuid.UUID, units: int) -> Counted:
    """Say how many units an order really has; weight, volume and places follow in proportion.

    Before a plan is published the order takes the count at once, its state kept; a solved plan
    that it no longer fits is flagged. Once a published plan holds it, less is taken at once (what
    is planned still holds), more becomes a request to the dispatcher.

    Raises:
        NotFound: not the actor's.
        RefusedTransition: it is on its way, delivered or closed.
        Invalid: the count is no whole number from 1.
    """
    require(session, actor, "shipper", "dispatcher")
    order = fetch(session, actor, Order, order_id)
    if isinstance(units, bool) or not 1 <= units < 2**31:
        raise Invalid("quantity", _("件数须为不小于 1 的整数"), _("没有货请取消订单"))
    if order.state not in {*COUNTED_FREELY, PLANNED}:
        why = _(ORDER.why.get(order.state, N_("当前状态不能改件数")))
        raise RefusedTransition(ORDER.thing, order.state, order.state, why)
    amounts = scaled(order, units)
    more = more_than(order, amounts)
    before = order.units
    if order.state == PLANNED and more and actor.role == "shipper":
        requests.ask(
            session, actor, order, "quantity", content=amounts, reason=kept("实际件数增加")
        )
        return Counted(order=order, changed=False, asked=True)
    changed = bool(set_quantity(session, actor, order, amounts, reason=kept("实际件数")))
    wave = session.get(WaveOrder, order.id)
    if wave is not None:
        wave.counted_at, wave.counted_by = now(), actor.account_id
    if changed and more and order.state in {"accepted", PLANNED}:
        detail = {"reference": order.reference, "before": before, "after": units}
        hit = Hit(kind="quantity", subject="order", subject_id=order.id, detail=detail)
        flag_day(session, actor, order.operator_id, order.service_date, hit)
    session.flush()
    return Counted(order=order, changed=changed, asked=False)
