"""What people do with orders: each all or nothing, with its history and audit events."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.queries import operator_for
from models.accounts.tables import City
from models.accounts.visibility import fetch, require, visible
from models.audit import refusals
from models.audit.operations import append, append_all
from models.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, RefusedTransition
from models.language import N_, kept
from models.language import gettext as _
from models.orders.cutoff import comes_late
from models.orders.inputs import COLUMNS, AlternativeInput, OrderInput, faults, values
from models.orders.quantities import keep_version
from models.orders.requests import ask
from models.orders.states import AMENDABLE, ORDER, move, record
from models.orders.tables import Order, OrderAlternative
from models.planning.flags import Hit, flag_day

_CHUNK = 500
LATE = N_("截单后提交，待调度员确认")
_WHO = {
    "submitted": ("shipper", "dispatcher"),
    "cancelled": ("shipper", "dispatcher"),
    "accepted": ("dispatcher",),
    "rejected": ("dispatcher",),
    "closed": ("dispatcher",),
    "dispatched": ("dispatcher",),
    "delivered": ("dispatcher", "driver"),
    "partly_delivered": ("dispatcher", "driver"),
    "refused": ("dispatcher", "driver"),
    "failed": ("dispatcher", "driver"),
}
"""Which roles may bring an order into a state; ``planned`` comes from publishing alone."""
_ROLLED = ("accepted", "refused", "failed")
"""States of orders that can be given another service date."""

_FROM = {"submitted": {"draft"}, "accepted": {"submitted"}}
"""Other drawn ways into these states are amending, rolling over and publishing."""


def create_orders(
    session: Session,
    actor: Actor,
    orders: Sequence[OrderInput],
    *,
    shipper_id: uuid.UUID | None = None,
    submit: bool = True,
    import_id: uuid.UUID | None = None,
) -> list[Order]:
    """Make orders, all or none, as drafts or submitted at once.

    ``shipper_id``: for whom (a dispatcher on a shipper's behalf); None = the actor's own. What a
    shipper submits after its cut-off is marked ``late``.

    Raises:
        Forbidden: the role makes no orders.
        NotFound: not the actor's shipper, or nobody delivers for it.
        Invalid: ``fields`` name every fault by position.
    """
    require(session, actor, "shipper", "dispatcher")
    owner = shipper_id or actor.organisation_id
    if owner is None or (actor.role == "shipper" and owner != actor.organisation_id):
        raise NotFound
    operator_id = operator_for(session, actor, owner)
    found = faults(session, actor, owner, orders)
    if found:
        raise Invalid(
            "orders",
            _("有 %(count)s 处错误，没有保存任何订单", count=len(found)),
            _("请修正后重试"),
            found,
        )
    demo = bool(session.scalar(select(City.demo)))
    late = {
        day: submit and comes_late(session, actor, owner, day)
        for day in {one.service_date for one in orders}
    }
    rows = [
        Order(
            id=uuid.uuid4(),
            late=late[one.service_date],
            shipper_id=owner,
            operator_id=operator_id,
            state="submitted" if submit else "draft",
            import_id=import_id,
            created_by=actor.account_id,
            demo=demo,
            alternatives=_alternatives(one.alternatives),
            **values(one),
        )
        for one in orders
    ]
    session.add_all(rows)
    session.flush()
    for row in rows:
        record(session, actor, row, None, "draft")
        if submit:
            reason = LATE if row.late else ""
            record(session, actor, row, "draft", "submitted", reason=reason)
    append_all(session, actor, [("create", "order", row.id, ["state"]) for row in rows])
    return rows


def _alternatives(given: Sequence[AlternativeInput]) -> list[OrderAlternative]:
    return [
        OrderAlternative(
            side=one.side,
            rank=rank,
            place_id=one.place_id,
            windows=[dict(window) for window in one.windows],
            extra_cost_mfen=one.extra_cost_mfen,
        )
        for rank, one in enumerate(given, start=1)
    ]


def as_input(order: Order) -> OrderInput:
    """An order as the input that would make it."""
    alternatives = tuple(
        AlternativeInput(
            side=one.side,
            place_id=one.place_id,
            windows=one.windows,
            extra_cost_mfen=one.extra_cost_mfen,
        )
        for one in order.alternatives
    )
    return OrderInput(alternatives=alternatives, **{name: getattr(order, name) for name in COLUMNS})


def amend_order(
    session: Session,
    actor: Actor,
    order_id: uuid.UUID,
    changes: Mapping[str, Any],
    *,
    row_version: int | None = None,
) -> Order:
    """Change an order: a new version, submitted again (a draft stays a draft).

    ``changes``: fields of ``OrderInput``. ``row_version``: what the editor had seen.

    Raises:
        NotFound: not the actor's.
        Conflict: somebody changed it meanwhile (``stale``), or it is too late to amend.
        Invalid: the changed order has faults.
    """
    require(session, actor, "shipper", "dispatcher")
    order = fetch(session, actor, Order, order_id)
    if row_version is not None and row_version != order.row_version:
        raise Conflict("stale", _("订单已被他人修改"), _("请刷新后重试"))
    if order.state not in AMENDABLE:
        why = ORDER.why.get(order.state, _("当前状态不能修改"))
        raise RefusedTransition(_("订单"), order.state, "submitted", why)
    before = as_input(order)
    after = _amended(session, actor, order, before, changes)
    old, new = values(before), values(after)
    changed = [name for name in COLUMNS if old[name] != new[name]]
    if "alternatives" in changes and tuple(after.alternatives) != tuple(before.alternatives):
        changed.append("alternatives")
    if not changed:
        return order
    content = {name: _plain(value) for name, value in old.items()}
    keep_version(session, actor, order, content)
    was = order.state
    if was != "draft":
        late = comes_late(session, actor, order.shipper_id, after.service_date)
        order.late = late if actor.role == "shipper" else order.late
        move(
            session,
            actor,
            order,
            "submitted",
            reason=kept("修改订单；%(late)s", late=LATE) if late else kept("修改订单"),
        )
    if was == "accepted":
        _flag(session, actor, order, "order_amended")
    _overwrite(session, order, after, changed)
    append(session, actor, "amend", "order", order.id, fields=changed)
    return order


def _amended(
    session: Session,
    actor: Actor,
    order: Order,
    before: OrderInput,
    changes: Mapping[str, Any],
) -> OrderInput:
    """The order with its changes, without a fault (else ``Invalid``)."""
    unknown = [name for name in changes if name not in {*COLUMNS, "alternatives"}]
    if unknown:
        raise Invalid(
            "unknown_field",
            _("不能修改的字段：%(unknown)s", unknown=_("、").join(unknown)),
            _("请去掉这些字段"),
        )
    after = dataclasses.replace(before, **changes)
    found = faults(session, actor, order.shipper_id, [after])
    if after.reference.strip() == order.reference:
        found = [fault for fault in found if fault.code != "reference_taken"]
    if found:
        raise Invalid(
            "orders",
            _("有 %(count)s 处错误，订单未修改", count=len(found)),
            _("请修正后重试"),
            found,
        )
    return after


def _overwrite(session: Session, order: Order, after: OrderInput, changed: list[str]) -> None:
    """Write the changed fields as the order's next version."""
    new = values(after)
    order.version += 1
    for name in changed:
        if name == "alternatives":
            order.alternatives.clear()
            session.flush()
            order.alternatives.extend(_alternatives(after.alternatives))
        else:
            setattr(order, name, new[name])
    session.flush()


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value


def change_states(
    session: Session,
    actor: Actor,
    order_ids: Sequence[uuid.UUID],
    target: str,
    *,
    reason: str = "",
) -> list[Order]:
    """Bring orders into a state, all or none.

    Raises:
        Forbidden: the role may not.
        NotFound: one of them is not the actor's.
        RefusedTransition: a single order's change is not drawn.
        Invalid: several orders, some of which refuse (``fields`` by position), or no reason.
    """
    roles = _WHO.get(target)
    if roles is None:
        raise Forbidden(_("订单不能这样变更"))
    require(session, actor, *roles)
    orders = _many(session, actor, order_ids)
    refused: list[FieldError] = []
    for index, order in enumerate(orders):
        try:
            if target in _FROM and order.state not in _FROM[target]:
                why = ORDER.why.get(order.state, _("当前状态不允许此操作"))
                raise RefusedTransition(_("订单"), order.state, target, why)  # noqa: TRY301 - gathered below
            ORDER.check(order.state, target, reason)
        except RefusedTransition as refusal:
            if len(orders) == 1:
                raise
            message = _(
                "%(reference)s：%(message)s", reference=order.reference, message=refusal.message
            )
            refused.append(
                FieldError(field="state", code=refusal.code, message=message, index=index)
            )
    if refused:
        text = _("%(count)s 张订单不能变更，没有变更任何订单", count=len(refused))
        raise Invalid("transition_refused", text, _("请去掉这些订单后重试"), refused)
    for order in orders:
        _change(session, actor, order, target, reason)
    session.flush()
    append_all(session, actor, [(target, "order", order.id, ["state"]) for order in orders])
    return orders


def _change(session: Session, actor: Actor, order: Order, target: str, reason: str) -> None:
    """One checked change, with what hangs on it: lateness, expectation, flags on plans."""
    was = order.state
    if target == "submitted":
        order.late = comes_late(session, actor, order.shipper_id, order.service_date)
        reason = reason or (LATE if order.late else "")
    move(session, actor, order, target, reason=reason)
    if target in {"cancelled", "accepted"}:
        forget_expectation(order)
    if target == "accepted" and was == "submitted" and order.late:
        _flag(session, actor, order, "late_order")
    if target == "cancelled" and was in {"accepted", "planned"}:
        _flag(session, actor, order, "order_cancelled")


def _flag(session: Session, actor: Actor, order: Order, kind: str) -> None:
    """Tell the plans of the order's date that can still be hit."""
    hit = Hit(
        kind=kind, subject="order", subject_id=order.id, detail={"reference": order.reference}
    )
    flag_day(session, actor, order.operator_id, order.service_date, hit)


def forget_expectation(order: Order) -> None:
    """Take back what a published plan had let the shipper know."""
    order.expected_from = order.expected_to = order.expected_plate = None


def _many(session: Session, actor: Actor, order_ids: Sequence[uuid.UUID]) -> list[Order]:
    wanted = list(dict.fromkeys(order_ids))
    found: dict[uuid.UUID, Order] = {}
    if wanted:
        refusals.about(session, Order.__tablename__, wanted[0])
    for start in range(0, len(wanted), _CHUNK):
        query = visible(session, actor, Order).where(Order.id.in_(wanted[start : start + _CHUNK]))
        found.update({order.id: order for order in session.scalars(query)})
    if len(found) != len(wanted):
        raise NotFound
    return [found[one] for one in wanted]


def submit_orders(session: Session, actor: Actor, order_ids: Sequence[uuid.UUID]) -> list[Order]:
    """Send drafts to the operator."""
    return change_states(session, actor, order_ids, "submitted")


def accept_orders(session: Session, actor: Actor, order_ids: Sequence[uuid.UUID]) -> list[Order]:
    """Take submitted orders on."""
    return change_states(session, actor, order_ids, "accepted")


def reject_orders(
    session: Session, actor: Actor, order_ids: Sequence[uuid.UUID], reason: str
) -> list[Order]:
    """Turn submitted orders down, saying why."""
    return change_states(session, actor, order_ids, "rejected", reason=reason)


def cancel_orders(
    session: Session, actor: Actor, order_ids: Sequence[uuid.UUID], reason: str = ""
) -> list[Order]:
    """Cancel orders that have not been dispatched."""
    return change_states(session, actor, order_ids, "cancelled", reason=reason)


def request_cancel(session: Session, actor: Actor, order_id: uuid.UUID, reason: str = "") -> Order:
    """Ask for a dispatched order to be cancelled; before dispatch, cancel it.

    Raises:
        RefusedTransition: it has been delivered, refused, closed.
    """
    require(session, actor, "shipper", "dispatcher")
    order = fetch(session, actor, Order, order_id)
    if order.state != "dispatched":
        return change_states(session, actor, [order_id], "cancelled", reason=reason)[0]
    order.cancel_requested = True
    ask(session, actor, order, "cancel", reason=reason)
    record(session, actor, order, order.state, order.state, reason=reason or _("申请取消"))
    append(session, actor, "request_cancel", "order", order.id)
    return order


def roll_over(
    session: Session, actor: Actor, order_id: uuid.UUID, service_date: date, reason: str = ""
) -> Order:
    """Give a failed, refused or accepted order another service date (顺延).

    Raises:
        RefusedTransition: its state does not allow it.
        Invalid: the date is not later.
    """
    require(session, actor, "dispatcher")
    order = fetch(session, actor, Order, order_id)
    if order.state not in _ROLLED:  # others become accepted in other ways, on their own date
        why = ORDER.why.get(order.state, _("当前状态不允许此操作"))
        raise RefusedTransition(_("订单"), order.state, "accepted", why)
    if service_date <= order.service_date:
        raise Invalid("service_date", _("顺延日期须晚于原配送日期"), _("请选择之后的日期"))
    if order.state == "accepted":
        record(session, actor, order, "accepted", "accepted", reason=reason or kept("顺延"))
    else:
        move(session, actor, order, "accepted", reason=reason or kept("顺延"))
    order.service_date = service_date
    forget_expectation(order)
    append(session, actor, "roll_over", "order", order.id, fields=["service_date"])
    return order
