"""The cut-off (截单): until when a shipper may send orders for a service date.

The agreement gives it as seconds after local midnight of the day before. An order that arrives in
the very second of the cut-off is in time; one second later it is a late request (迟到申请), which
only the dispatcher can accept.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models.accounts import city
from models.accounts.actor import Actor
from models.accounts.tables import Agreement
from models.accounts.visibility import visible
from models.base import now

DAY_S = 86_400


def deadline(zone: ZoneInfo, cut_off_s: int, service_date: date) -> datetime:
    """The last second that is in time, on the wall clock of the city."""
    days, second = divmod(cut_off_s, DAY_S)
    clock = time(second // 3600, second // 60 % 60, second % 60)
    return datetime.combine(service_date + timedelta(days=days - 1), clock, zone)


def is_late(moment: datetime, limit: datetime) -> bool:
    """Whether a moment lies after the second of the cut-off."""
    return moment.replace(microsecond=0) > limit


def cut_off(
    session: Session, actor: Actor, shipper_id: uuid.UUID, service_date: date
) -> datetime | None:
    """The shipper's cut-off for a service date; None where no agreement says one."""
    query = visible(session, actor, Agreement).where(
        Agreement.shipper_id == shipper_id, Agreement.active
    )
    found = session.scalars(query.order_by(Agreement.created_at)).first()
    if found is None:
        return None
    return deadline(city.zone(session), found.cut_off_s, service_date)


def comes_late(session: Session, actor: Actor, shipper_id: uuid.UUID, service_date: date) -> bool:
    """Whether what ``actor`` sends now is late; who delivers decides for itself and never is."""
    if actor.role != "shipper":
        return False
    limit = cut_off(session, actor, shipper_id, service_date)
    return limit is not None and is_late(now(), limit)
