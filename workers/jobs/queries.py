"""What the machinery of jobs reads. It acts for nobody: no page reaches these."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.planning.tables import Outbox, PlanJob


def job_for_update(session: Session, job_id: UUID) -> PlanJob | None:
    """The job, locked against other writers until the transaction ends."""
    return session.get(PlanJob, job_id, with_for_update=True)


def lapsed_jobs(session: Session, at: datetime) -> list[UUID]:
    """Running jobs whose lease ended before ``at``."""
    query = select(PlanJob.id).where(PlanJob.state == "running", PlanJob.lease_until < at)
    return list(session.scalars(query))


def running_jobs(session: Session) -> list[tuple[UUID, str]]:
    """Running jobs with the name of the worker that holds each."""
    query = select(PlanJob.id, PlanJob.worker).where(PlanJob.state == "running")
    return [(job, worker or "") for job, worker in session.execute(query)]


def waiting_jobs(session: Session, before: datetime) -> list[UUID]:
    """Queued jobs that nothing has touched since ``before``, the oldest first."""
    query = (
        select(PlanJob.id)
        .where(PlanJob.state == "queued", PlanJob.updated_at < before)
        .order_by(PlanJob.created_at)
        .limit(500)
    )
    return list(session.scalars(query))


def unsent(session: Session, limit: int = 200) -> list[Outbox]:
    """Outbox rows not yet relayed, the oldest first."""
    query = select(Outbox).where(Outbox.sent_at.is_(None)).order_by(Outbox.created_at).limit(limit)
    return list(session.scalars(query))
