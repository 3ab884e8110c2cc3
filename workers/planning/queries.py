"""What planning use-cases read; callers have checked that the actor may."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.orders.tables import Order
from models.planning.states import RUNNING
from models.planning.tables import PlanJob, PlanVersion


def running_version(
    session: Session, operator_id: UUID, service_date: date, scenario: str | None
) -> PlanVersion | None:
    """The newest version of the date (and scenario) that is queued or being solved."""
    query = (
        select(PlanVersion)
        .where(
            PlanVersion.operator_id == operator_id,
            PlanVersion.service_date == service_date,
            PlanVersion.scenario.is_not_distinct_from(scenario),
            PlanVersion.state.in_(RUNNING),
        )
        .order_by(PlanVersion.version.desc())
        .limit(1)
    )
    return session.scalars(query).first()


def submitted_orders(session: Session, operator_id: UUID, service_date: date) -> list[UUID]:
    """Orders of the date that nobody has accepted yet and that came in time."""
    query = select(Order.id).where(
        Order.operator_id == operator_id,
        Order.service_date == service_date,
        Order.state == "submitted",
        Order.late.is_(False),
    )
    return list(session.scalars(query))


def open_job(session: Session, version_id: UUID) -> PlanJob | None:
    """The version's job that is queued or running, locked."""
    query = (
        select(PlanJob)
        .where(PlanJob.plan_version_id == version_id, PlanJob.state.in_({"queued", "running"}))
        .order_by(PlanJob.created_at.desc())
        .limit(1)
        .with_for_update()
    )
    return session.scalars(query).first()


def newest_job(session: Session, version_id: UUID) -> UUID | None:
    """The version's newest job."""
    query = (
        select(PlanJob.id)
        .where(PlanJob.plan_version_id == version_id)
        .order_by(PlanJob.created_at.desc())
        .limit(1)
    )
    return session.scalars(query).first()


def solved_version(session: Session, operator_id: UUID, service_date: date) -> UUID | None:
    """The newest version of the date that has a plan which counts."""
    query = (
        select(PlanVersion.id)
        .where(
            PlanVersion.operator_id == operator_id,
            PlanVersion.service_date == service_date,
            PlanVersion.scenario.is_(None),
            PlanVersion.state.in_({"solved", "published", "executing"}),
        )
        .order_by(PlanVersion.version.desc())
        .limit(1)
    )
    return session.scalars(query).first()
