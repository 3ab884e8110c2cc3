"""What is told of a vehicle's day: stored once, then carried into the states of plan and orders."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.visibility import fetch, require
from models.audit.operations import append, append_all
from models.errors import Conflict, Invalid
from models.execution.tables import Execution, ExecutionEvent
from models.language import gettext as _
from models.orders import states as order_states
from models.orders.tables import Order
from models.planning.states import PLAN
from models.planning.states import move as move_plan
from models.planning.tables import PlanVersion

LONGEST_AGE = timedelta(days=7)
"""A tap that says it waited longer than this has a clock that cannot be believed."""
ON_THE_WAY = ("planned", "dispatched", "delivered", "partly_delivered", "refused", "failed")


@dataclass(frozen=True, kw_only=True)
class Tap:
    """An event as it is to be stored, its content checked by the caller."""

    client_id: str
    device_id: str
    kind: str
    device_at: datetime
    sequence: int = 0
    stop_key: str | None = None
    content: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Channel:
    """Which way events came: a driver's link, an account, the dispatcher, the receiver."""

    source: str
    received_at: datetime
    sent_at: datetime | None = None
    link_id: uuid.UUID | None = None


def corrected(tap: datetime, channel: Channel) -> datetime:
    """When a tap was made by our clock: its age when it was sent, before it was received.

    A device whose clock is wrong is wrong at both moments alike. A tap later than its sending, or
    one of an unbelievable age, is taken to be of the moment at which it came.
    """
    sent = channel.sent_at or channel.received_at
    age = sent - tap
    return channel.received_at - age if timedelta() <= age <= LONGEST_AGE else channel.received_at


def store_taps(
    session: Session,
    actor: Actor,
    execution: Execution,
    version: PlanVersion,
    *,
    taps: Sequence[Tap],
    channel: Channel,
) -> list[ExecutionEvent]:
    """Store what is new of ``taps``; what was told before is left as it was. The new rows.

    Two phones that send at once wait for each other here.
    """
    session.get(Execution, execution.id, with_for_update=True)
    ids = [tap.client_id for tap in taps]
    known = set(
        session.scalars(
            select(ExecutionEvent.client_id).where(
                ExecutionEvent.execution_id == execution.id, ExecutionEvent.client_id.in_(ids)
            )
        )
    )
    made: list[ExecutionEvent] = []
    for tap in taps:
        if tap.client_id in known:
            continue
        known.add(tap.client_id)
        made.append(
            ExecutionEvent(
                execution_id=execution.id,
                client_id=tap.client_id,
                device_id=tap.device_id,
                sequence=tap.sequence,
                source=channel.source,
                kind=tap.kind,
                stop_key=tap.stop_key,
                content=dict(tap.content),
                device_at=tap.device_at,
                received_at=channel.received_at,
                at=corrected(tap.device_at, channel),
                after_close=version.state == "closed",
                plan_version_id=version.id,
                link_id=channel.link_id,
                account_id=actor.account_id,
            )
        )
    session.add_all(made)
    session.flush()
    if made:
        kinds = sorted({event.kind for event in made})
        append(session, actor, "tell", "execution", execution.id, fields=kinds)
    return made


def begin(session: Session, actor: Actor, version: PlanVersion) -> None:
    """The first event of a published plan sets it going."""
    if version.state == "published":
        move_plan(session, actor, version, "executing")
        append(session, actor, "execute", "plan_version", version.id, fields=["state"])


@dataclass(frozen=True, kw_only=True)
class Fate:
    """The state that the record gives an order, with its reason where the state asks for one."""

    state: str
    reason: str = ""


def carry(
    session: Session, actor: Actor, version: PlanVersion, fates: Mapping[uuid.UUID, Fate]
) -> list[Order]:
    """Bring orders to the state that the record gives them; the orders that changed.

    Orders go on through their machine. A record that was set right afterwards (a wrong tap undone,
    a second phone, a late event) sets the order right with its reason. Orders that have gone on
    since (rolled over, closed, cancelled) stay as they are.
    """
    changed: list[tuple[str, str, object, Sequence[str]]] = []
    moved: list[Order] = []
    query = select(Order).where(Order.id.in_(list(fates))).order_by(Order.id)
    for order in session.scalars(query):
        fate = fates[order.id]
        ours = order.service_date == version.service_date and order.state in ON_THE_WAY
        if not ours or order.state == fate.state:
            continue
        for target in _way(order.state, fate.state):
            reason = fate.reason if target == fate.state else ""
            if order_states.ORDER.allows(order.state, target):
                order_states.move(
                    session, actor, order, target, reason=reason, plan_version_id=version.id
                )
            else:
                order_states.correct(
                    session, actor, order, target, reason=reason, plan_version_id=version.id
                )
        changed.append((fate.state, "order", order.id, ["state"]))
        moved.append(order)
    session.flush()
    if changed:
        append_all(session, actor, changed)
    return moved


def _way(source: str, target: str) -> list[str]:
    """The states to go through: what is delivered was dispatched before."""
    if source == "planned" and target != "dispatched":
        return ["dispatched", target]
    return [target]


def close(
    session: Session,
    actor: Actor,
    version_id: uuid.UUID | str,
    reason: str = "",
) -> PlanVersion:
    """Close a day: orders never loaded go back to be planned, those without news have failed.

    Raises:
        NotFound: not the actor's.
        RefusedTransition: the plan is not executing.
        Invalid: orders are without an outcome and no reason was given.
    """
    require(session, actor, "dispatcher")
    version = fetch(session, actor, PlanVersion, version_id)
    PLAN.check(version.state, "closed")
    open_orders = list(
        session.scalars(
            select(Order)
            .where(
                Order.operator_id == version.operator_id,
                Order.service_date == version.service_date,
                Order.state.in_(("planned", "dispatched")),
            )
            .order_by(Order.id)
        )
    )
    if open_orders and not reason.strip():
        raise Invalid(
            "reason_missing",
            _("还有 %(count)s 张订单没有签收结果", count=len(open_orders)),
            _("请填写原因后收车；未装车的退回待排，已发车的记为未送达"),
        )
    entries: list[tuple[str, str, object, Sequence[str]]] = []
    for order in open_orders:
        target = "accepted" if order.state == "planned" else "failed"
        order_states.move(session, actor, order, target, reason=reason, plan_version_id=version.id)
        if target == "accepted":
            order.expected_from = order.expected_to = order.expected_plate = None
        entries.append((target, "order", order.id, ["state"]))
    move_plan(session, actor, version, "closed", reason=reason)
    session.flush()
    append_all(session, actor, [*entries, ("close", "plan_version", version.id, ["state"])])
    return version


def ensure_open(version: PlanVersion) -> None:
    """Refuse what only a plan on the street allows.

    Raises:
        Conflict: it is neither published nor executing.
    """
    if version.state not in {"published", "executing"}:
        raise Conflict("not_in_force", _("方案不在执行中"), _("请打开已下发的方案"))
