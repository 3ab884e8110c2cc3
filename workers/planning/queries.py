"""What planning use-cases read; callers have checked that the actor may."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts.tables import City
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


def last_number(session: Session, operator_id: UUID, service_date: date) -> int:
    """The highest version number of the date; 0 when there is none."""
    query = select(func.max(PlanVersion.version)).where(
        PlanVersion.operator_id == operator_id, PlanVersion.service_date == service_date
    )
    return session.scalar(query) or 0


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


def city_is_demo(session: Session) -> bool:
    """Whether this installation shows the demo city."""
    return bool(session.scalar(select(City.demo)))


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
