"""Changing a plan by hand: a draft of its own, an edit at a time, undone, done again, saved.

Only what the database holds; what an edit does to the plan is the planner's business
(``workers/planning/edits.py``). Every change names the ``number`` that its maker saw: two people
on one draft never overwrite each other, the second is told.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.tables import Account, Organisation
from models.accounts.visibility import fetch, require, visible
from models.audit.operations import append
from models.base import now
from models.errors import Conflict, Invalid
from models.language import gettext as _
from models.paging import DEFAULT, Page, page
from models.planning.operations import VersionInput, create_version
from models.planning.states import move
from models.planning.tables import PlanEdit, PlanVersion

EDITABLE = frozenset({"solved", "published", "executing"})
"""States in which a version is changed by beginning a draft of it; a draft is changed itself."""
BY_HAND = "by_hand"
"""The option that marks a draft begun from another version."""


class ChangedMeanwhileError(Conflict):
    """Somebody else was faster; ``draft_id``: where they are changing the version, if elsewhere."""

    def __init__(self, message: str, remedy: str, draft_id: uuid.UUID | None = None) -> None:
        super().__init__("changed_meanwhile", message, remedy)
        self.draft_id = draft_id


@dataclass(frozen=True, kw_only=True)
class State:
    """A plan as it stands: artefacts by hash, what is locked and waived, what the checker said."""

    problem_sha256: str
    plan_sha256: str
    names_sha256: str | None
    check_sha256: str
    verdict: str
    cost_fen: int
    totals: Mapping[str, Any]
    locks: Sequence[Mapping[str, Any]] = ()
    waivers: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, kw_only=True)
class Made:
    """An edit that the planner has answered: what was asked, the plan after it, what was said."""

    kind: str
    edit: Mapping[str, Any]
    after: State
    says: Mapping[str, Any]


def editable(session: Session, actor: Actor, version_id: uuid.UUID | str) -> PlanVersion:
    """The version that a change by hand of ``version_id`` works on: its open draft, or itself.

    Raises:
        NotFound: not the actor's.
        Conflict: it has no plan, or its state allows no change.
    """
    require(session, actor, "dispatcher")
    version = fetch(session, actor, PlanVersion, version_id)
    if version.state not in EDITABLE | {"draft"}:
        raise Conflict(
            "not_editable", _("当前状态的方案不能手工调整"), _("请打开已求解或已下发的版本")
        )
    if version.problem_sha256 is None or version.plan_sha256 is None:
        raise Conflict("no_plan", _("该版本没有方案内容"), _("请先排线"))
    return version


def open_draft_of(session: Session, actor: Actor, version_id: uuid.UUID) -> PlanVersion | None:
    """The draft in which somebody is changing a version, if any."""
    query = visible(session, actor, PlanVersion).where(
        PlanVersion.parent_id == version_id, PlanVersion.state == "draft"
    )
    drafts = session.scalars(query.order_by(PlanVersion.version.desc()))
    return next((draft for draft in drafts if draft.options.get(BY_HAND)), None)


def check_number(session: Session, actor: Actor, version: PlanVersion, number: int) -> None:
    """Refuse whoever did not see the version's latest change.

    Raises:
        Conflict: ``changed_meanwhile``: it stands at another number, or is being changed in a
            draft already; who did that is named.
    """
    if version.state == "draft":
        if version.edit_number != number:
            who = _last_editor(session, version)
            raise ChangedMeanwhileError(
                _("%(who)s刚刚改动了这个草稿，您看到的不是最新内容", who=who),
                _("请刷新后在最新内容上继续"),
            )
        return
    draft = open_draft_of(session, actor, version.id)
    if draft is not None:
        who = _last_editor(session, draft)
        raise ChangedMeanwhileError(
            _("%(who)s正在手工调整此版本（第 %(version)s 版草稿）", who=who, version=draft.version),
            _("请打开该草稿继续，或先放弃它"),
            draft_id=draft.id,
        )


def _last_editor(session: Session, version: PlanVersion) -> str:
    query = (
        select(Account.name)
        .join(PlanEdit, PlanEdit.account_id == Account.id)
        .where(PlanEdit.plan_version_id == version.id)
        .order_by(PlanEdit.number.desc())
        .limit(1)
    )
    return session.scalar(query) or _("另一位调度员")


def keep_edit(
    session: Session, actor: Actor, version_id: uuid.UUID, number: int, made: Made
) -> PlanVersion:
    """Keep an answered edit: the version is a draft from now on, the first time a new one.

    Raises:
        NotFound: not the actor's.
        Conflict: ``changed_meanwhile`` as for :func:`check_number`; no change is possible.
    """
    version = editable(session, actor, version_id)
    # two people's first edits of one version wait for each other here
    session.get(Organisation, version.operator_id, with_for_update=True)
    session.refresh(version, with_for_update=True)
    check_number(session, actor, version, number)
    draft = version if version.state == "draft" else _begin(session, actor, version)
    if draft.edit_number == 0 and _edit(session, draft, 0) is None:
        _add(session, draft, Made(kind="begin", edit={}, after=_state(draft), says={}))
    for row in _following(session, draft):
        row.undone = True
    draft.edit_number += 1
    _add(session, draft, made, actor.account_id)
    _set(draft, made.after)
    append(session, actor, "edit", "plan_version", draft.id, fields=[made.kind])
    return draft


def _begin(session: Session, actor: Actor, parent: PlanVersion) -> PlanVersion:
    draft = create_version(
        session,
        actor,
        VersionInput(
            service_date=parent.service_date,
            scenario=parent.scenario,
            parent_id=parent.id,
            options={BY_HAND: True},
            locks=parent.locks,
            waivers=parent.waivers,
            engine=parent.engine,
            seed=parent.seed,
            threads=parent.threads,
            iterations=parent.iterations,
            time_limit_s=parent.time_limit_s,
        ),
    )
    _set(draft, _state(parent))
    draft.base_sha256 = parent.base_sha256
    session.flush()
    return draft


def _state(version: PlanVersion) -> State:
    return State(
        problem_sha256=version.problem_sha256 or "",
        plan_sha256=version.plan_sha256 or "",
        names_sha256=version.names_sha256,
        check_sha256=version.check_sha256 or "",
        verdict=version.verdict or "violated",
        cost_fen=int(version.totals.get("cost_fen", 0)),
        totals=version.totals,
        locks=version.locks,
        waivers=version.waivers,
    )


def _set(draft: PlanVersion, state: State | PlanEdit) -> None:
    draft.problem_sha256 = state.problem_sha256
    draft.plan_sha256 = state.plan_sha256
    draft.names_sha256 = state.names_sha256
    draft.check_sha256 = state.check_sha256
    draft.verdict = state.verdict
    draft.totals = dict(state.totals)
    draft.locks = [dict(lock) for lock in state.locks]
    draft.waivers = [dict(waiver) for waiver in state.waivers]


def _add(
    session: Session, draft: PlanVersion, made: Made, account_id: uuid.UUID | None = None
) -> None:
    """A row for the draft's present number; the draft then stands at it."""
    after = made.after
    number = draft.edit_number
    session.add(
        PlanEdit(
            plan_version_id=draft.id,
            number=number,
            follows=draft.edit_at if number else None,
            kind=made.kind,
            edit=dict(made.edit),
            account_id=account_id,
            verdict=after.verdict,
            cost_fen=after.cost_fen,
            problem_sha256=after.problem_sha256,
            plan_sha256=after.plan_sha256,
            names_sha256=after.names_sha256,
            check_sha256=after.check_sha256,
            totals=dict(after.totals),
            locks=[dict(lock) for lock in after.locks],
            waivers=[dict(waiver) for waiver in after.waivers],
            says=dict(made.says),
        )
    )
    draft.edit_at = number
    session.flush()


