"""The use-case of planning a day: snapshot, validation, search, check, reasons, storing.

A worker runs it under a lease. Nothing is stored but by the lease's holder, and nothing counts as
solved that the checker does not call clean or waived.
"""

from __future__ import annotations

import json
import logging
import time
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
from routing.engines import ortools
from routing.explain import explain
from routing.formats.ours import read_plan, read_problem, write_plan, write_problem
from routing.plan import Plan
from routing.problem import Problem
from routing.problem.errors import InputErrors
from routing.problem.hashing import problem_sha256
from workers.artefacts import ArtefactStore, open_store
from workers.jobs.ledger import Lease, LeaseLostError, Ledger
from workers.jobs.patience import AWAY, patiently
from workers.planning.failing import SHOWN, PlanFailedError, reason_of
from workers.planning.hand import run_follow_job
from workers.planning.names import names_bytes
from workers.planning.replan import still_there, with_least_change
from workers.planning.request import LEAST_CHANGE, WARM
from workers.planning.rows import store_rows
from workers.planning.snapshot import build_problem
from workers.planning.view import build_view
from workers.planning.violations import verdict_bytes
from workers.queue.connection import connect
from workers.queue.progress import LAST_STAGES, ProgressWriter
from workers.settings import Settings

log = logging.getLogger(__name__)

WISH_EVERY_S = 0.5
"""How often the search looks whether somebody wants it to stop."""
EXPLAIN_LEAST_S = 10.0
"""Seconds that looking for remedies may take at least, and half as long as the search at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a plan version asks of the engine."""

    version_id: UUID
    operator_id: UUID
    service_date: date
    scenario: str | None
    problem_sha256: str | None
    names_sha256: str | None
    start_sha256: str | None
    least_change: bool
    time_limit_s: int
    iterations: int | None
    seed: int
    threads: int
    locks: list[Any]
    waivers: list[Any]


class PlanRunner:
    """Runs plan jobs in a work-horse: opens its own connections, each time anew."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __call__(self, lease: Lease) -> None:
        """Do the job of ``lease``; what goes wrong becomes the job's and the version's reason."""
        database = Database(self._settings.database_url)
        redis = connect(self._settings)
        try:
            work = run_follow_job if lease.kind == "follow" else run_plan_job
            work(
                database,
                open_store(self._settings, database),
                Ledger(database, self._settings.lease_s),
                ProgressWriter(redis, lease.job_id, lease.attempt),
                lease,
            )
        finally:
            redis.close()
            database.dispose()


def run_plan_job(
    database: Database,
    store: ArtefactStore,
    ledger: Ledger,
    progress: ProgressWriter,
    lease: Lease,
) -> None:
    """Plan the version of the lease's job. Returns quietly when the lease is lost meanwhile."""
    try:
        _run(database, store, ledger, progress, lease)
    except LeaseLostError:
        log.warning("job %s: lease lost; its result was dropped", lease.job_id)
    except (PlanFailedError, InputErrors, DomainError) as error:
        reason, detail = reason_of(error)
        _fail(ledger, progress, lease, reason, detail)
    except Exception as error:
        log.exception("job %s", lease.job_id)
        _fail(
            ledger, progress, lease, kept("求解程序出错：%(name)s", name=type(error).__name__), {}
        )


