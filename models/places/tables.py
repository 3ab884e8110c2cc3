"""Tables of places, districts, depots, receiving windows and shippers' own codes."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Editable, Row, not_negative, one_of
from models.spatial import lon_lat

PLACE_KINDS = (
    "hub",
    "distribution_centre",
    "depot",
    "end_station",
    "store",
    "charging",
    "bay",
    "rest",
)
OPERATING_STATES = ("planned", "building", "open", "closed")
"""规划, 在建, 运营, 停运."""
PUBLIC_KINDS = ("hub", "distribution_centre", "charging", "bay", "rest")
"""Kinds that every organisation of the city may see."""


class District(Editable, Base):
    """A district (区) of the city."""

    __tablename__ = "districts"

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    area: Mapped[WKBElement] = mapped_column(Geometry("MULTIPOLYGON", srid=4326), nullable=False)


class Place(Editable, Base):
    """A place (网点), WGS-84, with what its yard allows.

    ``organisation_id`` keeps the record; ``receiver_id`` is the organisation that receives there.
    Yard fields mean what ``routing.problem.Place`` says. ``contact_phone`` is shown masked except
    to who must call. ``code`` is unique within its keeper. ``night_contact_*``: who receives at
    night, from and to as seconds after local midnight (``to <= from`` runs past midnight).
    ``night_veto_from``/``night_veto_to``: service dates on which the place refuses its night
    windows (否决), ``to`` None = until it is lifted. ``operating`` and ``evidence``: the state of a
    node (hub, centre, end station) and the document that recognises it; None = not registered.
    """

    __tablename__ = "places"
    __table_args__ = (
        one_of("kind", PLACE_KINDS),
        one_of("operating", OPERATING_STATES, optional=True),
        UniqueConstraint("organisation_id", "code"),
        not_negative("fixed_s", "yard_max_length_mm", "yard_max_height_mm", "yard_max_mass_g"),
        Index("ix_places_name", "name"),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    receiver_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("organisations.id"), index=True
    )
    kind: Mapped[str] = mapped_column(index=True)
    code: Mapped[str]
    name: Mapped[str]
    address: Mapped[str] = mapped_column(Text, default="")
    district: Mapped[str | None]
    geometry: Mapped[WKBElement] = mapped_column(Geometry("POINT", srid=4326), nullable=False)
    contact_name: Mapped[str | None]
    contact_phone: Mapped[str | None]
    fixed_s: Mapped[int] = mapped_column(default=0)
    yard: Mapped[bool] = mapped_column(default=True)
    rest: Mapped[bool] = mapped_column(default=False)
    yard_max_length_mm: Mapped[int] = mapped_column(default=0)
    yard_max_height_mm: Mapped[int] = mapped_column(default=0)
    yard_max_mass_g: Mapped[int] = mapped_column(default=0)
    needs: Mapped[list[Any]] = mapped_column(default=list)
    notes: Mapped[str] = mapped_column(Text, default="")
    yard_notes: Mapped[str] = mapped_column(Text, default="")
    operating: Mapped[str | None]
    evidence: Mapped[str] = mapped_column(Text, default="")
    night_contact_name: Mapped[str | None]
    night_contact_phone: Mapped[str | None]
    night_contact_from_s: Mapped[int | None]
    night_contact_to_s: Mapped[int | None]
    night_veto_from: Mapped[date | None]
    night_veto_to: Mapped[date | None]
    night_veto_reason: Mapped[str] = mapped_column(Text, default="")
    archived: Mapped[bool] = mapped_column(default=False)
    demo: Mapped[bool] = mapped_column(default=False)

    windows: Mapped[list[PlaceWindow]] = relationship(
        back_populates="place", cascade="all, delete-orphan", order_by="PlaceWindow.start_s"
    )
    days: Mapped[list[PlaceDay]] = relationship(
        back_populates="place", cascade="all, delete-orphan", order_by="PlaceDay.day"
    )
    depot: Mapped[Depot | None] = relationship(
        back_populates="place", cascade="all, delete-orphan", uselist=False
    )

    @property
    def lon(self) -> float:
        """Degrees east."""
        return lon_lat(self.geometry)[0]

    @property
    def lat(self) -> float:
        """Degrees north."""
        return lon_lat(self.geometry)[1]

    def night_vetoed(self, service_date: date) -> bool:
        """Whether the place refuses its night windows on this service date."""
        since, until = self.night_veto_from, self.night_veto_to
        return since is not None and since <= service_date and (not until or service_date <= until)


class PlaceWindow(Row, Base):
    """A receiving window (收货时段) of a place on some weekdays.

    ``start_s``/``end_s``: seconds after local midnight of the *service date*; negative = the
    evening before. ``weekdays``: ISO 1..7 of the service date, empty = every day. ``needs``: what
    the window asks of the vehicle (night: ``quiet``).
    """

    __tablename__ = "place_windows"
    __table_args__ = (
        CheckConstraint("end_s >= start_s", name="order"),
        CheckConstraint("start_s >= -21600 AND end_s <= 108000", name="horizon"),
        not_negative("unattended_extra_s", "soft_late_s"),
    )

    place_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("places.id", ondelete="CASCADE"), index=True
    )
    weekdays: Mapped[list[Any]] = mapped_column(default=list)
    start_s: Mapped[int]
    end_s: Mapped[int]
    night: Mapped[bool] = mapped_column(default=False)
    needs: Mapped[list[Any]] = mapped_column(default=list)
    unattended: Mapped[bool] = mapped_column(default=False)
    unattended_extra_s: Mapped[int] = mapped_column(default=0)
    soft_late_s: Mapped[int] = mapped_column(default=0)

    place: Mapped[Place] = relationship(back_populates="windows")


class PlaceDay(Row, Base):
    """A service date on which a place receives otherwise than on its weekday (例外日期).

    ``windows``: as ``Order.windows``; they replace those of the weekday. ``closed``: none at all.
    """

    __tablename__ = "place_days"
    __table_args__ = (UniqueConstraint("place_id", "day"),)

    place_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id", ondelete="CASCADE"))
    day: Mapped[date]
    closed: Mapped[bool] = mapped_column(default=False)
    windows: Mapped[list[Any]] = mapped_column(default=list)
    reason: Mapped[str] = mapped_column(Text, default="")

    place: Mapped[Place] = relationship(back_populates="days")


class PlaceVersion(Row, Base):
    """What a place said of its receiving before a change: who, when, which ``fields``."""

    __tablename__ = "place_versions"
    __table_args__ = (UniqueConstraint("place_id", "version"),)

    place_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id", ondelete="CASCADE"))
    version: Mapped[int]
    content: Mapped[dict[str, Any]]
    fields: Mapped[list[Any]] = mapped_column(default=list)
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisations.id"))


class Depot(Editable, Base):
    """A place where trips begin and end (发车仓).

    ``hours``: ``[{"start": s, "end": s}]`` seconds after local midnight, ``end <= start`` runs past
    midnight; empty = always open. ``letter`` is its mark on maps and in route names.
    """

    __tablename__ = "depots"
    __table_args__ = (not_negative("fixed_s"),)

    place_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("places.id", ondelete="CASCADE"), unique=True
    )
    letter: Mapped[str] = mapped_column(default="")
    hours: Mapped[list[Any]] = mapped_column(default=list)
    fixed_s: Mapped[int] = mapped_column(default=0)

    place: Mapped[Place] = relationship(back_populates="depot")


class ShipperPlaceCode(Editable, Base):
    """What a shipper calls a place: its own code, name and address for it."""

    __tablename__ = "shipper_place_codes"
    __table_args__ = (UniqueConstraint("shipper_id", "code"),)

    shipper_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    place_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), index=True)
    code: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(Text, default="")

    place: Mapped[Place] = relationship(lazy="joined")


class ShipperPlaceAlias(Row, Base):
    """A spelling of a name, address or code that was matched by hand and is remembered.

    ``text`` is the normalised spelling (full-width folded, spaces dropped, lower case).
    """

    __tablename__ = "shipper_place_aliases"
    __table_args__ = (
        one_of("kind", ("code", "name", "address")),
        UniqueConstraint("shipper_id", "kind", "text"),
    )

    shipper_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    place_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), index=True)
    kind: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
