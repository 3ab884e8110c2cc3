"""Tables of tariffs, charging sites, charge points and connectors."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Editable, Row, not_negative, one_of
from models.places.tables import Place


class Tariff(Editable, Base):
    """A price of energy by time of day (分时电价), fuel included.

    ``steps``: ``[{"start": seconds after local midnight, "per_kwh": milli-fen}]``, ascending, the
    first at 0.
    """

    __tablename__ = "tariffs"
    __table_args__ = (one_of("kind", ("electricity", "fuel")),)

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default="electricity")
    steps: Mapped[list[Any]] = mapped_column(default=list)
    demo: Mapped[bool] = mapped_column(default=False)


class ChargingSite(Editable, Base):
    """A charging station (充电站) at a place.

    ``power_w`` 0 = no limit of the supply. ``hours`` as for depots; ``overlaps``: what may go on
    while charging (``loading``, ``service``, ``rest``). ``private_to``: None = public, else vehicle
    owners' organisation ids. Swap: ``swap_s`` None = none; ``swap_mfen`` per swap.
    """

    __tablename__ = "charging_sites"
    __table_args__ = (
        not_negative("power_w", "swap_mfen"),
        CheckConstraint("swap_s IS NULL OR swap_s > 0", name="swap"),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    place_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), unique=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    power_w: Mapped[int] = mapped_column(default=0)
    tariff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tariffs.id"))
    hours: Mapped[list[Any]] = mapped_column(default=list)
    overlaps: Mapped[list[Any]] = mapped_column(default=list)
    attended: Mapped[bool] = mapped_column(default=False)
    private_to: Mapped[list[Any] | None]
    swap_s: Mapped[int | None]
    swap_mfen: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)

    place: Mapped[Place] = relationship()
    tariff: Mapped[Tariff] = relationship()
    points: Mapped[list[ChargePoint]] = relationship(
        back_populates="site", cascade="all, delete-orphan", order_by="ChargePoint.code"
    )


class ChargePoint(Row, Base):
    """A charge point (充电桩)."""

    __tablename__ = "charge_points"
    __table_args__ = (UniqueConstraint("site_id", "code"),)

    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("charging_sites.id", ondelete="CASCADE"))
    code: Mapped[str]

    site: Mapped[ChargingSite] = relationship(back_populates="points")
    connectors: Mapped[list[Connector]] = relationship(
        back_populates="point", cascade="all, delete-orphan", order_by="Connector.code"
    )


class Connector(Row, Base):
    """A plug (充电枪) of a charge point; ``plug`` is its kind (``gbt_dc``, ``gbt_ac``)."""

    __tablename__ = "connectors"
    __table_args__ = (
        UniqueConstraint("point_id", "code"),
        CheckConstraint("power_w > 0", name="power"),
    )

    point_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("charge_points.id", ondelete="CASCADE"))
    code: Mapped[str]
    plug: Mapped[str] = mapped_column(default="gbt_dc")
    power_w: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)

    point: Mapped[ChargePoint] = relationship(back_populates="connectors")
