"""What was told after a day was closed (收车后补传): kept, applied only when somebody says so."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.audit.operations import append
from models.execution.operations import ON_THE_WAY, Fate
from models.language import kept
from models.orders import states as order_states
from models.orders.tables import Order, OrderEvent
from models.planning.tables import PlanVersion

ENDS = frozenset({"delivered", "partly_delivered", "refused", "failed"})
"""What a late report may make of an order; that it is on its way says nothing any more."""
_OPEN = (*ON_THE_WAY, "accepted")


def differing(
    session: Session, version: PlanVersion, fates: Mapping[uuid.UUID, Fate]
) -> dict[uuid.UUID, Order]:
    """Orders of the closed day whose record now ends otherwise; who went on since is left out."""
    query = select(Order).where(
        Order.id.in_(list(fates)),
        Order.service_date == version.service_date,
        Order.state.in_(_OPEN),
    )
    return {
        order.id: order
        for order in session.scalars(query.order_by(Order.reference, Order.id))
        if fates[order.id].state in ENDS and fates[order.id].state != order.state
    }


def looked_at(
    session: Session, version: PlanVersion, order_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, datetime]:
    """When somebody last decided to leave an order of this plan as it was."""
    query = (
        select(OrderEvent.order_id, func.max(OrderEvent.created_at))
        .where(
            OrderEvent.order_id.in_(list(order_ids)),
            OrderEvent.plan_version_id == version.id,
            OrderEvent.from_state == OrderEvent.to_state,
        )
        .group_by(OrderEvent.order_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def apply_late(
    session: Session,
    actor: Actor,
    version: PlanVersion,
    fates: Mapping[uuid.UUID, Fate],
    reason: str,
) -> list[Order]:
    """Set orders right by what was told after closing, each with its line of history."""
    changed = list(differing(session, version, fates).values())
    for order in changed:
        fate = fates[order.id]
        told = "；".join(part for part in (fate.reason, reason) if part)
        why = kept("收车后补传：%(reason)s", reason=told)
        if order.state == "accepted":  # sent back as never loaded: it was on the plan after all
            order_states.move(
                session, actor, order, "planned", reason=why, plan_version_id=version.id
            )
        order_states.correct(
            session, actor, order, fate.state, reason=why, plan_version_id=version.id
        )
    session.flush()
    if changed:
        append(session, actor, "settle", "plan_version", version.id, fields=["orders"])
    return changed


def dismiss_late(
    session: Session,
    actor: Actor,
    version: PlanVersion,
    fates: Mapping[uuid.UUID, Fate],
    reason: str,
) -> list[Order]:
    """Leave orders as they are although something else was told after closing, with the reason."""
    left = list(differing(session, version, fates).values())
    for order in left:
        order_states.record(
            session,
            actor,
            order,
            order.state,
            order.state,
            reason=kept("收车后补传的回报不采用：%(reason)s", reason=reason),
            plan_version_id=version.id,
        )
    session.flush()
    if left:
        append(session, actor, "settle", "plan_version", version.id, fields=["orders"])
    return left
