"""Row security of indicators' targets."""

from __future__ import annotations

from sqlalchemy import Connection

POLICIES = {"indicator_targets": "gf_role() = 'bureau'"}
"""Who sees and writes a row, beside the platform's own work (role ``system``)."""


def install(connection: Connection) -> None:
    """Let row security guard the table (PostgreSQL)."""
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
