"""Tables of vehicles' days on the street: driver's links, events, public tracking links."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Row, not_negative, one_of

EVENT_KINDS = (
    "arrive",
    "done",
    "partial",
    "refused",
    "failed",
    "late",
    "breakdown",
    "resume",
    "note",
    "dock_ready",
    "undo",
)
"""到达, 完成, 差异签收, 拒收, 未送达, 晚到, 车辆故障, 恢复, 备注, 月台已备好, 撤销."""
SOURCES = ("link", "account", "dispatcher", "receiver")


class Execution(Row, Base):
    """A vehicle's day of an operator: what its driver's links and events hang on.

    It outlives versions of the plan: a new version of the date goes on with what was told.
    """

    __tablename__ = "executions"
    __table_args__ = (UniqueConstraint("operator_id", "service_date", "vehicle_id"),)

    operator_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    service_date: Mapped[date] = mapped_column(index=True)
    vehicle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("vehicles.id"), index=True)


class DriverLink(Row, Base):
    """A driver's link (司机链接) to one vehicle's day, of which only the SHA-256 is kept.

    ``tries`` counts wrong answers since the last right one; at the limit it is locked for good,
    the dispatcher may give a new one.
    """

    __tablename__ = "driver_links"
    __table_args__ = (
        CheckConstraint("length(token_sha256) = 64", name="sha256"),
        CheckConstraint("expires_at > created_at", name="expires"),
        not_negative("tries"),
    )

    execution_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("executions.id"), index=True)
    token_sha256: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    locked_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime | None]
    made_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))


class ExecutionEvent(Row, Base):
    """What was told about a vehicle's day, never changed: its meaning is the fold of all of them.

    ``client_id`` is given by the device, so that what is sent twice is kept once. ``at`` is
    ``device_at`` set right by the difference of clocks at reception, never after it. ``sequence``
    counts the taps of a device. ``content``: ``{"orders": [{"id", "units"?}], "reason", "note",
    "minutes", "of"}`` as the kind asks. ``after_close``: came when the day was closed already.
    """

    __tablename__ = "execution_events"
    __table_args__ = (
        one_of("kind", EVENT_KINDS),
        one_of("source", SOURCES),
        UniqueConstraint("execution_id", "client_id"),
        CheckConstraint("length(client_id) BETWEEN 8 AND 64", name="client_id"),
        CheckConstraint("at <= received_at", name="not_later"),
        not_negative("sequence"),
        Index("ix_execution_events_execution_at", "execution_id", "at"),
    )

    execution_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("executions.id"))
    client_id: Mapped[str]
    device_id: Mapped[str]
    sequence: Mapped[int] = mapped_column(default=0)
    source: Mapped[str]
    kind: Mapped[str]
    stop_key: Mapped[str | None]
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    device_at: Mapped[datetime]
    received_at: Mapped[datetime]
    at: Mapped[datetime]
    after_close: Mapped[bool] = mapped_column(default=False)
    plan_version_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("plan_versions.id"))
    link_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("driver_links.id"))
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))


class TrackingLink(Row, Base):
    """A public link to the window and state of one delivery, of which only the SHA-256 is kept."""

    __tablename__ = "tracking_links"
    __table_args__ = (
        CheckConstraint("length(token_sha256) = 64", name="sha256"),
        CheckConstraint("expires_at > created_at", name="expires"),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    token_sha256: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    made_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
