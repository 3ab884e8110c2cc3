"""Notices: the bell in the top bar, their page, the sign on a plan."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models.accounts.city import today
from models.notices import operations
from models.notices.tables import Notice
from models.permits.queries import expiring
from webapp.database import database, reading
from webapp.permits.words import ACT_NAMES
from webapp.security.guard import actor, can
from webapp.security.permissions import needs

blueprint = Blueprint("notices", __name__, url_prefix="/notices", template_folder="templates")
AHEAD_DAYS = 14
_ACTS = {**ACT_NAMES, "suspended": _l("暂停")}


def sentence(row: Notice) -> str:
    """What happened, in the page's language."""
    told = dict(row.params)
    if row.kind == "permit_hits_plan":
        told["act"] = _ACTS.get(told.get("act", ""), told.get("act", ""))
        text = _(
            "通行证 %(number)s 已%(act)s，%(plate)s 在 %(day)s 已下发的方案中不再合规",
            number=told.get("number", ""),
            act=told["act"],
            plate=told.get("plate", ""),
            day=told.get("day", ""),
        )
        return f"{text}（{told['times']}）" if told.get("times") else text
    return str(told.get("text") or row.kind)


@blueprint.get("/")
@needs("signed-in")
def index() -> ResponseReturnValue:
    """Notices, unread ones first, and passes that end soon."""
    with reading(actor()) as session:
        rows = operations.list_notices(session, actor())
        days = operations.days_of_plans(session, actor(), rows)
        day = today(session)
        ending = expiring(session, actor(), day, AHEAD_DAYS) if can("permits:read") else []
        shown = [
            {
                "row": row,
                "text": sentence(row),
                "plan": str(row.plan_version_id) if row.plan_version_id in days else "",
            }
            for row in rows
        ]
        soon = [
            {
                "row": permit,
                "plates": "、".join(vehicle.plate for vehicle in permit.vehicles),
                "left": (permit.last_day - day).days,
            }
            for permit in ending
        ]
    return render_template("notices/index.html", rows=shown, soon=soon, ahead=AHEAD_DAYS)


@blueprint.post("/<uuid:notice_id>/read")
@needs("signed-in")
def read(notice_id: uuid.UUID) -> ResponseReturnValue:
    """Note that it was read."""
    with database().write(actor()) as session:
        operations.mark_read(session, actor(), notice_id)
    return redirect(url_for("notices.index"))


def of_plan(plan_id: uuid.UUID) -> list[dict[str, Any]]:
    """What was told about a plan, for the sign on its page."""
    with reading(actor()) as session:
        rows = operations.of_plan(session, actor(), plan_id)
    return [{"row": row, "text": sentence(row)} for row in rows]


def count() -> int:
    """How many notices are unread, for the bell."""
    with reading(actor()) as session:
        return operations.unread(session, actor())
