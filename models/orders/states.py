"""The states of an order and their changes."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.errors import RefusedTransition
from models.language import N_, kept
from models.language import gettext as _
from models.orders.tables import Order, OrderEvent
from models.transitions import Machine

CANCELLABLE = frozenset({"draft", "submitted", "accepted", "planned"})
AMENDABLE = frozenset({"draft", "submitted", "accepted"})
CALLED_BACK = frozenset({"dispatched"})
"""From here a cancellation can only be asked for."""

TOLD = frozenset({"planned", "dispatched", "delivered", "partly_delivered", "refused", "failed"})
"""States that follow from what drivers told; a corrected record may go between them."""

ORDER = Machine(
    thing=N_("订单"),
    drawn={
        "draft": frozenset({"submitted", "cancelled"}),
        "submitted": frozenset({"accepted", "rejected", "submitted", "cancelled"}),
        "accepted": frozenset({"planned", "submitted", "cancelled"}),
        "planned": frozenset({"accepted", "dispatched", "cancelled"}),
        "dispatched": frozenset({"delivered", "partly_delivered", "refused", "failed"}),
        "failed": frozenset({"accepted", "closed"}),
        "refused": frozenset({"accepted", "closed"}),
    },
    why={
        "draft": N_("草稿须先提交"),
        "submitted": N_("订单尚未接受"),
        "accepted": N_("只有已下发的方案才能安排订单"),
        "planned": N_("订单已排入下发的方案"),
        "dispatched": N_("订单已发车，只能申请取消"),
        "rejected": N_("订单已被拒绝"),
        "delivered": N_("订单已签收"),
        "partly_delivered": N_("订单已差异签收"),
        "closed": N_("订单已关闭"),
        "cancelled": N_("订单已取消"),
        "failed": N_("配送失败的订单只能顺延或关闭"),
        "refused": N_("拒收的订单只能顺延或关闭"),
    },
    reasoned=frozenset({"rejected", "failed", "refused"}),
)


def move(
    session: Session,
    actor: Actor,
    order: Order,
    target: str,
    *,
    reason: str = "",
    plan_version_id: uuid.UUID | None = None,
) -> None:
    """Change an order's state and write who, when, why.

    Raises:
        RefusedTransition: the change is not drawn.
        Invalid: a rejection, refusal or failure without its reason.
    """
    ORDER.check(order.state, target, reason)
    record(
        session, actor, order, order.state, target, reason=reason, plan_version_id=plan_version_id
    )
    order.state = target
    order.reason = reason or None


def correct(
    session: Session,
    actor: Actor,
    order: Order,
    target: str,
    *,
    reason: str = "",
    plan_version_id: uuid.UUID | None = None,
) -> None:
    """Set the record of an order right: what the street told was wrong and has been told anew.

    No change of what happens to the order, so no line of the machine: between the states that
    drivers' events give, for the fold of these events alone.

    Raises:
        RefusedTransition: one of the two states is not told by events.
    """
    if order.state not in TOLD or target not in TOLD:
        why = ORDER.why.get(order.state, _("当前状态不允许此操作"))
        raise RefusedTransition(ORDER.thing, order.state, target, why)
    said = kept("更正：%(reason)s", reason=reason) if reason else kept("更正")
    record(session, actor, order, order.state, target, reason=said, plan_version_id=plan_version_id)
    order.state = target
    order.reason = reason or None


def record(
    session: Session,
    actor: Actor,
    order: Order,
    source: str | None,
    target: str,
    *,
    reason: str = "",
    plan_version_id: uuid.UUID | None = None,
) -> None:
    """Write a line of the order's history."""
    session.add(
        OrderEvent(
            order_id=order.id,
            from_state=source,
            to_state=target,
            reason=reason,
            account_id=actor.account_id,
            organisation_id=actor.organisation_id,
            plan_version_id=plan_version_id,
        )
    )
