"""Tables of zones and access rules."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Editable, one_of

EFFECTS = ("no_driving", "no_stopping", "no_parking", "pass_needed", "quiet_only")


class Zone(Editable, Base):
    """A zone: polygons, or ``sections`` (arc ids with direction) of the road network."""

    __tablename__ = "zones"

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default="restricted")
    district: Mapped[str | None]
    area: Mapped[WKBElement | None] = mapped_column(Geometry("MULTIPOLYGON", srid=4326))
    sections: Mapped[list[Any]] = mapped_column(default=list)
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)

    rules: Mapped[list[AccessRule]] = relationship(back_populates="zone")


class AccessRule(Editable, Base):
    """A rule of a zone.

    ``who``, ``exempt`` (lists of Who) and ``when`` have the very shape of
    ``routing.problem.AccessRule``; ``who`` is never empty (one empty object = everybody).
    ``types`` in Who are vehicle type ids. ``effective_*``: dates (inclusive) the rule exists on.
    """

    __tablename__ = "access_rules"
    __table_args__ = (
        one_of("effect", EFFECTS),
        CheckConstraint(
            "effective_to IS NULL OR effective_from IS NULL OR effective_to >= effective_from",
            name="effective",
        ),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    zone_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("zones.id"), index=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    basis: Mapped[str] = mapped_column(Text, default="")
    effect: Mapped[str]
    who: Mapped[list[Any]] = mapped_column(default=lambda: [{}])
    exempt: Mapped[list[Any]] = mapped_column(default=list)
    when: Mapped[dict[str, Any]] = mapped_column("when", default=dict, quote=True)
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)

    zone: Mapped[Zone] = relationship(back_populates="rules")
