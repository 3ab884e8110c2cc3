import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from models.accounts import idempotency
from models.accounts.tables import Account, Agreement, ApiToken, Organisation
from models.accounts.tokens import create_token
from models.accounts.visibility import RULES, fetch, visible
from models.audit.tables import AuditEvent
from models.base import now
from models.errors import NotFound
from models.fleet.tables import Driver, Vehicle
from models.orders.queries import list_orders
from models.orders.tables import Order
from models.permits.tables import Permit
from models.places.tables import Place, ShipperPlaceCode
from models.planning.tables import PlanAssignment, PlanDuty, PlanRoute, PlanVersion
from tests import factories

# What each role sees of the two of everything in the world: "1" its own side's, "2" the other's.
MATRIX = {
    Order: {"dispatcher": "1", "shipper": "1", "receiver": "1", "carrier": "1", "driver": "1"},
    PlanVersion: {"dispatcher": "1"},
    PlanAssignment: {"dispatcher": "1"},
    PlanRoute: {"dispatcher": "1", "carrier": "1", "driver": "1"},
    PlanDuty: {"dispatcher": "1", "carrier": "1", "driver": "1"},
    Vehicle: {"dispatcher": "1", "carrier": "1", "driver": "1", "police": "12"},
    Driver: {"dispatcher": "1", "carrier": "1", "driver": "1"},
    Permit: {"dispatcher": "1", "carrier": "1", "driver": "1", "police": "12"},
    ShipperPlaceCode: {"dispatcher": "1", "shipper": "1"},
    Agreement: {"dispatcher": "1", "shipper": "1", "admin": "12"},
}
ROLES = (
    "dispatcher",
    "shipper",
    "receiver",
    "carrier",
    "driver",
    "police",
    "bureau",
    "admin",
)


def _side(world, row):
    """Which side of the world a row belongs to."""
    first = {org.id for name, org in world.organisations.items() if not name.endswith("2")}
    for name in ("shipper_id", "operator_id", "organisation_id"):
        if hasattr(row, name):
            return "1" if getattr(row, name) in first else "2"
    return "1" if row.plan_version_id == world.id("plan") else "2"


def test_each_role_sees_its_own_and_no_more(database, world):
    for entity, expected in MATRIX.items():
        for role in ROLES:
            with database.read() as session:
                rows = session.scalars(visible(session, world.actors[role], entity)).all()
                sides = "".join(sorted({_side(world, row) for row in rows}))
            assert sides == expected.get(role, ""), f"{role} sees {entity.__name__} of {sides!r}"


def test_stores_of_one_shipper_are_unknown_to_the_other(database, world):
    for role in ("shipper", "dispatcher", "receiver", "carrier", "driver"):
        with database.read(world.actors[role]) as session:
            found = set(session.scalars(visible(session, world.actors[role], Place)))
        ids = {place.id for place in found}
        assert world.id("store") in ids
        assert world.id("store2") not in ids


def test_rivals_do_not_know_of_each_other(database, world):
    with database.read() as session:
        known = set(session.scalars(visible(session, world.actors["shipper"], Organisation)))
    names = {one.id for one in known}
    assert names == {world.organisations["shipper"].id, world.organisations["operator"].id}


def test_an_administrator_sees_accounts_and_no_business(database, world):
    admin = world.actors["admin"]
    with database.read() as session:
        assert len(session.scalars(visible(session, admin, Account)).all()) == len(world.actors)
        for entity in (Order, PlanVersion, Vehicle, Driver, Place, Permit, ShipperPlaceCode):
            assert not session.scalars(visible(session, admin, entity)).all()


@pytest.mark.parametrize("role", ["shipper", "dispatcher", "receiver", "carrier", "driver"])
def test_a_foreign_id_reads_exactly_as_none(database, world, role):
    answers = []
    for key in (world.id("order2"), uuid.uuid4(), "not-an-id"):
        with database.read() as session, pytest.raises(NotFound) as caught:
            fetch(session, world.actors[role], Order, key)
        answers.append((caught.value.code, caught.value.message, caught.value.remedy))
    assert len(set(answers)) == 1


def test_a_draft_is_its_shippers_alone(database, world):
    with database.write() as session:
        session.get(Order, world.id("order")).state = "draft"
    with database.read() as session:
        assert list_orders(session, world.actors["shipper"]).items
        assert not list_orders(session, world.actors["dispatcher"]).items


