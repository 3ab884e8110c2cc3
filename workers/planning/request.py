"""Asking for a plan, stopping it, asking again: what page, API and command line call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.tables import Organisation
from models.accounts.visibility import fetch, require
from models.audit.operations import append
from models.base import now
from models.errors import Conflict, Forbidden, Invalid
from models.language import gettext as _
from models.orders.operations import accept_orders
from models.planning import states
from models.planning.operations import VersionInput, create_version
from models.planning.tables import PlanJob, PlanVersion
from workers.jobs.ledger import enqueue_later
from workers.planning import queries

SHORTEST_S, LONGEST_S = 1, 4 * 3600
WARM, LEAST_CHANGE = "warm", "least_change"
"""Options of a version: begin from its parent's plan; keep orders on its parent's vehicles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to plan.

    ``scenario`` None = the real plan of the date; ``warm``: begin from the parent's plan;
    ``least_change``: an order on another vehicle than the parent's costs something.
    """

    service_date: date
    scenario: str | None = None
    time_limit_s: int = 60
    iterations: int | None = None
    seed: int = 0
    threads: int = 1
    parent_id: UUID | None = None
    warm: bool = False
    least_change: bool = False
    locks: Sequence[Mapping[str, Any]] = ()
    waivers: Sequence[Mapping[str, Any]] = ()


def request_plan(session: Session, actor: Actor, wanted: Wanted) -> PlanVersion:
    """Make a version and queue its job, in one transaction.

    Submitted orders of the date are accepted with it (an order is complete once it is submitted),
    unless it is a scenario, which touches no order. Late requests wait for the dispatcher's word.
    Asking twice for the same while the first is queued or solving gives the first: a double click
    plans once.

    Raises:
        Forbidden: only the operator's dispatchers plan.
        NotFound: the parent is not theirs.
        Invalid: the time limit is out of range.
    """
    operator_id = _operator(session, actor)
    if not SHORTEST_S <= wanted.time_limit_s <= LONGEST_S:
        raise Invalid(
            "time_limit",
            _(
                "求解时限须在 %(least)s 秒到 %(most)s 小时之间",
                least=SHORTEST_S,
                most=LONGEST_S // 3600,
            ),
        )
    # Two requests at once wait for each other here, so that one of them sees the other's version.
    session.get(Organisation, operator_id, with_for_update=True)
    running = queries.running_version(session, operator_id, wanted.service_date, wanted.scenario)
    if running is not None and _same(running, wanted):
        return running
    if wanted.scenario is None:
        accept_orders(
            session, actor, queries.submitted_orders(session, operator_id, wanted.service_date)
        )
    version = create_version(
        session,
        actor,
        VersionInput(
            service_date=wanted.service_date,
            scenario=wanted.scenario,
            parent_id=wanted.parent_id,
            options=_options(wanted),
            locks=wanted.locks,
            waivers=wanted.waivers,
            seed=wanted.seed,
            threads=wanted.threads,
            iterations=wanted.iterations,
            time_limit_s=wanted.time_limit_s,
        ),
    )
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
    append(session, actor, "cancel", "plan_version", version.id)
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
        raise Conflict(
            "not_solving", _("方案不在求解中，没有可采用的结果"), _("请刷新后查看当前状态")
        )
    job.stop = "keep"
    append(session, actor, "stop_and_keep", "plan_version", version.id)
    return version


def job_of(session: Session, actor: Actor, version_id: UUID) -> UUID | None:
    """The id of the version's newest job, under which its progress runs.

    Raises:
        NotFound: not theirs.
    """
    version = _version(session, actor, version_id)
    return queries.newest_job(session, version.id)


def _operator(session: Session, actor: Actor) -> UUID:
    require(session, actor, "dispatcher")
    if actor.organisation_id is None:
        raise Forbidden
    return actor.organisation_id


def _version(session: Session, actor: Actor, version_id: UUID) -> PlanVersion:
    require(session, actor, "dispatcher")
    return fetch(session, actor, PlanVersion, version_id)


def _options(wanted: Wanted) -> dict[str, Any]:
    given = {WARM: wanted.warm, LEAST_CHANGE: wanted.least_change}
    return {name: True for name, on in given.items() if on}


def _same(running: PlanVersion, wanted: Wanted) -> bool:
    given: tuple[Any, ...] = (wanted.seed, wanted.time_limit_s, wanted.parent_id, wanted.iterations)
    if _options(wanted) != running.options:
        return False
    if given != (running.seed, running.time_limit_s, running.parent_id, running.iterations):
        return False
    return running.locks == [dict(lock) for lock in wanted.locks] and running.waivers == [
        dict(waiver) for waiver in wanted.waivers
    ]


def _queue(session: Session, actor: Actor, version: PlanVersion) -> None:
    states.move(session, actor, version, "queued")
    append(session, actor, "queue", "plan_version", version.id)
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
