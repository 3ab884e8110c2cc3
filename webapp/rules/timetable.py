"""A zone's page: its rules in sentences, when they hold as a picture, what a date brings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session, selectinload

from models.accounts.city import find_city, zone
from models.accounts.visibility import visible
from models.fleet.tables import Vehicle
from models.permits.queries import permits_of_vehicle
from models.permits.tables import Permit
from models.rules import queries
from models.rules.tables import AccessRule
from webapp.database import reading
from webapp.frame import formats, service_date
from webapp.rules.pages import blueprint
from webapp.rules.sentence import sentence
from webapp.rules.zones import shape_of
from webapp.security.guard import actor
from webapp.security.permissions import needs
from webapp.things import words
from webapp.things.fields import clock
from workers.access import CLASSES, Ground, Spans, Subject, subject_of
from workers.access.rights import DAY

WEEK = 7
LANE = 9
"""Height of a rule's band within a day, in the picture's units."""


@dataclass(frozen=True)
class Whom:
    """Who the picture is drawn for: a class of lorries or a vehicle, with its passes."""

    code: str
    name: str
    subject: Subject
    permits: Sequence[Permit] = ()


def spans_text(spans: Spans) -> str:
    """``07:00–08:30；17:00–19:00``; a whole day is 全天."""
    if spans == [(0, DAY)]:
        return _("全天")
    return _("；").join(f"{clock(start)}–{clock(end)}" for start, end in spans)


def _in_order(rules: Sequence[AccessRule]) -> list[AccessRule]:
    return sorted(rules, key=lambda rule: (rule.effective_from or date.min, rule.code))


@blueprint.get("/zone/<zone_id>")
@needs("zones:read")
def zone_page(zone_id: str) -> ResponseReturnValue:
    """One zone: map, sentences, timetable picture, preview of any date."""
    g.date_action = url_for("rules.zones")
    day = service_date.parse(request.args.get("day")) or service_date.current()
    with reading(actor()) as session:
        row = queries.get_zone(session, actor(), zone_id)
        rules = _in_order([rule for rule in row.rules if rule.active])
        city = find_city(session)
        whom, unknown = _whom(session)
        monday = day - timedelta(days=day.weekday())
        ground = Ground(dict(city.calendar) if city else {}, zone(session), monday, WEEK)
        shape = shape_of(row)
        context = {
            "zone": row,
            "spots": [{**shape, "id": str(row.id), "text": row.name}] if shape else [],
            "rules": [_told(rule, day) for rule in rules],
            "week": _week(ground, rules, whom),
            "day": day,
            "day_text": formats.day(day),
            "preview": _preview(ground, rules, whom, day),
            "classes": CLASSES,
            "by_class": _by_class(ground, rules, day),
            "chosen": whom,
            "plate": request.args.get("plate", ""),
            "unknown": unknown,
            "effects": words.EFFECTS,
            "lanes": [rule.code for rule in rules],
            "lane": LANE,
        }
    return render_template("rules/zone.html", **context)


def _whom(session: Session) -> tuple[Whom, bool]:
    """The vehicle whose plate was asked for, else the class; and whether the plate is unknown."""
    plate = "".join(request.args.get("plate", "").split()).upper()[:12]
    if plate:
        query = visible(session, actor(), Vehicle).where(Vehicle.plate == plate)
        row = session.scalars(query.options(selectinload(Vehicle.type))).first()
        if row is not None:
            passes = [
                permit
                for permit in permits_of_vehicle(session, actor(), row.id)
                if permit.state == "approved"
            ]
            return Whom("", row.plate, subject_of(row), passes), False
    wanted = request.args.get("kind", "")
    kind = next((one for one in CLASSES if one.code == wanted), CLASSES[1])
    return Whom(kind.code, _(kind.name), kind.subject), bool(plate)


def _told(rule: AccessRule, day: date) -> dict[str, Any]:
    first, last = rule.effective_from, rule.effective_to
    state = "now"
    if first and day < first:
        state = "coming"
    elif last and day > last:
        state = "over"
    return {"row": rule, "text": sentence(rule), "state": state}


def _lifting(rule: AccessRule, permits: Sequence[Permit]) -> list[Permit]:
    return [p for p in permits if any(lifted.id == rule.id for lifted in p.rules)]


def _week(ground: Ground, rules: Sequence[AccessRule], whom: Whom) -> list[dict[str, Any]]:
    """Seven days with each rule's bands; what a pass lifts is told apart."""
    days: dict[date, list[dict[str, Any]]] = {
        ground.first + timedelta(days=k): [] for k in range(WEEK)
    }
    for lane, rule in enumerate(rules):
        binding = ground.binding(rule, whom.subject)
        left = ground.forbidden(rule, whom.subject, _lifting(rule, whom.permits))
        for day, spans in binding.items():
            days[day] += [
                {
                    "rule": rule,
                    "lane": lane,
                    "start": start,
                    "end": end,
                    "text": spans_text([(start, end)]),
                    "lifted": not any(s < end and e > start for s, e in left[day]),
                }
                for start, end in spans
            ]
    return [
        {"day": day, "text": formats.day(day), "bands": bands, "lines": _lines(rules, bands)}
        for day, bands in days.items()
    ]


def _lines(rules: Sequence[AccessRule], bands: Sequence[dict[str, Any]]) -> list[str]:
    """The day's hours in words, a line per rule."""
    lines = []
    for rule in rules:
        mine = [band for band in bands if band["rule"].id == rule.id]
        told = (
            _("%(hours)s（通行证放行）", hours=band["text"]) if band["lifted"] else band["text"]
            for band in mine
        )
        if mine:
            lines.append(f"{rule.code} {_('；').join(told)}")
    return lines


def _preview(
    ground: Ground, rules: Sequence[AccessRule], whom: Whom, day: date
) -> list[dict[str, Any]]:
    """What holds on the date: the hours of each rule, and those left after passes."""
    told = []
    for rule in rules:
        binding = ground.binding(rule, whom.subject)[day]
        left = ground.forbidden(rule, whom.subject, _lifting(rule, whom.permits))[day]
        told.append(
            {
                "rule": rule,
                "hours": spans_text(binding),
                "left": spans_text(left),
                "lifted": bool(binding) and left != binding,
            }
        )
    return told


def _by_class(ground: Ground, rules: Sequence[AccessRule], day: date) -> list[dict[str, Any]]:
    """For each class of lorries the date's hours of each rule."""
    return [
        {
            "name": _(kind.name),
            "hours": [spans_text(ground.binding(rule, kind.subject)[day]) for rule in rules],
        }
        for kind in CLASSES
    ]
