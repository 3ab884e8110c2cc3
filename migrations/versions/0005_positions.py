"""Positions within roles, and what a bureau answers for.

Whoever is there already keeps all that the role could do before there were positions.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)
AUTHORITIES = (
    "'transport', 'commerce', 'postal', 'ecology', 'development_reform', 'urban_management'"
)
HELD = {
    "dispatcher": ["organisation_admin", "auditor"],
    "shipper": ["shipper_admin"],
    "receiver": ["receiver"],
    "carrier": ["organisation_admin"],
    "police": ["reviewer", "approver", "officer", "rule_keeper", "auditor"],
    "bureau": ["viewer"],
    "admin": ["admin"],
}


def upgrade() -> None:
    op.add_column(
        "accounts",
        sa.Column("positions", _JSON, nullable=False, server_default="[]"),
    )
    # SQLite takes a CHECK on a column that is added only from within its own words.
    op.execute(
        "ALTER TABLE organisations ADD COLUMN authority VARCHAR"
        " CONSTRAINT ck_organisations_authority"
        f" CHECK (authority IS NULL OR authority IN ({AUTHORITIES}))"
    )
    accounts = sa.table("accounts", sa.column("role"), sa.column("positions", _JSON))
    for role, held in HELD.items():
        op.execute(sa.update(accounts).where(accounts.c.role == role).values(positions=held))


def downgrade() -> None:
    op.execute("ALTER TABLE organisations DROP COLUMN authority")
    op.drop_column("accounts", "positions")