def test_a_receiver_sees_today_and_tomorrow_only(database, world):
    with database.write() as session:
        order = session.get(Order, world.id("order"))
        order.service_date = order.service_date.replace(year=order.service_date.year + 1)
    with database.read() as session:
        assert not list_orders(session, world.actors["receiver"]).items


def test_a_plan_not_in_force_is_unknown_to_carrier_and_driver(database, world):
    with database.write() as session:
        session.get(PlanVersion, world.id("plan")).state = "superseded"
    for role in ("carrier", "driver"):
        with database.read() as session:
            for entity in (Order, PlanRoute, PlanDuty):
                assert not session.scalars(visible(session, world.actors[role], entity)).all()


def test_every_rule_can_be_asked_for_every_role(database, world):
    for entity in RULES:
        for actor in world.actors.values():
            with database.read() as session:
                session.scalars(visible(session, actor, entity).limit(1)).all()


def test_row_security_hides_rows_from_a_select_that_forgot_to_filter(postgresql):
    with postgresql.write() as session:
        world = factories.world(session)
    rival = world.actors["shipper2"]
    with postgresql.read(rival) as session:
        assert {o.id for o in session.scalars(select(Order))} == {world.id("order2")}
        assert not session.scalars(select(PlanVersion)).all()
        assert not session.scalars(select(Vehicle)).all()
    with postgresql.engine.connect() as connection:  # says nothing of whom it works for
        for table in ("orders", "plan_versions", "vehicles", "drivers", "imports"):
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0  # noqa: S608


def test_accounts_and_tokens_of_others_are_nobodys_to_list(postgresql):
    with postgresql.write() as session:
        world = factories.world(session)
        for name in ("shipper", "shipper2"):
            create_token(session, world.actors[name], name=name, scopes=["orders:read"])
    mine = world.actors["shipper"]
    tables = {"accounts": "organisation_id", "api_tokens": "account_id"}
    with postgresql.engine.connect() as connection:  # says nothing of whom it works for
        for table in tables:
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0  # noqa: S608
    with postgresql.write(mine) as session:
        for table, column in tables.items():
            owners = session.scalars(text(f"SELECT DISTINCT {column} FROM {table}")).all()  # noqa: S608
            assert owners == [getattr(mine, column)]
        changed = session.execute(update(Account).values(name="x"))
        assert 0 < changed.rowcount < len(world.actors)
        assert session.execute(update(ApiToken).values(name="x")).rowcount == 1
    admin = world.actors["admin"]
    with postgresql.read(admin) as session:
        assert len(session.scalars(select(Account)).all()) >= len(world.actors)


def test_kept_answers_are_their_organisations_alone(postgresql):
    with postgresql.write() as session:
        world = factories.world(session)
    mine, rival = world.actors["shipper"], world.actors["shipper2"]
    wanted = idempotency.Request(
        token_key=str(mine.account_id), method="POST", path="/x", key="k", body_sha256="0" * 64
    )
    with postgresql.write(mine) as session:
        row = idempotency.begin(session, mine, wanted)
        idempotency.finish(session, row, status=200, headers={}, body=b"mine")
    count = text("SELECT count(*) FROM idempotency_keys")
    with postgresql.read(rival) as session:
        assert session.scalar(count) == 0
    with postgresql.engine.connect() as connection:  # says nothing of whom it works for
        assert connection.scalar(count) == 0
    with postgresql.write(mine) as session:
        assert idempotency.begin(session, mine, wanted).body == b"mine"
    with postgresql.write(rival) as session:  # sweeps what it sees: nobody else's
        idempotency.forget_expired(session, now() + timedelta(days=2))
    with postgresql.write() as session:
        assert session.scalar(count) == 1
        idempotency.forget_expired(session, now() + timedelta(days=2))
        assert session.scalar(count) == 0


def test_row_security_refuses_writing_for_another(postgresql):
    with postgresql.write() as session:
        world = factories.world(session)
    with postgresql.write(world.actors["shipper2"]) as session:
        changed = session.execute(update(Order).values(notes="x"))
        assert changed.rowcount == 1
    with postgresql.read() as session:
        assert session.get(Order, world.id("order")).notes == ""


def test_audit_events_of_others_are_hidden(database, world):
    with database.read() as session:
        assert not session.scalars(visible(session, world.actors["shipper"], AuditEvent)).all()
