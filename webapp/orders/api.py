"""Orders over HTTP: list, one, single, bulk, and the import of a sheet with its dry run."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema
from sqlalchemy.orm import Session

from models.errors import Invalid
from models.language import gettext as _
from models.orders import counting, operations, queries
from models.orders.inputs import OrderInput
from models.orders.tables import ORDER_KINDS, ORDER_STATES, TEMPERATURES, UNIT_KINDS, Order
from webapp.api.idempotent import once
from webapp.api.schemas import PageArgs, WindowBody, page_body
from webapp.database import reading
from webapp.imports.desk import desk
from webapp.security.guard import actor
from webapp.security.permissions import needs
from workers.sheets import imports, isolate
from workers.sheets import queries as sheet_queries
from workers.sheets.errors import SheetError
from workers.sheets.orders import DEFAULT_FACTORS, Factor
from workers.sheets.report import Report
from workers.sheets.table import encode

interface = Blueprint("api_orders", __name__, url_prefix="/api/v1/orders", description="订单")
MOST_BULK = 5000


class OrderArgs(PageArgs):
    """Which orders to list."""

    service_date = fields.Date(load_default=None)
    state = fields.List(fields.String(validate=validate.OneOf(ORDER_STATES)), load_default=[])
    shipper = fields.UUID(load_default=None)
    temperature = fields.String(validate=validate.OneOf(TEMPERATURES), load_default=None)
    q = fields.String(load_default="")


class OrderBody(Schema):
    """An order to make. The store by ``delivery_place_id`` or by your own ``store_code``."""

    reference = fields.String(required=True, validate=validate.Length(1, 200))
    service_date = fields.Date(required=True)
    pickup_place_id = fields.UUID(load_default=None, metadata={"description": "else the usual"})
    delivery_place_id = fields.UUID(load_default=None)
    store_code = fields.String(load_default=None)
    weight_g = fields.Integer(required=True, strict=True, validate=validate.Range(0))
    volume_cm3 = fields.Integer(required=True, strict=True, validate=validate.Range(0))
    kind = fields.String(
        load_default="delivery",
        validate=validate.OneOf(ORDER_KINDS),
        metadata={"description": "pickup, return: store_code names the store it is taken from"},
    )
    units = fields.Integer(load_default=1, strict=True, validate=validate.Range(1))
    unit_kind = fields.String(load_default="carton", validate=validate.OneOf(UNIT_KINDS))
    unit_places = fields.Integer(load_default=0, strict=True, validate=validate.Range(0))
    temperature = fields.String(load_default="ambient", validate=validate.OneOf(TEMPERATURES))
    goods_name = fields.String(load_default="", validate=validate.Length(max=200))
    needs = fields.List(fields.String(), load_default=[])
    windows = fields.List(fields.Nested(WindowBody), load_default=[])
    pickup_windows = fields.List(fields.Nested(WindowBody), load_default=[])
    notes = fields.String(load_default="", validate=validate.Length(max=2000))
    shipper_id = fields.UUID(load_default=None, metadata={"description": "for a dispatcher"})

    @validates_schema
    def store_named(self, data: Mapping[str, Any], **_more: object) -> None:
        """The store must be named in one of the two ways; a pickup ends at a depot."""
        if data.get("kind", "delivery") != "delivery":
            if not data.get("pickup_place_id") and not data.get("store_code"):
                raise ValidationError("give pickup_place_id or store_code", "pickup_place_id")
            if not data.get("delivery_place_id"):
                raise ValidationError("give the depot as delivery_place_id", "delivery_place_id")
        elif not data.get("delivery_place_id") and not data.get("store_code"):
            raise ValidationError("give delivery_place_id or store_code", "delivery_place_id")


class BulkBody(Schema):
    """Orders that are all made, or none."""

    orders = fields.List(
        fields.Nested(OrderBody), required=True, validate=validate.Length(1, MOST_BULK)
    )
    shipper_id = fields.UUID(load_default=None)


class ImportArgs(Schema):
    """How to read a sheet."""

    class Meta:
        """The file itself is in the body."""

        unknown = EXCLUDE

    dry_run = fields.Boolean(load_default=False)
    service_date = fields.Date(load_default=None)
    shipper = fields.UUID(load_default=None)
    pickup = fields.UUID(load_default=None)
    file_name = fields.String(load_default="", validate=validate.Length(max=200))


def row(order: Order) -> dict[str, Any]:
    """An order as the interface tells it."""
    return {
        "id": str(order.id),
        "reference": order.reference,
        "kind": order.kind,
        "state": order.state,
        "late": order.late,
        "service_date": order.service_date.isoformat(),
        "shipper_id": str(order.shipper_id),
        "pickup_place_id": str(order.pickup_place_id),
        "delivery_place_id": str(order.delivery_place_id),
        "weight_g": order.weight_g,
        "volume_cm3": order.volume_cm3,
        "units": order.units,
        "unit_kind": order.unit_kind,
        "unit_places": order.unit_places,
        "estimated": order.estimated,
        "temperature": order.temperature,
        "goods_name": order.goods_name,
        "needs": order.needs,
        "windows": order.windows,
        "pickup_windows": order.pickup_windows,
        "notes": order.notes,
        "version": order.version,
        "cancel_requested": order.cancel_requested,
        "created_at": order.created_at.isoformat(),
    }


@interface.get("")
@interface.arguments(OrderArgs, location="query")
@needs("orders:read")
def list_orders(wanted: dict[str, Any]) -> dict[str, Any]:
    """Orders, the latest service date first."""
    narrowed = queries.OrderFilter(
        service_date=wanted["service_date"],
        states=wanted["state"],
        shipper_id=wanted["shipper"],
        temperature=wanted["temperature"],
        text=wanted["q"],
    )
    with reading(actor()) as session:
        found = queries.list_orders(
            session, actor(), narrowed, cursor=wanted["cursor"], limit=wanted["limit"]
        )
        return page_body(found, row)


@interface.get("/<order_id>")
@needs("orders:read")
def read(order_id: str) -> dict[str, Any]:
    """One order."""
    with reading(actor()) as session:
        return row(queries.get_order(session, actor(), order_id))


@interface.post("")
@interface.arguments(OrderBody)
@needs("orders:write")
def create(body: dict[str, Any]) -> Response:
    """Make and submit one order."""

    def work(session: Session) -> tuple[dict[str, Any], int, dict[str, str]]:
        (made,) = _create(session, [body], body["shipper_id"])
        return row(made), 201, {"Location": f"/api/v1/orders/{made.id}"}

    return once(work)


@interface.post("/bulk")
@interface.arguments(BulkBody)
@needs("orders:write")
def create_many(body: dict[str, Any]) -> Response:
    """Make and submit orders, all or none."""

    def work(session: Session) -> tuple[dict[str, Any], int]:
        made = _create(session, body["orders"], body["shipper_id"])
        return {"items": [row(order) for order in made], "next": None}, 201

    return once(work)


def _create(
    session: Session, bodies: Sequence[Mapping[str, Any]], shipper_id: uuid.UUID | None
) -> list[Order]:
    who = actor()
    owner = sheet_queries.shipper(session, who, shipper_id).id
    codes: dict[str, uuid.UUID] = {}
    if any(body["store_code"] for body in bodies):
        known = sheet_queries.stores(session, who, owner)
        codes = {k.code: uuid.UUID(k.place) for k in known}
    usual = sheet_queries.usual_pickup(session, who, owner)
    factors = {**DEFAULT_FACTORS, **sheet_queries.factors(session, who, owner)}
    orders = [_input(body, codes, usual, factors) for body in bodies]
    return operations.create_orders(session, who, orders, shipper_id=owner)


def _input(
    body: Mapping[str, Any],
    codes: Mapping[str, uuid.UUID],
    usual: str | None,
    factors: Mapping[str, Factor],
) -> OrderInput:
    place, pickup = _ends(body, codes, usual)
    given = {
        name: value
        for name, value in body.items()
        if name not in {"store_code", "shipper_id", "delivery_place_id", "pickup_place_id"}
    }
    factor = factors[body["unit_kind"]]
    return OrderInput(
        pickup_place_id=pickup,
        delivery_place_id=place,
        unit_s=factor.unit_s,
        load_unit_s=factor.load_unit_s,
        **given,
    )


def _ends(
    body: Mapping[str, Any], codes: Mapping[str, uuid.UUID], usual: str | None
) -> tuple[uuid.UUID, uuid.UUID]:
    """Where it is delivered, and where it is loaded."""
    store = codes.get(body["store_code"] or "")
    unknown = Invalid(
        "place_unknown",
        _("没有门店编码 %(store_code)s", store_code=body["store_code"]),
        _("请改用网点编号"),
    )
    if body["kind"] != "delivery":
        pickup = body["pickup_place_id"] or store
        if pickup is None:
            raise unknown
        return body["delivery_place_id"], pickup
    place = body["delivery_place_id"] or store
    if place is None:
        raise unknown
    pickup = body["pickup_place_id"] or (uuid.UUID(usual) if usual else None)
    if pickup is None:
        raise Invalid("pickup_missing", _("没有提货点"), _("请给出 pickup_place_id"))
    return place, pickup


class CountBody(Schema):
    """The real number of units."""

    units = fields.Integer(required=True, strict=True, validate=validate.Range(1))


class CancelBody(Schema):
    """Why."""

    reason = fields.String(load_default="", validate=validate.Length(max=200))


class AmendBody(Schema):
    """What to change; an amended order is submitted anew, after the cut-off as a late request."""

    row_version = fields.Integer(load_default=None, strict=True)
    service_date = fields.Date()
    weight_g = fields.Integer(strict=True, validate=validate.Range(0))
    volume_cm3 = fields.Integer(strict=True, validate=validate.Range(0))
    units = fields.Integer(strict=True, validate=validate.Range(1))
    unit_kind = fields.String(validate=validate.OneOf(UNIT_KINDS))
    unit_places = fields.Integer(strict=True, validate=validate.Range(0))
    temperature = fields.String(validate=validate.OneOf(TEMPERATURES))
    goods_name = fields.String(validate=validate.Length(max=200))
    needs = fields.List(fields.String())
    windows = fields.List(fields.Nested(WindowBody))
    pickup_windows = fields.List(fields.Nested(WindowBody))
    notes = fields.String(validate=validate.Length(max=2000))


@interface.post("/<uuid:order_id>/amend")
@interface.arguments(AmendBody)
@needs("orders:write")
def amend(body: dict[str, Any], order_id: uuid.UUID) -> Response:
    """Change an order that no published plan holds."""
    seen = body.pop("row_version")

    def work(session: Session) -> tuple[dict[str, Any], int]:
        changed = operations.amend_order(session, actor(), order_id, body, row_version=seen)
        return row(changed), 200

    return once(work)


@interface.post("/<uuid:order_id>/count")
@interface.arguments(CountBody)
@needs("orders:write")
def count(body: dict[str, Any], order_id: uuid.UUID) -> Response:
    """Give the real count; state kept. ``asked``: the dispatcher must agree to more first."""

    def work(session: Session) -> tuple[dict[str, Any], int]:
        done = counting.count_order(session, actor(), order_id, body["units"])
        told = {**row(done.order), "changed": done.changed, "asked": done.asked}
        return told, 202 if done.asked else 200

    return once(work)


@interface.post("/<uuid:order_id>/cancel")
@interface.arguments(CancelBody)
@needs("orders:write")
def cancel(body: dict[str, Any], order_id: uuid.UUID) -> Response:
    """Cancel an order; after dispatch, ask the dispatcher to (202)."""

    def work(session: Session) -> tuple[dict[str, Any], int]:
        done = operations.request_cancel(session, actor(), order_id, body["reason"])
        return row(done), 202 if done.cancel_requested else 200

    return once(work)


def _told(report: Report, import_id: uuid.UUID, *, stored: int) -> dict[str, Any]:
    return {
        "import": str(import_id),
        "ready": report.ready,
        "stored": stored,
        "sheet": report.sheet,
        "header_row": report.header_last,
        "rows": report.rows,
        "passed": report.passed,
        "failed": report.failed,
        "mapping": {m.field: m.key for m in report.mapping},
        "missing": report.missing,
        "skipped": [{"row": s.row, "why": s.why, "text": s.text} for s in report.skipped],
        "problems": [
            {
                "sheet": p.sheet,
                "cell": p.cell,
                "field": p.field,
                "value": p.value,
                "rule": p.rule,
                "message": p.text,
                "remedy": p.remedy,
                "fix": p.fix,
            }
            for p in report.problems
        ],
        "converted": [
            {"cell": c.cell, "value": c.value, "result": c.result, "message": c.text}
            for c in report.converted
        ],
    }


@interface.post("/import")
@interface.arguments(ImportArgs, location="query")
@needs("orders:write")
def import_sheet(wanted: dict[str, Any]) -> Response:
    """Import a CSV or XLSX sheet (the body, or ``file`` of a form), all or nothing.

    ``dry_run=true`` only checks. The file is read under limits before any lock is taken.
    """
    request.get_data(cache=True)
    sent = request.files.get("file")
    data = sent.read() if sent is not None else request.get_data()
    name = (sent.filename if sent is not None else "") or wanted["file_name"] or "api"
    try:
        table = isolate.parse(data)
    except SheetError as error:
        raise Invalid(error.code, error.message, error.remedy) from error
    place = desk()
    day: date | None = wanted["service_date"]
    came = imports.Came(
        kind="orders",
        file_name=name,
        size=len(data),
        source=place.store.put(data),
        content=place.store.put(encode(table)),
        shipper_id=wanted["shipper"],
        service_date=day,
    )
    pickup = str(wanted["pickup"]) if wanted["pickup"] else None

    def work(session: Session) -> tuple[dict[str, Any], int]:
        found, report = imports.import_in(session, actor(), table, came, pickup=pickup)
        if wanted["dry_run"]:
            return _told(report, found.id, stored=0), 200
        stored = imports.commit_in(session, actor(), found, table)
        return _told(report, found.id, stored=stored), 201

    return once(work)
