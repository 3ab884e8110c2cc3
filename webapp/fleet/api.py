"""Vehicles and drivers over HTTP."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from models.fleet import queries
from models.fleet.tables import Driver, Vehicle
from webapp.api.schemas import PageArgs, page_body
from webapp.database import reading
from webapp.security.guard import actor
from webapp.security.permissions import needs

vehicles = Blueprint("api_vehicles", __name__, url_prefix="/api/v1/vehicles", description="车辆")
drivers = Blueprint("api_drivers", __name__, url_prefix="/api/v1/drivers", description="司机")


class TextArgs(PageArgs):
    """A word to look for."""

    q = fields.String(load_default="")


def vehicle_row(vehicle: Vehicle) -> dict[str, Any]:
    """A vehicle with its kind."""
    kind = vehicle.type
    return {
        "id": str(vehicle.id),
        "plate": vehicle.plate,
        "plate_kind": vehicle.plate_kind,
        "type": {"id": str(kind.id), "code": kind.code, "name": kind.name, "energy": kind.energy},
        "payload_g": kind.payload_g,
        "volume_cm3": kind.volume_cm3,
        "battery_wh": kind.battery_wh,
        "home": str(vehicle.home_id),
        "active": vehicle.active,
        "papers": [{"kind": p.kind, "valid_to": p.valid_to.isoformat()} for p in vehicle.papers],
    }


def driver_row(driver: Driver) -> dict[str, Any]:
    """A driver without phone."""
    return {
        "id": str(driver.id),
        "code": driver.code,
        "name": driver.name,
        "home": str(driver.home_id),
        "active": driver.active,
        "duties": [
            {"id": str(d.id), "name": d.name, "start_s": d.start_s, "end_s": d.end_s}
            for d in driver.duties
        ],
    }


@vehicles.get("")
@vehicles.arguments(TextArgs, location="query")
@needs("vehicles:read")
def list_vehicles(wanted: dict[str, Any]) -> dict[str, Any]:
    """Vehicles by plate."""
    with reading(actor()) as session:
        found = queries.list_vehicles(
            session, actor(), text=wanted["q"], cursor=wanted["cursor"], limit=wanted["limit"]
        )
        return page_body(found, vehicle_row)


@vehicles.get("/<vehicle_id>")
@needs("vehicles:read")
def read_vehicle(vehicle_id: str) -> dict[str, Any]:
    """One vehicle."""
    with reading(actor()) as session:
        return vehicle_row(queries.get_vehicle(session, actor(), vehicle_id))


@drivers.get("")
@drivers.arguments(TextArgs, location="query")
@needs("drivers:read")
def list_drivers(wanted: dict[str, Any]) -> dict[str, Any]:
    """Drivers by code."""
    with reading(actor()) as session:
        found = queries.list_drivers(
            session, actor(), text=wanted["q"], cursor=wanted["cursor"], limit=wanted["limit"]
        )
        return page_body(found, driver_row)


@drivers.get("/<driver_id>")
@needs("drivers:read")
def read_driver(driver_id: str) -> dict[str, Any]:
    """One driver."""
    with reading(actor()) as session:
        return driver_row(queries.get_driver(session, actor(), driver_id))
