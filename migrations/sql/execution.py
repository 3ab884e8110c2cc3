"""Row security of vehicles' days on the street, links and events."""

from __future__ import annotations

from sqlalchemy import Connection

from migrations.sql.row_security import protect, release

_FUNCTION = """CREATE FUNCTION gf_has_duty(the_vehicle uuid, the_day date) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
    $$ SELECT EXISTS (SELECT 1 FROM plan_duties d
       JOIN plan_routes r ON r.id = d.route_id
       JOIN plan_versions v ON v.id = r.plan_version_id
       JOIN drivers p ON p.id = d.driver_id
       WHERE r.vehicle_id = the_vehicle AND v.service_date = the_day
         AND p.organisation_id = gf_organisation()) $$"""

_OF_EXECUTION = "EXISTS (SELECT 1 FROM executions e WHERE e.id = execution_id)"

POLICIES = {
    "executions": """operator_id = gf_organisation()
        OR gf_vehicle_owner(vehicle_id) = gf_organisation()
        OR gf_has_duty(vehicle_id, service_date)""",
    "driver_links": """EXISTS (SELECT 1 FROM executions e
        WHERE e.id = execution_id AND e.operator_id = gf_organisation())""",
    "execution_events": _OF_EXECUTION,
    "tracking_links": "EXISTS (SELECT 1 FROM orders o WHERE o.id = order_id)",
}
"""Who sees and writes a row, beside the platform's own work (role ``system``)."""


def install(connection: Connection) -> None:
    """Install row security where the database has it."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_FUNCTION)
    protect(connection, POLICIES)


def remove(connection: Connection) -> None:
    """Take it away again; the tables go after it."""
    release(connection, POLICIES)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP FUNCTION gf_has_duty(uuid, date)")
