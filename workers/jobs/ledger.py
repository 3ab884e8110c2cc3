"""Who works on which job: leases with fencing tokens, kept in the database.

A job is taken by at most one worker at a time, for a lease that its worker renews. When the
renewing stops, the job is given to another with a higher token; whoever still works under an old
token can store nothing.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeGuard
from uuid import UUID

from sqlalchemy.orm import Session

from models.accounts.actor import system_actor
from models.base import now
from models.db import Database
from models.language import kept
from models.planning.states import move
from models.planning.tables import Outbox, PlanJob, PlanVersion
from workers.jobs import queries

TOPIC = "plan_job"
"""Topic of outbox rows that ask for a job to be enqueued."""

Wish = Literal["none", "keep", "cancel", "lost"]


class LeaseLostError(Exception):
    """Somebody else has the job, or nobody wants its result any more: store nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to work on ``job_id`` and to store its result while ``token`` is the job's."""

    job_id: UUID
    kind: str
    token: int
    attempt: int
    time_limit_s: int


def worker_name() -> str:
    """This process's name in leases: host and pid, so that its own host can tell it is gone."""
    return f"{socket.gethostname()}:{os.getpid()}"


def enqueue_later(session: Session, job_id: UUID) -> None:
    """Ask, in this transaction, for the job to be enqueued once it has committed."""
    session.add(Outbox(topic=TOPIC, subject_id=job_id))


class Ledger:
    """The jobs of one database; ``lease_s`` is how long a lease lasts unrenewed."""

    def __init__(
        self, database: Database, lease_s: float, clock: Callable[[], datetime] = now
    ) -> None:
        self._database = database
        self._lease = timedelta(seconds=lease_s)
        self._clock = clock

    def take(self, job_id: UUID, worker: str) -> Lease | None:
        """Take a queued job; None if it is not there to be taken."""
        with self._database.write() as session:
            job = queries.job_for_update(session, job_id)
            if job is None or job.state != "queued":
                return None
            at = self._clock()
            job.state = "running"
            job.token += 1
            job.attempt += 1
            job.worker = worker
            job.heartbeat_at = at
            job.lease_until = at + self._lease
            job.started_at = job.started_at or at
            limit = 0
            plan = _plan_of(session, job)
            if plan is not None:
                limit = plan.time_limit_s
                if plan.state == "queued":
                    move(session, system_actor(plan.operator_id), plan, "solving")
                    plan.started_at = at
            return Lease(
                job_id=job.id,
                kind=job.kind,
                token=job.token,
                attempt=job.attempt,
                time_limit_s=limit,
            )

    def renew(self, lease: Lease) -> bool:
        """Lengthen the lease; False when it is lost (then stop at once)."""
        with self._database.write() as session:
            job = queries.job_for_update(session, lease.job_id)
            if not _holds(job, lease):
                return False
            at = self._clock()
            job.heartbeat_at = at
            job.lease_until = at + self._lease
            return True

    def wish(self, lease: Lease) -> Wish:
        """What the requester wants of the running job; ``lost`` when the lease is."""
        with self._database.read() as session:
            job = session.get(PlanJob, lease.job_id)
            if job is None or job.state != "running" or job.token != lease.token:
                return "lost"
            wish: Wish = job.stop  # type: ignore[assignment] # the database checks the values
            return wish

    @contextmanager
    def holding(self, lease: Lease) -> Iterator[tuple[Session, PlanJob]]:
        """A write transaction that only the lease's holder can enter.

        Raises:
            LeaseLostError: when it is not held any more; nothing is written.
        """
        with self._database.write() as session:
            job = queries.job_for_update(session, lease.job_id)
            if not _holds(job, lease):
                raise LeaseLostError(str(lease.job_id))
            yield session, job

    def finish(self, session: Session, job: PlanJob, result: dict[str, Any]) -> None:
        """Close a job inside :meth:`holding`."""
        del session
        job.state = "done"
        job.result = result
        job.lease_until = None
        job.finished_at = self._clock()

    def fail(self, lease: Lease, reason: str, result: dict[str, Any] | None = None) -> None:
        """Close a job that cannot succeed, and its plan version, with the reason.

        Raises:
            LeaseLostError: when the lease is not held any more.
        """
        with self.holding(lease) as (session, job):
            self._close_failed(session, job, reason, result or {})

    def give_back(self, lease: Lease, reason: str) -> bool:
        """Queue the job again (its work-horse died); False when the lease was already lost."""
        try:
            with self.holding(lease) as (session, job):
                self._again(session, job, reason)
        except LeaseLostError:
            return False
        return True

    def sweep(self) -> list[UUID]:
        """Queue jobs again whose lease has lapsed; those tried too often fail instead."""
        with self._database.read() as session:
            lapsed = queries.lapsed_jobs(session, self._clock())
        return [job for job in lapsed if self._reclaim(job, kept("处理进程中断"))]

    def reclaim_dead(self) -> list[UUID]:
        """Queue jobs again whose worker was a process of this host that is gone."""
        host = socket.gethostname()
        with self._database.read() as session:
            running = queries.running_jobs(session)
        gone = [job for job, worker in running if _is_gone(worker, host)]
        return [
            job for job in gone if self._reclaim(job, kept("处理进程已退出"), even_unlapsed=True)
        ]

    def _reclaim(self, job_id: UUID, reason: str, *, even_unlapsed: bool = False) -> bool:
        with self._database.write() as session:
            job = queries.job_for_update(session, job_id)
            if job is None or job.state != "running":
                return False
            lapsed = job.lease_until is None or job.lease_until < self._clock()
            if not lapsed and not even_unlapsed:
                return False
            self._again(session, job, reason)
            return True

    def _again(self, session: Session, job: PlanJob, reason: str) -> None:
        if job.attempt >= job.max_attempts:
            self._close_failed(
                session,
                job,
                kept("%(reason)s，已尝试 %(attempt)s 次", reason=reason, attempt=job.attempt),
                {},
            )
            return
        job.state = "queued"
        job.token += 1  # whoever still works on it can store nothing from here on
        job.worker = None
        job.lease_until = None
        job.error = reason
        enqueue_later(session, job.id)

    def _close_failed(
        self, session: Session, job: PlanJob, reason: str, result: dict[str, Any]
    ) -> None:
        job.state = "failed"
        job.error = reason
        job.result = result
        job.lease_until = None
        job.finished_at = self._clock()
        plan = _plan_of(session, job)
        if plan is not None and plan.state in {"queued", "solving"}:
            move(session, system_actor(plan.operator_id), plan, "failed", reason=reason)
            plan.finished_at = self._clock()


def _plan_of(session: Session, job: PlanJob) -> PlanVersion | None:
    if job.plan_version_id is None:
        return None
    return session.get(PlanVersion, job.plan_version_id, with_for_update=True)


def _holds(job: PlanJob | None, lease: Lease) -> TypeGuard[PlanJob]:
    return job is not None and job.state == "running" and job.token == lease.token


def _is_gone(worker: str, host: str) -> bool:
    where, _, pid = worker.rpartition(":")
    if where != host or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
