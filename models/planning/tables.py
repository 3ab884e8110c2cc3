"""Tables of plan versions, their assignments, jobs, claims, outbox, artefacts."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Editable, Row, not_negative, now, one_of

PLAN_STATES = (
    "draft",
    "queued",
    "solving",
    "solved",
    "failed",
    "cancelled",
    "discarded",
    "published",
    "executing",
    "superseded",
    "closed",
)
VERDICTS = ("clean", "waived", "violated")
JOB_STATES = ("queued", "running", "done", "failed", "cancelled")
STOPS = ("none", "keep", "cancel")
CLAIM_THINGS = ("bay", "connector", "vehicle", "driver")
EDIT_KINDS = ("begin", "move", "remove", "start", "lock", "unlock", "waive", "unwaive")

_IN_FORCE = text("state IN ('published', 'executing') AND scenario IS NULL")


class PlanVersion(Editable, Base):
    """One version of the plan (排线方案) of an operator's service date.

    ``totals``: ``{"orders", "served", "vehicles", "metres", "seconds", "wh", "cost_fen",
    "co2e_g", …}``. ``*_sha256`` name artefacts: problem, plan, names (id → label), check (the
    checker's JSON), base (comparisons). ``options``, ``locks``, ``waivers``: what the dispatcher
    asked for, in the shapes of ``routing.problem``. ``scenario`` None = the real plan.
    ``edit_number`` grows with every change by hand, undo and redo: who changes a draft says which
    one they saw. ``edit_at`` is the edit that it stands at (0 = as it was begun).
    """

    __tablename__ = "plan_versions"
    __table_args__ = (
        one_of("state", PLAN_STATES),
        one_of("verdict", VERDICTS, optional=True),
        UniqueConstraint("operator_id", "service_date", "version"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("time_limit_s > 0", name="time_limit"),
        CheckConstraint(
            "state NOT IN ('solved', 'published', 'executing') OR (plan_sha256 IS NOT NULL"
            " AND verdict IS NOT NULL AND verdict IN ('clean', 'waived'))",
            name="solved_is_checked",
        ),
        Index(
            "uq_plan_versions_in_force",
            "operator_id",
            "service_date",
            unique=True,
            postgresql_where=_IN_FORCE,
            sqlite_where=_IN_FORCE,
        ),
        Index("ix_plan_versions_operator_date", "operator_id", "service_date"),
    )

    operator_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    service_date: Mapped[date]
    version: Mapped[int]
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("plan_versions.id"), index=True)
    state: Mapped[str] = mapped_column(default="draft")
    scenario: Mapped[str | None]
    reason: Mapped[str | None] = mapped_column(Text)
    verdict: Mapped[str | None]
    totals: Mapped[dict[str, Any]] = mapped_column(default=dict)
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    locks: Mapped[list[Any]] = mapped_column(default=list)
    waivers: Mapped[list[Any]] = mapped_column(default=list)
    problem_sha256: Mapped[str | None]
    plan_sha256: Mapped[str | None]
    names_sha256: Mapped[str | None]
    check_sha256: Mapped[str | None]
    base_sha256: Mapped[str | None]
    engine: Mapped[str] = mapped_column(default="ortools")
    seed: Mapped[int] = mapped_column(default=0)
    threads: Mapped[int] = mapped_column(default=1)
    iterations: Mapped[int | None]
    time_limit_s: Mapped[int] = mapped_column(default=60)
    requested_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    queued_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    published_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    demo: Mapped[bool] = mapped_column(default=False)
    edit_number: Mapped[int] = mapped_column(default=0, server_default="0")
    edit_at: Mapped[int] = mapped_column(default=0, server_default="0")


class PlanEvent(Row, Base):
    """A change of a plan version's state: who, when, why."""

    __tablename__ = "plan_events"

    plan_version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plan_versions.id"), index=True)
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    reason: Mapped[str] = mapped_column(Text, default="")
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))


class PlanEdit(Row, Base):
    """A change by hand of a draft: who, when, what, and the draft as it is after it.

    ``number`` is the draft's ``edit_number`` that it made; 0 is the draft as it was begun.
    ``follows``: the edit it was made upon, so that undo goes there, and redo to the latest that
    follows. ``edit`` is what was asked for, ``says`` what was answered (violations, ways, costs).
    """

    __tablename__ = "plan_edits"
    __table_args__ = (
        one_of("kind", EDIT_KINDS),
        one_of("verdict", VERDICTS),
        UniqueConstraint("plan_version_id", "number"),
        CheckConstraint("(number = 0) = (follows IS NULL)", name="follows"),
        CheckConstraint("follows IS NULL OR follows < number", name="order"),
    )

    plan_version_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("plan_versions.id", ondelete="CASCADE")
    )
    number: Mapped[int]
    follows: Mapped[int | None]
    kind: Mapped[str]
    edit: Mapped[dict[str, Any]] = mapped_column(default=dict)
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    undone: Mapped[bool] = mapped_column(default=False)
    verdict: Mapped[str]
    cost_fen: Mapped[int]
    problem_sha256: Mapped[str]
    plan_sha256: Mapped[str]
    names_sha256: Mapped[str | None]
    check_sha256: Mapped[str]
    totals: Mapped[dict[str, Any]] = mapped_column(default=dict)
    locks: Mapped[list[Any]] = mapped_column(default=list)
    waivers: Mapped[list[Any]] = mapped_column(default=list)
    says: Mapped[dict[str, Any]] = mapped_column(default=dict)


