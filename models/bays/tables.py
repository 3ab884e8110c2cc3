"""Tables of unloading bays and the places they serve."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Editable, not_negative, one_of
from models.places.tables import Place

AREA_KINDS = ("commercial", "residential", "production", "event")
"""商业区, 居住区, 生产区, 大型公共活动区."""
FORMS = ("bay", "yard")
"""路侧临时停车泊位, 专用卸货场地."""


class Bay(Editable, Base):
    """An unloading bay (卸货泊位); limits of 0 do not bind; ``hours`` as for depots."""

    __tablename__ = "bays"
    __table_args__ = (
        CheckConstraint("spaces >= 1", name="spaces"),
        one_of("form", FORMS),
        one_of("area_kind", AREA_KINDS, optional=True),
        not_negative(
            "longest_stay_s",
            "max_length_mm",
            "max_mass_g",
            "buffer_before_s",
            "buffer_after_s",
            "fixed_s",
        ),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    place_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), unique=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    form: Mapped[str] = mapped_column(default="bay")
    area_kind: Mapped[str | None]
    spaces: Mapped[int] = mapped_column(default=1)
    hours: Mapped[list[Any]] = mapped_column(default=list)
    longest_stay_s: Mapped[int] = mapped_column(default=0)
    max_length_mm: Mapped[int] = mapped_column(default=0)
    max_mass_g: Mapped[int] = mapped_column(default=0)
    buffer_before_s: Mapped[int] = mapped_column(default=0)
    buffer_after_s: Mapped[int] = mapped_column(default=0)
    fixed_s: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)

    place: Mapped[Place] = relationship()
    serves: Mapped[list[BayPlace]] = relationship(
        back_populates="bay", cascade="all, delete-orphan"
    )


class BayPlace(Base):
    """A place that a bay can serve, ``walk_s`` seconds on foot."""

    __tablename__ = "bay_places"
    __table_args__ = (not_negative("walk_s"),)

    bay_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("bays.id", ondelete="CASCADE"), primary_key=True
    )
    place_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("places.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    walk_s: Mapped[int] = mapped_column(default=0)

    bay: Mapped[Bay] = relationship(back_populates="serves")
