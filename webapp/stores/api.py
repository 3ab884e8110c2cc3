"""Courier waves over HTTP: the day's cells, and counts into them."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from models.errors import FieldError, Invalid
from models.language import gettext as _
from models.orders import waves as operations
from webapp.api.idempotent import once
from webapp.database import reading
from webapp.security.guard import actor
from webapp.security.permissions import needs
from webapp.stores.waves import loads
from workers.sheets import queries as sheets

waves = Blueprint("api_waves", __name__, url_prefix="/api/v1/waves", description="班次")
MOST = 5000


class DayArgs(Schema):
    """Which day, and for a dispatcher whose."""

    service_date = fields.Date(required=True)
    shipper = fields.UUID(load_default=None)


class CountRow(Schema):
    """A count of a station in a wave; the station by id or by your own code."""

    wave = fields.String(required=True, metadata={"description": "code, such as 07:00"})
    place_id = fields.UUID(load_default=None)
    store_code = fields.String(load_default=None)
    expected = fields.Integer(load_default=None, strict=True, validate=validate.Range(0))
    actual = fields.Integer(load_default=None, strict=True, validate=validate.Range(1))


class CountsBody(Schema):
    """Counts of a day, all or none."""

    service_date = fields.Date(required=True)
    shipper_id = fields.UUID(load_default=None)
    submit = fields.Boolean(load_default=True)
    items = fields.List(fields.Nested(CountRow), required=True, validate=validate.Length(1, MOST))


@waves.get("")
@waves.arguments(DayArgs, location="query")
@needs("orders:read")
def list_cells(wanted: dict[str, Any]) -> dict[str, Any]:
    """The stations of the day's waves with usual, expected and real counts."""
    who = actor()
    with reading(who) as session:
        owner = sheets.shipper(session, who, wanted["shipper"]).id
        found, cells = operations.day_grid(session, who, owner, wanted["service_date"])
        codes = {uuid.UUID(k.place): k.code for k in sheets.stores(session, who, owner)}
    names = {wave.id: wave.code for wave in found}
    rows = [
        {
            "wave": names[wave],
            "place_id": str(place),
            "store_code": codes.get(place),
            "usual": cell.usual,
            "expected": cell.expected,
            "actual": cell.actual,
            "order_id": str(cell.order.id) if cell.order else None,
            "state": cell.order.state if cell.order else None,
            "late": cell.order.late if cell.order else None,
        }
        for (wave, place), cell in cells.items()
    ]
    rows.sort(key=lambda row: (str(row["wave"]), str(row["store_code"]), str(row["place_id"])))
    return {"items": rows, "next": None}


@waves.post("/counts")
@waves.arguments(CountsBody)
@needs("orders:write")
def save(body: dict[str, Any]) -> Response:
    """Send expected counts as orders; give real counts without submitting anew."""

    def work(session: Session) -> tuple[dict[str, Any], int]:
        who = actor()
        owner = sheets.shipper(session, who, body["shipper_id"]).id
        expected, actual = _cells(session, owner, body)
        sent = operations.save_day(
            session,
            who,
            owner,
            body["service_date"],
            expected=expected,
            actual=actual,
            loads=loads(session, who, owner),
            submit=body["submit"],
        )
        told = {
            name: getattr(sent, name) for name in ("made", "submitted", "counted", "asked", "late")
        }
        return told, 200

    return once(work)


def _cells(
    session: Session, owner: uuid.UUID, body: dict[str, Any]
) -> tuple[dict[operations.Cell, int], dict[operations.Cell, int]]:
    who = actor()
    found, cells = operations.day_grid(session, who, owner, body["service_date"])
    by_code = {wave.code: wave.id for wave in found}
    places = {k.code: uuid.UUID(k.place) for k in sheets.stores(session, who, owner)}
    expected: dict[operations.Cell, int] = {}
    actual: dict[operations.Cell, int] = {}
    wrong: list[FieldError] = []
    for index, row in enumerate(body["items"]):
        wave = by_code.get(row["wave"])
        place = row["place_id"] or places.get(row["store_code"] or "")
        if wave is None or place is None or (wave, place) not in cells:
            field = "wave" if wave is None else "store_code"
            message = _("当日没有这个班次") if wave is None else _("班次中没有这个站点")
            wrong.append(FieldError(field=field, code="unknown", message=message, index=index))
            continue
        if row["expected"] is not None:
            expected[wave, place] = row["expected"]
        if row["actual"] is not None:
            actual[wave, place] = row["actual"]
    if wrong:
        raise Invalid(
            "cells", _("有 %(count)s 处错误，没有保存", count=len(wrong)), _("请修正后重试"), wrong
        )
    return expected, actual
