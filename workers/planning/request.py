"""Asking for a plan, stopping it, asking again: what page, API and command line call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from models.accounts.actor import SYSTEM, Actor
from models.accounts.tables import Organisation
from models.base import now
from models.errors import Conflict, Forbidden, Invalid, NotFound
from models.planning import states
from models.planning.tables import PlanJob, PlanVersion
from workers.jobs.ledger import enqueue_later
from workers.planning import queries

SHORTEST_S, LONGEST_S = 1, 4 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to plan. ``scenario`` None = the real plan of the date; ``warm``: begin from parent."""

    service_date: date
    scenario: str | None = None
    time_limit_s: int = 60
    iterations: int | None = None
    seed: int = 0
    threads: int = 1
    parent_id: UUID | None = None
    warm: bool = False


def request_plan(session: Session, actor: Actor, wanted: Wanted) -> PlanVersion:
    """Make a version and queue its job, in one transaction.

    Asking twice for the same while the first is queued or solving gives the first: a double click
    plans once.

    Raises:
        Forbidden: only the operator's dispatchers plan.
        NotFound: the parent is not theirs.
        Invalid: the time limit is out of range.
    """
    operator_id = _operator(actor)
    if not SHORTEST_S <= wanted.time_limit_s <= LONGEST_S:
        raise Invalid("time_limit", f"求解时限须在 {SHORTEST_S} 秒到 {LONGEST_S // 3600} 小时之间")
    # Two requests at once wait for each other here, so that one of them sees the other's version.
    session.get(Organisation, operator_id, with_for_update=True)
    running = queries.running_version(session, operator_id, wanted.service_date, wanted.scenario)
    if running is not None and _same(running, wanted):
        return running
    if wanted.parent_id is not None:
        _version(session, actor, wanted.parent_id)
    last = queries.last_number(session, operator_id, wanted.service_date)
    version = PlanVersion(
        operator_id=operator_id,
        service_date=wanted.service_date,
        version=last + 1,
        parent_id=wanted.parent_id,
        state="draft",
        scenario=wanted.scenario,
        options={"warm": wanted.warm} if wanted.warm else {},
        time_limit_s=wanted.time_limit_s,
        iterations=wanted.iterations,
        seed=wanted.seed,
        threads=wanted.threads,
        requested_by=actor.account_id,
        demo=queries.city_is_demo(session),
    )
    session.add(version)
    session.flush()
    states.record(session, actor, version, None, "draft")
    _queue(session, actor, version)
    return version


def retry_plan(session: Session, actor: Actor, version_id: UUID) -> PlanVersion:
    """Plan a failed or cancelled version again, from the day as it is now.

    Raises:
        NotFound: not theirs.
        RefusedTransition: it neither failed nor was cancelled.
    """
    version = _version(session, actor, version_id)
    states.PLAN.check(version.state, "queued", "")
    version.problem_sha256 = None
    version.names_sha256 = None
    version.finished_at = None
    version.started_at = None
    _queue(session, actor, version)
    return version


def cancel_plan(session: Session, actor: Actor, version_id: UUID) -> PlanVersion:
    """Stop a queued or solving version and drop what it found (取消).

    Its worker's lease ends with this transaction, so nothing it still finds is stored.

    Raises:
        NotFound: not theirs.
        RefusedTransition: it is neither queued nor being solved.
    """
    version = _version(session, actor, version_id)
    states.move(session, actor, version, "cancelled")
    version.finished_at = now()
    job = queries.open_job(session, version.id)
    if job is not None:
        job.stop = "cancel"
        job.state = "cancelled"
        job.lease_until = None
        job.finished_at = now()
    return version


def keep_best(session: Session, actor: Actor, version_id: UUID) -> PlanVersion:
    """Have the search stop and keep the best plan it has found (停止并采用).

    Raises:
        NotFound: not theirs.
        Conflict: nothing is being searched, so there is nothing to keep.
    """
    version = _version(session, actor, version_id)
    job = queries.open_job(session, version.id)
    if version.state != "solving" or job is None:
        raise Conflict("not_solving", "方案不在求解中，没有可采用的结果", "请刷新后查看当前状态")
    job.stop = "keep"
    return version


def job_of(session: Session, actor: Actor, version_id: UUID) -> UUID | None:
    """The id of the version's newest job, under which its progress runs.

    Raises:
        NotFound: not theirs.
    """
    version = _version(session, actor, version_id)
    return queries.newest_job(session, version.id)


def _operator(actor: Actor) -> UUID:
    if actor.role not in {"dispatcher", SYSTEM} or actor.organisation_id is None:
        raise Forbidden
    return actor.organisation_id


def _version(session: Session, actor: Actor, version_id: UUID) -> PlanVersion:
    operator_id = _operator(actor)
    version = session.get(PlanVersion, version_id, with_for_update=True)
    if version is None or version.operator_id != operator_id:
        raise NotFound
    return version


def _same(running: PlanVersion, wanted: Wanted) -> bool:
    given: tuple[Any, ...] = (wanted.seed, wanted.time_limit_s, wanted.parent_id, wanted.iterations)
    return given == (running.seed, running.time_limit_s, running.parent_id, running.iterations)


def _queue(session: Session, actor: Actor, version: PlanVersion) -> None:
    states.move(session, actor, version, "queued")
    version.queued_at = now()
    job = PlanJob(
        kind="solve",
        organisation_id=version.operator_id,
        account_id=actor.account_id,
        plan_version_id=version.id,
    )
    session.add(job)
    session.flush()
    enqueue_later(session, job.id)
