"""Tables of passes, applications for them, and what happened to both."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Editable, Row, not_negative, one_of
from models.fleet.tables import Vehicle
from models.rules.tables import AccessRule

PERMIT_STATES = ("approved", "suspended", "ended")
ENDED_ACTS = ("withdrawn_by_authority", "annulled", "revoked", "deregistered")
"""撤回, 撤销, 吊销, 注销: four legal acts."""
APPLICATION_STATES = (
    "draft",
    "submitted",
    "in_review",
    "correction",
    "not_accepted",
    "approved",
    "denied",
    "withdrawn",
)


class PermitApplication(Editable, Base):
    """An application; ``content`` holds vehicles, rules, dates, hours, trips and purpose.

    ``defects`` are told all at once (补正); ``reasons``/``remedies`` go with a denial.
    """

    __tablename__ = "permit_applications"
    __table_args__ = (one_of("state", APPLICATION_STATES),)

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    authority_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("organisations.id"), index=True
    )
    number: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="draft")
    purpose: Mapped[str] = mapped_column(Text, default="")
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    defects: Mapped[list[Any]] = mapped_column(default=list)
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    remedies: Mapped[list[Any]] = mapped_column(default=list)


class ApplicationEvent(Row, Base):
    """A change of an application's state: who, when, why."""

    __tablename__ = "application_events"

    application_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("permit_applications.id"), index=True
    )
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    reason: Mapped[str] = mapped_column(Text, default="")
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))


class Permit(Editable, Base):
    """A pass (货车通行证) for named vehicles that lifts named rules, dates inclusive.

    Active and expired are computed for a date, never stored. ``trips_per_day`` 0 = any number.
    ``hours`` are daily hours; empty = at any hour. ``ended_act`` names the legal act that ended it.
    """

    __tablename__ = "permits"
    __table_args__ = (
        one_of("state", PERMIT_STATES),
        one_of("ended_act", ENDED_ACTS, optional=True),
        CheckConstraint("(state = 'ended') = (ended_act IS NOT NULL)", name="ended"),
        CheckConstraint("date_to >= date_from", name="dates"),
        not_negative("trips_per_day"),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    authority_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("organisations.id"), index=True
    )
    application_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("permit_applications.id"))
    number: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="approved")
    ended_act: Mapped[str | None]
    date_from: Mapped[date]
    date_to: Mapped[date]
    hours: Mapped[list[Any]] = mapped_column(default=list)
    trips_per_day: Mapped[int] = mapped_column(default=0)
    demo: Mapped[bool] = mapped_column(default=False)

    vehicles: Mapped[list[Vehicle]] = relationship(secondary="permit_vehicles")
    rules: Mapped[list[AccessRule]] = relationship(secondary="permit_rules")


class PermitVehicle(Base):
    """A vehicle that a pass names."""

    __tablename__ = "permit_vehicles"

    permit_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("permits.id", ondelete="CASCADE"), primary_key=True
    )
    vehicle_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("vehicles.id"), primary_key=True, index=True
    )


class PermitRule(Base):
    """A rule that a pass lifts."""

    __tablename__ = "permit_rules"

    permit_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("permits.id", ondelete="CASCADE"), primary_key=True
    )
    rule_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("access_rules.id"), primary_key=True, index=True
    )


class PermitEvent(Row, Base):
    """A change of a pass's state: who, when, why, and by which act."""

    __tablename__ = "permit_events"

    permit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("permits.id"), index=True)
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    act: Mapped[str | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
