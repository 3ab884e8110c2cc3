"""The audit trail: an auditor's own organisation, the administrator's all."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from models.accounts.queries import names_of
from models.audit.operations import verify
from models.audit.queries import list_events
from webapp.audit.words import ACTIONS, ENTITIES
from webapp.database import reading
from webapp.security.guard import actor
from webapp.security.permissions import needs

blueprint = Blueprint("audit", __name__, url_prefix="/audit", template_folder="templates")


@blueprint.get("/")
@needs("audit:read")
def index() -> ResponseReturnValue:
    """Events, latest first; whether the whole trail fits together, when asked."""
    given = request.args
    with reading(actor()) as session:
        found = list_events(
            session,
            actor(),
            entity=given.get("entity") or None,
            entity_id=given.get("id") or None,
            action=given.get("action") or None,
            cursor=given.get("cursor"),
            limit=100,
        )
        people = names_of(session, actor(), {event.account_id for event in found.items})
    proof = None
    if given.get("verify") == "1":
        with reading() as session:  # the chain runs through everybody's events
            proof = verify(session)
    return render_template(
        "audit/index.html",
        events=found.items,
        further=found.next,
        people=people,
        proof=proof,
        actions=ACTIONS,
        entities=ENTITIES,
    )
