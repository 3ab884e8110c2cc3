"""Roadside codes: public keys by name, and what a scan found.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.sql.roadside import POLICIES
from migrations.sql.row_security import protect, release

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
VERDICTS = (
    "'valid', 'unreadable', 'other_domain', 'unknown_key', 'forged', 'unknown_serial', 'ended',"
    " 'suspended', 'other_plate', 'not_yet', 'expired', 'wrong_hour'"
)


def upgrade() -> None:
    op.create_table(
        "roadside_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kid", sa.String(), nullable=False),
        sa.Column("algorithm", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("retired_at", _TIME, nullable=True),
        sa.Column("withdrawn_at", _TIME, nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR retired_at IS NOT NULL",
            name=op.f("ck_roadside_keys_withdrawn"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roadside_keys")),
        sa.UniqueConstraint("kid", name=op.f("uq_roadside_keys_kid")),
    )
    protect(op.get_bind(), POLICIES)
    # SQLite takes a CHECK on a column that is added only from within its own words.
    op.execute(
        "ALTER TABLE roadside_checks ADD COLUMN code_verdict VARCHAR"
        " CONSTRAINT ck_roadside_checks_code_verdict"
        f" CHECK (code_verdict IS NULL OR code_verdict IN ({VERDICTS}))"
    )
    op.add_column("roadside_checks", sa.Column("scanned_at", _TIME, nullable=True))
    op.add_column("roadside_checks", sa.Column("client_id", sa.String(), nullable=True))
    op.create_index(
        "uq_roadside_checks_client",
        "roadside_checks",
        ["organisation_id", "client_id"],
        unique=True,
    )


def downgrade() -> None:
    op.drop_index("uq_roadside_checks_client", "roadside_checks")
    for name in ("client_id", "scanned_at"):
        op.drop_column("roadside_checks", name)
    op.execute("ALTER TABLE roadside_checks DROP COLUMN code_verdict")
    release(op.get_bind(), POLICIES)
    op.drop_table("roadside_keys")
