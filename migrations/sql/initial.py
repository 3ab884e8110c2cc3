"""What the first revision installs by hand: claims, the audit trail, row security.

Row security binds every role but the tables' owner. A session says for whom it works in the
settings ``greenfreight.role`` and ``greenfreight.organisation``; saying nothing, it sees nothing.
"""

# ruff: noqa: S608 - the SQL is ours, nothing of it comes from outside
from __future__ import annotations

from sqlalchemy import Connection

SQLITE_INSTALL = (
    *(
        f"""CREATE TRIGGER claims_no_overlap_{verb.lower()} BEFORE {verb} ON claims
        WHEN EXISTS (SELECT 1 FROM claims WHERE thing = NEW.thing AND thing_id = NEW.thing_id
            AND space = NEW.space AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at
            AND id <> NEW.id)
        BEGIN SELECT RAISE(ABORT, 'claim_overlap'); END"""
        for verb in ("INSERT", "UPDATE")
    ),
    *(
        f"""CREATE TRIGGER audit_events_no_{verb.lower()} BEFORE {verb} ON audit_events
        BEGIN SELECT RAISE(ABORT, 'audit_immutable'); END"""
        for verb in ("UPDATE", "DELETE")
    ),
    """CREATE TRIGGER audit_events_chain BEFORE INSERT ON audit_events
    WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM audit_events)
        OR NEW.previous <> coalesce(
            (SELECT hash FROM audit_events ORDER BY sequence DESC LIMIT 1), printf('%064d', 0))
    BEGIN SELECT RAISE(ABORT, 'audit_immutable'); END""",
)

SQLITE_REMOVE = tuple(
    f"DROP TRIGGER {name}"
    for name in (
        "claims_no_overlap_insert",
        "claims_no_overlap_update",
        "audit_events_no_update",
        "audit_events_no_delete",
        "audit_events_chain",
    )
)

_FUNCTIONS = (
    """CREATE FUNCTION gf_role() RETURNS text LANGUAGE sql STABLE AS
    $$ SELECT coalesce(current_setting('greenfreight.role', true), '') $$""",
    """CREATE FUNCTION gf_organisation() RETURNS uuid LANGUAGE sql STABLE AS
    $$ SELECT nullif(current_setting('greenfreight.organisation', true), '')::uuid $$""",
    # These look past row security on purpose: each answers one question about one row.
    """CREATE FUNCTION gf_plan_operator(plan uuid) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
    $$ SELECT operator_id FROM plan_versions WHERE id = plan $$""",
    """CREATE FUNCTION gf_vehicle_owner(vehicle uuid) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
    $$ SELECT organisation_id FROM vehicles WHERE id = vehicle $$""",
    """CREATE FUNCTION gf_driver_owner(driver uuid) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
    $$ SELECT organisation_id FROM drivers WHERE id = driver $$""",
    """CREATE FUNCTION gf_carries(the_order uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
    $$ SELECT EXISTS (SELECT 1 FROM plan_assignments a JOIN vehicles v ON v.id = a.vehicle_id
       WHERE a.order_id = the_order AND v.organisation_id = gf_organisation()) $$""",
    """CREATE FUNCTION gf_drives_in(plan uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
    $$ SELECT EXISTS (SELECT 1 FROM plan_routes r JOIN vehicles v ON v.id = r.vehicle_id
       WHERE r.plan_version_id = plan AND v.organisation_id = gf_organisation()) $$""",
    """CREATE FUNCTION gf_serves(shipper uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
    $$ SELECT EXISTS (SELECT 1 FROM agreements g
       WHERE g.shipper_id = shipper AND g.operator_id = gf_organisation()) $$""",
)
_FUNCTION_NAMES = (
    "gf_serves(uuid)",
    "gf_drives_in(uuid)",
    "gf_carries(uuid)",
    "gf_driver_owner(uuid)",
    "gf_vehicle_owner(uuid)",
    "gf_plan_operator(uuid)",
    "gf_organisation()",
    "gf_role()",
)

_ORG = "gf_organisation()"
_OF_ORDER = "EXISTS (SELECT 1 FROM orders o WHERE o.id = order_id)"
_OF_SHIPPER = f"shipper_id = {_ORG} OR gf_serves(shipper_id)"
_OF_VEHICLE = "EXISTS (SELECT 1 FROM vehicles v WHERE v.id = vehicle_id)"
_OF_DRIVER = "EXISTS (SELECT 1 FROM drivers d WHERE d.id = driver_id)"
_OF_PLAN = f"gf_plan_operator(plan_version_id) = {_ORG}"

