"""Changing a plan by hand over HTTP: edits, undo, redo, save, discard, replan."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from models.language import retell
from models.planning import edits as drafts
from models.planning.operations import discard as put_away
from models.planning.tables import PlanEdit, PlanVersion
from webapp.api.idempotent import Answer, once, once_prepared
from webapp.api.schemas import PageArgs, page_body
from webapp.database import reading, settings
from webapp.planning import reads
from webapp.planning.api import interface, plan_head
from webapp.security.guard import actor
from webapp.security.permissions import needs
from workers.planning import edits, save
from workers.planning.replan import ReplanWanted, replan

KINDS = ("move", "remove", "start", "lock", "unlock", "waive", "unwaive")
_MOST = 50


class EditSchema(Schema):
    """One change by hand; which fields belong to which ``type`` stands with each."""

    type = fields.String(required=True, validate=validate.OneOf(KINDS))
    orders = fields.List(
        fields.String(),
        validate=validate.Length(1, 500),
        metadata={"description": "move, remove, lock (stop, start), unlock: ids of orders"},
    )
    vehicle = fields.String(metadata={"description": "move, start, lock, unlock: the vehicle"})
    trip = fields.Integer(
        allow_none=True,
        validate=validate.Range(0, 1000),
        metadata={"description": "move, start, lock: the vehicle's trip, counted from 0"},
    )
    position = fields.Integer(
        allow_none=True,
        validate=validate.Range(0, 10_000),
        metadata={"description": "move: before which stop of the trip, from 0; none = cheapest"},
    )
    time = fields.Integer(
        validate=validate.Range(0, 10**7),
        metadata={"description": "start: loading begins, seconds after the horizon's start"},
    )
    scope = fields.String(validate=validate.OneOf(("stop", "start", "trip", "vehicle")))
    rule = fields.String(metadata={"description": "waive, unwaive: the rule"})
    subject = fields.String(metadata={"description": "waive, unwaive: what it is about"})
    reason = fields.String(
        validate=validate.Length(1, 200), metadata={"description": "waive: why it may be"}
    )


class NumberWanted(Schema):
    """``number``: the draft's number that was seen; another one is answered by 409."""

    number = fields.Integer(load_default=0, validate=validate.Range(0))


class EditsWanted(NumberWanted):
    """Edits that are made at once."""

    edits = fields.List(
        fields.Nested(EditSchema), required=True, validate=validate.Length(1, _MOST)
    )
    ways = fields.Boolean(
        load_default=True,
        metadata={"description": "false: do not wait for what would make the plan lawful"},
    )


class TriesWanted(Schema):
    """Lists of edits of which each is priced by itself."""

    tries = fields.List(
        fields.List(fields.Nested(EditSchema), validate=validate.Length(1, _MOST)),
        required=True,
        validate=validate.Length(1, 12),
    )


class ReplanSchema(Schema):
    """How to replan."""

    least_change = fields.Boolean(load_default=False)
    time_limit_s = fields.Integer(load_default=60, validate=validate.Range(1, 14400))
    iterations = fields.Integer(load_default=None, validate=validate.Range(1))
    seed = fields.Integer(load_default=0)
    threads = fields.Integer(load_default=1, validate=validate.Range(1, 64))


def edit_row(row: PlanEdit) -> dict[str, Any]:
    """An edit as it is listed."""
    return {
        "number": row.number,
        "follows": row.follows,
        "undone": row.undone,
        "edits": row.edit.get("edits", []),
        "text": retell(row.says.get("text", "")),
        "verdict": row.verdict,
        "cost_fen": row.cost_fen,
        "difference_fen": row.cost_fen - int(row.says.get("cost_before", row.cost_fen)),
        "account": str(row.account_id) if row.account_id else None,
        "created_at": row.created_at.isoformat(),
    }


def draft_body(session: Session, version: PlanVersion) -> dict[str, Any]:
    """A version with where its draft stands."""
    return {**plan_head(version), **edits.standing(session, actor(), version)}


def asked_body(session: Session, version: PlanVersion, asked: edits.Asked) -> dict[str, Any]:
    """What an edit is answered with."""
    says, verdict = asked.made.says, asked.news["verdict"]
    return {
        **draft_body(session, version),
        "text": retell(says["text"]),
        "cost_before_fen": says["cost_before"],
        "cost_after_fen": says["cost_after"],
        "touched": says["touched"],
        "violations": verdict["violations"],
        "waived": verdict["waived"],
    }


