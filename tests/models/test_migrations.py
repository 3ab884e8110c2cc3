import pkgutil
from importlib import import_module

import pytest
from sqlalchemy import inspect, text

from migrations import sql
from models import db

POLICIES = {
    table
    for module in pkgutil.iter_modules(sql.__path__)
    for table in getattr(import_module(f"migrations.sql.{module.name}"), "POLICIES", ())
}
"""Tables that some revision puts under row security."""


def test_database_matches_tables(database):
    assert db.differences(database.owner_url) == []


def test_down_leaves_nothing_and_up_again_is_whole(databases):
    with databases.fresh(empty=True) as database:
        database.upgrade()
        before = set(inspect(database.engine).get_table_names())
        db.downgrade(database.owner_url)
        left = set(inspect(database.engine).get_table_names())
        assert not {"orders", "places", "claims", "audit_events", "plan_versions"} & left
        database.upgrade()
        database.upgrade()
        assert set(inspect(database.engine).get_table_names()) == before
        assert db.differences(database.owner_url) == []


def test_row_security_is_on_for_the_application_role(postgresql):
    assert postgresql.has_row_security
    with postgresql.read() as session:
        rows = session.execute(
            text("SELECT relname FROM pg_class WHERE relrowsecurity AND row_security_active(oid)")
        )
        assert {name for (name,) in rows} == POLICIES


def test_a_read_session_cannot_write(database):
    with database.read() as session, pytest.raises(Exception, match=r"(?i)read.?only"):
        session.execute(text("DELETE FROM outbox"))


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "sqlite:///:memory:"])
def test_other_databases_are_refused(url):
    with pytest.raises(ValueError, match="sqlite:"):
        db.normal_url(url)
