"""Tables of passes, applications for them, and what happened to both."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
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


MODES = ("register", "issue")
"""The official pass is entered and verified here, or the pass is issued here."""


class PermitScheme(Editable, Base):
    """A kind of pass that a city gives out, with all that the city decides about it.

    ``mode`` ``register``: the number, dates and picture of the official pass are entered and
    verified; ``issue``: passes are issued here, which needs the ``authorisation`` on record
    (``{"document", "issued_by", "number", "date"}``). ``steps`` 1 = the reviewer decides, 2 = a
    second person approves. ``zones``: ``[{"zone": id, "start", "end", "per_hour",
    "max_length_mm", "max_height_mm", "max_mass_g"}]``, vehicles with a valid pass per hour between
    ``start`` and ``end`` (seconds after midnight), 0 = no limit. ``papers``: ``[{"kind", "label",
    "deferrable"}]``, documents that belong to an application; a deferrable one may follow within
    ``supplement_days``, and until then nothing takes effect unless ``effect_basis`` names the
    published rule that says otherwise. ``clauses``: ``[{"code", "text"}]``. ``answers``:
    ``[{"target", "text", "remedy"}]``, the usual reasons of a decision.
    """

    __tablename__ = "permit_schemes"
    __table_args__ = (
        one_of("mode", MODES),
        CheckConstraint("steps IN (1, 2)", name="steps"),
        not_negative("longest_days", "supplement_days", "decide_days"),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    mode: Mapped[str] = mapped_column(default="register")
    authorisation: Mapped[dict[str, Any]] = mapped_column(default=dict)
    steps: Mapped[int] = mapped_column(default=1)
    zones: Mapped[list[Any]] = mapped_column(default=list)
    papers: Mapped[list[Any]] = mapped_column(default=list)
    clauses: Mapped[list[Any]] = mapped_column(default=list)
    answers: Mapped[list[Any]] = mapped_column(default=list)
    longest_days: Mapped[int] = mapped_column(default=365)
    supplement_days: Mapped[int] = mapped_column(default=0)
    decide_days: Mapped[int] = mapped_column(default=0)
    effect_basis: Mapped[str] = mapped_column(Text, default="")
    letterhead: Mapped[str] = mapped_column(default="")
    remedy_note: Mapped[str] = mapped_column(Text, default="")
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)


class PermitApplication(Editable, Base):
    """An application for one vehicle; those handed in together share ``batch_id``.

    ``content`` holds what the form says beside the columns: ``vehicle`` (as in the vehicle
    licence), ``rules`` (ids to be lifted), ``agent``, ``official`` (number of a pass given
    elsewhere), ``defer`` (kinds of papers that follow). ``defects`` are told all at once (补正);
    ``reasons``/``remedies`` go with a denial. ``opinion``: the reviewer's, where a second person
    decides: ``{"target", "account", "at", "points", "remedies", "until"}``. ``decision``: what the
    decision paper says, as it stood then. ``papers_due``: until when deferred papers have to come.
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
    scheme_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("permit_schemes.id"), index=True)
    vehicle_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("vehicles.id"), index=True)
    batch_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    date_from: Mapped[date | None]
    date_to: Mapped[date | None]
    hours: Mapped[list[Any]] = mapped_column(default=list)
    trips_per_day: Mapped[int] = mapped_column(default=0)
    opinion: Mapped[dict[str, Any]] = mapped_column(default=dict)
    decision: Mapped[dict[str, Any]] = mapped_column(default=dict)
    papers_due: Mapped[date | None]
    submitted_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    demo: Mapped[bool] = mapped_column(default=False)

    scheme: Mapped[PermitScheme | None] = relationship()
    vehicle: Mapped[Vehicle | None] = relationship()


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
    ``registered``: given elsewhere, entered and verified here. ``papers_due``: papers still have to
    come; the pass is good through that date at most, and whole once they have come.
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
    scheme_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("permit_schemes.id"), index=True)
    registered: Mapped[bool] = mapped_column(default=False)
    papers_due: Mapped[date | None]
    demo: Mapped[bool] = mapped_column(default=False)

    @property
    def last_day(self) -> date:
        """The last date on which it may be used as its papers stand."""
        return min(self.date_to, self.papers_due) if self.papers_due else self.date_to

    scheme: Mapped[PermitScheme | None] = relationship()
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


class RoadsideKey(Row, Base):
    """A public key of roadside codes; its private half is never in the database.

    ``public_key`` in hexadecimal. A retired key signs no more and still verifies; a withdrawn one
    (its private half became known) does neither.
    """

    __tablename__ = "roadside_keys"
    __table_args__ = (
        CheckConstraint("withdrawn_at IS NULL OR retired_at IS NOT NULL", name="withdrawn"),
    )

    kid: Mapped[str] = mapped_column(unique=True)
    algorithm: Mapped[str]
    public_key: Mapped[str]
    retired_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


CHECK_RESULTS = ("valid", "not_now", "none", "unknown")
"""A pass holds now; there is one but not now; there is none; the plate is not known here."""
CODE_VERDICTS = (
    "valid",
    "unreadable",
    "other_domain",
    "unknown_key",
    "forged",
    "unknown_serial",
    "ended",
    "suspended",
    "other_plate",
    "not_yet",
    "expired",
    "wrong_hour",
)
"""What a scanned code is worth; the first that applies, from the second on, else the first."""


class RoadsideCheck(Row, Base):
    """An officer's look-up of a plate or scan of a code, with what was found then.

    ``code_verdict``: of a scan, None for a look-up. ``scanned_at``: when, where a scan was made
    without network and told later; ``client_id`` keeps one that is told twice from counting twice.
    """

    __tablename__ = "roadside_checks"
    __table_args__ = (
        one_of("result", CHECK_RESULTS),
        one_of("code_verdict", CODE_VERDICTS, optional=True),
        Index("uq_roadside_checks_client", "organisation_id", "client_id", unique=True),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    plate: Mapped[str]
    vehicle_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("vehicles.id"), index=True)
    permit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("permits.id"))
    result: Mapped[str]
    note: Mapped[str] = mapped_column(Text, default="")
    code_verdict: Mapped[str | None]
    scanned_at: Mapped[datetime | None]
    client_id: Mapped[str | None]
