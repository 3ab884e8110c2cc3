"""How much an order brings: changed by count, its state kept, each time a new version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.audit.operations import append
from models.errors import FieldError, Invalid
from models.language import gettext as _
from models.language import kept
from models.orders.inputs import MOST
from models.orders.states import record
from models.orders.tables import Order, OrderVersion

AMOUNTS = ("units", "weight_g", "volume_cm3", "unit_places")


def scaled(order: Order, units: int) -> dict[str, int]:
    """The order's amounts for another number of units, rounded up: a truck must hold it all."""

    def share(amount: int) -> int:
        return -(-amount * units // order.units)

    return {
        "units": units,
        "weight_g": share(order.weight_g),
        "volume_cm3": share(order.volume_cm3),
        "unit_places": share(order.unit_places),
    }


def more_than(order: Order, amounts: Mapping[str, Any]) -> bool:
    """Whether these amounts ask for more room or weight than the order does now."""
    return any(int(amounts[name]) > getattr(order, name) for name in AMOUNTS)


def keep_version(session: Session, actor: Actor, order: Order, content: Mapping[str, Any]) -> None:
    """Write what the order's present version says, before it changes."""
    session.add(
        OrderVersion(
            order_id=order.id,
            version=order.version,
            content=dict(content),
            account_id=actor.account_id,
        )
    )


def set_quantity(
    session: Session, actor: Actor, order: Order, amounts: Mapping[str, Any], *, reason: str
) -> list[str]:
    """Write other amounts as the order's next version, its state kept; the fields that changed.

    Raises:
        Invalid: an amount is out of range.
    """
    wrong = [
        FieldError(field=name, code="out_of_range", message=_("须为不小于 0 的整数"))
        for name in AMOUNTS
        if not (1 if name == "units" else 0) <= int(amounts[name]) <= MOST
    ]
    if wrong:
        raise Invalid("quantity", _("件数须为不小于 1 的整数"), _("没有货请取消订单"), wrong)
    changed = [name for name in AMOUNTS if getattr(order, name) != int(amounts[name])]
    if not changed:
        return []
    content = {name: getattr(order, name) for name in AMOUNTS}
    keep_version(session, actor, order, content)
    said = kept(
        "%(reason)s：%(before)s → %(after)s 件",
        reason=reason,
        before=order.units,
        after=int(amounts["units"]),
    )
    for name in changed:
        setattr(order, name, int(amounts[name]))
    order.version += 1
    record(session, actor, order, order.state, order.state, reason=said)
    session.flush()
    append(session, actor, "count", "order", order.id, fields=changed)
    return changed
