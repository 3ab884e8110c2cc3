"""Tables of organisations, accounts, tokens, idempotency keys, throttling and the city."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Editable, Row, not_negative, one_of

ORGANISATION_KINDS = (
    "operator",
    "carrier",
    "shipper",
    "receiver",
    "traffic_police",
    "bureau",
    "platform",
)
ROLES = ("dispatcher", "shipper", "receiver", "carrier", "driver", "police", "bureau", "admin")
TRADES = ("supermarket", "convenience", "courier", "cold_chain", "other")
"""A shipper's trade: 大型超市, 便利店, 快递, 冷链, 其他."""
LEVELS = ("city", "district")
AUTHORITIES = (
    "transport",
    "commerce",
    "postal",
    "ecology",
    "development_reform",
    "urban_management",
)
"""What a bureau answers for; the traffic police are a kind of their own."""
ROLE_POSITIONS: dict[str, tuple[str, ...]] = {
    "dispatcher": ("organisation_admin", "auditor"),
    "shipper": ("shipper_admin", "clerk", "station_manager", "auditor"),
    "receiver": ("organisation_admin", "receiver", "station_manager", "auditor"),
    "carrier": ("organisation_admin", "auditor"),
    "driver": (),
    "police": (
        "reviewer",
        "approver",
        "officer",
        "rule_keeper",
        "organisation_admin",
        "auditor",
    ),
    "bureau": ("viewer", "target_keeper", "organisation_admin", "auditor"),
    "admin": ("admin", "auditor"),
}
"""The positions 岗位 within each role: a role decides whose rows, a position what may be done."""
POSITIONS = tuple(dict.fromkeys(name for names in ROLE_POSITIONS.values() for name in names))
ORGANISATION_ADMINS = ("shipper_admin", "organisation_admin")
"""Positions that invite and close accounts within their own organisation."""


class City(Editable, Base):
    """The one city that this installation serves, with its calendar and planning defaults.

    ``calendar``: ``{"holidays": [date], "working_days": [date], "alerts": {date: level}}``.
    ``travel``: ``{"detour_permille": int, "profiles": {profile: [{"start": seconds after local
    midnight, "metres_per_hour": int}]}}``. ``objective``: weights in milli-fen by the names of
    ``routing.problem.Objective``. ``planning``: other defaults (time limit, price levels).
    ``map_sha256`` names the artefact that the base map is drawn from, ``network_sha256`` the roads.
    ``demo`` marks 模拟数据 everywhere.
    """

    __tablename__ = "cities"
    __table_args__ = (
        CheckConstraint("single = 1", name="single"),
        UniqueConstraint("single"),
    )

    single: Mapped[int] = mapped_column(default=1)
    name: Mapped[str]
    timezone: Mapped[str] = mapped_column(default="Asia/Shanghai")
    datum: Mapped[str] = mapped_column(default="wgs84")
    division_code: Mapped[str] = mapped_column(default="")
    plate_prefix: Mapped[str] = mapped_column(default="")
    lon: Mapped[float]
    lat: Mapped[float]
    zoom: Mapped[int] = mapped_column(default=12)
    bounds: Mapped[list[Any]] = mapped_column(default=list)
    calendar: Mapped[dict[str, Any]] = mapped_column(default=dict)
    travel: Mapped[dict[str, Any]] = mapped_column(default=dict)
    objective: Mapped[dict[str, Any]] = mapped_column(default=dict)
    planning: Mapped[dict[str, Any]] = mapped_column(default=dict)
    map_sha256: Mapped[str | None]
    network_sha256: Mapped[str | None]
    seed: Mapped[int | None]
    demo: Mapped[bool] = mapped_column(default=False)


