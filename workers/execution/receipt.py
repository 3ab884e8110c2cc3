"""签收 by the receiver: its own word on orders at its places, beside the driver's.

Both are kept. What the two come to is the record's rule (``models.execution.record``); where they
differ, dispatcher and shipper see both.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.visibility import require
from models.base import now
from models.db import bind
from models.errors import FieldError, Invalid, NotFound
from models.execution import queries
from models.execution.links import ensure_executions
from models.execution.tables import Execution
from models.execution.words import REASONS
from models.language import gettext as _
from models.orders.queries import get_order
from models.orders.tables import Order
from models.planning.tables import PlanVersion
from workers.execution.day import Day, DayCache, Task
from workers.execution.tell import channel_of, records, tell, working

POSITIONS = ("receiver", "station_manager", "organisation_admin")
SHORT = ("missing", "damaged", "wrong_goods", "temperature", "late", "other")
"""Reasons that a receiver gives."""
BEFORE = timedelta(hours=1)
"""Goods are signed for this long before the planned arrival at the earliest."""


@dataclass(frozen=True, kw_only=True)
class Signing:
    """A receiver's word on an order: units taken (None = all, 0 = 拒收), why some are missing."""

    order_id: uuid.UUID
    units: int | None = None
    reason: str = ""
    note: str = ""


@dataclass(frozen=True)
class _Carried:
    """An order with the plan that brings it."""

    order: Order
    version: PlanVersion
    day: Day
    parts: tuple[str, ...]


def tell_ready(session: Session, actor: Actor, cache: DayCache, order_id: uuid.UUID | str) -> None:
    """月台已备好: the driver on the way to this order's place sees it.

    Raises:
        NotFound: not the actor's, or no plan brings it.
    """
    order = get_order(session, actor, order_id)
    bind(session, working(actor, order.operator_id))  # what follows is not the receiver's
    carried = _carried(session, cache, order)
    _send(session, actor, carried, carried.parts[0], {"kind": "dock_ready"})


def sign(session: Session, actor: Actor, cache: DayCache, given: Sequence[Signing]) -> list[Order]:
    """Keep the receiver's word on orders, all or none; the orders as they stand then.

    A later word on the same order replaces the earlier one; both stay in the record.

    Raises:
        NotFound: an order is not the actor's, or no plan brings it.
        Forbidden: the position does not sign.
        Invalid: ``fields`` name the orders by ``index``: counts, reasons, or too early.
    """
    require(session, actor, "receiver", position=POSITIONS)
    orders = [get_order(session, actor, one.order_id) for one in given]
    wrong = [
        fault
        for index, (one, order) in enumerate(zip(given, orders, strict=True))
        for fault in _faults(index, one, order)
    ]
    bind(session, working(actor, orders[0].operator_id if orders else None))
    found = [_carried(session, cache, order) for order in orders]
    for index, carried in enumerate(found):
        begins = _begins(session, carried)
        if begins is not None:
            text = _("%(t)s 前后到货，到货后再签收", t=begins)
            wrong.append(FieldError(field="order", code="too_early", message=text, index=index))
    if wrong:
        message = _("有 %(count)s 处错误，没有保存", count=len(wrong))
        raise Invalid("receipt", message, _("请修正后重试"), wrong)
    for one, carried in zip(given, found, strict=True):
        for part, event in _events(one, carried):
            _send(session, actor, carried, part, event)
    return orders


def _faults(index: int, one: Signing, order: Order) -> Iterator[FieldError]:
    if one.units is None:
        return
    if not 0 <= one.units <= order.units:
        text = _("实收须为 0–%(n)s 的整数", n=order.units)
        yield FieldError(field="units", code="out_of_range", message=text, index=index)
    elif one.units < order.units and one.reason not in SHORT:
        text = _("少收或拒收请选择原因")
        yield FieldError(field="reason", code="missing", message=text, index=index)


def _carried(session: Session, cache: DayCache, order: Order) -> _Carried:
    version = queries.plan_on_record(session, order.operator_id, order.service_date)
    day = cache.of(version) if version else None
    parts = day.parts.get(str(order.id), ()) if day else ()
    parts = tuple(part for part in parts if day and part in day.deliveries)
    if version is None or day is None or not parts:
        raise NotFound
    return _Carried(order, version, day, parts)


def _begins(session: Session, carried: _Carried) -> str | None:
    """When the order is to come, if that is still too far away to sign for it."""
    if carried.order.state not in {"accepted", "planned"}:
        return None
    vehicle, key = carried.day.deliveries[carried.parts[0]]
    stop = carried.day.routes[vehicle].stop(key)
    told = records(session, carried.version, carried.day, [vehicle]).get(vehicle)
    if stop is None or (told and told.stop(key).arrived_at):
        return None
    early = carried.day.clock.at(stop.arrive) - BEFORE > now()
    return carried.day.clock.text(stop.arrive) if early else None


def _events(one: Signing, carried: _Carried) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is told of each part; what is missing is missing from the parts that come last."""
    tasks = {part: _task(carried, part) for part in carried.parts}
    short = 0 if one.units is None else max(0, carried.order.units - one.units)
    why = {"reason": one.reason if one.reason in REASONS else "other", "note": one.note}
    for part in reversed(carried.parts):
        missing = min(short, tasks[part].units)
        short -= missing
        if missing == 0:
            yield part, {"kind": "done", "orders": [{"id": part}]}
        elif missing == tasks[part].units:
            yield part, {"kind": "refused", "orders": [{"id": part}], **why}
        else:
            taken = tasks[part].units - missing
            yield part, {"kind": "partial", "orders": [{"id": part, "units": taken}], **why}


def _task(carried: _Carried, part: str) -> Task:
    vehicle, key = carried.day.deliveries[part]
    stop = carried.day.routes[vehicle].stop(key)
    tasks = stop.tasks if stop else ()
    return next(task for task in tasks if task.order == part)


def _send(
    session: Session, actor: Actor, carried: _Carried, part: str, event: dict[str, Any]
) -> None:
    vehicle, key = carried.day.deliveries[part]
    version = carried.version
    made = ensure_executions(
        session, version.operator_id, version.service_date, [uuid.UUID(vehicle)]
    )
    execution: Execution = made[uuid.UUID(vehicle)]
    at = now().isoformat()
    whole = {
        "client_id": secrets.token_hex(12),
        "device_id": f"dock-{str(actor.account_id)[:8]}",
        "sequence": int(now().timestamp()) % 2**31,
        "stop": key,
        "at": at,
        **event,
    }
    (answer,) = tell(
        session,
        working(actor, version.operator_id),
        execution,
        version,
        carried.day,
        events=[whole],
        channel=channel_of("receiver", at),
    )
    if answer.result == "refused":
        raise Invalid("receipt", answer.why, _("请刷新后重试"))
