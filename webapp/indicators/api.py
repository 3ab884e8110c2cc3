"""Indicators over HTTP, for bureaus' own systems."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields

from models.accounts.city import today
from models.indicators import queries
from models.indicators.queries import Line
from webapp.database import reading
from webapp.security.guard import actor
from webapp.security.permissions import needs

interface = Blueprint(
    "api_indicators", __name__, url_prefix="/api/v1/indicators", description="考核指标"
)


class IndicatorArgs(Schema):
    """As of when, and where."""

    on = fields.Date(load_default=None)
    district = fields.String(load_default=None)


def row(line: Line) -> dict[str, Any]:
    """An indicator; ``value`` is null where there is none, ``status`` says why."""
    figure, target = line.figure, line.target
    status = "pending"
    if figure is not None:
        status = (
            "withheld" if figure.withheld else "computed" if figure.value is not None else "none"
        )
    return {
        "code": line.definition.code,
        "title": line.definition.title,
        "definition": line.definition.means,
        "unit": line.definition.unit or None,
        "status": status,
        "value": figure.value if figure else None,
        "numerator": figure.numerator if figure else None,
        "denominator": figure.denominator if figure else None,
        "note": line.definition.missing or (figure.why if figure else ""),
        "target": None
        if target is None
        else {
            "comparison": target.comparison,
            "value": target.value,
            "source": target.source,
            "document_status": target.status,
            "valid_from": target.valid_from and target.valid_from.isoformat(),
            "valid_to": target.valid_to and target.valid_to.isoformat(),
            "basis": target.basis,
            "lapsed": line.lapsed,
        },
        "met": line.met,
    }


@interface.get("")
@interface.arguments(IndicatorArgs, location="query")
@needs("indicators:read")
def list_indicators(wanted: dict[str, Any]) -> dict[str, Any]:
    """All indicators of the demonstration as of a date (today)."""
    with reading(actor()) as session:
        day = wanted["on"] or today(session)
        lines = queries.table(session, actor(), day, wanted["district"])
        return {"items": [row(line) for line in lines], "next": None}


@interface.get("/<code>")
@interface.arguments(IndicatorArgs, location="query")
@needs("indicators:read")
def read(wanted: dict[str, Any], code: str) -> dict[str, Any]:
    """One computed indicator with the rows that make its figure."""
    with reading(actor()) as session:
        day = wanted["on"] or today(session)
        line = queries.line(session, actor(), code, day, wanted["district"])
    listing = line.figure.listing if line.figure and not line.figure.withheld else None
    rows = [list(cells) for cells in listing.rows] if listing else []
    return {**row(line), "columns": list(listing.columns) if listing else [], "rows": rows}
