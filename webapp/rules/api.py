"""Zones and access rules over HTTP."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from geoalchemy2.shape import to_shape
from shapely.geometry import mapping

from models.rules import queries
from models.rules.tables import AccessRule, Zone
from webapp.api.schemas import PageArgs, page_body
from webapp.database import reading
from webapp.security.guard import actor
from webapp.security.permissions import needs

zones = Blueprint("api_zones", __name__, url_prefix="/api/v1/zones", description="限行区")
rules = Blueprint("api_rules", __name__, url_prefix="/api/v1/rules", description="禁限行规则")


def zone_row(zone: Zone) -> dict[str, Any]:
    """A zone with its area as GeoJSON."""
    return {
        "id": str(zone.id),
        "code": zone.code,
        "name": zone.name,
        "kind": zone.kind,
        "active": zone.active,
        "area": mapping(to_shape(zone.area)) if zone.area is not None else None,
    }


def rule_row(rule: AccessRule) -> dict[str, Any]:
    """A rule in the shape of the planning problem."""
    return {
        "id": str(rule.id),
        "code": rule.code,
        "name": rule.name,
        "zone": str(rule.zone_id),
        "effect": rule.effect,
        "who": rule.who,
        "exempt": rule.exempt,
        "when": rule.when,
        "basis": rule.basis,
        "active": rule.active,
    }


@zones.get("")
@zones.arguments(PageArgs, location="query")
@needs("zones:read")
def list_zones(wanted: dict[str, Any]) -> dict[str, Any]:
    """Zones by code."""
    with reading(actor()) as session:
        return page_body(queries.list_zones(session, actor(), **wanted), zone_row)


@zones.get("/<zone_id>")
@needs("zones:read")
def read_zone(zone_id: str) -> dict[str, Any]:
    """One zone."""
    with reading(actor()) as session:
        return zone_row(queries.get_zone(session, actor(), zone_id))


@rules.get("")
@rules.arguments(PageArgs, location="query")
@needs("rules:read")
def list_rules(wanted: dict[str, Any]) -> dict[str, Any]:
    """Rules by code."""
    with reading(actor()) as session:
        return page_body(queries.list_rules(session, actor(), **wanted), rule_row)


@rules.get("/<rule_id>")
@needs("rules:read")
def read_rule(rule_id: str) -> dict[str, Any]:
    """One rule."""
    with reading(actor()) as session:
        return rule_row(queries.get_rule(session, actor(), rule_id))
