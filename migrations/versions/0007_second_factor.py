"""Second factor and invitations.

A secret that was kept before now was never confirmed by a code, so it does not count.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.sql.invitations import POLICIES
from migrations.sql.row_security import protect, release

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)
_TIME = sa.DateTime(timezone=True)
ROLES = "'dispatcher', 'shipper', 'receiver', 'carrier', 'driver', 'police', 'bureau', 'admin'"


def upgrade() -> None:
    op.add_column("accounts", sa.Column("totp_confirmed_at", _TIME, nullable=True))
    op.add_column("accounts", sa.Column("totp_last_step", sa.BigInteger(), nullable=True))
    op.add_column(
        "accounts", sa.Column("recovery_codes", _JSON, nullable=False, server_default="[]")
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("positions", _JSON, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("invited_by", sa.Uuid(), nullable=True),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("used_at", _TIME, nullable=True),
        sa.Column("revoked_at", _TIME, nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.CheckConstraint(f"role IN ({ROLES})", name=op.f("ck_invitations_role")),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_invitations_expires")),
        sa.CheckConstraint("length(token_sha256) = 64", name=op.f("ck_invitations_sha256")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_invitations_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_invitations_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["accounts.id"], name=op.f("fk_invitations_invited_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_invitations_token_sha256")),
    )
    for column in ("organisation_id", "account_id"):
        op.create_index(op.f(f"ix_invitations_{column}"), "invitations", [column])
    protect(op.get_bind(), POLICIES)


def downgrade() -> None:
    release(op.get_bind(), POLICIES)
    op.drop_table("invitations")
    for name in ("recovery_codes", "totp_last_step", "totp_confirmed_at"):
        op.drop_column("accounts", name)
