"""Changing a plan by hand: what page and API call. The planner answers, the database keeps.

In two steps, so that nothing is locked while the planner works: :func:`ask_edit` reads and asks,
:func:`keep` stores what was answered, unless somebody else was first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.tables import Account
from models.errors import Conflict, DomainError, Invalid
from models.language import gettext as _
from models.language import kept
from models.planning import edits as drafts
from models.planning.edits import Made, State
from models.planning.tables import PlanEdit, PlanVersion
from workers.planner.line import ask, tell
from workers.settings import Settings

Answer = dict[str, Any]
RETIMING = frozenset({"move", "remove", "start"})
"""Kinds of edits that change the plan itself."""


class PlannerBusyError(Conflict):
    """The planner could not answer; nothing was changed."""

    def __init__(self, why: str) -> None:
        super().__init__("planner", _("暂时无法计算这项改动，方案没有变化"), _("请稍后重试"))
        self.why = why


class RefusedEditError(DomainError):
    """The planner understood the wish and says why it cannot be."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """An answered edit, not kept yet: which version and number it was asked of."""

    version_id: UUID
    number: int
    made: Made
    news: Answer
    panel: Answer
    """``changes`` against the draft's beginning and ``locks`` in words, if asked for."""
    pins: Sequence[Answer]
    """Starts set by hand that hold through further changes, as the planner says them."""
    before_sha256: str
    """The plan that the edits were made upon."""


@dataclass(frozen=True, kw_only=True)
class EditsWanted:
    """What is to be changed of which version; ``number`` is what the asker saw.

    ``panel``: what the page's panel shows is wanted too.
    """

    version_id: UUID | str
    number: int
    edits: Sequence[Mapping[str, Any]]
    panel: bool = False


