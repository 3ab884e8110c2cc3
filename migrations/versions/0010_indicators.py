"""What indicators need: states of nodes, areas of bays, how vehicles came, trades, targets.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.sql.indicators import POLICIES
from migrations.sql.row_security import protect, release

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)
CHOICES = (
    ("places", "operating", ("planned", "building", "open", "closed"), None),
    ("bays", "area_kind", ("commercial", "residential", "production", "event"), None),
    ("bays", "form", ("bay", "yard"), "bay"),
    ("vehicles", "acquisition", ("new", "replacement"), None),
    (
        "organisations",
        "trade",
        ("supermarket", "convenience", "courier", "cold_chain", "other"),
        None,
    ),
)
"""Table, column, what it may hold, what it holds already (None = nothing)."""


def upgrade() -> None:
    """Add columns and the table of targets."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table, name, values, default in CHOICES:
        quoted = ", ".join(f"'{value}'" for value in values)
        check = f"{name} IN ({quoted})" if default else f"{name} IS NULL OR {name} IN ({quoted})"
        if sqlite:  # a rebuilt table would lose what hangs on it
            held = f" DEFAULT '{default}' NOT NULL" if default else ""
            op.execute(
                f"ALTER TABLE {table} ADD COLUMN {name} VARCHAR{held}"
                f" CONSTRAINT ck_{table}_{name} CHECK ({check})"
            )
            continue
        column = sa.Column(name, sa.String(), nullable=default is None, server_default=default)
        op.add_column(table, column)
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, check)
    op.add_column("places", sa.Column("evidence", sa.Text(), nullable=False, server_default=""))
    op.add_column("vehicles", sa.Column("registered_on", sa.Date(), nullable=True))
    op.create_table(
        "indicator_targets",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("comparison", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("formula", JSON, nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("code", "source"),
        sa.CheckConstraint("status IN ('draft', 'issued')", name="status"),
        sa.CheckConstraint("comparison IN ('at_least', 'at_most', 'exists')", name="comparison"),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from", name="order"
        ),
    )
    protect(op.get_bind(), POLICIES)


def downgrade() -> None:
    """Take them away."""
    release(op.get_bind(), POLICIES)
    op.drop_table("indicator_targets")
    op.drop_column("vehicles", "registered_on")
    op.drop_column("places", "evidence")
    for table, name, _values, _default in CHOICES:
        if op.get_bind().dialect.name != "sqlite":
            op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
        op.drop_column(table, name)
