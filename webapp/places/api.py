"""Places over HTTP."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from models.places import queries
from models.places.tables import Place
from webapp.api.schemas import PageArgs, page_body
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
    }


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
