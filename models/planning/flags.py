"""Flags on plans: notices of what changed outside and hits them. A flag changes nothing itself."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor, system_actor
from models.accounts.visibility import fetch, require, visible
from models.audit.operations import append
from models.base import now
from models.db import bind
from models.errors import Invalid
from models.language import gettext as _
from models.notices.tables import Notice
from models.planning.tables import PlanVersion

KINDS = (
    "night_veto",
    "late_order",
    "quantity",
    "order_amended",
    "order_cancelled",
    "receiving_changed",
    "permit_ended",
)
"""What can hit a plan: a store's veto on its night window, a late order accepted, more goods than
planned, an order changed or cancelled, other receiving windows, a pass that ended."""

LIVING = ("solved", "published", "executing")
"""States in which a plan can still be hit."""
IN_FORCE = ("published", "executing")


@dataclass(frozen=True, kw_only=True)
class Hit:
    """What is flagged: ``kind``, the row that changed, the figures for the sentence on screen."""

    kind: str
    subject: str
    subject_id: uuid.UUID
    detail: Mapping[str, Any] = field(default_factory=dict)


@contextmanager
def platform(session: Session, actor: Actor) -> Iterator[None]:
    """See past row security for a moment: who causes a flag may not see the plan that it hits."""
    session.flush()
    bind(session, system_actor())
    try:
        yield
        session.flush()
    finally:
        bind(session, actor)


def raise_flag(session: Session, actor: Actor, plan: PlanVersion, hit: Hit) -> None:
    """Flag a plan to its dispatcher, once while the flag is open; a repeat brings it up to date.

    Called inside :func:`platform` where the actor may not see plans.
    """
    if hit.kind not in KINDS:
        raise Invalid("flag_kind", _("未知的方案提示：%(kind)s", kind=hit.kind))
    found = session.scalars(
        select(Notice).where(
            Notice.plan_version_id == plan.id,
            Notice.kind == hit.kind,
            Notice.subject_id == hit.subject_id,
            Notice.read_at.is_(None),
        )
    ).first()
    if found is not None:
        found.params = dict(hit.detail)
        return
    flag = Notice(
        organisation_id=plan.operator_id,
        role="dispatcher",
        kind=hit.kind,
        subject_kind=hit.subject,
        subject_id=hit.subject_id,
        plan_version_id=plan.id,
        params=dict(hit.detail),
    )
    session.add(flag)
    session.flush()
    append(session, actor, "flag", "plan_version", plan.id, fields=[hit.kind])


def living(session: Session, operator_id: uuid.UUID, service_date: date) -> list[PlanVersion]:
    """The real plans of a date that can be hit. Called inside :func:`platform`."""
    query = select(PlanVersion).where(
        PlanVersion.operator_id == operator_id,
        PlanVersion.service_date == service_date,
        PlanVersion.scenario.is_(None),
        PlanVersion.state.in_(LIVING),
    )
    return list(session.scalars(query.order_by(PlanVersion.version)))


def flag_day(
    session: Session,
    actor: Actor,
    operator_id: uuid.UUID,
    service_date: date,
    hit: Hit,
) -> int:
    """Flag every living plan of a date; how many there were."""
    with platform(session, actor):
        plans = living(session, operator_id, service_date)
        for plan in plans:
            raise_flag(session, actor, plan, hit)
        return len(plans)


def open_flags(session: Session, actor: Actor, version_id: uuid.UUID) -> list[Notice]:
    """A plan's open flags, oldest first."""
    query = visible(session, actor, Notice).where(
        Notice.plan_version_id == version_id, Notice.read_at.is_(None)
    )
    return list(session.scalars(query.order_by(Notice.created_at, Notice.id)))


def count_flags(session: Session, actor: Actor, versions: Sequence[uuid.UUID]) -> dict[Any, int]:
    """How many open flags each of these plans has."""
    if not versions:
        return {}
    query = (
        visible(session, actor, Notice)
        .where(Notice.plan_version_id.in_(versions), Notice.read_at.is_(None))
        .with_only_columns(Notice.plan_version_id, func.count())
        .group_by(Notice.plan_version_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def clear_flag(session: Session, actor: Actor, flag_id: uuid.UUID) -> Notice:
    """Say that a flag was seen to.

    Raises:
        NotFound: not the actor's.
    """
    require(session, actor, "dispatcher")
    flag = fetch(session, actor, Notice, flag_id)
    if flag.read_at is None:
        flag.read_at, flag.read_by = now(), actor.account_id
        append(
            session, actor, "clear_flag", "plan_version", flag.plan_version_id, fields=[flag.kind]
        )
    return flag
