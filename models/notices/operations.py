"""Reading notices, and noting that they were read."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.visibility import fetch, visible
from models.base import now
from models.notices.tables import Notice
from models.planning.tables import PlanVersion

SHOWN = 100


def _mine(session: Session, actor: Actor) -> Any:
    return visible(session, actor, Notice).where(
        (Notice.role.is_(None)) | (Notice.role == actor.role)
    )


def list_notices(session: Session, actor: Actor) -> list[Notice]:
    """The latest notices, unread ones first."""
    query = _mine(session, actor).order_by(Notice.read_at.is_not(None), Notice.created_at.desc())
    return list(session.scalars(query.limit(SHOWN)))


def unread(session: Session, actor: Actor) -> int:
    """How many notices nobody has read."""
    found = _mine(session, actor).where(Notice.read_at.is_(None)).subquery()
    return int(session.scalar(select(func.count()).select_from(found)) or 0)


def days_of_plans(session: Session, actor: Actor, notices: list[Notice]) -> dict[uuid.UUID, str]:
    """The service date of each plan that notices are about."""
    wanted = {row.plan_version_id for row in notices if row.plan_version_id}
    plans = session.scalars(visible(session, actor, PlanVersion).where(PlanVersion.id.in_(wanted)))
    return {plan.id: plan.service_date.isoformat() for plan in plans}


def mark_read(session: Session, actor: Actor, notice_id: uuid.UUID | str) -> Notice:
    """Note that somebody has read it.

    Raises:
        NotFound: none, or another organisation's.
    """
    row = fetch(session, actor, Notice, notice_id)
    if row.read_at is None:
        row.read_at, row.read_by = now(), actor.account_id
    return row