def _asked(plan_id: str, wanted: dict[str, Any]) -> tuple[edits.Asked, list[dict[str, Any]]]:
    with reading(actor()) as session:
        version = reads.version_of(session, actor(), plan_id)
        wish = edits.EditsWanted(
            version_id=version.id, number=wanted["number"], edits=wanted["edits"]
        )
        asked = edits.ask_edit(session, actor(), settings(), wish)
    return asked, edits.ways_of(settings(), actor(), asked) if wanted["ways"] else []


@interface.post("/<plan_id>/edits")
@interface.arguments(EditsWanted)
@interface.alt_response(201, description="The draft, what the edits cost and break, ways out")
@needs("plans:write")
def change(wanted: dict[str, Any], plan_id: str) -> Response:
    """Change a plan by hand; the first change of a solved version begins a draft of it."""

    def work(session: Session, answer: tuple[edits.Asked, list[dict[str, Any]]]) -> Answer:
        asked, ways = answer
        version = edits.keep_asked(session, actor(), asked)
        body = {**asked_body(session, version, asked), "ways": ways}
        return body, 201, {"Location": f"/api/v1/plans/{version.id}"}

    return once_prepared(lambda: _asked(plan_id, wanted), work)


@interface.get("/<plan_id>/edits")
@interface.arguments(PageArgs, location="query")
@needs("plans:read")
def list_edits(wanted: dict[str, Any], plan_id: str) -> dict[str, Any]:
    """Edits of a version, first made first, undone ones too."""
    with reading(actor()) as session:
        found = drafts.page_of_edits(
            session, actor(), plan_id, cursor=wanted["cursor"], limit=wanted["limit"]
        )
        return page_body(found, edit_row)


@interface.post("/<plan_id>/prices")
@interface.arguments(TriesWanted)
@needs("plans:write")
def price(wanted: dict[str, Any], plan_id: str) -> Response:
    """What edits would cost and break, one by one; nothing is changed."""

    def prepare() -> list[dict[str, Any]]:
        with reading(actor()) as session:
            version = reads.version_of(session, actor(), plan_id)
            return edits.prices(session, actor(), settings(), version.id, tries=wanted["tries"])

    return once_prepared(prepare, lambda _session, found: ({"prices": found}, 200))


@interface.post("/<plan_id>/undo")
@interface.arguments(NumberWanted)
@needs("plans:write")
def undo(wanted: dict[str, Any], plan_id: str) -> Response:
    """Take the draft's last edit back."""

    def work(session: Session) -> Answer:
        version = reads.version_of(session, actor(), plan_id)
        done = drafts.undo(session, actor(), version.id, wanted["number"])
        return draft_body(session, done), 200

    return once(work)


@interface.post("/<plan_id>/redo")
@interface.arguments(NumberWanted)
@needs("plans:write")
def redo(wanted: dict[str, Any], plan_id: str) -> Response:
    """Do again what was taken back last."""

    def work(session: Session) -> Answer:
        version = reads.version_of(session, actor(), plan_id)
        done = drafts.redo(session, actor(), version.id, wanted["number"])
        return draft_body(session, done), 200

    return once(work)


@interface.post("/<plan_id>/save")
@interface.arguments(NumberWanted)
@needs("plans:write")
def keep(wanted: dict[str, Any], plan_id: str) -> Response:
    """Check a draft whole; it is solved when clean or waived, else it stays a draft."""

    def prepare() -> save.Checked:
        with reading(actor()) as session:
            version = reads.version_of(session, actor(), plan_id)
            return save.check_draft(session, actor(), reads.store(), version.id, wanted["number"])

    def work(session: Session, checked: save.Checked) -> Answer:
        return draft_body(session, save.keep_checked(session, actor(), checked)), 200

    return once_prepared(prepare, work)


@interface.post("/<plan_id>/discard")
@needs("plans:write")
def discard(plan_id: str) -> Response:
    """Put a draft or solved version away for good."""

    def work(session: Session) -> Answer:
        version = reads.version_of(session, actor(), plan_id)
        return plan_head(put_away(session, actor(), version.id)), 200

    return once(work)


@interface.post("/<plan_id>/replan")
@interface.arguments(ReplanSchema)
@interface.alt_response(202, description="Queued; follow it under plans/{id}/events")
@needs("plans:write")
def again(wanted: dict[str, Any], plan_id: str) -> Response:
    """Replan from a version: every lock and waiver is kept, the search begins from its plan."""

    def work(session: Session) -> Answer:
        version = reads.version_of(session, actor(), plan_id)
        queued = replan(session, actor(), version.id, ReplanWanted(**wanted))
        return plan_head(queued), 202, {"Location": f"/api/v1/plans/{queued.id}"}

    return once(work)
