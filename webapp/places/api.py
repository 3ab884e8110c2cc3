"""Places over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from models.places import queries, receiving
from models.places.tables import Place
from webapp.api.idempotent import once
from webapp.api.schemas import PageArgs, WindowBody, page_body
from webapp.database import reading
from webapp.security.guard import actor
from webapp.security.permissions import needs

interface = Blueprint("api_places", __name__, url_prefix="/api/v1/places", description="网点")


class PlaceArgs(PageArgs):
    """Which places to list."""

    kind = fields.List(fields.String(), load_default=[])
    q = fields.String(load_default="")


def row(place: Place) -> dict[str, Any]:
    """A place; its phone is not for machines."""
    return {
        "id": str(place.id),
        "kind": place.kind,
        "code": place.code,
        "name": place.name,
        "address": place.address,
        "lon": place.lon,
        "lat": place.lat,
        "windows": [
            {"start_s": w.start_s, "end_s": w.end_s, "night": w.night, "weekdays": w.weekdays}
            for w in place.windows
        ],
        "days": [
            {"day": d.day.isoformat(), "closed": d.closed, "windows": d.windows, "reason": d.reason}
            for d in place.days
        ],
        "fixed_s": place.fixed_s,
        "night_veto_from": place.night_veto_from and place.night_veto_from.isoformat(),
        "night_veto_to": place.night_veto_to and place.night_veto_to.isoformat(),
        "row_version": place.row_version,
    }


class WindowRow(Schema):
    """A receiving window, seconds after local midnight of the service date (before: negative)."""

    start_s = fields.Integer(required=True, strict=True)
    end_s = fields.Integer(required=True, strict=True)
    weekdays = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 7)), load_default=[]
    )
    night = fields.Boolean(load_default=False)
    needs = fields.List(fields.String(), load_default=[])
    unattended = fields.Boolean(load_default=False)
    unattended_extra_s = fields.Integer(load_default=0, strict=True, validate=validate.Range(0))
    soft_late_s = fields.Integer(load_default=0, strict=True, validate=validate.Range(0))


class DayRow(Schema):
    """A service date that goes otherwise than its weekday."""

    day = fields.Date(required=True)
    closed = fields.Boolean(load_default=False)
    windows = fields.List(fields.Nested(WindowBody), load_default=[])
    reason = fields.String(load_default="", validate=validate.Length(max=200))


class ReceivingBody(Schema):
    """How a place receives, whole: what is not given is gone."""

    row_version = fields.Integer(load_default=None, strict=True)
    windows = fields.List(fields.Nested(WindowRow), load_default=[])
    days = fields.List(fields.Nested(DayRow), load_default=[])
    fixed_s = fields.Integer(strict=True, validate=validate.Range(0, 86_400))
    yard_notes = fields.String(validate=validate.Length(max=500))


class VetoBody(Schema):
    """Refuse night deliveries from a service date on; ``lift`` takes the refusal back."""

    lift = fields.Boolean(load_default=False)
    reason = fields.String(load_default="", validate=validate.Length(max=200))
    since = fields.Date(load_default=None)
    until = fields.Date(load_default=None)


@interface.post("/<uuid:place_id>/receiving")
@interface.arguments(ReceivingBody)
@needs("receiving:write")
def keep(body: dict[str, Any], place_id: uuid.UUID) -> Response:
    """Say how an own place receives."""
    seen, windows, days = body.pop("row_version"), body.pop("windows"), body.pop("days")

    def work(session: Session) -> tuple[dict[str, Any], int]:
        given = receiving.Receiving(windows=windows, days=days, plain=body)
        place = receiving.keep_receiving(session, actor(), place_id, given, row_version=seen)
        return row(place), 200

    return once(work)


@interface.post("/<uuid:place_id>/night-veto")
@interface.arguments(VetoBody)
@needs("receiving:write")
def veto(body: dict[str, Any], place_id: uuid.UUID) -> Response:
    """Refuse the night windows of an own place, or let them hold again."""

    def work(session: Session) -> tuple[dict[str, Any], int]:
        if body["lift"]:
            return {**row(receiving.lift_veto(session, actor(), place_id)), "plans_flagged": 0}, 200
        place, flagged = receiving.veto_night(
            session,
            actor(),
            place_id,
            body["reason"],
            since=body["since"],
            until=body["until"],
        )
        return {**row(place), "plans_flagged": flagged}, 200

    return once(work)


@interface.get("")
@interface.arguments(PlaceArgs, location="query")
@needs("places:read")
def list_places(wanted: dict[str, Any]) -> dict[str, Any]:
    """Places by code."""
    with reading(actor()) as session:
        found = queries.list_places(
            session,
            actor(),
            kinds=wanted["kind"],
            text=wanted["q"],
            cursor=wanted["cursor"],
            limit=wanted["limit"],
        )
        return page_body(found, row)


@interface.get("/<place_id>")
@needs("places:read")
def read(place_id: str) -> dict[str, Any]:
    """One place."""
    with reading(actor()) as session:
        return row(queries.get_place(session, actor(), place_id))