def _fail(
    ledger: Ledger, progress: ProgressWriter, lease: Lease, reason: str, detail: dict[str, Any]
) -> None:
    try:
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
    order = patiently(lambda: _order_of(ledger, lease))
    problem, names = patiently(lambda: _snapshot(database, store, ledger, lease, order))
    wishes = _Wishes(ledger, lease)
    start = _start(store, order, problem)
    plan = _solve(problem, order, progress, wishes, began=began, start=start)
    progress.write({"stage": "explain", "seconds": _since(began)})
    wishes.ask()
    plan = explain(problem, plan, wishes, seconds=_explaining_s(order))
    wishes.ask()
    if wishes.over:
        raise LeaseLostError(str(lease.job_id))
    progress.write({"stage": "check", "seconds": _since(began)})
    verdict = check(problem, plan)
    if verdict.verdict == "violated":
        raise PlanFailedError(
            kept("方案校验未通过：") + _violations_text(verdict),
            {"check": json.loads(verdict.to_json())},
        )
    progress.write({"stage": "store", "seconds": _since(began)})
    solved = _Solved(problem=problem, names=names, plan=plan, verdict=verdict)
    totals = patiently(lambda: _store(store, ledger, lease, solved))
    progress.write({"stage": "done", "seconds": _since(began), "totals": totals})


def _since(began: float) -> float:
    return round(time.monotonic() - began, 1)


def _order_of(ledger: Ledger, lease: Lease) -> Order:
    with ledger.holding(lease) as (session, job):
        version = session.get(PlanVersion, job.plan_version_id)
        if version is None:
            raise PlanFailedError(kept("排线方案不存在"))
        parent = session.get(PlanVersion, version.parent_id) if version.parent_id else None
        return Order(
            version_id=version.id,
            operator_id=version.operator_id,
            service_date=version.service_date,
            scenario=version.scenario,
            problem_sha256=version.problem_sha256,
            names_sha256=version.names_sha256,
            start_sha256=parent.plan_sha256 if parent and version.options.get(WARM) else None,
            least_change=bool(version.options.get(LEAST_CHANGE)),
            time_limit_s=version.time_limit_s,
            iterations=version.iterations,
            seed=version.seed,
            threads=version.threads,
            locks=version.locks,
            waivers=version.waivers,
        )


def _snapshot(
    database: Database, store: ArtefactStore, ledger: Ledger, lease: Lease, order: Order
) -> tuple[Problem, dict[str, Any]]:
    """The problem of the day, stored before it is solved; a later attempt solves the same one."""
    if order.problem_sha256 and order.names_sha256:
        problem = read_problem(store.get(order.problem_sha256))
        kept: dict[str, Any] = json.loads(store.get(order.names_sha256))
        return problem, kept
    actor = system_actor(order.operator_id)
    with database.read() as session:
        problem, names = build_problem(session, actor, order.service_date, order.scenario)
    locks, waivers = still_there(problem, order.locks, order.waivers)
    problem = msgspec.structs.replace(problem, locks=locks, waivers=waivers)
    if order.least_change and order.start_sha256:
        problem = with_least_change(problem, read_plan(store.get(order.start_sha256)))
    data = write_problem(problem)
    read_problem(data)  # refuses, with numbered errors, what contradicts itself
    problem_name = store.put(data)
    names_name = store.put(names_bytes(names))
    with ledger.holding(lease) as (session, job):
        version = session.get(PlanVersion, job.plan_version_id)
        if version is not None:
            version.problem_sha256 = problem_name
            version.names_sha256 = names_name
            version.locks = msgspec.to_builtins(locks)
            version.waivers = msgspec.to_builtins(waivers)
    return problem, names


class _Wishes:
    """Asks now and then, in the search's own pauses, whether it is to stop."""

    def __init__(self, ledger: Ledger, lease: Lease) -> None:
        self._ledger = ledger
        self._lease = lease
        self._due = 0.0
        self.found = False
        self.keep = False
        self.over = False

    def ask(self) -> bool:
        """Whether the search is to stop now; ``over``: for nothing, else the best plan counts.

        Keeping the best waits until a first plan is ``found``: a successor of a killed work-horse
        would otherwise keep nothing, and call that the plan.
        """
        try:
            wish = self._ledger.wish(self._lease)
        except AWAY:  # a search is not thrown away because the database is restarted
            return self.keep or self.over
        self.keep = self.keep or (wish == "keep" and self.found)
        self.over = self.over or wish in {"lost", "cancel"}
        return self.keep or self.over

    def __call__(self) -> bool:
        """As :meth:`ask`, but asking the database twice a second at most."""
        if self.keep or self.over:
            return True
        if time.monotonic() < self._due:
            return False
        self._due = time.monotonic() + WISH_EVERY_S
        return self.ask()


