"""Saving a draft: the complete check once more, the plan in its final form, its rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.errors import Conflict
from models.language import gettext as _
from models.planning import edits as drafts
from models.planning.edits import State
from models.planning.tables import PlanVersion
from routing.checker import Verdict, check
from routing.formats.ours import read_plan, read_problem, write_plan, write_problem
from routing.plan import Plan
from routing.problem import Problem
from routing.problem.hashing import problem_sha256
from workers.artefacts import ArtefactStore
from workers.planning.rows import store_rows
from workers.planning.view import build_view
from workers.planning.violations import verdict_bytes


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A draft, checked whole: what would be saved."""

    version_id: UUID
    number: int
    problem: Problem
    plan: Plan
    view: Mapping[str, Any]
    state: State


def check_draft(
    session: Session, actor: Actor, store: ArtefactStore, version_id: UUID | str, number: int
) -> Checked:
    """Check a draft whole, as any plan is checked; waivers that nothing needs any more go.

    Raises:
        NotFound: not the actor's.
        Conflict: ``changed_meanwhile``; it is no draft.
    """
    version = drafts.editable(session, actor, version_id)
    if version.state != "draft":
        raise Conflict("not_a_draft", _("此版本没有未保存的手工改动"), _("请在草稿上操作"))
    drafts.check_number(session, actor, version, number)
    problem = read_problem(store.get(version.problem_sha256 or ""))
    plan = read_plan(store.get(version.plan_sha256 or ""))
    problem, plan, verdict = _without_idle_waivers(problem, plan)
    names = json.loads(store.get(version.names_sha256)) if version.names_sha256 else {}
    said = verdict_bytes(verdict)
    view = build_view(problem, plan, names, json.loads(said))
    return Checked(
        version_id=version.id,
        number=number,
        problem=problem,
        plan=plan,
        view=view,
        state=State(
            problem_sha256=store.put(write_problem(problem)),
            plan_sha256=store.put(write_plan(plan)),
            names_sha256=version.names_sha256,
            check_sha256=store.put(said),
            verdict=verdict.verdict,
            cost_fen=plan.objective.total,
            totals=view["totals"],
            locks=msgspec.to_builtins(problem.locks),
            waivers=msgspec.to_builtins(problem.waivers),
        ),
    )


def _without_idle_waivers(problem: Problem, plan: Plan) -> tuple[Problem, Plan, Verdict]:
    verdict = check(problem, plan)
    needed = {(item.rule, subject) for item in verdict.waived for subject in item.subjects}
    waivers = [w for w in problem.waivers if (w.rule, w.subject) in needed]
    if waivers == problem.waivers:
        return problem, plan, verdict
    problem = replace(problem, waivers=waivers)
    plan = replace(plan, problem_sha256=problem_sha256(problem))
    return problem, plan, check(problem, plan)


def keep_checked(session: Session, actor: Actor, checked: Checked) -> PlanVersion:
    """Save it: solved when clean or waived, with its rows; else it stays a draft.

    Raises:
        NotFound: not the actor's.
        Conflict: ``changed_meanwhile``.
    """
    version = drafts.save(session, actor, checked.version_id, checked.number, checked.state)
    if version.state == "solved":
        version.engine = checked.plan.made_by.engine
        store_rows(session, version, checked.problem, checked.plan, checked.view)
    return version