class Organisation(Editable, Base):
    """A company or authority. ``district`` and ``level`` place an authority; None = no matter.

    ``authority``: what a bureau answers for, None for all other kinds. ``trade``: a shipper's.
    """

    __tablename__ = "organisations"
    __table_args__ = (
        one_of("kind", ORGANISATION_KINDS),
        one_of("level", LEVELS, optional=True),
        one_of("authority", AUTHORITIES, optional=True),
        one_of("trade", TRADES, optional=True),
        UniqueConstraint("credit_code"),
        Index("ix_organisations_kind", "kind"),
    )

    kind: Mapped[str]
    code: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    short_name: Mapped[str] = mapped_column(default="")
    trade: Mapped[str | None]
    credit_code: Mapped[str | None]
    level: Mapped[str | None]
    authority: Mapped[str | None]
    district: Mapped[str | None]
    phone: Mapped[str | None]
    address: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)


class Agreement(Editable, Base):
    """A shipper's agreement with the operator that delivers its orders.

    ``cut_off_s``: latest submission, seconds after local midnight of the day before.
    """

    __tablename__ = "agreements"
    __table_args__ = (UniqueConstraint("shipper_id", "operator_id"),)

    shipper_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    operator_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    cut_off_s: Mapped[int] = mapped_column(default=64800)
    active: Mapped[bool] = mapped_column(default=True)


class Account(Editable, Base):
    """Somebody who logs in. ``login`` is stored in lower case.

    ``positions``: what the person does within the role, of ``ROLE_POSITIONS``. ``totp_secret``
    (sealed by ``models.sealing``) counts once ``totp_confirmed_at`` is set; ``totp_last_step`` is
    the last step of 30 s whose code was taken. ``recovery_codes`` are SHA-256s, each good once.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        one_of("role", ROLES),
        CheckConstraint("login = lower(login)", name="login_lower"),
        not_negative("failed_attempts"),
    )

    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str] = mapped_column(Text)
    role: Mapped[str]
    positions: Mapped[list[str]] = mapped_column(default=list)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    language: Mapped[str] = mapped_column(default="zh")
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    totp_secret: Mapped[str | None]
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int | None]
    recovery_codes: Mapped[list[str]] = mapped_column(default=list)
    session_epoch: Mapped[int] = mapped_column(default=0)
    password_changed_at: Mapped[datetime | None]
    last_login_at: Mapped[datetime | None]
    failed_attempts: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(lazy="joined")


class Invitation(Row, Base):
    """A link, good once, with which somebody sets up their own log-in or a new password.

    ``account_id`` None: a new account with ``role``, ``positions``, ``name``; otherwise the account
    whose password is set anew. Of the link only the SHA-256 is kept.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        one_of("role", ROLES),
        CheckConstraint("expires_at > created_at", name="expires"),
        CheckConstraint("length(token_sha256) = 64", name="sha256"),
    )

    token_sha256: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    role: Mapped[str]
    positions: Mapped[list[str]] = mapped_column(default=list)
    name: Mapped[str]
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    invited_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(lazy="joined")


class ApiToken(Row, Base):
    """A bearer token: ``gf_`` + 256 bits, of which only the SHA-256 is kept."""

    __tablename__ = "api_tokens"
    __table_args__ = (
        CheckConstraint("expires_at > created_at", name="expires"),
        CheckConstraint("length(token_sha256) = 64", name="sha256"),
    )

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    name: Mapped[str]
    prefix: Mapped[str]
    token_sha256: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[Any]] = mapped_column(default=list)
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class IdempotencyKey(Row, Base):
    """The answer to a POST, kept 24 h for its owner. ``status`` None = still in flight."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("organisation_id", "token_key", "method", "path", "key"),)

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    token_key: Mapped[str]
    method: Mapped[str]
    path: Mapped[str] = mapped_column(Text)
    key: Mapped[str]
    body_sha256: Mapped[str]
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    response: Mapped[bytes | None] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class LoginThrottle(Base):
    """Failures of a log-in name or an address, and until when further tries are refused."""

    __tablename__ = "login_throttles"
    __table_args__ = (one_of("kind", ("login", "address")), not_negative("failures"))

    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_failure_at: Mapped[datetime]
    blocked_until: Mapped[datetime | None]
