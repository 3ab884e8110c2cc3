"""The roadside officer's page: a plate, what holds now, and the record of checks."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from models.accounts.city import today
from models.accounts.tables import Organisation
from models.accounts.visibility import find
from models.errors import Invalid
from models.permits.inspections import Found, list_checks, look_up
from models.rules.queries import list_zones
from webapp.database import database, reading
from webapp.frame.formats import city_zone
from webapp.permits.pages import pill
from webapp.permits.words import hours_words, trips_words
from webapp.planning.reads import store
from webapp.security.guard import actor
from webapp.security.permissions import needs
from webapp.things.desk import every
from workers.permits.trips import planned_days

blueprint = Blueprint(
    "inspections", __name__, url_prefix="/inspections", template_folder="templates"
)
RESULTS: dict[str, tuple[str, str, object]] = {
    "valid": ("good", "circle-check", _l("有效")),
    "not_now": ("attention", "clock", _l("此刻无效")),
    "none": ("attention", "ban", _l("没有通行证")),
    "unknown": ("draft", "help", _l("平台没有这辆车")),
}
SHOWN = 50


@blueprint.route("/", methods=["GET", "POST"])
@needs("vehicles:check")
def index() -> ResponseReturnValue:
    """Look a plate up; each look-up is recorded."""
    shown: dict[str, Any] | None = None
    wrong = ""
    if request.method == "POST":
        try:
            with database().write(actor()) as session:
                found = look_up(
                    session,
                    actor(),
                    request.form.get("plate", ""),
                    note=request.form.get("note", ""),
                )
                shown = _shown(session, found)
        except Invalid as error:
            wrong = error.message
    with reading(actor()) as session:
        checks = list_checks(session, actor(), limit=SHOWN).items
    return render_template(
        "inspections/index.html", found=shown, wrong=wrong, checks=checks, results=RESULTS
    ), (422 if wrong else 200)


def _shown(session: Session, found: Found) -> dict[str, Any]:
    vehicle = found.vehicle
    days: list[dict[str, Any]] = []
    owner = None
    if vehicle is not None:
        owner = find(session, actor(), Organisation, vehicle.organisation_id)
        zones = every(list_zones)(session, actor())
        names = {str(zone.id): zone.name for zone in zones}
        day = today(session)
        for planned in planned_days(
            session, actor(), store(), vehicle.id, zones=zones, dates=(day, day)
        ):
            days += [
                {
                    "zone": names[entry.zone_id],
                    "enters": entry.enters.astimezone(city_zone()).strftime("%H:%M"),
                    "leaves": entry.leaves.astimezone(city_zone()).strftime("%H:%M"),
                }
                for entry in planned.entries
            ]
    return {
        "check": found.check,
        "pill": RESULTS[found.check.result],
        "vehicle": vehicle,
        "kind": vehicle.type.name if vehicle else "",
        "papers": [(p.kind, p.valid_to) for p in vehicle.papers] if vehicle else [],
        "owner": owner.name if owner else "",
        "entries": days,
        "permits": [
            {
                "row": permit,
                "pill": pill(permit),
                "now": permit in found.valid,
                "rules": [rule.name for rule in permit.rules],
                "hours": hours_words(permit.hours),
                "trips": trips_words(permit.trips_per_day),
            }
            for permit in found.permits
        ],
        "told": _("本次核查已记录。"),
    }
