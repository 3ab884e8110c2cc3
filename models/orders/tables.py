"""Tables of orders, their history and versions, imports, mappings, unit factors."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts.tables import Organisation
from models.base import Base, Editable, Row, not_negative, one_of
from models.places.tables import Place

ORDER_STATES = (
    "draft",
    "submitted",
    "accepted",
    "rejected",
    "planned",
    "dispatched",
    "delivered",
    "partly_delivered",
    "refused",
    "failed",
    "closed",
    "cancelled",
)
ORDER_KINDS = ("delivery", "pickup", "return")
"""配送: from a depot to a store; 揽收 and 退货: from a store or customer to a depot."""
TEMPERATURES = ("ambient", "chilled", "frozen")
UNIT_KINDS = ("carton", "pallet", "roll_cage", "tote", "piece")
"""箱, 托, 笼车, 周转箱, 件."""
IMPORT_STATES = ("received", "parsing", "parsed", "failed", "stored", "discarded")
IMPORT_KINDS = (
    "orders",
    "places",
    "vehicles",
    "drivers",
    "chargers",
    "bays",
    "zones",
    "rules",
    "tariffs",
    "vehicle_types",
    "plans",
    "permit_applications",
)


class Order(Editable, Base):
    """An order (订单): one vehicle leg from pickup to delivery; ``weight_g`` etc. are totals.

    ``windows``/``pickup_windows``: ``[{"start": s, "end": s, "night": bool, "needs": [..],
    "unattended": bool, "unattended_extra_s": s, "soft_late_s": s}]``, seconds after local midnight
    of ``service_date`` (negative = the evening before); empty = the place's own windows of that
    day. ``mandatory`` 0 = optional, then ``prize_fen`` counts. ``estimated``: names of the fields
    filled from unit factors (估算). ``version`` counts amendments. ``expected_*``: what a published
    plan lets the shipper know, the plate masked. ``cancel_requested``: asked for after dispatch.
    ``late``: the shipper sent it after its cut-off (迟到申请): no plan takes it up by itself.
    """

    __tablename__ = "orders"
    __table_args__ = (
        one_of("state", ORDER_STATES),
        one_of("kind", ORDER_KINDS),
        one_of("temperature", TEMPERATURES),
        one_of("unit_kind", UNIT_KINDS),
        not_negative(
            "weight_g",
            "volume_cm3",
            "unit_places",
            "unit_s",
            "load_unit_s",
            "mandatory",
            "prize_fen",
        ),
        CheckConstraint("units >= 1", name="units"),
        CheckConstraint("pickup_place_id <> delivery_place_id", name="two_places"),
        CheckConstraint("version >= 1", name="version"),
        Index(
            "uq_orders_shipper_reference_live",
            "shipper_id",
            "reference",
            unique=True,
            postgresql_where=text("state NOT IN ('cancelled', 'rejected')"),
            sqlite_where=text("state NOT IN ('cancelled', 'rejected')"),
        ),
        Index("ix_orders_operator_date_state", "operator_id", "service_date", "state"),
        Index("ix_orders_shipper_date", "shipper_id", "service_date"),
    )

    shipper_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    operator_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    reference: Mapped[str]
    kind: Mapped[str] = mapped_column(default="delivery")
    state: Mapped[str] = mapped_column(default="draft")
    late: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    service_date: Mapped[date] = mapped_column(index=True)
    pickup_place_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), index=True)
    delivery_place_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), index=True)
    weight_g: Mapped[int]
    volume_cm3: Mapped[int]
    units: Mapped[int] = mapped_column(default=1)
    unit_kind: Mapped[str] = mapped_column(default="carton")
    unit_places: Mapped[int] = mapped_column(default=0)
    unit_s: Mapped[int] = mapped_column(default=0)
    load_unit_s: Mapped[int] = mapped_column(default=0)
    estimated: Mapped[list[Any]] = mapped_column(default=list)
    temperature: Mapped[str] = mapped_column(default="ambient")
    goods: Mapped[str] = mapped_column(default="general")
    goods_name: Mapped[str] = mapped_column(default="")
    needs: Mapped[list[Any]] = mapped_column(default=list)
    windows: Mapped[list[Any]] = mapped_column(default=list)
    pickup_windows: Mapped[list[Any]] = mapped_column(default=list)
    mandatory: Mapped[int] = mapped_column(default=1)
    prize_fen: Mapped[int] = mapped_column(default=0)
    release_s: Mapped[int | None]
    due_s: Mapped[int | None]
    longest_ride_s: Mapped[int | None]
    share_with: Mapped[list[Any] | None]
    never_with: Mapped[list[Any]] = mapped_column(default=list)
    parts_allowed: Mapped[bool] = mapped_column(default=False)
    return_of_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("orders.id"), index=True)
    import_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("imports.id"), index=True)
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    notes: Mapped[str] = mapped_column(Text, default="")
    expected_from: Mapped[datetime | None]
    expected_to: Mapped[datetime | None]
    expected_plate: Mapped[str | None]
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    demo: Mapped[bool] = mapped_column(default=False)

    shipper: Mapped[Organisation] = relationship(foreign_keys=[shipper_id])
    pickup_place: Mapped[Place] = relationship(foreign_keys=[pickup_place_id])
    delivery_place: Mapped[Place] = relationship(foreign_keys=[delivery_place_id])
    alternatives: Mapped[list[OrderAlternative]] = relationship(
        back_populates="order", cascade="all, delete-orphan", order_by="OrderAlternative.rank"
    )


class OrderAlternative(Row, Base):
    """A further place that an end of an order may use; ``extra_cost_mfen`` in milli-fen."""

    __tablename__ = "order_alternatives"
    __table_args__ = (
        one_of("side", ("pickup", "delivery")),
        UniqueConstraint("order_id", "side", "place_id"),
        not_negative("extra_cost_mfen"),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    side: Mapped[str]
    rank: Mapped[int] = mapped_column(default=1)
    place_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), index=True)
    windows: Mapped[list[Any]] = mapped_column(default=list)
    extra_cost_mfen: Mapped[int] = mapped_column(default=0)

    order: Mapped[Order] = relationship(back_populates="alternatives")


class OrderAfter(Base):
    """``before_id`` must be delivered before ``order_id`` is picked up."""

    __tablename__ = "order_afters"
    __table_args__ = (CheckConstraint("order_id <> before_id", name="other"),)

    order_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True
    )
    before_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("orders.id"), primary_key=True)


class OrderEvent(Row, Base):
    """A change of an order's state: who, when, why."""

    __tablename__ = "order_events"

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    reason: Mapped[str] = mapped_column(Text, default="")
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisations.id"))
    plan_version_id: Mapped[uuid.UUID | None]