class Days(NamedTuple):
    """Days as :func:`day_of` says them; ``begun``: as the draft was begun."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    begun: Mapping[str, Any] | None = None


def ask_edit(session: Session, actor: Actor, settings: Settings, wanted: EditsWanted) -> Asked:
    """Ask the planner for the plan after the edits.

    Raises:
        NotFound: not the actor's.
        Conflict: ``changed_meanwhile``; the state allows no change; the planner cannot answer.
        DomainError: the wish cannot be.
    """
    version = drafts.editable(session, actor, wanted.version_id)
    drafts.check_number(session, actor, version, wanted.number)
    who = session.get(Account, actor.account_id) if actor.account_id else None
    pins = _pins(session, actor, version)
    found = _answer(
        settings,
        {
            "do": "edit",
            "for": str(actor.account_id),
            "day": day_of(version),
            "edits": [_reasoned(dict(edit)) for edit in wanted.edits],
            "who": str(actor.account_id or "system"),
            "who_name": who.name if who else kept("系统"),
            "begun": _begun(session, actor, version) if wanted.panel else None,
            "pins": pins,
        },
    )
    made = Made(
        kind=found["kind"],
        edit={"edits": found["edits"]},
        after=State(**found["state"]),
        says=found["says"],
    )
    return Asked(
        version_id=version.id,
        number=wanted.number,
        made=made,
        news=found["news"],
        panel=found["panel"],
        pins=[*pins, *found["says"]["pins"]],
        before_sha256=version.plan_sha256 or "",
    )


def _begun(session: Session, actor: Actor, version: PlanVersion) -> Answer:
    """The day that a draft was begun with: that of a version which is none is its own."""
    begun = drafts.begun_as(session, actor, version.id) if version.state == "draft" else None
    return day_of(begun or version)


def _pins(session: Session, actor: Actor, version: PlanVersion) -> list[Answer]:
    """Starts set in a draft on the way to where it stands, first set first; undone ones aside."""
    if version.state != "draft":
        return []
    rows = {row.number: row for row in drafts.edits(session, actor, version.id)}
    found: list[Answer] = []
    row = rows.get(version.edit_at)
    while row is not None:
        found[:0] = row.says.get("pins", [])
        row = rows.get(row.follows or 0)
    return found


def make_ready(settings: Settings, actor: Actor, version: PlanVersion) -> None:
    """Tell the planner that a version may soon be changed by hand; nobody waits for it."""
    if version.state in drafts.EDITABLE | {"draft"} and version.plan_sha256 is not None:
        tell(settings, {"do": "ready", "for": str(actor.account_id), "day": day_of(version)})


def ways_of(settings: Settings, actor: Actor, asked: Asked) -> list[Answer]:
    """What would make the plan lawful after an edit that is not kept yet.

    Raises:
        Conflict: the planner cannot answer.
    """
    after = asked.made.after
    if after.verdict != "violated":
        return []
    retimes = asked.made.kind in RETIMING
    question = {
        "do": "ways",
        "for": str(actor.account_id),
        "day": {
            "problem": after.problem_sha256,
            "plan": after.plan_sha256,
            "names": after.names_sha256,
            "check": after.check_sha256,
        },
        "before": asked.before_sha256,
        "pins": list(asked.pins),
        "edits": asked.made.edit["edits"] if retimes else None,
    }
    found: list[Answer] = _answer(settings, question)["ways"]
    return found


def _reasoned(edit: dict[str, Any]) -> dict[str, Any]:
    if edit.get("type") == "waive":
        edit["reason"] = drafts.check_reason(str(edit.get("reason") or ""))
    return edit


def keep_asked(session: Session, actor: Actor, asked: Asked) -> PlanVersion:
    """Keep an answered edit in the draft, which is begun by the first one.

    Raises:
        Conflict: ``changed_meanwhile``: somebody was faster.
    """
    return drafts.keep_edit(session, actor, asked.version_id, asked.number, asked.made)


def prices(
    session: Session,
    actor: Actor,
    settings: Settings,
    version_id: UUID | str,
    *,
    tries: Sequence[Sequence[Mapping[str, Any]]],
) -> list[Answer]:
    """What each of some ``tries`` would cost and break, nothing kept.

    Raises:
        NotFound: not the actor's.
        Conflict: the state allows no change; the planner cannot answer.
        DomainError: a wish cannot be.
    """
    version = drafts.editable(session, actor, version_id)
    question = {
        "do": "price",
        "for": str(actor.account_id),
        "day": day_of(version),
        "tries": [list(one) for one in tries],
        "pins": _pins(session, actor, version),
    }
    found: list[Answer] = _answer(settings, question)["prices"]
    return found


def ways(
    session: Session, actor: Actor, settings: Settings, version_id: UUID | str
) -> list[Answer]:
    """What would make a draft lawful: each a text, its edits, its cost; [] when it is lawful.

    Raises:
        NotFound: not the actor's.
        Conflict: it has no plan; the planner cannot answer.
    """
    version = drafts.editable(session, actor, version_id)
    if version.verdict != "violated":
        return []
    rows = {row.number: row for row in drafts.edits(session, actor, version.id)}
    begun = drafts.begun_as(session, actor, version.id)
    last = rows.get(version.edit_at)
    while last is not None and last.kind not in RETIMING:
        last = rows.get(last.follows or 0)
    before = rows.get(last.follows or 0, begun) if last else None
    question = {
        "do": "ways",
        "for": str(actor.account_id),
        "day": day_of(version),
        "before": before.plan_sha256 if before else None,
        "pins": _pins(session, actor, version),
        "edits": last.edit["edits"] if last and before else None,
    }
    found: list[Answer] = _answer(settings, question)["ways"]
    return found


def difference(settings: Settings, actor: Actor, days: Days) -> Answer:
    """What differs on the page between two days, and the panel after the second."""
    return _answer(
        settings,
        {
            "do": "show",
            "for": str(actor.account_id),
            "from": days.before,
            "to": days.after,
            "begun": days.begun,
        },
    )


def day_of(version: PlanVersion | PlanEdit) -> dict[str, str | None]:
    """The artefacts of a version, or of a draft as it was after an edit."""
    return {
        "problem": version.problem_sha256,
        "plan": version.plan_sha256,
        "names": version.names_sha256,
        "check": version.check_sha256,
    }


def _answer(settings: Settings, question: Answer) -> Answer:
    found = ask(settings, question)
    if "refused" in found:
        said = found["refused"]
        kind = Invalid if said["code"] in {"input", "edits"} else RefusedEditError
        raise kind(said["code"], said["message"], said["remedy"])
    if "error" in found:
        raise PlannerBusyError(str(found["error"]))
    return found


def standing(session: Session, actor: Actor, version: PlanVersion) -> Answer:
    """Where a draft stands: its number, how many changes, the cost against its beginning."""
    rows = drafts.edits(session, actor, version.id)
    begun = drafts.begun_as(session, actor, version.id)
    at = next((row for row in rows if row.number == version.edit_at), None)
    cost = int(version.totals.get("cost_fen", 0))
    return {
        "number": version.edit_number,
        "edits": sum(not row.undone for row in rows),
        "undo": version.edit_at > 0,
        "redo": any(row.follows == version.edit_at for row in rows),
        "cost_fen": cost,
        "difference_fen": cost - begun.cost_fen if begun else 0,
        "verdict": version.verdict,
        "text": at.says.get("text", "") if at else "",
    }
