"""Row security of the permit desk: kinds of pass, documents, notices, roadside checks."""

from __future__ import annotations

from sqlalchemy import Connection

_ORG = "gf_organisation()"

POLICIES = {
    "permit_schemes": "gf_role() <> ''",
    "documents": f"organisation_id = {_ORG} OR (gf_role() = 'police' AND audience = 'authority')",
    "notices": f"organisation_id = {_ORG}",
    "roadside_checks": f"organisation_id = {_ORG}",
}
"""Who sees and writes a row, beside the platform's own work (role ``system``)."""

POSTGRESQL_INSTALL = (
    *(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY" for table in POLICIES),
    *(
        f"CREATE POLICY {table}_tenant ON {table}"
        f" USING (gf_role() = 'system' OR (gf_role() <> '' AND ({condition})))"
        for table, condition in POLICIES.items()
    ),
)
POSTGRESQL_REMOVE = tuple(f"DROP POLICY {table}_tenant ON {table}" for table in POLICIES)


def install(connection: Connection) -> None:
    """Install what this database needs."""
    if connection.dialect.name == "postgresql":
        for statement in POSTGRESQL_INSTALL:
            connection.exec_driver_sql(statement)


def remove(connection: Connection) -> None:
    """Take it all away again."""
    if connection.dialect.name == "postgresql":
        for statement in POSTGRESQL_REMOVE:
            connection.exec_driver_sql(statement)
