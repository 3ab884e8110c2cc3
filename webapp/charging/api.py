"""Charging stations over HTTP."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from models.charging import queries
from models.charging.tables import ChargingSite
from webapp.api.schemas import PageArgs, page_body
from webapp.database import reading
from webapp.security.guard import actor
from webapp.security.permissions import needs

interface = Blueprint("api_chargers", __name__, url_prefix="/api/v1/chargers", description="充电站")


def row(site: ChargingSite) -> dict[str, Any]:
    """A station with its connectors and tariff."""
    return {
        "id": str(site.id),
        "code": site.code,
        "name": site.name,
        "place": str(site.place_id),
        "lon": site.place.lon,
        "lat": site.place.lat,
        "power_w": site.power_w,
        "public": site.private_to is None,
        "active": site.active,
        "tariff": {"code": site.tariff.code, "steps": site.tariff.steps},
        "connectors": [
            {"id": str(c.id), "point": p.code, "code": c.code, "plug": c.plug, "power_w": c.power_w}
            for p in site.points
            for c in p.connectors
        ],
    }


@interface.get("")
@interface.arguments(PageArgs, location="query")
@needs("chargers:read")
def list_chargers(wanted: dict[str, Any]) -> dict[str, Any]:
    """Stations by code."""
    with reading(actor()) as session:
        found = queries.list_sites(session, actor(), **wanted)
        return page_body(found, row)


@interface.get("/<site_id>")
@needs("chargers:read")
def read(site_id: str) -> dict[str, Any]:
    """One station."""
    with reading(actor()) as session:
        return row(queries.get_site(session, actor(), site_id))
