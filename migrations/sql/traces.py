"""What drivers told is never changed; whose phone told it is forgotten after its time.

The one change that is let through takes the person out of an old event: the device becomes a number
within its day (so that two phones stay two), account and link go. On PostgreSQL it has a way of its
own, ``gf_forget_traces``, and the application's role may change nothing by itself.
"""

# ruff: noqa: S608 - the SQL is ours, nothing of it comes from outside
from __future__ import annotations

from sqlalchemy import Connection

FLOOR_DAYS = 30
"""Younger events are changed by nobody, whatever the installation sets."""
_KEPT = (
    "id", "created_at", "execution_id", "client_id", "sequence", "source", "kind", "stop_key",
    "content", "device_at", "received_at", "at", "after_close", "plan_version_id",
)  # fmt: skip
_SAME = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in _KEPT)

SQLITE_INSTALL = (
    """CREATE TRIGGER execution_events_no_delete BEFORE DELETE ON execution_events
    BEGIN SELECT RAISE(ABORT, 'record_immutable'); END""",
    f"""CREATE TRIGGER execution_events_no_update BEFORE UPDATE ON execution_events
    WHEN NOT ({_SAME} AND NEW.link_id IS NULL AND NEW.account_id IS NULL
        AND NEW.device_id GLOB '[0-9][0-9][0-9][0-9]-past'
        AND (SELECT service_date FROM executions WHERE id = OLD.execution_id)
            < date('now', '-{FLOOR_DAYS} days'))
    BEGIN SELECT RAISE(ABORT, 'record_immutable'); END""",
)
SQLITE_REMOVE = (
    "DROP TRIGGER execution_events_no_update",
    "DROP TRIGGER execution_events_no_delete",
)

POSTGRESQL_INSTALL = (
    f"""CREATE FUNCTION gf_record_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND current_user = (
                SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
            IF to_jsonb(NEW) - ARRAY['device_id', 'link_id', 'account_id']
                    = to_jsonb(OLD) - ARRAY['device_id', 'link_id', 'account_id']
                AND NEW.link_id IS NULL AND NEW.account_id IS NULL
                AND NEW.device_id ~ '^[0-9]{{4}}-past$'
                AND (SELECT service_date FROM executions WHERE id = OLD.execution_id)
                    < current_date - {FLOOR_DAYS} THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'record_immutable' USING ERRCODE = 'integrity_constraint_violation';
    END $$""",
    """CREATE TRIGGER execution_events_no_change BEFORE UPDATE OR DELETE ON execution_events
    FOR EACH ROW EXECUTE FUNCTION gf_record_immutable()""",
    """CREATE TRIGGER execution_events_no_truncate BEFORE TRUNCATE ON execution_events
    FOR EACH STATEMENT EXECUTE FUNCTION gf_record_immutable()""",
    f"""CREATE FUNCTION gf_forget_traces(before date) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
    DECLARE events integer; last date := least(before, current_date - {FLOOR_DAYS});
    BEGIN
        UPDATE execution_events SET device_id = lpad(t.n::text, 4, '0') || '-past',
            link_id = NULL, account_id = NULL
        FROM (SELECT e.id AS k, dense_rank() OVER
                (PARTITION BY e.execution_id ORDER BY e.device_id COLLATE "C") AS n
            FROM execution_events e WHERE e.execution_id IN (
                SELECT o.execution_id FROM execution_events o
                JOIN executions x ON x.id = o.execution_id
                WHERE x.service_date < last AND o.device_id NOT LIKE '____-past')) t
        WHERE execution_events.id = t.k;
        GET DIAGNOSTICS events = ROW_COUNT;
        DELETE FROM driver_links l USING executions x
            WHERE x.id = l.execution_id AND x.service_date < last;
        RETURN events;
    END $$""",
)
POSTGRESQL_REMOVE = (
    "DROP FUNCTION gf_forget_traces(date)",
    "DROP TRIGGER execution_events_no_truncate ON execution_events",
    "DROP TRIGGER execution_events_no_change ON execution_events",
    "DROP FUNCTION gf_record_immutable()",
)


def install(connection: Connection) -> None:
    """Install what this database needs."""
    sqlite = connection.dialect.name == "sqlite"
    for statement in SQLITE_INSTALL if sqlite else POSTGRESQL_INSTALL:
        connection.exec_driver_sql(statement)


def remove(connection: Connection) -> None:
    """Take it all away again."""
    sqlite = connection.dialect.name == "sqlite"
    for statement in SQLITE_REMOVE if sqlite else POSTGRESQL_REMOVE:
        connection.exec_driver_sql(statement)