def _start(store: ArtefactStore, order: Order, problem: Problem) -> Plan | None:
    """The plan to begin with: the parent's, as far as its vehicles and duties are still there."""
    if order.start_sha256 is None:
        return None
    plan = read_plan(store.get(order.start_sha256))
    vehicles = {vehicle.id for vehicle in problem.vehicles}
    duties = {duty.id for duty in problem.duties}
    routes = [
        route
        for route in plan.routes
        if route.vehicle in vehicles and all(turn.duty in duties for turn in route.duties)
    ]
    return msgspec.structs.replace(plan, routes=routes)


def _explaining_s(order: Order) -> float | None:
    """Seconds for reasons and remedies; None, no clock, where rounds are counted instead."""
    if order.iterations is not None:
        return None
    return max(EXPLAIN_LEAST_S, order.time_limit_s / 2)


def _solve(
    problem: Problem,
    order: Order,
    progress: ProgressWriter,
    wishes: _Wishes,
    *,
    began: float,
    start: Plan | None,
) -> Plan:
    def report(point: ortools.Progress) -> None:
        wishes.found = wishes.found or point.stage != "construct"
        progress.write(
            {
                # The engine's work is done then, the job's is not.
                "stage": "solved" if point.stage in LAST_STAGES else point.stage,
                "seconds": _since(began),
                "iterations": point.iterations,
                "objective": point.objective,
                "served": point.served,
                "orders": point.orders,
                "vehicles": point.vehicles,
                "limit_s": order.time_limit_s,
            }
        )

    try:
        return ortools.solve(
            problem,
            time_limit_s=order.time_limit_s,
            iterations=order.iterations,
            seed=order.seed,
            threads=order.threads,
            progress=report,
            should_stop=wishes,
            start=start,
        )
    except ortools.UnsupportedRules as error:
        raise PlanFailedError(kept("求解引擎不支持以下规则：%(error)s", error=error)) from error


def _violations_text(verdict: Verdict) -> str:
    shown = [
        f"{item.rule} {item.route or ''} {item.stop or ''} {item.amount} {item.unit}".strip()
        for item in verdict.violations[:SHOWN]
    ]
    more = len(verdict.violations) - len(shown)
    return "；".join(shown) + (kept("；另有 %(more)s 项", more=more) if more > 0 else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Solved:
    problem: Problem
    names: dict[str, Any]
    plan: Plan
    verdict: Verdict


def _store(store: ArtefactStore, ledger: Ledger, lease: Lease, solved: _Solved) -> dict[str, Any]:
    if solved.plan.problem_sha256 != problem_sha256(solved.problem):
        raise PlanFailedError(kept("方案与问题快照不一致"))
    check_json = verdict_bytes(solved.verdict)
    plan_name = store.put(write_plan(solved.plan))
    check_name = store.put(check_json)
    view = build_view(solved.problem, solved.plan, solved.names, json.loads(check_json))
    with ledger.holding(lease) as (session, job):
        version = session.get(PlanVersion, job.plan_version_id, with_for_update=True)
        if version is None:
            raise PlanFailedError(kept("排线方案不存在"))
        version.plan_sha256 = plan_name
        version.check_sha256 = check_name
        version.verdict = solved.verdict.verdict
        version.totals = view["totals"]
        version.engine = solved.plan.made_by.engine
        version.finished_at = now()
        move(session, system_actor(version.operator_id), version, "solved")
        store_rows(session, version, solved.problem, solved.plan, view)
        ledger.finish(session, job, {"plan_sha256": plan_name, "verdict": version.verdict})
    return dict(view["totals"])
