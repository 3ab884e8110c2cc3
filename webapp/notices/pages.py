"""Notices: the bell in the top bar and their page."""

from __future__ import annotations

import uuid

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from models.accounts.city import today
from models.language import gettext as _
from models.notices import operations
from models.permits.queries import AHEAD_DAYS, expiring
from webapp.database import database, reading
from webapp.planning.flags import sentence
from webapp.security.guard import actor, can
from webapp.security.permissions import needs

blueprint = Blueprint("notices", __name__, url_prefix="/notices", template_folder="templates")


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
                "text": sentence(session, actor(), row),
                "plan": str(row.plan_version_id) if row.plan_version_id in days else "",
            }
            for row in rows
        ]
        soon = [
            {
                "row": permit,
                "plates": _("、").join(vehicle.plate for vehicle in permit.vehicles),
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


def count() -> int:
    """How many notices are unread, for the bell."""
    with reading(actor()) as session:
        return operations.unread(session, actor())
