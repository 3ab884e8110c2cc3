"""Answers kept for repeated requests come under row security.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

from alembic import op

from migrations.sql.idempotency import POLICIES
from migrations.sql.row_security import protect, release

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    protect(op.get_bind(), POLICIES)


def downgrade() -> None:
    release(op.get_bind(), POLICIES)
    if op.get_bind().dialect.name == "postgresql":
        for table in POLICIES:
            op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
