"""What a shipper asks for once a plan holds its order, and the dispatcher's answer."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.visibility import fetch, require, visible
from models.audit.operations import append
from models.base import now
from models.language import N_, kept
from models.orders.quantities import set_quantity
from models.orders.states import move, record
from models.orders.tables import Order
from models.orders.wave_tables import OrderRequest
from models.planning.flags import Hit, flag_day
from models.transitions import Machine

REQUEST = Machine(
    thing=N_("货主申请"),
    drawn={"open": frozenset({"granted", "refused"})},
    why={"granted": N_("申请已同意"), "refused": N_("申请已拒绝")},
    reasoned=frozenset({"refused"}),
)


def ask(
    session: Session,
    actor: Actor,
    order: Order,
    kind: str,
    *,
    content: Mapping[str, Any] | None = None,
    reason: str = "",
) -> OrderRequest:
    """Put a request to the dispatcher; a second one of its kind takes the first's place."""
    found = session.scalars(
        select(OrderRequest).where(
            OrderRequest.order_id == order.id,
            OrderRequest.kind == kind,
            OrderRequest.state == "open",
        )
    ).one_or_none()
    if found is None:
        found = OrderRequest(order_id=order.id, kind=kind, account_id=actor.account_id)
        session.add(found)
    found.content, found.reason = dict(content or {}), reason
    session.flush()
    append(session, actor, f"request_{kind}", "order", order.id, fields=sorted(found.content))
    return found


def requests_of(
    session: Session, actor: Actor, order_id: uuid.UUID, *, only_open: bool = False
) -> list[OrderRequest]:
    """An order's requests, oldest first."""
    query = visible(session, actor, OrderRequest).where(OrderRequest.order_id == order_id)
    if only_open:
        query = query.where(OrderRequest.state == "open")
    return list(session.scalars(query.order_by(OrderRequest.created_at, OrderRequest.id)))


def decide(
    session: Session,
    actor: Actor,
    request_id: uuid.UUID,
    target: str,
    *,
    answer: str = "",
) -> OrderRequest:
    """Grant or refuse a request; refusing needs its reason.

    Granted amounts become the order's, and the plans that hold it are flagged. A granted
    cancellation ends the dispatched order as failed, with the request as its reason.

    Raises:
        NotFound: not the actor's.
        RefusedTransition: it was decided already.
        Invalid: no reason given, or the order can no longer take the amounts.
    """
    require(session, actor, "dispatcher")
    request = fetch(session, actor, OrderRequest, request_id)
    REQUEST.check(request.state, target, answer)
    order = fetch(session, actor, Order, request.order_id)
    if target == "granted" and request.kind == "quantity":
        before = order.units
        set_quantity(session, actor, order, request.content, reason=kept("调度员同意件数变更"))
        detail = {"reference": order.reference, "before": before, "after": order.units}
        hit = Hit(kind="quantity", subject="order", subject_id=order.id, detail=detail)
        flag_day(session, actor, order.operator_id, order.service_date, hit)
    elif target == "granted":
        order.cancel_requested = False
        move(
            session,
            actor,
            order,
            "failed",
            reason=kept("货主申请取消：%(why)s", why=request.reason or kept("未写原因")),
        )
    else:
        word = kept("件数变更") if request.kind == "quantity" else kept("取消订单")
        record(
            session,
            actor,
            order,
            order.state,
            order.state,
            reason=kept("不同意%(word)s：%(answer)s", word=word, answer=answer),
        )
        if request.kind == "cancel":
            order.cancel_requested = False
    request.state, request.answer = target, answer
    request.decided_by, request.decided_at = actor.account_id, now()
    session.flush()
    append(session, actor, f"{request.kind}_{target}", "order", order.id)
    return request
