"""The reviewer's page: all evidence of an application on one screen."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from models.audit.operations import append
from models.permits import queries
from models.permits.tables import PermitApplication
from models.spatial import polygons
from webapp.database import database, reading
from webapp.frame.formats import city_zone
from webapp.permits import words
from webapp.permits.shown import asked_facts, due_day, history, names_of, vehicle_facts
from webapp.planning.reads import store
from webapp.rules.sentence import sentence
from webapp.security.guard import actor, can
from workers.documents.keeping import KINDS
from workers.permits.case import Case
from workers.permits.checks import check_application, defects, lapses
from workers.permits.desk import alike
from workers.permits.quota import Hour, capped, zone_hours
from workers.permits.trips import planned_days

CHART_HEIGHT = 120


def review_page(application_id: str) -> ResponseReturnValue:
    """The evidence; that the plate was looked at is recorded."""
    with database().write(actor()) as session:
        row = queries.get_application(session, actor(), application_id)
        append(session, actor(), "look_up", "permit_application", row.id)
    with reading(actor()) as session:
        case, found = check_application(session, actor(), application_id)
        row = case.application
        queue = queries.waiting(session, actor())
        place = next((k for k, one in enumerate(queue) if one.id == row.id), None)
        cases = queries.like_cases(session, actor(), row)
        context: dict[str, Any] = {
            "row": row,
            "case": case,
            "applicant": names_of(session, actor(), [row]).get(row.organisation_id, ""),
            "checks": [words.check_parts(check) for check in found],
            "wrong": [words.check_parts(check) for check in defects(found)],
            "vehicle_facts": vehicle_facts(case),
            "asked_facts": asked_facts(case),
            "documents": case.documents,
            "document_kinds": KINDS,
            "spots": _spots(case),
            "sentences": [(rule, sentence(rule)) for rule in case.rules],
            "charts": _charts(session, case),
            "trips": _trips(session, case),
            "cases": cases,
            "alike": [one for one in queue if one.id != row.id and alike(row, one)],
            "history": history(session, actor(), row.id),
            "permit": queries.permit_of(session, actor(), row.id),
            "queue": len(queue),
            "before": queue[place - 1] if place else None,
            "after": queue[place + 1] if place is not None and place + 1 < len(queue) else None,
            "due": due_day(row),
            "until": lapses(case) or row.date_to,
            "targets": words.TARGETS,
            "on_paper": words.ON_PAPER,
            **_powers(row),
        }
    return render_template("permits/review.html", **context)


def _powers(row: PermitApplication) -> dict[str, Any]:
    """Which decisions are drawn from here and this person's to make."""
    two = row.scheme is not None and row.scheme.steps == 2
    reviewer, approver = can("permits:review"), can("permits:decide")
    mine = row.organisation_id == actor().organisation_id
    same = row.opinion.get("account") == str(actor().account_id)
    decides = approver and not same if two and row.opinion else reviewer
    if not two:
        decides = reviewer or approver
    return {
        "may_take_in": reviewer and not mine and row.state == "submitted",
        "may_decide": decides
        and not mine
        and row.state in {"submitted", "in_review"}
        and (reviewer or row.state == "in_review"),
        "two_steps": two,
        "same_person": bool(row.opinion) and same,
        "own_organisation": mine,
        "answers": {
            target: [a for a in (row.scheme.answers if row.scheme else ()) if a["target"] == target]
            for target in words.TARGETS
        },
    }


def _spots(case: Case) -> list[dict[str, Any]]:
    """The zones, for the map."""
    return [
        {"id": str(z.id), "text": z.name, "kind": "zone", "polygons": polygons(z.area)}
        for z in case.zones.values()
        if z.area is not None
    ]


def _charts(session: Any, case: Case) -> list[dict[str, Any]]:
    """Vehicles with a pass per hour of each zone, this application on top, the limit."""
    dates = case.dates()
    if dates is None:
        return []
    decided = case.application.state not in {"submitted", "in_review", "correction"}
    charts = []
    for zone in case.zones.values():
        hours = zone_hours(
            session,
            actor(),
            zone.id,
            capped(*dates),
            scheme=case.application.scheme,
            hours=None if decided else case.application.hours,
        )
        charts.append({"name": zone.name, "decided": decided, **chart(hours)})
    return charts


def chart(hours: list[Hour]) -> dict[str, Any]:
    """Bars in a box of 24 columns and ``CHART_HEIGHT``, and the lines of the limit."""
    top = max(1, *(max(h.with_this, h.most) for h in hours))
    scale = CHART_HEIGHT / top
    bars = [
        {
            "hour": h.hour,
            "count": h.count,
            "with_this": h.with_this,
            "most": h.most,
            "full": h.full,
            "y": round(CHART_HEIGHT - h.count * scale, 1),
            "h": round(h.count * scale, 1),
            "added_y": round(CHART_HEIGHT - h.with_this * scale, 1),
            "added_h": round((h.with_this - h.count) * scale, 1),
            "limit_y": round(CHART_HEIGHT - h.most * scale, 1) if h.most else None,
        }
        for h in hours
    ]
    return {"bars": bars, "top": top, "height": CHART_HEIGHT, "limited": any(h.most for h in hours)}


def _trips(session: Any, case: Case) -> dict[str, Any]:
    """The applicant's planned trips: as declared, and as its plans in force tell."""
    dates, row = case.dates(), case.application
    if dates is None or row.vehicle_id is None:
        return {"days": [], "declared": "", "total": None}
    days = planned_days(
        session,
        actor(),
        store(),
        row.vehicle_id,
        zones=list(case.zones.values()),
        dates=dates,
    )
    length = (dates[1] - dates[0]).days + 1
    return {
        "days": [
            {
                "day": day.service_date,
                "entries": [
                    {
                        "zone": case.zones[entry.zone_id].name,
                        "enters": entry.enters.astimezone(city_zone()).strftime("%H:%M"),
                        "leaves": entry.leaves.astimezone(city_zone()).strftime("%H:%M"),
                    }
                    for entry in day.entries
                ],
            }
            for day in days
        ],
        "declared": words.trips_words(row.trips_per_day),
        "length": length,
        "total": row.trips_per_day * length if row.trips_per_day else None,
    }
