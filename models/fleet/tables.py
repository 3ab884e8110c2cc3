"""Tables of vehicle kinds, vehicles, papers, drivers, duties. Fields as in ``routing.problem``."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Editable, Row, not_negative, one_of
from models.places.tables import Place

ENERGY_KINDS = (
    "petrol",
    "diesel",
    "cng",
    "lng",
    "methanol",
    "hev",
    "phev",
    "erev",
    "bev",
    "fcev",
)


class VehicleType(Editable, Base):
    """A kind of vehicle; limits in g, cm³, mm, Wh, W; costs in milli-fen.

    ``compartments``: ``[{"id", "temperatures", "payload_g", "volume_cm3", "unit_places"}]``.
    ``curve``: ``[{"from_wh", "power_w"}]``. ``physics``: parameters that ``routing.energy`` turns
    into consumption by speed (``drag_area_m2_milli``, ``rolling_micro``, ``efficiency_permille``,
    ``auxiliary_w`` …); ``use``: consumption given directly, ``[{"start": seconds after local
    midnight, "base_mwh_per_km", "load_mwh_per_tkm", "drive_w"}]``, wins over ``physics``.
    ``organisation_id`` None = the city's catalogue.
    """

    __tablename__ = "vehicle_types"
    __table_args__ = (
        one_of("energy", ENERGY_KINDS),
        UniqueConstraint("code"),
        CheckConstraint("payload_g > 0 AND volume_cm3 > 0", name="size"),
        CheckConstraint("reserve_wh <= battery_wh", name="reserve"),
        CheckConstraint("energy <> 'bev' OR battery_wh > 0", name="battery"),
        not_negative(
            "unit_places",
            "length_mm",
            "width_mm",
            "height_mm",
            "curb_mass_g",
            "gross_mass_g",
            "emission_stage",
            "battery_wh",
            "reserve_wh",
            "max_charge_w",
            "stop_w",
            "fixed_mfen",
            "per_km_mfen",
            "per_hour_mfen",
            "co2e_mg_per_kwh",
            "ttw_mg_per_kwh",
        ),
    )

    organisation_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("organisations.id"), index=True
    )
    code: Mapped[str]
    name: Mapped[str]
    payload_g: Mapped[int]
    volume_cm3: Mapped[int]
    unit_places: Mapped[int] = mapped_column(default=0)
    compartments: Mapped[list[Any]] = mapped_column(default=list)
    length_mm: Mapped[int] = mapped_column(default=0)
    width_mm: Mapped[int] = mapped_column(default=0)
    height_mm: Mapped[int] = mapped_column(default=0)
    curb_mass_g: Mapped[int] = mapped_column(default=0)
    gross_mass_g: Mapped[int] = mapped_column(default=0)
    axles: Mapped[int] = mapped_column(default=2)
    energy: Mapped[str]
    emission_stage: Mapped[int] = mapped_column(default=0)
    body: Mapped[str] = mapped_column(default="van")
    capabilities: Mapped[list[Any]] = mapped_column(default=list)
    profile: Mapped[str] = mapped_column(default="van")
    battery_wh: Mapped[int] = mapped_column(default=0)
    reserve_wh: Mapped[int] = mapped_column(default=0)
    max_charge_w: Mapped[int] = mapped_column(default=0)
    curve: Mapped[list[Any]] = mapped_column(default=list)
    plugs: Mapped[list[Any]] = mapped_column(default=list)
    swap: Mapped[bool] = mapped_column(default=False)
    physics: Mapped[dict[str, Any]] = mapped_column(default=dict)
    use: Mapped[list[Any]] = mapped_column(default=list)
    stop_w: Mapped[int] = mapped_column(default=0)
    fuel_tariff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("tariffs.id"))
    fixed_mfen: Mapped[int] = mapped_column(default=0)
    per_km_mfen: Mapped[int] = mapped_column(default=0)
    per_hour_mfen: Mapped[int] = mapped_column(default=0)
    co2e_mg_per_kwh: Mapped[int] = mapped_column(default=0)
    ttw_mg_per_kwh: Mapped[int] = mapped_column(default=0)
    papers: Mapped[list[Any]] = mapped_column(default=list)
    demo: Mapped[bool] = mapped_column(default=False)


ACQUISITIONS = ("new", "replacement")
"""新增, 更新."""


class Vehicle(Editable, Base):
    """A vehicle. ``organisation_id`` owns it, ``operator_id`` plans with it.

    ``plate_tail``: last digit, None = exempt. ``soc_wh``: charge at the start of a day (None =
    full); ``soc_end_wh`` None = as it started. ``shippers`` None = open to all.
    ``capabilities``: beyond its kind's. ``acquisition``: added to the fleet or in place of another.
    """

    __tablename__ = "vehicles"
    __table_args__ = (
        UniqueConstraint("plate", "plate_kind"),
        one_of("acquisition", ACQUISITIONS, optional=True),
        CheckConstraint("plate_tail IS NULL OR plate_tail BETWEEN 0 AND 9", name="plate_tail"),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    operator_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("organisations.id"), index=True
    )
    code: Mapped[str | None]
    plate: Mapped[str]
    plate_kind: Mapped[str] = mapped_column(default="green_small")
    plate_tail: Mapped[int | None]
    type_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("vehicle_types.id"), index=True)
    use: Mapped[str] = mapped_column(default="urban_delivery")
    local: Mapped[bool] = mapped_column(default=True)
    home_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), index=True)
    soc_wh: Mapped[int | None]
    soc_end_wh: Mapped[int | None]
    shippers: Mapped[list[Any] | None]
    active: Mapped[bool] = mapped_column(default=True)
    notes: Mapped[str] = mapped_column(default="")
    acquisition: Mapped[str | None]
    registered_on: Mapped[date | None]
    demo: Mapped[bool] = mapped_column(default=False)

    type: Mapped[VehicleType] = relationship()
    home: Mapped[Place] = relationship()
    papers: Mapped[list[VehiclePaper]] = relationship(
        back_populates="vehicle", cascade="all, delete-orphan", order_by="VehiclePaper.kind"
    )


class VehiclePaper(Row, Base):
    """A paper valid through ``valid_to`` inclusive (``inspection``, ``insurance``, …)."""

    __tablename__ = "vehicle_papers"
    __table_args__ = (UniqueConstraint("vehicle_id", "kind"),)

    vehicle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("vehicles.id", ondelete="CASCADE"))
    kind: Mapped[str]
    number: Mapped[str | None]
    valid_to: Mapped[date]

    vehicle: Mapped[Vehicle] = relationship(back_populates="papers")


class VehicleAbsence(Row, Base):
    """A time in which a vehicle cannot be planned (workshop, lent)."""

    __tablename__ = "vehicle_absences"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="order"),)

    vehicle_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("vehicles.id", ondelete="CASCADE"), index=True
    )
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")


class Driver(Editable, Base):
    """A driver. ``account_id`` links the log-in; the phone is shown masked but to who must call."""

    __tablename__ = "drivers"
    __table_args__ = (
        UniqueConstraint("organisation_id", "code"),
        UniqueConstraint("account_id"),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    operator_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("organisations.id"), index=True
    )
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    code: Mapped[str]
    name: Mapped[str]
    phone: Mapped[str | None]
    home_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), index=True)
    licences: Mapped[list[Any]] = mapped_column(default=list)
    licence_valid_to: Mapped[date | None]
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)

    home: Mapped[Place] = relationship()
    duties: Mapped[list[DutyTemplate]] = relationship(
        back_populates="driver", cascade="all, delete-orphan", order_by="DutyTemplate.start_s"
    )


class DutyTemplate(Editable, Base):
    """A driver's turn on some weekdays.

    ``start_s``/``end_s``: seconds after local midnight of the service date (negative = the evening
    before). ``weekdays``: ISO 1..7 of the service date, empty = every day. ``vehicle_id`` None =
    any vehicle of the driver's home.
    """

    __tablename__ = "duty_templates"
    __table_args__ = (
        CheckConstraint("end_s > start_s", name="order"),
        CheckConstraint("start_s >= -21600 AND end_s <= 108000", name="horizon"),
        CheckConstraint("longest_s > 0 AND longest_driving_s > 0 AND rest_s > 0", name="positive"),
    )

    driver_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("drivers.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(default="")
    weekdays: Mapped[list[Any]] = mapped_column(default=list)
    start_s: Mapped[int]
    end_s: Mapped[int]
    longest_s: Mapped[int] = mapped_column(default=36000)
    longest_driving_s: Mapped[int] = mapped_column(default=14400)
    rest_s: Mapped[int] = mapped_column(default=1200)
    vehicle_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("vehicles.id"))

    driver: Mapped[Driver] = relationship(back_populates="duties")


class DriverDay(Editable, Base):
    """What the day before left a driver with, and absences, by service date."""

    __tablename__ = "driver_days"
    __table_args__ = (
        UniqueConstraint("driver_id", "service_date"),
        not_negative("duty_used_s", "driving_since_rest_s"),
        Index("ix_driver_days_service_date", "service_date"),
    )

    driver_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("drivers.id", ondelete="CASCADE"))
    service_date: Mapped[date]
    absent: Mapped[bool] = mapped_column(default=False)
    duty_used_s: Mapped[int] = mapped_column(default=0)
    driving_since_rest_s: Mapped[int] = mapped_column(default=0)
