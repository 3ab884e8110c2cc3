"""Vehicles' days over HTTP: the list, one with its estimates, its events, events in batches."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import EXCLUDE, Schema, fields, validate
from sqlalchemy.orm import Session

from models.db import bind
from models.errors import NotFound
from models.execution import queries
from models.execution.record import Record, StopRecord
from models.execution.tables import EVENT_KINDS, Execution, ExecutionEvent
from models.planning.tables import PlanVersion
from webapp.api.idempotent import Answer, once
from webapp.api.schemas import PageArgs, page_body
from webapp.database import database, reading
from webapp.duties.days import days
from webapp.security.guard import actor
from webapp.security.permissions import needs
from workers.execution.day import Day, PlannedStop
from workers.execution.estimates import Estimate
from workers.execution.tell import MOST, channel_of, tell, working
from workers.execution.whereabouts import street

interface = Blueprint(
    "api_executions",
    __name__,
    url_prefix="/api/v1/executions",
    description="Vehicles' days on the street (在途)",
)


class ExecutionArgs(PageArgs):
    """Which days to list."""

    service_date = fields.Date(load_default=None)


class LineBody(Schema):
    """An order of a stop; ``units`` taken, for ``partial``."""

    class Meta:
        """What is not known is passed over."""

        unknown = EXCLUDE

    id = fields.String(required=True, validate=validate.Length(36, 41))
    units = fields.Integer(strict=True, validate=validate.Range(0, 2**31 - 1))


class EventBody(Schema):
    """A tap. ``at`` by the device's own clock; told twice under one ``client_id`` is kept once."""

    class Meta:
        """What is not known is passed over."""

        unknown = EXCLUDE

    client_id = fields.String(required=True, validate=validate.Regexp(r"^[A-Za-z0-9_-]{8,64}$"))
    device_id = fields.String(required=True, validate=validate.Regexp(r"^[A-Za-z0-9_-]{8,64}$"))
    kind = fields.String(
        required=True, validate=validate.OneOf([k for k in EVENT_KINDS if k != "dock_ready"])
    )
    at = fields.AwareDateTime(required=True, format="iso")
    stop = fields.String()
    sequence = fields.Integer(strict=True, validate=validate.Range(0, 2**31 - 1))
    orders = fields.List(fields.Nested(LineBody), validate=validate.Length(max=MOST))
    reason = fields.String(validate=validate.Length(max=40))
    note = fields.String(validate=validate.Length(max=500))
    minutes = fields.Integer(strict=True, validate=validate.Range(0, 1440))
    of = fields.String(validate=validate.Length(max=64))


class BatchBody(Schema):
    """Events of one sending; ``sent_at`` by the clock of the device that made them."""

    events = fields.List(fields.Nested(EventBody), required=True, validate=validate.Length(1, MOST))
    sent_at = fields.AwareDateTime(load_default=None, format="iso")


def _head(row: Execution) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "service_date": row.service_date.isoformat(),
        "vehicle_id": str(row.vehicle_id),
    }


def _event(row: ExecutionEvent) -> dict[str, Any]:
    return {
        "client_id": row.client_id,
        "device_id": row.device_id,
        "sequence": row.sequence,
        "source": row.source,
        "kind": row.kind,
        "stop": row.stop_key,
        "at": row.at.isoformat(),
        "device_at": row.device_at.isoformat(),
        "received_at": row.received_at.isoformat(),
        "after_close": row.after_close,
        **row.content,
    }


@interface.get("")
@interface.arguments(ExecutionArgs, location="query")
@needs("executions:read")
def list_executions(wanted: dict[str, Any]) -> dict[str, Any]:
    """Vehicles' days, the latest date first."""
    with reading(actor()) as session:
        found = queries.list_executions(
            session,
            actor(),
            wanted["service_date"],
            cursor=wanted["cursor"],
            limit=wanted["limit"],
        )
        return page_body(found, _head)


def _of(session: Session, execution_id: str) -> tuple[Execution, PlanVersion, Day]:
    """The day as its asker may see it; from here on the session reads as the platform."""
    row = queries.get_execution(session, actor(), execution_id)
    bind(session, working(actor(), row.operator_id))
    version = queries.plan_on_record(session, row.operator_id, row.service_date)
    day = days().of(version) if version else None
    if version is None or day is None:
        raise NotFound
    return row, version, day


@interface.get("/<execution_id>")
@needs("executions:read")
def read(execution_id: str) -> dict[str, Any]:
    """One vehicle's day: its stops as planned, told and expected."""
    with reading(actor()) as session:
        row, version, day = _of(session, execution_id)
    with database().read() as platform:
        here = street(platform, version, day)
    vehicle = str(row.vehicle_id)
    route = day.routes.get(vehicle)
    record = here.records.get(vehicle, Record())
    return {
        **_head(row),
        "plan": str(version.id),
        "state": version.state,
        "started_at": _iso(record.started_at),
        "broken_since": _iso(record.broken_since),
        "conflicts": [{"stop": c.stop_key, "order": c.order} for c in record.conflicts],
        "stops": [
            _stop(day, stop, record.stop(stop.key), here.estimates[vehicle][stop.key])
            for stop in (route.stops if route else ())
        ],
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _stop(day: Day, stop: PlannedStop, told: StopRecord, guess: Estimate) -> dict[str, Any]:
    def instant(second: int | None) -> str | None:
        return None if second is None else day.clock.at(second).isoformat()

    return {
        "stop": stop.key,
        "kind": stop.kind,
        "trip": stop.trip,
        "state": guess.state,
        "planned": instant(stop.arrive),
        "expected": instant(guess.arrive),
        "earliest": instant(guess.earliest),
        "latest": instant(guess.latest),
        "late_s": guess.late_s,
        "arrived_at": _iso(told.arrived_at),
        "done_at": _iso(told.done_at),
        "orders": [
            {"id": t.order, "action": t.action, "units": t.units, **_outcome(told, t.order)}
            for t in stop.tasks
        ],
    }


def _outcome(told: StopRecord, order: str) -> dict[str, Any]:
    found = told.outcomes.get(order)
    if found is None:
        return {}
    return {"outcome": found.state, "units_taken": found.units, "reason": found.reason}


@interface.get("/<execution_id>/events")
@interface.arguments(PageArgs, location="query")
@needs("executions:read")
def list_events(wanted: dict[str, Any], execution_id: str) -> dict[str, Any]:
    """What was told, in the order in which it came."""
    with reading(actor()) as session:
        found = queries.events_page(
            session, actor(), execution_id, cursor=wanted["cursor"], limit=wanted["limit"]
        )
        return page_body(found, _event)


@interface.post("/<execution_id>/events")
@interface.arguments(BatchBody)
@needs("executions:write")
def post_events(body: dict[str, Any], execution_id: str) -> Response:
    """Tell of a day. Each event is answered apart: ``stored``, ``known`` or ``refused`` and why."""
    source = "account" if actor().role == "driver" else "dispatcher"

    def work(session: Session) -> Answer:
        row, version, day = _of(session, execution_id)
        events = [{**event, "at": event["at"].isoformat()} for event in body["events"]]
        sent = body["sent_at"].isoformat() if body["sent_at"] else None
        answers = tell(
            session, actor(), row, version, day, events=events, channel=channel_of(source, sent)
        )
        results = [
            {"client_id": one.client_id, "result": one.result, "why": one.why} for one in answers
        ]
        return {"results": results, "state": version.state}, 200

    return once(work)
