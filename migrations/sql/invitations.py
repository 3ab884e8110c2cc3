"""Row security of invitations: the organisation's own, and the administrator's."""

from __future__ import annotations

from sqlalchemy import Connection

POLICIES = {"invitations": "organisation_id = gf_organisation() OR gf_role() = 'admin'"}


def install(connection: Connection) -> None:
    """Turn row security on (PostgreSQL)."""
    if connection.dialect.name == "sqlite":
        return
    for table, condition in POLICIES.items():
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        connection.exec_driver_sql(
            f"CREATE POLICY {table}_tenant ON {table}"
            f" USING (gf_role() = 'system' OR (gf_role() <> '' AND ({condition})))"
        )


def remove(connection: Connection) -> None:
    """Take it away again."""
    if connection.dialect.name == "sqlite":
        return
    for table in POLICIES:
        connection.exec_driver_sql(f"DROP POLICY {table}_tenant ON {table}")
