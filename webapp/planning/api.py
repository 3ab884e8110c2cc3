"""Plans over HTTP: ask for one, watch it, read it, check it, publish it, take it as a file."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, abort, jsonify
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from models.errors import NotFound
from models.language import N_
from models.language import gettext as _
from models.planning import queries
from models.planning.tables import PlanVersion
from webapp.api.idempotent import Answer, once
from webapp.api.schemas import PageArgs, page_body
from webapp.database import reading, settings
from webapp.planning import reads
from webapp.planning.events import stream
from webapp.planning.handouts import plan_file
from webapp.security.guard import actor
from webapp.security.permissions import needs
from workers.planning.publish import publish_plan
from workers.planning.request import Wanted, cancel_plan, keep_best, request_plan
from workers.planning.violations import contract

interface = Blueprint(
    "api_plans", __name__, url_prefix="/api/v1/plans", description=N_("Plan versions (排线方案)")
)


class PlanArgs(PageArgs):
    """Which plans to list."""

    service_date = fields.Date(load_default=None)


class PlanWanted(Schema):
    """What to plan."""

    service_date = fields.Date(required=True)
    scenario = fields.String(load_default=None, validate=validate.Length(1, 200))
    time_limit_s = fields.Integer(load_default=60, validate=validate.Range(1, 14400))
    iterations = fields.Integer(load_default=None, validate=validate.Range(1))
    seed = fields.Integer(load_default=0)
    threads = fields.Integer(load_default=1, validate=validate.Range(1, 64))
    parent = fields.UUID(load_default=None)


class PublishWanted(Schema):
    """``seen``: the hash of the day's present data whose changes were seen."""

    seen = fields.String(load_default=None)


def plan_head(version: PlanVersion) -> dict[str, Any]:
    """A version without its routes."""
    return {
        "id": str(version.id),
        "state": version.state,
        "service_date": version.service_date.isoformat(),
        "version": version.version,
        "parent": str(version.parent_id) if version.parent_id else None,
        "scenario": version.scenario,
        "verdict": version.verdict,
        "reason": version.reason,
        "totals": version.totals,
        "problem_sha256": version.problem_sha256,
        "plan_sha256": version.plan_sha256,
        "time_limit_s": version.time_limit_s,
        "created_at": version.created_at.isoformat(),
        "finished_at": version.finished_at.isoformat() if version.finished_at else None,
        "published_at": version.published_at.isoformat() if version.published_at else None,
        "number": version.edit_number,
        "locks": version.locks,
        "waivers": version.waivers,
    }


@interface.get("")
@interface.arguments(PlanArgs, location="query")
@needs("plans:read")
def list_plans(wanted: dict[str, Any]) -> Response | dict[str, Any]:
    """Versions, newest first."""
    with reading(actor()) as session:
        page = queries.list_versions(
            session,
            actor(),
            wanted["service_date"],
            cursor=wanted["cursor"],
            limit=wanted["limit"],
        )
        return page_body(page, plan_head)


@interface.post("")
@interface.arguments(PlanWanted)
@interface.alt_response(202, description="Queued; follow it under plans/{id}/events")
@needs("plans:write")
def ask(wanted: dict[str, Any]) -> Response:
    """Ask for a plan of a service date."""
    parent = wanted.pop("parent")

    def work(session: Session) -> Answer:
        version = request_plan(session, actor(), Wanted(**wanted, parent_id=parent))
        head = plan_head(version)
        return head, 202, {"Location": f"/api/v1/plans/{version.id}"}

    return once(work)


@interface.get("/<plan_id>")
@needs("plans:read")
def read(plan_id: str) -> dict[str, Any]:
    """A version with its routes and unassigned orders."""
    with reading(actor()) as session:
        version = reads.version_of(session, actor(), plan_id)
        view = reads.views().of(version) if version.plan_sha256 else None
        head = plan_head(version)
    return {
        **head,
        "routes": view["routes"] if view else [],
        "unassigned": view["unassigned"] if view else [],
        "crossings": view["crossings"] if view else [],
        "notice": _("未核验途经路段禁限行，里程与时间为估算"),
    }


@interface.get("/<plan_id>/check")
@needs("plans:read")
def check(plan_id: str) -> Response:
    """The checker's own answer."""
    with reading(actor()) as session:
        version = reads.version_of(session, actor(), plan_id)
    if version.check_sha256 is None:
        raise NotFound
    kept = json.loads(reads.store().get(version.check_sha256))
    return jsonify(contract(kept))


@interface.get("/<plan_id>/events")
@needs("plans:read")
def events(plan_id: str) -> Response:
    """Live progress as server-sent events."""
    return stream(actor(), plan_id)


@interface.post("/<plan_id>/publish")
@interface.arguments(PublishWanted)
@needs("plans:publish")
def publish(wanted: dict[str, Any], plan_id: str) -> Response:
    """Put a solved version in force."""

    def work(session: Session) -> Answer:
        version = reads.version_of(session, actor(), plan_id)
        publish_plan(
            session,
            actor(),
            reads.store(),
            version.id,
            seen=wanted["seen"],
            secret=settings().secret,
        )
        return plan_head(version), 200

    return once(work)


@interface.post("/<plan_id>/cancel")
@needs("plans:write")
def cancel(plan_id: str) -> Response:
    """Stop solving and drop what was found."""

    def work(session: Session) -> Answer:
        version = reads.version_of(session, actor(), plan_id)
        return plan_head(cancel_plan(session, actor(), version.id)), 200

    return once(work)


@interface.post("/<plan_id>/keep")
@needs("plans:write")
def keep(plan_id: str) -> Response:
    """Stop solving and keep the best plan found."""

    def work(session: Session) -> Answer:
        version = reads.version_of(session, actor(), plan_id)
        return plan_head(keep_best(session, actor(), version.id)), 202

    return once(work)


@interface.get("/<plan_id>/export.<kind>")
@needs("plans:read")
def export(plan_id: str, kind: str) -> Response:
    """The plan as ``xlsx``, ``csv`` or ``geojson``."""
    if kind not in {"xlsx", "csv", "geojson"}:
        abort(404)
    with reading(actor()) as session:
        version, view = reads.view_of(session, actor(), plan_id)
    return plan_file(version, view, kind)
