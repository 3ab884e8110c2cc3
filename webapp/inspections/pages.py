"""The roadside officer's page: a plate or a code, what holds now, and the record of checks."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from models.accounts.city import today
from models.accounts.tables import Organisation
from models.accounts.visibility import find
from models.errors import Invalid
from models.permits.inspections import Found, list_checks, look_up, scan
from models.rules.queries import list_zones
from webapp.database import database, reading
from webapp.frame.formats import city_zone
from webapp.inspections.words import NOT_OFFICIAL, RESULTS, VERDICTS
from webapp.permits.pages import pill
from webapp.permits.words import hours_words, trips_words
from webapp.planning.reads import store
from webapp.security.guard import actor
from webapp.security.permissions import needs
from webapp.things.desk import every
from webapp.things.words import PLATE_KINDS
from workers.permits.trips import planned_days

blueprint = Blueprint(
    "inspections", __name__, url_prefix="/inspections", template_folder="templates"
)
SHOWN = 50


@blueprint.route("/", methods=["GET", "POST"])
@needs("vehicles:check")
def index() -> ResponseReturnValue:
    """Look a plate up or judge a code; each is recorded."""
    g.scans = True
    shown: dict[str, Any] | None = None
    wrong = ""
    if request.method == "POST":
        try:
            with database().write(actor()) as session:
                shown = _shown(session, _asked(session))
        except Invalid as error:
            wrong = error.message
    with reading(actor()) as session:
        checks = list_checks(session, actor(), limit=SHOWN).items
    return render_template(
        "inspections/index.html",
        found=shown,
        wrong=wrong,
        checks=checks,
        results=RESULTS,
        verdicts=VERDICTS,
        kinds=PLATE_KINDS,
        not_official=NOT_OFFICIAL,
        said=spoken(),
    ), (422 if wrong else 200)


def _asked(session: Session) -> Found:
    """The look-up or the scan that the form asks for."""
    plate, note = request.form.get("plate", ""), request.form.get("note", "")
    code = request.form.get("code", "").strip()
    if code:
        return scan(session, actor(), code, plate=plate, note=note)
    return look_up(session, actor(), plate, note=note)


def spoken() -> dict[str, Any]:
    """What the page's script says, in the page's language."""
    return {
        "verdicts": {
            code: {"tone": tone, "word": str(word), "hint": str(hint)}
            for code, (tone, _icon, word, hint) in VERDICTS.items()
        },
        "kinds": {code: str(word) for code, word in PLATE_KINDS.items()},
    }


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
        "pill": VERDICTS[found.verdict][:3] if found.verdict else RESULTS[found.check.result],
        "hint": VERDICTS[found.verdict][3] if found.verdict else "",
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
