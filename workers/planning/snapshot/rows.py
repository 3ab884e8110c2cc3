"""The rows that a day's problem is made from, as the tables keep them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from models.accounts.tables import City, Organisation
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
from models.planning.tables import Claim, PlanDuty, PlanRoute
from models.rules.tables import AccessRule, Zone

Row = TypeVar("Row")
Key = TypeVar("Key")


@dataclass
class Rows:
    """Rows of every table that matters to an operator's service date.

    Only columns are read, no relationships, so that rows may come from a session or be made in
    memory. ``claims`` are those of other plans in force that meet the horizon; ``before_routes``
    and ``before_duties`` belong to this operator's plans in force of other service dates.
    """

    city: City
    operator_id: uuid.UUID
    organisations: list[Organisation]
    places: list[Place]
    place_windows: list[PlaceWindow]
    depots: list[Depot]
    tariffs: list[Tariff]
    sites: list[ChargingSite]
    points: list[ChargePoint]
    connectors: list[Connector]
    bays: list[Bay]
    bay_places: list[BayPlace]
    types: list[VehicleType]
    vehicles: list[Vehicle]
    papers: list[VehiclePaper]
    absences: list[VehicleAbsence]
    drivers: list[Driver]
    duties: list[DutyTemplate]
    driver_days: list[DriverDay]
    zones: list[Zone]
    rules: list[AccessRule]
    permits: list[Permit]
    permit_vehicles: list[PermitVehicle]
    permit_rules: list[PermitRule]
    orders: list[Order]
    alternatives: list[OrderAlternative]
    afters: list[OrderAfter]
    place_days: list[PlaceDay] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    before_routes: list[PlanRoute] = field(default_factory=list)
    before_duties: list[PlanDuty] = field(default_factory=list)


def grouped(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, list[Row]]:
    """Rows by a key, in their order."""
    out: dict[Key, list[Row]] = {}
    for row in rows:
        out.setdefault(key(row), []).append(row)
    return out
