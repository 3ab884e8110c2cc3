"""Passes over HTTP."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from models.permits import queries
from models.permits.tables import Permit
from webapp.api.schemas import PageArgs, page_body
from webapp.database import reading
from webapp.security.guard import actor
from webapp.security.permissions import needs

interface = Blueprint("api_permits", __name__, url_prefix="/api/v1/permits", description="通行证")


def row(permit: Permit) -> dict[str, Any]:
    """A pass with the vehicles and rules that it names."""
    return {
        "id": str(permit.id),
        "number": permit.number,
        "state": permit.state,
        "ended_act": permit.ended_act,
        "date_from": permit.date_from.isoformat(),
        "date_to": permit.date_to.isoformat(),
        "hours": permit.hours,
        "trips_per_day": permit.trips_per_day,
        "plates": [v.plate for v in permit.vehicles],
        "rules": [str(r.id) for r in permit.rules],
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
