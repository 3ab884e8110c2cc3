"""What drivers told cannot be changed by SQL; old events forget whose phone it was.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

from alembic import op

from migrations.sql.traces import install, remove

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    install(op.get_bind())


def downgrade() -> None:
    remove(op.get_bind())
