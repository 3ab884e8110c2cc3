"""The table of documents."""

from __future__ import annotations

import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Row, not_negative, one_of

AUDIENCES = ("own", "authority")
MEDIA_TYPES = ("application/pdf", "image/jpeg", "image/png")


class Document(Row, Base):
    """A stored file: who owns it, what it is about, who may see it besides its owner.

    ``subject_kind`` and ``subject_id`` name what it belongs to (``vehicle``, ``application``,
    ``organisation`` …), ``kind`` what it shows (``vehicle_licence``, ``vehicle_photo`` …).
    ``audience``: ``own`` = its organisation alone, ``authority`` = the traffic police too.
    The bytes are the artefact ``sha256``, never under the web root.
    """

    __tablename__ = "documents"
    __table_args__ = (
        one_of("audience", AUDIENCES),
        one_of("media_type", MEDIA_TYPES),
        CheckConstraint("length(sha256) = 64", name="sha256"),
        not_negative("size", "width", "height", "pages"),
        Index("ix_documents_subject", "subject_kind", "subject_id"),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    subject_kind: Mapped[str]
    subject_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    file_name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    pages: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str]
    audience: Mapped[str] = mapped_column(default="own")
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
