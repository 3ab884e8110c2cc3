"""A generated city as the rows of a snapshot, without a database: for trials and tuning."""

from __future__ import annotations

from typing import Any, TypeVar

from geoalchemy2 import WKTElement
from sqlalchemy import inspect

from models.accounts.tables import City as CityRow
from models.accounts.tables import Organisation
from models.base import Base
from models.bays.tables import Bay, BayPlace
from models.charging.tables import ChargePoint, ChargingSite, Connector, Tariff
from models.fleet.tables import (
    Driver,
    DriverDay,
    DutyTemplate,
    Vehicle,
    VehicleAbsence,
    VehiclePaper,
    VehicleType,
)
from models.orders.tables import Order, OrderAfter, OrderAlternative
from models.permits.tables import Permit, PermitRule, PermitVehicle
from models.places.tables import Depot, Place, PlaceDay, PlaceWindow
from models.planning.tables import Claim
from models.rules.tables import AccessRule, Zone
from routing.problem import Problem
from workers.demo.city import City
from workers.planning.snapshot import Rows, assemble

Table = TypeVar("Table", bound=Base)
GEOMETRY = {"geometry", "area"}
"""Columns that the generator writes as WKT."""


def row_of(model: type[Table], values: dict[str, Any]) -> Table:
    """An instance of a table, its columns' defaults filled in as an INSERT would."""
    filled = {
        key: WKTElement(value, srid=4326) if key in GEOMETRY else value
        for key, value in values.items()
    }
    for attribute in inspect(model).column_attrs:
        column = attribute.columns[0]
        if attribute.key not in filled and column.default is not None:
            default = column.default
            if default.is_scalar:
                filled[attribute.key] = default.arg
            elif default.is_callable:
                filled[attribute.key] = default.arg(None)
    return model(**filled)


def rows_of(city: City) -> Rows:
    """The rows that ``fetch`` would find once the city is loaded."""

    def every(model: type[Table]) -> list[Table]:
        """By primary key, as the database's answers are ordered."""
        keys = [column.name for column in inspect(model).primary_key]
        values = sorted(city.rows.get(model, []), key=lambda row: [row[key] for key in keys])
        return [row_of(model, row) for row in values]

    operator = next(row["id"] for row in city.rows[Organisation] if row["code"] == "OP")
    return Rows(
        city=every(CityRow)[0],
        operator_id=operator,
        organisations=every(Organisation),
        places=every(Place),
        place_windows=every(PlaceWindow),
        depots=every(Depot),
        tariffs=every(Tariff),
        sites=every(ChargingSite),
        points=every(ChargePoint),
        connectors=every(Connector),
        bays=every(Bay),
        bay_places=every(BayPlace),
        types=every(VehicleType),
        vehicles=every(Vehicle),
        papers=every(VehiclePaper),
        absences=every(VehicleAbsence),
        drivers=every(Driver),
        duties=every(DutyTemplate),
        driver_days=every(DriverDay),
        zones=every(Zone),
        rules=every(AccessRule),
        permits=every(Permit),
        permit_vehicles=every(PermitVehicle),
        permit_rules=every(PermitRule),
        orders=every(Order),
        alternatives=every(OrderAlternative),
        afters=every(OrderAfter),
        place_days=every(PlaceDay),
        claims=every(Claim),
    )


def problem_of(city: City) -> tuple[Problem, dict[str, Any]]:
    """The problem of the city's day and its labels."""
    return assemble(rows_of(city), city.service_date)
