"""The table of targets: what a document asks for, how binding it is, and for which time."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Editable, one_of

STATUSES = ("draft", "issued")
"""征求意见稿, 已印发."""
COMPARISONS = ("at_least", "at_most", "exists")


class IndicatorTarget(Editable, Base):
    """A target of one indicator in one document; several cities set several for the same.

    ``district``: whose own target it is; None = the city's.

    ``value`` in the indicator's own unit as a decimal text (``0.5`` = 50 %), None where the
    document only asks that something exists. ``formula``: what the document leaves open, decided
    by the city. ``basis``: where in the document. A target after ``valid_to`` is lapsed.
    """

    __tablename__ = "indicator_targets"
    __table_args__ = (
        one_of("status", STATUSES),
        one_of("comparison", COMPARISONS),
        UniqueConstraint("code", "source"),
        CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from", name="order"
        ),
    )

    code: Mapped[str]
    source: Mapped[str] = mapped_column(Text)
    status: Mapped[str]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    basis: Mapped[str] = mapped_column(Text, default="")
    comparison: Mapped[str]
    value: Mapped[str | None]
    formula: Mapped[dict[str, Any]] = mapped_column(default=dict)
    demo: Mapped[bool] = mapped_column(default=False)
    district: Mapped[str | None]

    def lapsed(self, day: date) -> bool:
        """Whether its time is over on this date."""
        return self.valid_to is not None and self.valid_to < day
