"""The table of audit events; triggers refuse UPDATE, DELETE and TRUNCATE."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class AuditEvent(Base):
    """Who did what to which row: ids and field names, never personal values.

    ``hash`` covers all fields and the ``hash`` of the row before. No foreign keys: the trail
    outlives what it speaks of.
    """

    __tablename__ = "audit_events"
    __table_args__ = (
        CheckConstraint("length(hash) = 64 AND length(previous) = 64", name="hashes"),
        Index("ix_audit_events_entity", "entity", "entity_id"),
        Index("ix_audit_events_organisation", "organisation_id", "sequence"),
    )

    sequence: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime]
    account_id: Mapped[uuid.UUID | None]
    organisation_id: Mapped[uuid.UUID | None]
    request_id: Mapped[str]
    address: Mapped[str]
    action: Mapped[str]
    entity: Mapped[str]
    entity_id: Mapped[str]
    fields: Mapped[list[Any]] = mapped_column(default=list)
    previous: Mapped[str] = mapped_column(unique=True)
    hash: Mapped[str] = mapped_column(unique=True)
