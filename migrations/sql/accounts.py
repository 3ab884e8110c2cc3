"""Row security of accounts and tokens.

Logging in and finding a token are the platform's own work (role ``system``): who asks is not known
before. From there on a session works for its actor and sees the actor's organisation alone.
"""

from __future__ import annotations

from sqlalchemy import Connection

from migrations.sql.row_security import protect, release

POLICIES = {
    "accounts": "organisation_id = gf_organisation() OR gf_role() = 'admin'",
    "api_tokens": "account_id = gf_account() OR gf_role() = 'admin'",
}
"""Who sees and writes a row, beside the platform's own work (role ``system``)."""

_ACCOUNT = """CREATE FUNCTION gf_account() RETURNS uuid LANGUAGE sql STABLE AS
    $$ SELECT nullif(current_setting('greenfreight.account', true), '')::uuid $$"""


def install(connection: Connection) -> None:
    """Turn row security on (PostgreSQL)."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_ACCOUNT)
    protect(connection, POLICIES)


def remove(connection: Connection) -> None:
    """Take it away again; the tables stay."""
    release(connection, POLICIES)
    if connection.dialect.name == "postgresql":
        for table in POLICIES:
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        connection.exec_driver_sql("DROP FUNCTION gf_account()")