class PlanRoute(Row, Base):
    """One vehicle's day in a plan version, for lists and visibility; details in the plan."""

    __tablename__ = "plan_routes"
    __table_args__ = (UniqueConstraint("plan_version_id", "vehicle_id"),)

    plan_version_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("plan_versions.id", ondelete="CASCADE")
    )
    vehicle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("vehicles.id"), index=True)
    label: Mapped[str] = mapped_column(default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    totals: Mapped[dict[str, Any]] = mapped_column(default=dict)


class PlanDuty(Row, Base):
    """One driver's turn in a plan version."""

    __tablename__ = "plan_duties"

    plan_version_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("plan_versions.id", ondelete="CASCADE"), index=True
    )
    route_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plan_routes.id", ondelete="CASCADE"))
    driver_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("drivers.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class PlanAssignment(Base):
    """An order in a plan version: by which vehicle, when it is expected; what a shipper may see."""

    __tablename__ = "plan_assignments"
    __table_args__ = (
        one_of("tier", ("impossible", "no_room", "not_worth_it"), optional=True),
        CheckConstraint("(vehicle_id IS NULL) = (arrives_at IS NULL)", name="served"),
    )

    plan_version_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("plan_versions.id", ondelete="CASCADE"), primary_key=True
    )
    order_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("orders.id"), primary_key=True, index=True
    )
    vehicle_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("vehicles.id"), index=True)
    driver_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("drivers.id"), index=True)
    trip: Mapped[int | None]
    arrives_at: Mapped[datetime | None]
    starts_at: Mapped[datetime | None]
    departs_at: Mapped[datetime | None]
    tier: Mapped[str | None]


class PlanJob(Editable, Base):
    """Work to be done by a worker. The database owns its state, the queue carries its id.

    ``token`` is the fencing token: it grows with every taking; only its holder may store a result.
    ``stop``: ``keep`` = stop and keep the best plan, ``cancel`` = stop and drop it.
    """

    __tablename__ = "plan_jobs"
    __table_args__ = (
        one_of("state", JOB_STATES),
        one_of("stop", STOPS),
        not_negative("attempt", "token"),
        Index("ix_plan_jobs_state_lease", "state", "lease_until"),
    )

    kind: Mapped[str] = mapped_column(default="solve")
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    plan_version_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("plan_versions.id"), index=True
    )
    import_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("imports.id"), index=True)
    state: Mapped[str] = mapped_column(default="queued")
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    attempt: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int] = mapped_column(default=3)
    token: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    stop: Mapped[str] = mapped_column(default="none")
    error: Mapped[str | None] = mapped_column(Text)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class PlanPiece(Editable, Base):
    """A part of a job that another worker may do; leases as for jobs."""

    __tablename__ = "plan_pieces"
    __table_args__ = (
        one_of("state", JOB_STATES),
        UniqueConstraint("job_id", "number"),
        not_negative("attempt", "token", "number"),
        Index("ix_plan_pieces_state_lease", "state", "lease_until"),
    )

    job_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plan_jobs.id", ondelete="CASCADE"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(default="piece")
    state: Mapped[str] = mapped_column(default="queued")
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    attempt: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int] = mapped_column(default=3)
    token: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
    finished_at: Mapped[datetime | None]


class Outbox(Row, Base):
    """Something to enqueue after commit: ``topic`` and an id; relayed until ``sent_at``."""

    __tablename__ = "outbox"
    __table_args__ = (
        not_negative("attempts"),
        Index("ix_outbox_unsent", "sent_at", "created_at"),
    )

    topic: Mapped[str]
    subject_id: Mapped[uuid.UUID]
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)


class Claim(Row, Base):
    """A published plan holds a thing for ``[starts_at, ends_at)``; two claims never overlap.

    ``space`` numbers the places of a bay (0-based), 0 for all else. ``power_w``: reserved power
    of a connector. PostgreSQL refuses overlaps by an exclusion constraint, SQLite by a trigger.
    """

    __tablename__ = "claims"
    __table_args__ = (
        one_of("thing", CLAIM_THINGS),
        CheckConstraint("ends_at > starts_at", name="order"),
        not_negative("space", "power_w"),
        Index("ix_claims_thing", "thing", "thing_id", "space", "starts_at"),
    )

    thing: Mapped[str]
    thing_id: Mapped[uuid.UUID]
    space: Mapped[int] = mapped_column(default=0)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    power_w: Mapped[int] = mapped_column(default=0)
    plan_version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plan_versions.id"), index=True)


class Artefact(Base):
    """An immutable piece of data named by its SHA-256; ``content`` None = kept in a directory."""

    __tablename__ = "artefacts"
    __table_args__ = (CheckConstraint("length(sha256) = 64", name="sha256"), not_negative("size"))

    sha256: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(default="")
    size: Mapped[int]
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(default=now)
