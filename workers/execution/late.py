"""Reports that came after 收车: what they would change, applied or dismissed by the dispatcher."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.visibility import fetch, require
from models.db import bind
from models.errors import Conflict, Invalid, NotFound
from models.execution import queries
from models.execution.late import apply_late, differing, dismiss_late, looked_at
from models.execution.operations import Fate
from models.language import gettext as _
from models.orders.tables import Order
from models.planning.tables import PlanVersion
from workers.execution.day import Day, DayCache
from workers.execution.tell import fates_of, working


@dataclass(frozen=True, kw_only=True)
class Late:
    """An order as it stands, and as what was told after closing has it."""

    order: Order
    fate: Fate
    told_at: datetime


def pending(session: Session, version: PlanVersion, day: Day) -> list[Late]:
    """Orders of a closed day that late reports would change and nobody has decided on.

    Reads as the platform: the caller shows them to the plan's own dispatcher.
    """
    if version.state != "closed":
        return []
    known = queries.executions_by_vehicle(session, version.operator_id, version.service_date)
    events = queries.told_by_execution(session, [row.id for row in known.values()])
    late = {
        str(vehicle): max(e.received_at for e in events[row.id] if e.after_close)
        for vehicle, row in known.items()
        if any(e.after_close for e in events[row.id])
    }
    if not late:
        return []
    fates = fates_of(session, version, day, late)
    found = differing(session, version, fates)
    seen = looked_at(session, version, found)
    out = []
    for key, order in found.items():
        vehicles = {
            day.deliveries[part][0]
            for part in day.parts.get(str(key), ())
            if part in day.deliveries
        }
        told_at = max((late[v] for v in vehicles if v in late), default=None)
        if told_at is not None and (key not in seen or seen[key] < told_at):
            out.append(Late(order=order, fate=fates[key], told_at=told_at))
    return out


def settle(
    session: Session,
    actor: Actor,
    cache: DayCache,
    version_id: uuid.UUID | str,
    *,
    orders: Collection[uuid.UUID],
    adopt: bool,
    reason: str,
) -> list[Order]:
    """Apply late reports to these orders, or leave the orders as they are; who, when, why is kept.

    Raises:
        NotFound: not the actor's plan.
        Conflict: the day is not closed.
        Invalid: no reason, or none of the orders has a late report to decide on.
    """
    require(session, actor, "dispatcher")
    version = fetch(session, actor, PlanVersion, version_id)
    if version.state != "closed":
        raise Conflict("not_closed", _("当日还没有收车"), _("收车前的回报已自动生效"))
    day = cache.of(version)
    if day is None:
        raise NotFound
    if not reason.strip():
        raise Invalid("reason_missing", _("请填写原因"), _("采用或不采用都要写明原因"))
    worker = working(actor, version.operator_id)
    bind(session, worker)
    fates = {
        late.order.id: late.fate
        for late in pending(session, version, day)
        if late.order.id in set(orders)
    }
    if not fates:
        raise Invalid("nothing", _("没有选择待处理的订单"), _("请勾选订单后重试"))
    decide = apply_late if adopt else dismiss_late
    return decide(session, worker, version, fates, reason.strip())