def _edit(session: Session, draft: PlanVersion, number: int) -> PlanEdit | None:
    query = select(PlanEdit).where(PlanEdit.plan_version_id == draft.id, PlanEdit.number == number)
    return session.scalars(query).one_or_none()


def _following(session: Session, draft: PlanVersion) -> list[PlanEdit]:
    """Edits made upon the one that the draft stands at, latest first."""
    query = select(PlanEdit).where(
        PlanEdit.plan_version_id == draft.id, PlanEdit.follows == draft.edit_at
    )
    return list(session.scalars(query.order_by(PlanEdit.number.desc())))


def undo(session: Session, actor: Actor, version_id: uuid.UUID, number: int) -> PlanVersion:
    """Take the draft's last edit back (撤销).

    Raises:
        NotFound: not the actor's.
        Conflict: ``changed_meanwhile``; ``nothing_to_undo``.
    """
    draft = _draft(session, actor, version_id, number)
    here = _edit(session, draft, draft.edit_at) if draft.edit_at else None
    before = _edit(session, draft, here.follows) if here and here.follows is not None else None
    if here is None or before is None:
        raise Conflict("nothing_to_undo", _("没有可撤销的改动"))
    here.undone = True
    return _stand_at(session, actor, draft, before, "undo")


def redo(session: Session, actor: Actor, version_id: uuid.UUID, number: int) -> PlanVersion:
    """Do again what was taken back last (重做).

    Raises:
        NotFound: not the actor's.
        Conflict: ``changed_meanwhile``; ``nothing_to_redo``.
    """
    draft = _draft(session, actor, version_id, number)
    after = next(iter(_following(session, draft)), None)
    if after is None:
        raise Conflict("nothing_to_redo", _("没有可重做的改动"))
    after.undone = False
    return _stand_at(session, actor, draft, after, "redo")


