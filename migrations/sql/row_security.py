"""Row security by table, the same way for every revision: PostgreSQL has it, SQLite has not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection


def protect(connection: Connection, policies: Mapping[str, str]) -> None:
    """Let a role see and write the rows that a table's condition gives it.

    The platform's own work (role ``system``) sees all, who says nothing sees nothing.
    """
    if connection.dialect.name != "postgresql":
        return
    for table, condition in policies.items():
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        connection.exec_driver_sql(
            f"CREATE POLICY {table}_tenant ON {table}"
            f" USING (gf_role() = 'system' OR (gf_role() <> '' AND ({condition})))"
        )


def release(connection: Connection, tables: Iterable[str]) -> None:
    """Take the policies of these tables away again; the tables go after it."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        connection.exec_driver_sql(f"DROP POLICY {table}_tenant ON {table}")
