"""Passes and applications for them over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from models.errors import Forbidden
from models.permits import applications, queries
from models.permits.tables import APPLICATION_STATES, ENDED_ACTS, Permit, PermitApplication
from webapp.api.idempotent import Answer, once
from webapp.api.schemas import PageArgs, page_body
from webapp.database import reading
from webapp.planning.reads import store
from webapp.security.guard import actor, can
from webapp.security.permissions import needs
from workers.permits import desk
from workers.permits.checks import Check, check_application

interface = Blueprint("api_permits", __name__, url_prefix="/api/v1/permits", description="通行证")
asked = Blueprint(
    "api_applications", __name__, url_prefix="/api/v1/applications", description="通行证申请"
)
DAY_S = 86_400
LONGEST = 500


class HoursSchema(Schema):
    """Daily hours in seconds after midnight; ``end`` ≤ ``start`` runs past midnight."""

    start = fields.Integer(required=True, validate=validate.Range(0, DAY_S - 1))
    end = fields.Integer(required=True, validate=validate.Range(0, DAY_S))


class LicenceSchema(Schema):
    """What the vehicle licence says."""

    vin = fields.String(load_default="", validate=validate.Length(max=17))
    owner = fields.String(load_default="", validate=validate.Length(max=120))
    registered_on = fields.Date(load_default=None)


class ApplicationArgs(PageArgs):
    """Which applications to list."""

    state = fields.String(load_default=None, validate=validate.OneOf(APPLICATION_STATES))


class ApplicationWanted(Schema):
    """An application for one vehicle; ``submit`` hands it in at once."""

    scheme = fields.UUID(required=True)
    vehicle = fields.UUID(required=True)
    rules = fields.List(fields.UUID(), required=True, validate=validate.Length(1, 50))
    date_from = fields.Date(required=True)
    date_to = fields.Date(required=True)
    hours = fields.List(
        fields.Nested(HoursSchema), load_default=[], validate=validate.Length(max=8)
    )
    trips_per_day = fields.Integer(load_default=0, validate=validate.Range(0, 100))
    purpose = fields.String(load_default="", validate=validate.Length(max=200))
    licence = fields.Nested(LicenceSchema, load_default=None)
    official = fields.String(load_default="", validate=validate.Length(max=60))
    agent = fields.String(load_default="", validate=validate.Length(max=40))
    submit = fields.Boolean(load_default=False)


class DecisionWanted(Schema):
    """A decision on an application; ``until`` cuts an approved pass short."""

    decision = fields.String(
        required=True,
        validate=validate.OneOf(("in_review", "correction", "not_accepted", "approved", "denied")),
    )
    points = fields.List(
        fields.String(validate=validate.Length(1, LONGEST)),
        load_default=[],
        validate=validate.Length(max=50),
    )
    remedies = fields.List(
        fields.String(validate=validate.Length(1, LONGEST)),
        load_default=[],
        validate=validate.Length(max=50),
    )
    until = fields.Date(load_default=None)


class PermitDecision(Schema):
    """Suspend, restore or end a pass; ending names one of the four legal acts."""

    decision = fields.String(
        required=True, validate=validate.OneOf(("suspended", "approved", "ended"))
    )
    act = fields.String(load_default=None, validate=validate.OneOf(ENDED_ACTS))
    reason = fields.String(load_default="", validate=validate.Length(max=LONGEST))


def row(permit: Permit) -> dict[str, Any]:
    """A pass with the vehicles and rules that it names."""
    return {
        "id": str(permit.id),
        "number": permit.number,
        "state": permit.state,
        "ended_act": permit.ended_act,
        "registered": permit.registered,
        "scheme": str(permit.scheme_id) if permit.scheme_id else None,
        "application": str(permit.application_id) if permit.application_id else None,
        "date_from": permit.date_from.isoformat(),
        "date_to": permit.date_to.isoformat(),
        "papers_due": permit.papers_due.isoformat() if permit.papers_due else None,
        "hours": permit.hours,
        "trips_per_day": permit.trips_per_day,
        "plates": [v.plate for v in permit.vehicles],
        "rules": [str(r.id) for r in permit.rules],
    }


def application_row(one: PermitApplication) -> dict[str, Any]:
    """An application as its applicant and the authority see it."""
    return {
        "id": str(one.id),
        "number": one.number,
        "state": one.state,
        "scheme": str(one.scheme_id) if one.scheme_id else None,
        "vehicle": str(one.vehicle_id) if one.vehicle_id else None,
        "plate": one.vehicle.plate if one.vehicle else None,
        "batch": str(one.batch_id) if one.batch_id else None,
        "rules": [str(rule) for rule in one.content.get("rules") or ()],
        "date_from": one.date_from.isoformat() if one.date_from else None,
        "date_to": one.date_to.isoformat() if one.date_to else None,
        "hours": one.hours,
        "trips_per_day": one.trips_per_day,
        "purpose": one.purpose,
        "defects": one.defects,
        "reasons": one.reasons,
        "remedies": one.remedies,
        "submitted_at": one.submitted_at.isoformat() if one.submitted_at else None,
        "decided_at": one.decided_at.isoformat() if one.decided_at else None,
    }


def check_row(check: Check) -> dict[str, str]:
    """A finding of the automatic checks."""
    return {
        "code": check.code,
        "tone": check.tone,
        "title": check.title,
        "text": check.text,
        "remedy": check.remedy,
    }


@interface.get("")
@interface.arguments(PageArgs, location="query")
@needs("permits:read")
def list_permits(wanted: dict[str, Any]) -> dict[str, Any]:
    """Passes by number."""
    with reading(actor()) as session:
        return page_body(queries.list_permits(session, actor(), **wanted), row)


@interface.get("/<permit_id>")
@needs("permits:read")
def read(permit_id: str) -> dict[str, Any]:
    """One pass."""
    with reading(actor()) as session:
        return row(queries.get_permit(session, actor(), permit_id))


@interface.post("/<permit_id>/decision")
@interface.arguments(PermitDecision)
@needs("permits:decide")
def decide_permit(wanted: dict[str, Any], permit_id: str) -> Response:
    """Suspend, restore or end a pass; plans in force that need it are flagged."""

    def work(session: Session) -> Answer:
        permit, hits = desk.change_permit(
            session,
            actor(),
            store(),
            permit_id,
            wanted["decision"],
            reason=wanted["reason"],
            act=wanted["act"],
        )
        flagged = sorted({str(hit.plan_version_id) for hit in hits})
        return {**row(permit), "plans_flagged": len(flagged)}, 200

    return once(work)


@asked.get("")
@asked.arguments(ApplicationArgs, location="query")
@needs("permits:read")
def list_applications(wanted: dict[str, Any]) -> dict[str, Any]:
    """Applications, oldest first."""
    state = wanted.pop("state")
    with reading(actor()) as session:
        found = queries.list_applications(
            session, actor(), states=[state] if state else [], **wanted
        )
        return page_body(found, application_row)


@asked.get("/<application_id>")
@needs("permits:read")
def read_application(application_id: str) -> dict[str, Any]:
    """One application with what the automatic checks find."""
    with reading(actor()) as session:
        case, found = check_application(session, actor(), application_id)
        permit = queries.permit_of(session, actor(), case.application.id)
        return {
            **application_row(case.application),
            "permit": str(permit.id) if permit else None,
            "checks": [check_row(check) for check in found],
        }


@asked.post("")
@asked.arguments(ApplicationWanted)
@needs("permits:apply")
def apply(wanted: dict[str, Any]) -> Response:
    """Draft an application, and hand it in where asked to."""

    def work(session: Session) -> Answer:
        one = _draft(session, wanted)
        if wanted["submit"]:
            desk.submit(session, actor(), one.id)
        body = application_row(queries.get_application(session, actor(), one.id))
        return body, 201, {"Location": f"/api/v1/applications/{one.id}"}

    return once(work)


def _draft(session: Session, wanted: dict[str, Any]) -> PermitApplication:
    licence = wanted["licence"] or {}
    day = licence.get("registered_on")
    return applications.draft_application(
        session,
        actor(),
        scheme_id=wanted["scheme"],
        vehicle_id=wanted["vehicle"],
        batch_id=uuid.uuid4(),
        date_from=wanted["date_from"],
        date_to=wanted["date_to"],
        hours=wanted["hours"],
        trips_per_day=wanted["trips_per_day"],
        purpose=wanted["purpose"],
        content={
            "rules": [str(rule) for rule in wanted["rules"]],
            "vehicle": {**licence, "registered_on": day.isoformat() if day else ""},
            "official": wanted["official"],
            "agent": {"name": wanted["agent"], "phone": ""},
        },
    )


@asked.post("/<application_id>/submit")
@needs("permits:apply")
def submit(application_id: str) -> Response:
    """Hand a draft or a corrected application in."""

    def work(session: Session) -> Answer:
        one, found = desk.submit(session, actor(), application_id)
        return {**application_row(one), "checks": [check_row(check) for check in found]}, 200

    return once(work)


@asked.post("/<application_id>/withdraw")
@needs("permits:apply")
def withdraw(application_id: str) -> Response:
    """Take an application back while it is in review."""

    def work(session: Session) -> Answer:
        one = applications.withdraw_application(session, actor(), application_id)
        return application_row(one), 200

    return once(work)


@asked.post("/<application_id>/decision")
@asked.arguments(DecisionWanted)
@needs("permits:read")
def decide(wanted: dict[str, Any], application_id: str) -> Response:
    """The authority's decision, held against the automatic checks."""
    if not (can("permits:review") or can("permits:decide")):
        raise Forbidden

    def work(session: Session) -> Answer:
        one = desk.decide(
            session,
            actor(),
            application_id,
            wanted["decision"],
            points=wanted["points"],
            remedies=wanted["remedies"],
            until=wanted["until"],
        )
        permit = queries.permit_of(session, actor(), one.id)
        return {**application_row(one), "permit": str(permit.id) if permit else None}, 200

    return once(work)
