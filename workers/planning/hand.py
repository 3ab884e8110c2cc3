"""The use-case of following a hand-made plan: snapshot, timetable, check, price, storing.

A worker runs it under a lease. The plan keeps the vehicles, trips and sequences of the sheet; where
no lawful timetable is to be had it is drawn with the natural one, which the checker refutes. Clean
or waived, the version counts as solved; violated, it stays a draft with its verdict.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from models.accounts.actor import system_actor
from models.base import now
from models.db import Database
from models.errors import DomainError
from models.language import kept
from models.planning.states import move
from models.planning.tables import PlanVersion
from routing.checker import Verdict, check
from routing.edits import follow
from routing.formats.ours import read_problem, write_plan, write_problem
from routing.plan import Plan
from routing.problem import Lock, Problem, Waiver
from routing.problem.errors import InputErrors
from workers.artefacts import ArtefactStore
from workers.jobs.ledger import Lease, LeaseLostError, Ledger
from workers.jobs.patience import patiently
from workers.planning.clock import Clock
from workers.planning.failing import PlanFailedError, reason_of
from workers.planning.hand_days import Told, hand_days
from workers.planning.hand_request import REASON, DayByHand, TripByHand
from workers.planning.names import names_bytes
from workers.planning.rows import store_rows
from workers.planning.snapshot import build_problem
from workers.planning.states import OPEN
from workers.planning.view import build_view
from workers.planning.violations import verdict_bytes
from workers.queue.progress import ProgressWriter

log = logging.getLogger(__name__)

LATE_S = 15 * 60
"""From which difference to the sheet's own time an arrival is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """What the version's job carries."""

    operator_id: UUID
    service_date: date
    scenario: str | None
    locks: list[Any]
    waivers: list[Any]
    days: list[DayByHand]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Followed:
    problem: Problem
    names: dict[str, Any]
    plan: Plan
    verdict: Verdict
    told: dict[str, Any]


def run_follow_job(
    database: Database,
    store: ArtefactStore,
    ledger: Ledger,
    progress: ProgressWriter,
    lease: Lease,
) -> None:
    """Follow the sheet of the lease's job. Returns quietly when the lease is lost meanwhile."""
    try:
        _run(database, store, ledger, progress, lease)
    except LeaseLostError:
        log.warning("job %s: lease lost; its result was dropped", lease.job_id)
    except (PlanFailedError, InputErrors, DomainError) as error:
        _fail(ledger, progress, lease, *reason_of(error))
    except Exception as error:
        log.exception("job %s", lease.job_id)
        _fail(
            ledger, progress, lease, kept("推算程序出错：%(name)s", name=type(error).__name__), {}
        )


def _fail(
    ledger: Ledger, progress: ProgressWriter, lease: Lease, reason: str, detail: dict[str, Any]
) -> None:
    """Close the job; its version stays a draft that says why it has no plan."""

    def say() -> None:
        with ledger.holding(lease) as (session, job):
            version = session.get(PlanVersion, job.plan_version_id)
            if version is not None:
                version.reason = kept("导入的人工排线没有校验成：%(reason)s", reason=reason)

    try:
        patiently(say)
        patiently(lambda: ledger.fail(lease, reason, detail))
    except LeaseLostError:
        return
    progress.write({"stage": "failed", "reason": reason})


def _run(
    database: Database,
    store: ArtefactStore,
    ledger: Ledger,
    progress: ProgressWriter,
    lease: Lease,
) -> None:
    began = time.monotonic()
    progress.write({"stage": "snapshot", "seconds": 0})
    sheet = patiently(lambda: _sheet_of(ledger, lease))
    problem, names = patiently(lambda: _snapshot(database, sheet))
    told = Told()
    days = hand_days(problem, sheet.days, told)
    if not days:
        raise PlanFailedError(kept("表里的订单和车辆现在都不能排了，请重新导入"))
    plan = follow(problem, days)
    progress.write({"stage": "check", "seconds": round(time.monotonic() - began, 1)})
    verdict = check(problem, plan)
    told.off = _off(problem, plan, sheet.days)
    followed = _Followed(
        problem=problem, names=names, plan=plan, verdict=verdict, told=told.as_json()
    )
    totals = patiently(lambda: _store(store, ledger, lease, followed))
    progress.write(
        {"stage": "done", "seconds": round(time.monotonic() - began, 1), "totals": totals}
    )


