"""Tables of courier waves (班次), and of what shippers ask for once a plan holds an order."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Editable, Row, not_negative, one_of
from models.orders.tables import UNIT_KINDS, Order
from models.places.tables import Place

REQUEST_KINDS = ("quantity", "cancel")
REQUEST_STATES = ("open", "granted", "refused")


class Wave(Editable, Base):
    """A courier's wave (班次), such as 07:00: when its pieces must be at the stations.

    ``start_s``/``end_s``: the window at the station, seconds after local midnight of the service
    date. ``weekdays``: ISO 1..7, empty = every day. ``unit_kind`` is what is counted.
    """

    __tablename__ = "waves"
    __table_args__ = (
        one_of("unit_kind", UNIT_KINDS),
        UniqueConstraint("shipper_id", "code"),
        CheckConstraint("end_s > start_s", name="order"),
        CheckConstraint("start_s >= -21600 AND end_s <= 108000", name="horizon"),
    )

    shipper_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    code: Mapped[str]
    start_s: Mapped[int]
    end_s: Mapped[int]
    weekdays: Mapped[list[Any]] = mapped_column(default=list)
    pickup_place_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), index=True)
    unit_kind: Mapped[str] = mapped_column(default="piece")
    goods_name: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)

    pickup_place: Mapped[Place] = relationship()
    stations: Mapped[list[WaveStation]] = relationship(
        back_populates="wave", cascade="all, delete-orphan"
    )


class WaveStation(Row, Base):
    """How many pieces a station usually gets in a wave (预计件数)."""

    __tablename__ = "wave_stations"
    __table_args__ = (UniqueConstraint("wave_id", "place_id"), not_negative("units"))

    wave_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("waves.id", ondelete="CASCADE"))
    place_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), index=True)
    units: Mapped[int]

    wave: Mapped[Wave] = relationship(back_populates="stations")
    place: Mapped[Place] = relationship()


class WaveOrder(Base):
    """The order of a wave, station and day, with what was expected and when it was counted."""

    __tablename__ = "wave_orders"
    __table_args__ = (not_negative("expected_units"),)

    order_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True
    )
    wave_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("waves.id"), index=True)
    expected_units: Mapped[int]
    counted_at: Mapped[datetime | None]
    counted_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))

    order: Mapped[Order] = relationship()
    wave: Mapped[Wave] = relationship()


class OrderRequest(Row, Base):
    """What a shipper asks the dispatcher for once a plan holds the order.

    ``quantity``: other amounts (``content`` holds them), ``cancel``: not to deliver it after all.
    """

    __tablename__ = "order_requests"
    __table_args__ = (
        one_of("kind", REQUEST_KINDS),
        one_of("state", REQUEST_STATES),
        Index(
            "uq_order_requests_open",
            "order_id",
            "kind",
            unique=True,
            postgresql_where=text("state = 'open'"),
            sqlite_where=text("state = 'open'"),
        ),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("orders.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]

    order: Mapped[Order] = relationship()
