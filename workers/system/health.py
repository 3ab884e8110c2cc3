"""What runs, since when it was heard, what is full, what is stuck, what is saved."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from redis.exceptions import RedisError
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from models.accounts.actor import Actor
from models.base import now
from models.db import Database
from models.planning.tables import Artefact, PlanJob
from workers.backup.making import Backup, last_backup
from workers.backup.schema import pending, revision_of
from workers.planner.line import answers_here
from workers.queue.connection import connect, jobs_queue
from workers.queue.heartbeats import Beat, heard
from workers.settings import Settings

T = TypeVar("T")
WAITED_LONG = timedelta(minutes=5)
LITTLE_DISK = 0.1
"""Share of the disk below which it is nearly full."""


@dataclass(frozen=True)
class StuckJob:
    """A job that does not go on. ``why``: ``lapsed`` (nobody renews it) or ``waiting`` (unread)."""

    id: UUID
    plan_version_id: UUID | None
    why: str
    since: datetime
    attempt: int


@dataclass(frozen=True, kw_only=True)
class Health:
    """One look at everything; times are UTC, sizes in bytes. None = it could not be asked."""

    at: datetime
    database: bool
    queue: bool
    waiting: int | None
    planner: bool
    beats: list[Beat]
    disk_free: int
    disk_size: int
    artefacts: int | None
    artefacts_size: int | None
    revision: str
    pending: list[str]
    backup: Backup | None
    stuck: list[StuckJob] = field(default_factory=list)

    def of(self, what: str) -> list[Beat]:
        """The processes of a kind that were heard."""
        return [one for one in self.beats if one.what == what]

    @property
    def disk_short(self) -> bool:
        """Whether the disk is nearly full."""
        return self.disk_free < LITTLE_DISK * self.disk_size


def look(settings: Settings, database: Database, actor: Actor) -> Health:
    """Ask every part; one that is away spoils nothing but its own line."""
    at = now()
    answers = _try(lambda: _database_answers(database, actor), default=False)
    queue, beats, waiting = _queue(settings)
    disk = shutil.disk_usage(settings.home)
    artefacts = _artefacts(settings, database, actor) if answers else (None, None)
    return Health(
        at=at,
        database=answers,
        queue=queue,
        waiting=waiting,
        planner=answers_here(settings),
        beats=beats,
        disk_free=disk.free,
        disk_size=disk.total,
        artefacts=artefacts[0],
        artefacts_size=artefacts[1],
        revision=_try(lambda: revision_of(database), default=""),
        pending=_try(lambda: pending(database), default=[]),
        backup=last_backup(settings.home),
        stuck=_try(lambda: _stuck(database, actor, at), default=[]) if answers else [],
    )


def _try(ask: Callable[[], T], *, default: T) -> T:
    try:
        return ask()
    except (RedisError, SQLAlchemyError, OSError):
        return default


def _database_answers(database: Database, actor: Actor) -> bool:
    with database.read(actor) as session:
        session.execute(text("SELECT 1"))
    return True


def _queue(settings: Settings) -> tuple[bool, list[Beat], int | None]:
    with closing(connect(settings)) as redis:
        try:
            redis.ping()
            return True, heard(redis), jobs_queue(redis).count
        except (RedisError, OSError):
            return False, [], None


def _artefacts(
    settings: Settings, database: Database, actor: Actor
) -> tuple[int | None, int | None]:
    if not settings.embedded_database:
        with database.read(actor) as session:
            row = session.execute(select(func.count(), func.sum(Artefact.size))).one()
            return int(row[0]), int(row[1] or 0)
    sizes = [path.stat().st_size for path in (settings.home / "artefacts").glob("??/*")]
    return len(sizes), sum(sizes)


def _stuck(database: Database, actor: Actor, at: datetime) -> list[StuckJob]:
    with database.read(actor) as session:
        lapsed = session.scalars(
            select(PlanJob).where(PlanJob.state == "running", PlanJob.lease_until < at)
        ).all()
        waiting = session.scalars(
            select(PlanJob)
            .where(PlanJob.state == "queued", PlanJob.updated_at < at - WAITED_LONG)
            .order_by(PlanJob.updated_at)
            .limit(50)
        ).all()
    return [
        *(_job(job, "lapsed", job.lease_until or job.updated_at) for job in lapsed),
        *(_job(job, "waiting", job.updated_at) for job in waiting),
    ]


def _job(job: PlanJob, why: str, since: datetime) -> StuckJob:
    return StuckJob(job.id, job.plan_version_id, why, since, job.attempt)
