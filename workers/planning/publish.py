"""Publishing a plan (下发): the question whether the day has changed since, then the claims."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.errors import Conflict
from models.execution.links import ensure_links
from models.language import gettext as _
from models.planning.operations import publish
from models.planning.queries import get_version, held
from models.planning.states import IN_FORCE, PLAN
from models.planning.tables import PlanVersion
from routing.formats.ours import read_plan, read_problem
from routing.problem import Problem
from routing.problem.hashing import problem_sha256
from workers.artefacts import ArtefactStore
from workers.planning.claims import claims_of
from workers.planning.clock import Clock
from workers.planning.difference import Change, as_text, difference
from workers.planning.snapshot import build_problem
from workers.planning.states import DRIVEN, PLANNABLE

Names = dict[str, Any]


class DayChangedError(Conflict):
    """The day is not as it was when it was planned: ``changes`` say how.

    Publishing with ``seen=now_sha256`` says that these changes, and no others, were seen.
    """

    def __init__(self, changes: list[Change], now_sha256: str) -> None:
        super().__init__(
            "day_changed",
            _("排线后数据有变化：%(changes)s", changes=as_text(changes)),
            _("请重新排线；或确认这些变化不影响后仍然下发"),
        )
        self.changes = changes
        self.now_sha256 = now_sha256


def publish_plan(
    session: Session,
    actor: Actor,
    store: ArtefactStore,
    version_id: UUID,
    *,
    seen: str | None = None,
    secret: str | None = None,
) -> PlanVersion:
    """Put a solved version in force, in the session's transaction.

    ``secret``: what drivers' links are drawn from; with it, every vehicle has its link at once.

    Raises:
        NotFound: not the actor's.
        RefusedTransition: it is not solved.
        DayChangedError: the day changed since, and ``seen`` is not its present hash.
        Conflict: another plan holds a thing, an order changed, or it is a scenario.
    """
    version = get_version(session, actor, version_id)
    PLAN.check(version.state, "published")
    if version.problem_sha256 is None or version.plan_sha256 is None:
        raise Conflict("no_plan", _("该版本没有方案内容"), _("请重新排线"))
    problem = read_problem(store.get(version.problem_sha256))
    plan = read_plan(store.get(version.plan_sha256))
    changes, now_sha256 = day_changes(session, actor, store, version, problem)
    if now_sha256 not in {version.problem_sha256, seen}:
        raise DayChangedError(changes, now_sha256)
    clock = Clock(problem.horizon)
    others = held(session, actor, clock.start, clock.end, except_of=version.service_date)
    published = publish(session, actor, version_id, claims_of(problem, plan, others))
    if secret is not None:
        ensure_links(session, actor, published, secret)
    return published


def day_changes(
    session: Session,
    actor: Actor,
    store: ArtefactStore,
    version: PlanVersion,
    problem: Problem | None = None,
) -> tuple[list[Change], str]:
    """What of the day differs from what the version was planned for; the day's present hash.

    That orders of a plan in force are on their way or delivered is no difference.

    Raises:
        ArtefactMissingError: what the version refers to is gone.
    """
    if version.problem_sha256 is None:
        return [], ""
    problem = problem or read_problem(store.get(version.problem_sha256))
    old = json.loads(store.get(version.names_sha256)) if version.names_sha256 else {}
    today, names = _today(session, actor, version, problem, PLANNABLE)
    now_sha256 = problem_sha256(today)
    if now_sha256 == version.problem_sha256:
        return [], now_sha256
    changes = difference(problem, today, {**old, **names})
    if changes and version.state in IN_FORCE:
        # Orders on their way have left the first of the two days; the second also has those that
        # had been delivered before the version was made.
        today, names = _today(session, actor, version, problem, DRIVEN)
        driven = difference(problem, today, {**old, **names})
        changes = [change for change in changes if change in driven]
    return changes, now_sha256


def _today(
    session: Session,
    actor: Actor,
    version: PlanVersion,
    problem: Problem,
    states: Collection[str],
) -> tuple[Problem, Names]:
    """The version's day as it is now, with the orders in ``states``."""
    today, names = build_problem(
        session,
        actor,
        version.service_date,
        version.scenario,
        locks=problem.locks,
        waivers=problem.waivers,
        states=states,
    )
    if problem.objective.published:  # it was asked to keep to another version: that is no change
        kept = problem.objective
        weights = replace(
            today.objective, published=kept.published, change_per_order=kept.change_per_order
        )
        today = replace(today, objective=weights)
    return today, names
