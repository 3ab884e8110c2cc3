"""Receiving by weekday and exception, night vetoes, courier waves, requests.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.sql.row_security import protect, release
from migrations.sql.store import POLICIES

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)
KINDS = "kind IN ('delivery', 'pickup', 'return')"
UNITS = "'carton', 'pallet', 'roll_cage', 'tote', 'piece'"
PLACE_TEXTS = ("yard_notes", "night_veto_reason")
PLACE_NULLABLE = (
    ("night_contact_name", sa.String()),
    ("night_contact_phone", sa.String()),
    ("night_contact_from_s", sa.BigInteger()),
    ("night_contact_to_s", sa.BigInteger()),
    ("night_veto_from", sa.Date()),
    ("night_veto_to", sa.Date()),
)


def _key() -> sa.Column[object]:
    return sa.Column("id", sa.Uuid(), primary_key=True)


def _ref(name: str, to: str, *, null: bool = False, cascade: bool = False) -> sa.Column[object]:
    how = "CASCADE" if cascade else None
    return sa.Column(name, sa.Uuid(), sa.ForeignKey(f"{to}.id", ondelete=how), nullable=null)


def _made() -> sa.Column[object]:
    return sa.Column("created_at", sa.DateTime(timezone=True), nullable=False)


def _edited() -> list[sa.Column[object]]:
    return [
        _made(),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
    ]


def upgrade() -> None:
    """Add columns and tables."""
    _orders()
    for name in PLACE_TEXTS:
        op.add_column("places", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    for name, kind in PLACE_NULLABLE:
        op.add_column("places", sa.Column(name, kind, nullable=True))
    _places()
    _waves()
    _requests()
    protect(op.get_bind(), POLICIES)


def _orders() -> None:
    if op.get_bind().dialect.name == "sqlite":  # a rebuilt table would lose what hangs on it
        op.execute(
            "ALTER TABLE orders ADD COLUMN kind VARCHAR DEFAULT 'delivery' NOT NULL"
            f" CONSTRAINT ck_orders_kind CHECK ({KINDS})"
        )
    else:
        op.add_column(
            "orders", sa.Column("kind", sa.String(), nullable=False, server_default="delivery")
        )
        op.create_check_constraint(op.f("ck_orders_kind"), "orders", KINDS)
    op.add_column(
        "orders", sa.Column("late", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def _places() -> None:
    op.create_table(
        "place_days",
        _key(),
        _ref("place_id", "places", cascade=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("windows", JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _made(),
        sa.UniqueConstraint("place_id", "day"),
    )
    op.create_table(
        "place_versions",
        _key(),
        _ref("place_id", "places", cascade=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("fields", JSON, nullable=False),
        _ref("account_id", "accounts", null=True),
        _ref("organisation_id", "organisations", null=True),
        _made(),
        sa.UniqueConstraint("place_id", "version"),
    )


def _waves() -> None:
    op.create_table(
        "waves",
        _key(),
        _ref("shipper_id", "organisations"),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("start_s", sa.BigInteger(), nullable=False),
        sa.Column("end_s", sa.BigInteger(), nullable=False),
        sa.Column("weekdays", JSON, nullable=False),
        _ref("pickup_place_id", "places"),
        sa.Column("unit_kind", sa.String(), nullable=False),
        sa.Column("goods_name", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        *_edited(),
        sa.UniqueConstraint("shipper_id", "code"),
        sa.CheckConstraint(f"unit_kind IN ({UNITS})", name="unit_kind"),
        sa.CheckConstraint("end_s > start_s", name="order"),
        sa.CheckConstraint("start_s >= -21600 AND end_s <= 108000", name="horizon"),
    )
    op.create_index(None, "waves", ["pickup_place_id"])
    op.create_table(
        "wave_stations",
        _key(),
        _ref("wave_id", "waves", cascade=True),
        _ref("place_id", "places"),
        sa.Column("units", sa.BigInteger(), nullable=False),
        _made(),
        sa.UniqueConstraint("wave_id", "place_id"),
        sa.CheckConstraint("units >= 0", name="not_negative"),
    )
    op.create_index(None, "wave_stations", ["place_id"])
    op.create_table(
        "wave_orders",
        sa.Column(
            "order_id",
            sa.Uuid(),
            sa.ForeignKey("orders.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        _ref("wave_id", "waves"),
        sa.Column("expected_units", sa.BigInteger(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        _ref("counted_by", "accounts", null=True),
        sa.CheckConstraint("expected_units >= 0", name="not_negative"),
    )
    op.create_index(None, "wave_orders", ["wave_id"])


def _requests() -> None:
    op.create_table(
        "order_requests",
        _key(),
        _ref("order_id", "orders", cascade=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        _ref("account_id", "accounts", null=True),
        _ref("decided_by", "accounts", null=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        _made(),
        sa.CheckConstraint("kind IN ('quantity', 'cancel')", name="kind"),
        sa.CheckConstraint("state IN ('open', 'granted', 'refused')", name="state"),
    )
    op.create_index(None, "order_requests", ["order_id"])
    _unique_while(
        "uq_order_requests_open", "order_requests", ["order_id", "kind"], "state = 'open'"
    )


def _unique_while(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=True, postgresql_where=where, sqlite_where=where)


def downgrade() -> None:
    """Take them away."""
    release(op.get_bind(), POLICIES)
    for table in (
        "order_requests",
        "wave_orders",
        "wave_stations",
        "waves",
        "place_versions",
        "place_days",
    ):
        op.drop_table(table)
    for name in (*PLACE_TEXTS, *(name for name, _ in PLACE_NULLABLE)):
        op.drop_column("places", name)
    op.drop_column("orders", "late")
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_orders_kind"), "orders", type_="check")
    op.drop_column("orders", "kind")