def _sheet_of(ledger: Ledger, lease: Lease) -> _Sheet:
    with ledger.holding(lease) as (session, job):
        version = session.get(PlanVersion, job.plan_version_id)
        if version is None:
            raise PlanFailedError(kept("排线方案不存在"))
        return _Sheet(
            operator_id=version.operator_id,
            service_date=version.service_date,
            scenario=version.scenario,
            locks=version.locks,
            waivers=version.waivers,
            days=msgspec.convert(job.payload["days"], list[DayByHand]),
        )


def _snapshot(database: Database, sheet: _Sheet) -> tuple[Problem, dict[str, Any]]:
    """The day as it stands; beside a plan that is driven already, with the orders of that plan."""
    with database.read() as session:
        problem, names = build_problem(
            session,
            system_actor(sheet.operator_id),
            sheet.service_date,
            sheet.scenario,
            locks=msgspec.convert(sheet.locks, list[Lock]),
            waivers=msgspec.convert(sheet.waivers, list[Waiver]),
            states=OPEN["compare" if sheet.scenario else "plan"],
        )
    # Refuses, with numbered errors, what contradicts itself.
    return read_problem(write_problem(problem)), names


def _off(problem: Problem, plan: Plan, days: Sequence[DayByHand]) -> list[list[Any]]:
    """Orders that arrive otherwise than the sheet meant, by more than a quarter of an hour."""
    clock = Clock(problem.horizon)
    found = {
        order: stop.arrive
        for route in plan.routes
        for duty in route.duties
        for trip in duty.trips
        for stop in trip.stops
        if stop.kind == "delivery"
        for order in stop.orders
    }
    midnight = clock.at(0).replace(
        year=clock.service_date.year,
        month=clock.service_date.month,
        day=clock.service_date.day,
        hour=0,
        minute=0,
        second=0,
    )
    zero = int((midnight - clock.start).total_seconds())
    trips: list[TripByHand] = [trip for day in days for trip in day.trips]
    rows = [
        [order, meant + zero, found[order]]
        for trip in trips
        for order, meant in trip.planned.items()
        if order in found and abs(found[order] - meant - zero) > LATE_S
    ]
    return sorted(rows, key=lambda row: -abs(row[2] - row[1]))


def _store(
    store: ArtefactStore, ledger: Ledger, lease: Lease, followed: _Followed
) -> dict[str, Any]:
    check_json = verdict_bytes(followed.verdict)
    problem_name = store.put(write_problem(followed.problem))
    names_name = store.put(names_bytes(followed.names))
    plan_name = store.put(write_plan(followed.plan))
    check_name = store.put(check_json)
    view = build_view(followed.problem, followed.plan, followed.names, json.loads(check_json))
    with ledger.holding(lease) as (session, job):
        version = session.get(PlanVersion, job.plan_version_id, with_for_update=True)
        if version is None or version.state != "draft":
            raise PlanFailedError(kept("该版本已作废"))
        version.problem_sha256 = problem_name
        version.names_sha256 = names_name
        version.plan_sha256 = plan_name
        version.check_sha256 = check_name
        version.verdict = followed.verdict.verdict
        version.totals = view["totals"]
        version.finished_at = now()
        given = dict(version.options.get("hand", {}))
        version.options = {**version.options, "hand": given | followed.told}
        if followed.verdict.verdict != "violated":
            move(session, system_actor(version.operator_id), version, "solved", reason=REASON)
        store_rows(session, version, followed.problem, followed.plan, view)
        result = {"plan_sha256": plan_name, "verdict": version.verdict}
        ledger.finish(session, job, result)
    return dict(view["totals"])
