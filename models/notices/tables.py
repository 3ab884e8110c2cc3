"""The table of notices."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Row


class Notice(Row, Base):
    """Something that an organisation has to look at, until somebody of it has read it.

    ``kind`` says what happened, ``params`` the figures and names its sentence needs,
    ``plan_version_id`` the plan it is about, if any. ``role`` None = everybody of the organisation.
    """

    __tablename__ = "notices"
    __table_args__ = (Index("ix_notices_unread", "organisation_id", "read_at"),)

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    role: Mapped[str | None]
    kind: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[uuid.UUID]
    plan_version_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("plan_versions.id"), index=True
    )
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    read_at: Mapped[datetime | None]
    read_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