POLICIES = {
    "orders": f"""shipper_id = {_ORG} OR operator_id = {_ORG} OR gf_carries(id)
        OR EXISTS (SELECT 1 FROM places p WHERE p.id = delivery_place_id
            AND p.receiver_id = {_ORG})""",
    "order_events": _OF_ORDER,
    "order_versions": _OF_ORDER,
    "order_alternatives": _OF_ORDER,
    "order_afters": _OF_ORDER,
    "shipper_place_codes": _OF_SHIPPER,
    "shipper_place_aliases": _OF_SHIPPER,
    "unit_factors": f"shipper_id IS NULL OR {_OF_SHIPPER}",
    "agreements": f"shipper_id = {_ORG} OR operator_id = {_ORG} OR gf_role() = 'admin'",
    "import_mappings": f"organisation_id = {_ORG} OR gf_serves(organisation_id)",
    "imports": f"organisation_id = {_ORG} OR gf_serves(organisation_id)",
    "vehicles": f"organisation_id = {_ORG} OR operator_id = {_ORG} OR gf_role() = 'police'",
    "vehicle_papers": _OF_VEHICLE,
    "vehicle_absences": _OF_VEHICLE,
    "drivers": f"organisation_id = {_ORG} OR operator_id = {_ORG}",
    "duty_templates": _OF_DRIVER,
    "driver_days": _OF_DRIVER,
    "permits": f"""organisation_id = {_ORG} OR gf_role() = 'police' OR EXISTS (
        SELECT 1 FROM permit_vehicles pv JOIN vehicles v ON v.id = pv.vehicle_id
        WHERE pv.permit_id = permits.id AND v.operator_id = {_ORG})""",
    "permit_events": "EXISTS (SELECT 1 FROM permits p WHERE p.id = permit_id)",
    "permit_applications": f"organisation_id = {_ORG} OR gf_role() = 'police'",
    "application_events": """EXISTS (SELECT 1 FROM permit_applications a
        WHERE a.id = application_id)""",
    "plan_versions": f"operator_id = {_ORG} OR gf_drives_in(id)",
    "plan_events": _OF_PLAN,
    "plan_routes": f"{_OF_PLAN} OR gf_vehicle_owner(vehicle_id) = {_ORG}",
    "plan_duties": f"{_OF_PLAN} OR gf_driver_owner(driver_id) = {_ORG}",
    "plan_assignments": f"{_OF_PLAN} OR gf_vehicle_owner(vehicle_id) = {_ORG}",
}
"""Who sees and writes a row, beside the platform's own work (role ``system``)."""

POSTGRESQL_INSTALL = (
    """ALTER TABLE claims ADD CONSTRAINT ex_claims_overlap EXCLUDE USING gist (
        thing WITH =, thing_id WITH =, space WITH =,
        tstzrange(starts_at, ends_at, '[)') WITH &&)""",
    """CREATE FUNCTION gf_audit_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'audit_immutable' USING ERRCODE = 'integrity_constraint_violation';
    END $$""",
    """CREATE TRIGGER audit_events_no_change BEFORE UPDATE OR DELETE ON audit_events
    FOR EACH ROW EXECUTE FUNCTION gf_audit_immutable()""",
    """CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION gf_audit_immutable()""",
    """CREATE FUNCTION gf_audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE last record;
    BEGIN
        SELECT * INTO last FROM audit_events ORDER BY sequence DESC LIMIT 1;
        IF NEW.sequence <> coalesce(last.sequence, 0) + 1
            OR NEW.previous <> coalesce(last.hash, repeat('0', 64)) THEN
            RAISE EXCEPTION 'audit_immutable' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$""",
    """CREATE TRIGGER audit_events_chain BEFORE INSERT ON audit_events
    FOR EACH ROW EXECUTE FUNCTION gf_audit_chain()""",
    *_FUNCTIONS,
    *(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY" for table in POLICIES),
    *(
        f"CREATE POLICY {table}_tenant ON {table}"
        f" USING (gf_role() = 'system' OR (gf_role() <> '' AND ({condition})))"
        for table, condition in POLICIES.items()
    ),
)

POSTGRESQL_REMOVE = (
    *(f"DROP POLICY {table}_tenant ON {table}" for table in POLICIES),
    *(f"DROP FUNCTION {name}" for name in _FUNCTION_NAMES),
    "DROP TRIGGER audit_events_chain ON audit_events",
    "DROP TRIGGER audit_events_no_truncate ON audit_events",
    "DROP TRIGGER audit_events_no_change ON audit_events",
    "DROP FUNCTION gf_audit_chain()",
    "DROP FUNCTION gf_audit_immutable()",
    "ALTER TABLE claims DROP CONSTRAINT ex_claims_overlap",
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
