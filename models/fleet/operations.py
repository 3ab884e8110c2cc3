"""Keeping vehicle kinds, vehicles with papers, drivers with duties."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.tables import Organisation
from models.accounts.visibility import fetch, require
from models.audit.operations import append
from models.charging.tables import Tariff
from models.editing import Child, Thing, Upserted, Values, upsert
from models.errors import FieldError, Invalid
from models.fleet.kinds import faults_of_kind
from models.fleet.tables import (
    Driver,
    DriverDay,
    DutyTemplate,
    Vehicle,
    VehicleAbsence,
    VehiclePaper,
    VehicleType,
)
from models.language import gettext as _
from models.places.tables import Place

_NOT_GIVEN = frozenset({"id", "organisation_id", "created_at", "updated_at", "row_version"})


def columns_of(entity: type[Any]) -> tuple[str, ...]:
    """The columns of a table that people decide."""
    return tuple(name for name in entity.__mapper__.column_attrs.keys() if name not in _NOT_GIVEN)  # noqa: SIM118 - not a dict


def tail_of(plate: str) -> int | None:
    """The last digit of a plate, which tail-number rules go by; None without one."""
    digits = [int(sign) for sign in plate if sign.isdigit()]
    return digits[-1] if digits else None


def _vehicle(values: Values) -> dict[str, Any]:
    ready = dict(values)
    if isinstance(ready.get("plate"), str):
        ready["plate"] = ready["plate"].replace("·", "").replace(" ", "").upper()
        ready.setdefault("plate_tail", tail_of(ready["plate"]))
    ready.setdefault("plate_kind", "green_small")
    return ready


def _type(values: Values) -> dict[str, Any]:
    told = [text for _name, text in faults_of_kind(values)]
    if told:
        raise ValueError(_("；").join(told))
    return dict(values)


TYPES = Thing(
    entity=VehicleType,
    name="vehicle_type",
    roles=("dispatcher", "carrier"),
    key=("code",),
    columns=columns_of(VehicleType),
    references={"fuel_tariff_id": Tariff},
    prepare=_type,
)
VEHICLES = Thing(
    entity=Vehicle,
    name="vehicle",
    roles=("dispatcher", "carrier"),
    key=("plate", "plate_kind"),
    columns=columns_of(Vehicle),
    references={"type_id": VehicleType, "home_id": Place, "operator_id": Organisation},
    children={
        "papers": Child(entity=VehiclePaper, key=("kind",), columns=("kind", "number", "valid_to"))
    },
    prepare=_vehicle,
    owners=("organisation_id", "operator_id"),
)
_DUTY = (
    "name",
    "weekdays",
    "start_s",
    "end_s",
    "longest_s",
    "longest_driving_s",
    "rest_s",
    "vehicle_id",
)
DRIVERS = Thing(
    entity=Driver,
    name="driver",
    roles=("dispatcher", "carrier"),
    key=("code",),
    keyed_by_owner=True,
    columns=tuple(name for name in columns_of(Driver) if name != "account_id"),
    references={"home_id": Place, "operator_id": Organisation},
    children={"duties": Child(entity=DutyTemplate, key=("name", "start_s"), columns=_DUTY)},
)


def upsert_vehicle_types(
    session: Session, actor: Actor, types: Sequence[Values]
) -> Upserted[VehicleType]:
    """Make or change the actor's own vehicle kinds by code.

    Raises:
        Invalid: see ``models.editing.upsert`` and ``models.fleet.kinds``; or a vehicle of the kind
            starts its day with more charge than the battery holds now.
    """
    made = upsert(session, actor, TYPES, types)
    _charges_fit(session, Vehicle.type_id.in_([kind.id for kind in made.rows]))
    return made


def upsert_vehicles(
    session: Session, actor: Actor, vehicles: Sequence[Values]
) -> Upserted[Vehicle]:
    """Make or change vehicles by plate and plate kind; ``papers`` given whole.

    Raises:
        Invalid: see ``models.editing.upsert``; or a charge above what the kind's battery holds.
    """
    made = upsert(session, actor, VEHICLES, vehicles)
    _charges_fit(session, Vehicle.id.in_([vehicle.id for vehicle in made.rows]))
    return made


def _charges_fit(session: Session, which: ColumnElement[bool]) -> None:
    over = session.scalars(
        select(Vehicle)
        .join(VehicleType, VehicleType.id == Vehicle.type_id)
        .where(
            which,
            or_(
                Vehicle.soc_wh > VehicleType.battery_wh,
                Vehicle.soc_end_wh > VehicleType.battery_wh,
            ),
        )
        .order_by(Vehicle.plate)
        .limit(5)
    ).all()
    if over:
        plates = _("、").join(vehicle.plate for vehicle in over)
        text = _("%(plates)s 的出车电量大于电池容量", plates=plates)
        fault = FieldError(field="soc_wh", code="above_battery", message=text)
        raise Invalid("above_battery", text, _("请改小出车电量，或空着表示满电"), [fault])


def upsert_drivers(session: Session, actor: Actor, drivers: Sequence[Values]) -> Upserted[Driver]:
    """Make or change drivers by code; ``duties`` given whole."""
    return upsert(session, actor, DRIVERS, drivers)


def absent_vehicle(
    session: Session,
    actor: Actor,
    vehicle_id: uuid.UUID,
    *,
    starts_at: datetime,
    ends_at: datetime,
    reason: str = "",
) -> VehicleAbsence:
    """Take a vehicle out of planning for a time.

    Raises:
        NotFound: not the actor's.
        Invalid: it ends before it begins.
    """
    require(session, actor, "dispatcher", "carrier")
    vehicle = fetch(session, actor, Vehicle, vehicle_id)
    if ends_at <= starts_at:
        raise Invalid("order", _("结束时间须晚于开始时间"), _("请调整时间"))
    absence = VehicleAbsence(
        vehicle_id=vehicle.id, starts_at=starts_at, ends_at=ends_at, reason=reason
    )
    session.add(absence)
    session.flush()
    append(session, actor, "create", "vehicle_absence", absence.id)
    return absence


def set_driver_day(
    session: Session, actor: Actor, driver_id: uuid.UUID, service_date: date, **values: Any
) -> DriverDay:
    """What a driver brings into a service date.

    ``values``: ``absent``, ``duty_used_s``, ``driving_since_rest_s``.
    """
    require(session, actor, "dispatcher", "carrier")
    driver = fetch(session, actor, Driver, driver_id)
    day = session.scalars(
        select(DriverDay).where(
            DriverDay.driver_id == driver.id, DriverDay.service_date == service_date
        )
    ).one_or_none()
    if day is None:
        day = DriverDay(driver_id=driver.id, service_date=service_date)
        session.add(day)
    for name in ("absent", "duty_used_s", "driving_since_rest_s"):
        if name in values:
            setattr(day, name, values[name])
    session.flush()
    append(session, actor, "change", "driver_day", day.id, fields=sorted(values))
    return day
