"""Changes by hand of a plan's draft.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.sql.plan_edits import POLICIES
from migrations.sql.row_security import protect, release

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _json(name: str) -> sa.Column:
    kind = sa.JSON(none_as_null=True).with_variant(
        postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
    )
    return sa.Column(name, kind, nullable=False)


def upgrade() -> None:
    for name in ("edit_number", "edit_at"):
        op.add_column(
            "plan_versions", sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
        )
    op.create_table(
        "plan_edits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_version_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("follows", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        _json("edit"),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("cost_fen", sa.BigInteger(), nullable=False),
        sa.Column("problem_sha256", sa.String(), nullable=False),
        sa.Column("plan_sha256", sa.String(), nullable=False),
        sa.Column("names_sha256", sa.String(), nullable=True),
        sa.Column("check_sha256", sa.String(), nullable=False),
        _json("totals"),
        _json("locks"),
        _json("waivers"),
        _json("says"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('begin', 'move', 'remove', 'start', 'lock', 'unlock', 'waive', 'unwaive')",
            name=op.f("ck_plan_edits_kind"),
        ),
        sa.CheckConstraint(
            "verdict IN ('clean', 'waived', 'violated')", name=op.f("ck_plan_edits_verdict")
        ),
        sa.CheckConstraint("(number = 0) = (follows IS NULL)", name=op.f("ck_plan_edits_follows")),
        sa.CheckConstraint("follows IS NULL OR follows < number", name=op.f("ck_plan_edits_order")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_plan_edits_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["plan_version_id"],
            ["plan_versions.id"],
            name=op.f("fk_plan_edits_plan_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_edits")),
        sa.UniqueConstraint(
            "plan_version_id", "number", name=op.f("uq_plan_edits_plan_version_id_number")
        ),
    )
    protect(op.get_bind(), POLICIES)


def downgrade() -> None:
    release(op.get_bind(), POLICIES)
    op.drop_table("plan_edits")
    for name in ("edit_at", "edit_number"):
        op.drop_column("plan_versions", name)