def _draft(session: Session, actor: Actor, version_id: uuid.UUID, number: int) -> PlanVersion:
    version = editable(session, actor, version_id)
    if version.state != "draft":
        raise Conflict("not_a_draft", _("此版本没有未保存的手工改动"), _("请在草稿上操作"))
    session.refresh(version, with_for_update=True)
    check_number(session, actor, version, number)
    return version


def _stand_at(
    session: Session, actor: Actor, draft: PlanVersion, row: PlanEdit, verb: str
) -> PlanVersion:
    draft.edit_at = row.number
    draft.edit_number += 1
    _set(draft, row)
    append(session, actor, verb, "plan_version", draft.id)
    session.flush()
    return draft


def save(
    session: Session, actor: Actor, version_id: uuid.UUID, number: int, after: State
) -> PlanVersion:
    """Keep a checked draft (保存): solved when clean or waived, else a draft with its verdict.

    Raises:
        NotFound: not the actor's.
        Conflict: ``changed_meanwhile``; it is no draft.
    """
    draft = _draft(session, actor, version_id, number)
    _set(draft, after)
    draft.finished_at = now()
    if after.verdict in {"clean", "waived"}:
        draft.started_at = draft.started_at or draft.created_at
        move(session, actor, draft, "solved")
    append(session, actor, "save", "plan_version", draft.id, fields=[after.verdict])
    session.flush()
    return draft


def edits(session: Session, actor: Actor, version_id: uuid.UUID) -> list[PlanEdit]:
    """The edits of a version in the order in which they were made, undone ones too.

    Raises:
        NotFound: not the actor's.
    """
    fetch(session, actor, PlanVersion, version_id)
    query = visible(session, actor, PlanEdit).where(
        PlanEdit.plan_version_id == version_id, PlanEdit.number > 0
    )
    return list(session.scalars(query.order_by(PlanEdit.number)))


def page_of_edits(
    session: Session,
    actor: Actor,
    version_id: uuid.UUID | str,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT,
) -> Page[PlanEdit]:
    """A page of a version's edits, first made first.

    Raises:
        NotFound: not the actor's.
    """
    version = fetch(session, actor, PlanVersion, version_id)
    query = visible(session, actor, PlanEdit).where(
        PlanEdit.plan_version_id == version.id, PlanEdit.number > 0
    )
    return page(session, query, [PlanEdit.number, PlanEdit.id], cursor=cursor, limit=limit)


def begun_as(session: Session, actor: Actor, version_id: uuid.UUID) -> PlanEdit | None:
    """The draft as it was begun; None where nothing was changed by hand."""
    query = visible(session, actor, PlanEdit).where(
        PlanEdit.plan_version_id == version_id, PlanEdit.number == 0
    )
    return session.scalars(query).one_or_none()


def check_reason(reason: str) -> str:
    """A waiver's reason, trimmed.

    Raises:
        Invalid: there is none, or it is too long to be printed.
    """
    text = " ".join(reason.split())
    if not text:
        raise Invalid("reason_missing", _("放行必须填写原因"), _("请写明为什么可以放行"))
    if len(text) > 200:
        raise Invalid("reason_long", _("放行原因最多 200 字"), _("请缩短原因"))
    return text
