"""What was told stays as it is; whose phone told it is forgotten when its days are over."""

import contextlib
from datetime import timedelta

import pytest
from redis import Redis
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from models.accounts.actor import Actor
from models.audit.operations import verify
from models.audit.tables import AuditEvent
from models.base import now
from models.db import Database
from models.errors import Conflict, Forbidden, Invalid
from models.execution.forgetting import forget_traces
from models.execution.tables import DriverLink, Execution, ExecutionEvent
from tests import factories
from workers.execution.forgetting import forget
from workers.jobs.relay import Relay
from workers.settings import Settings

AGE = 100
PERSONAL = ("device_id", "link_id", "account_id")
FORGETTING = (
    "UPDATE execution_events SET device_id = '0001-past', link_id = NULL, account_id = NULL"
)
CHANGES = (
    "UPDATE execution_events SET kind = 'failed'",
    "UPDATE execution_events SET at = device_at, stop_key = 'x'",
    f"{FORGETTING}, kind = 'failed'",
    "UPDATE execution_events SET device_id = 'other-phone'",
    "DELETE FROM execution_events",
    "TRUNCATE execution_events",
    "REPLACE INTO execution_events SELECT * FROM execution_events",
)


@pytest.fixture
def told(database):
    """Two phones told of a day ``AGE`` days ago and of yesterday."""
    with database.write() as session:
        world = factories.world(session)
        driver = world.actors["driver"].account_id
        for age in (AGE, 1):
            then = now() - timedelta(days=age)
            day = Execution(
                operator_id=world.organisations["operator"].id,
                service_date=then.date(),
                vehicle_id=world.id("vehicle"),
            )
            session.add(day)
            session.flush()
            link = DriverLink(
                execution_id=day.id,
                token_sha256=f"{age:064d}",
                created_at=then,
                expires_at=then + timedelta(days=1),
            )
            session.add(link)
            session.flush()
            for number, phone in enumerate(("zz-phone", "aa-phone", "zz-phone")):
                session.add(
                    ExecutionEvent(
                        execution_id=day.id,
                        client_id=f"tap-{age:03d}-{number}",
                        device_id=f"{phone}-{age}",
                        sequence=number,
                        source="link",
                        kind="arrive",
                        stop_key=f"stop-{number}",
                        device_at=then,
                        received_at=then,
                        at=then,
                        link_id=link.id,
                        account_id=driver,
                    )
                )
    return database


def rows(database, *, personal: bool):
    names = [c.name for c in ExecutionEvent.__table__.c if (c.name in PERSONAL) == personal]
    columns = [getattr(ExecutionEvent, name) for name in names]
    with database.read() as session:
        return session.execute(select(*columns).order_by(ExecutionEvent.client_id)).all()


@pytest.mark.parametrize("statement", [*CHANGES, FORGETTING])
@pytest.mark.parametrize("role", ["application", "owner"])
def test_nobody_changes_what_was_told_by_sql(told, statement, role):
    before = rows(told, personal=False), rows(told, personal=True)
    other = Database(told.url if role == "application" else told.owner_url)
    try:
        with pytest.raises((DBAPIError, Conflict, Invalid)), other.write() as session:
            session.execute(text(statement))
    finally:
        other.dispose()
    assert (rows(told, personal=False), rows(told, personal=True)) == before


def test_after_the_days_that_are_set_a_day_forgets_its_phones_and_nothing_else(told):
    before = rows(told, personal=False)
    day_before = lambda: now() - timedelta(days=AGE - 90)  # noqa: E731 - a clock
    assert forget(told, 90, day_before) == 0
    assert forget(told, 90) == 3
    assert forget(told, 90) == 0
    assert rows(told, personal=False) == before
    kept = rows(told, personal=True)
    phones = [row.device_id for row in kept]
    assert phones[:3] == ["zz-phone-1", "aa-phone-1", "zz-phone-1"]
    assert phones[3:] == ["0002-past", "0001-past", "0002-past"]  # two phones stay two
    assert all(row.link_id is None and row.account_id is None for row in kept[3:])
    assert all(row.link_id and row.account_id for row in kept[:3])
    with told.read() as session:
        assert len(session.scalars(select(DriverLink)).all()) == 1
        done = session.scalars(select(AuditEvent).where(AuditEvent.action == "forget")).one()
        assert done.fields == sorted(PERSONAL)
        assert verify(session).whole


def test_young_events_are_kept_whatever_is_set_and_roles_forget_nothing(told):
    kept = rows(told, personal=True)[:3]
    with contextlib.suppress(Conflict):  # SpatiaLite refuses it whole, PostgreSQL spares the young
        forget(told, 0)
    assert rows(told, personal=True)[:3] == kept
    driver = Actor(
        account_id=None, organisation_id=None, organisation_kind="carrier", role="dispatcher"
    )
    with told.write() as session, pytest.raises(Forbidden):
        forget_traces(session, driver, now().date())


def test_the_relay_does_it_by_itself(told, tmp_path):
    settings = Settings(
        home=tmp_path,
        database_url="",
        database_owner_url="",
        redis_url="",
        secret="s",  # noqa: S106 - of no matter here
        trace_days=AGE + 10,
    )
    nobody = Redis(port=1)
    Relay(settings, told, nobody).keep_house()
    assert "zz-phone-100" in {row.device_id for row in rows(told, personal=True)}
    Relay(settings, told, nobody, clock=lambda: now() + timedelta(days=11)).keep_house()
    assert "zz-phone-100" not in {row.device_id for row in rows(told, personal=True)}