class OrderVersion(Row, Base):
    """What an order said before an amendment: ``content`` holds the fields as they were."""

    __tablename__ = "order_versions"
    __table_args__ = (UniqueConstraint("order_id", "version"),)

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("orders.id"))
    version: Mapped[int]
    content: Mapped[dict[str, Any]]
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))


class UnitFactor(Editable, Base):
    """Weight and volume of one unit where a sheet gives none; ``shipper_id`` None = default.

    ``units_per_place``: units on one floor place (0 = takes none).
    """

    __tablename__ = "unit_factors"
    __table_args__ = (
        one_of("unit_kind", UNIT_KINDS),
        one_of("temperature", TEMPERATURES, optional=True),
        not_negative("weight_g", "volume_cm3", "units_per_place", "unit_s", "load_unit_s"),
        Index("ix_unit_factors_shipper_kind", "shipper_id", "unit_kind", "temperature"),
    )

    shipper_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisations.id"))
    unit_kind: Mapped[str]
    temperature: Mapped[str | None]
    weight_g: Mapped[int]
    volume_cm3: Mapped[int]
    units_per_place: Mapped[int] = mapped_column(default=0)
    unit_s: Mapped[int] = mapped_column(default=0)
    load_unit_s: Mapped[int] = mapped_column(default=0)


class ImportMapping(Editable, Base):
    """How a shipper's sheet is read: which column is what, by the fingerprint of its header.

    ``columns``: field name to column (letter or header). ``options``: sheet, header rows, defaults.
    """

    __tablename__ = "import_mappings"
    __table_args__ = (
        one_of("kind", IMPORT_KINDS),
        UniqueConstraint("organisation_id", "kind", "fingerprint"),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    kind: Mapped[str] = mapped_column(default="orders")
    fingerprint: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    columns: Mapped[dict[str, Any]] = mapped_column(default=dict)
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    used: Mapped[int] = mapped_column(default=0)
    last_used_at: Mapped[datetime | None]
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))


class Import(Editable, Base):
    """One file that came in: its hash, state and whole report.

    ``source_sha256``/``marked_sha256``/``content_sha256`` name artefacts: the file as sent, the
    same with marked cells, and the parsed rows.
    """

    __tablename__ = "imports"
    __table_args__ = (
        one_of("state", IMPORT_STATES),
        one_of("kind", IMPORT_KINDS),
        not_negative("size", "rows", "errors", "warnings", "stored"),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str] = mapped_column(default="orders")
    state: Mapped[str] = mapped_column(default="received")
    file_name: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(default=0)
    encoding: Mapped[str | None]
    source_sha256: Mapped[str] = mapped_column(index=True)
    marked_sha256: Mapped[str | None]
    content_sha256: Mapped[str | None]
    mapping_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("import_mappings.id"))
    service_date: Mapped[date | None]
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    rows: Mapped[int] = mapped_column(default=0)
    errors: Mapped[int] = mapped_column(default=0)
    warnings: Mapped[int] = mapped_column(default=0)
    stored: Mapped[int] = mapped_column(default=0)
    stored_at: Mapped[datetime | None]
