"""Unloading bays over HTTP."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from models.bays import queries
from models.bays.tables import Bay
from webapp.api.schemas import PageArgs, page_body
from webapp.database import reading
from webapp.security.guard import actor
from webapp.security.permissions import needs

interface = Blueprint("api_bays", __name__, url_prefix="/api/v1/bays", description="卸货泊位")


def row(bay: Bay) -> dict[str, Any]:
    """A bay."""
    return {
        "id": str(bay.id),
        "code": bay.code,
        "name": bay.name,
        "lon": bay.place.lon,
        "lat": bay.place.lat,
        "spaces": bay.spaces,
        "hours": bay.hours,
        "longest_stay_s": bay.longest_stay_s,
        "max_length_mm": bay.max_length_mm,
        "max_mass_g": bay.max_mass_g,
        "active": bay.active,
    }


@interface.get("")
@interface.arguments(PageArgs, location="query")
@needs("bays:read")
def list_bays(wanted: dict[str, Any]) -> dict[str, Any]:
    """Bays by code."""
    with reading(actor()) as session:
        return page_body(queries.list_bays(session, actor(), **wanted), row)


@interface.get("/<bay_id>")
@needs("bays:read")
def read(bay_id: str) -> dict[str, Any]:
    """One bay."""
    with reading(actor()) as session:
        return row(queries.get_bay(session, actor(), bay_id))
