"""A plan's flags: saying that one was seen to."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.planning.flags import clear_flag
from webapp.database import database
from webapp.security.guard import actor
from webapp.security.permissions import needs

blueprint = Blueprint("flags", __name__, url_prefix="/plans")


@blueprint.post("/<uuid:plan_id>/flags/<uuid:flag_id>")
@needs("plans:write")
def seen_to(plan_id: uuid.UUID, flag_id: uuid.UUID) -> ResponseReturnValue:
    """已处理: the flag goes, the plan stays as it is."""
    with database().write(actor()) as session:
        clear_flag(session, actor(), flag_id)
    flash(_("已标为处理。方案没有改变；要按新情况走请重排。"), "good")
    return redirect(url_for("planning.plan", plan_id=plan_id))
