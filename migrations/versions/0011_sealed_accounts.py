"""Secrets of second factors are kept sealed; accounts and tokens come under row security.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from migrations.sql.accounts import install, remove
from models.sealing import Sealer

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ACCOUNTS = sa.table("accounts", sa.column("id", sa.Uuid()), sa.column("totp_secret", sa.String()))


def upgrade() -> None:
    for key, secret in _kept():
        _keep(key, _sealer().seal(secret))
    install(op.get_bind())


def downgrade() -> None:
    """As before: secrets in the open. One that cannot be opened stays, and counts for no code."""
    remove(op.get_bind())
    for key, sealed in _kept():
        _keep(key, _sealer().open(sealed) or sealed)


def _sealer() -> Sealer:
    return Sealer(context.config.attributes.get("secrets") or ())


def _kept() -> list[tuple[object, str]]:
    query = sa.select(_ACCOUNTS.c.id, _ACCOUNTS.c.totp_secret).where(
        _ACCOUNTS.c.totp_secret.is_not(None)
    )
    return [(row.id, row.totp_secret) for row in op.get_bind().execute(query)]


def _keep(key: object, text: str) -> None:
    op.execute(sa.update(_ACCOUNTS).where(_ACCOUNTS.c.id == key).values(totp_secret=text))
