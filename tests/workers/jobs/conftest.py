"""An operator with one queued plan version, made through the operations that pages use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from models.accounts.actor import Actor, system_actor
from models.accounts.tables import Organisation
from models.db import Database
from models.planning.tables import PlanJob, PlanVersion
from workers.jobs.ledger import Ledger
from workers.planning.request import Wanted, request_plan

DAY = date(2026, 11, 24)


class Clock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Desk:
    """A database with an operator, its clock and its ledger."""

    database: Database
    actor: Actor
    clock: Clock
    ledger: Ledger

    def ask(self, **wanted) -> tuple[UUID, UUID]:
        """Request a plan; the ids of its version and job."""
        with self.database.write() as session:
            version = request_plan(session, self.actor, Wanted(service_date=DAY, **wanted))
        with self.database.read() as session:
            job = session.query(PlanJob.id).filter_by(plan_version_id=version.id).scalar()
        return version.id, job

    def version(self, version_id: UUID) -> PlanVersion:
        with self.database.read() as session:
            row = session.get_one(PlanVersion, version_id)
            session.expunge(row)
            return row

    def job(self, job_id: UUID) -> PlanJob:
        with self.database.read() as session:
            row = session.get_one(PlanJob, job_id)
            session.expunge(row)
            return row


def make_desk(database: Database) -> Desk:
    with database.write() as session:
        operator = Organisation(kind="operator", name="承运示例")
        session.add(operator)
        session.flush()
    clock = Clock()
    return Desk(database, system_actor(operator.id), clock, Ledger(database, 15, clock))


@pytest.fixture
def desk(database) -> Desk:
    return make_desk(database)


@pytest.fixture
def durable(postgres_databases) -> Iterator[Database]:
    """A database on PostgreSQL whose server may be killed."""
    with postgres_databases.durable() as database:
        yield database
