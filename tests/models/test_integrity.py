import uuid
from datetime import datetime

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError, StatementError

from models.audit.operations import append, verify
from models.audit.queries import list_events
from models.audit.tables import AuditEvent
from models.base import now
from models.db import Database
from models.errors import Conflict, Invalid
from models.orders.tables import Order
from models.places.queries import places_near, places_within
from models.places.tables import Place
from models.planning.tables import PlanVersion
from tests import factories
from tests.models.test_planning import in_threads


def test_a_stale_edit_is_told_and_changes_nothing(database, world):
    key = world.id("store")
    with database.read() as session:
        mine = session.get(Place, key)
    with database.write() as session:
        session.get(Place, key).name = "先到"
    mine.name = "后到"
    with pytest.raises(Conflict) as caught, database.write() as session:
        session.add(mine)
    assert caught.value.code == "stale"
    with database.read() as session:
        assert session.get(Place, key).name == "先到"


def test_read_then_write_at_once_loses_no_update(database, world):
    key = world.id("store")

    def add(_):
        for _ in range(10):
            done = False
            while not done:
                try:
                    with database.write() as session:
                        place = session.get(Place, key)
                        place.fixed_s = place.fixed_s + 1
                    done = True
                except Conflict:
                    done = False

    assert in_threads(4, add) == [None] * 4
    with database.read() as session:
        assert session.get(Place, key).fixed_s == 40


def test_times_come_back_aware_and_the_same(database, world):
    with database.write() as session:
        stamp = now()
        session.get(PlanVersion, world.id("plan")).started_at = stamp
    with database.read() as session:
        assert session.get(PlanVersion, world.id("plan")).started_at == stamp
    with pytest.raises(StatementError), database.write() as session:
        session.get(PlanVersion, world.id("plan")).started_at = datetime(2026, 1, 1)  # noqa: DTZ001
    with database.write() as session:
        plan = session.get(PlanVersion, world.id("plan"))
        plan.started_at = factories.instant(9)
        session.flush()
        late = select(PlanVersion.id).where(PlanVersion.started_at < factories.instant(9.5))
        assert plan.id in set(session.scalars(late))


def test_the_database_itself_refuses_what_makes_no_sense(database, world):
    for values in (
        {"state": "lost"},
        {"weight_g": -1},
        {"units": 0},
        {"temperature": "warm"},
        {"delivery_place_id": world.id("hub")},
    ):
        with pytest.raises(Invalid) as caught, database.write() as session:
            session.execute(update(Order).where(Order.id == world.id("order")).values(**values))
        assert caught.value.code == "check_failed"
    with pytest.raises(Conflict) as caught, database.write() as session:
        session.execute(update(Order).values(pickup_place_id=uuid.uuid4()))
    assert caught.value.code == "in_use"
    with pytest.raises(Conflict), database.write() as session:
        session.execute(delete(Place).where(Place.id == world.id("store")))


def test_the_audit_trail_is_whole_and_in_order_when_many_write(database, world):
    def write(n):
        with database.write() as session:
            for k in range(3):
                append(session, world.actors["dispatcher"], "change", "place", f"{n}-{k}")

    assert in_threads(5, write) == [None] * 5
    with database.read() as session:
        proof = verify(session)
        assert proof.whole
        assert proof.events == 15
        page = list_events(session, world.actors["dispatcher"], limit=4)
        assert [e.sequence for e in page.items] == [15, 14, 13, 12]


FORGED = (
    "INSERT INTO audit_events SELECT 9, at, account_id, organisation_id, request_id, address,"
    " action, entity, entity_id, fields, substr(previous, 2) || 'x', substr(hash, 2) || 'x'"
    " FROM audit_events WHERE sequence = 1"
)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET action = 'x'",
        "DELETE FROM audit_events",
        "DELETE FROM audit_events WHERE sequence = 2",
        "TRUNCATE audit_events",
        FORGED,
        "REPLACE INTO audit_events SELECT * FROM audit_events WHERE sequence = 1",
    ],
)
@pytest.mark.parametrize("role", ["application", "owner"])
def test_the_audit_trail_cannot_be_changed(database, world, statement, role):
    with database.write() as session:
        for k in range(3):
            append(session, world.actors["dispatcher"], "change", "place", k)
    url = database.url if role == "application" else database.owner_url
    other = Database(url)
    try:
        with pytest.raises((DBAPIError, Conflict, Invalid)), other.write() as session:
            session.execute(text(statement))
    finally:
        other.dispose()
    with database.read() as session:
        proof = verify(session)
        assert (proof.whole, proof.events) == (True, 3)


def test_a_changed_event_is_found(spatialite):
    with spatialite.write() as session:
        world = factories.world(session)
        for k in range(3):
            append(session, world.actors["dispatcher"], "change", "place", k)
    with spatialite.write() as session:  # somebody with the file in hand
        session.execute(text("DROP TRIGGER audit_events_no_update"))
        session.execute(update(AuditEvent).where(AuditEvent.sequence == 2).values(action="none"))
    with spatialite.read() as session:
        assert verify(session).broken_at == 2


def test_both_databases_find_the_same_places(spatialite, postgresql):
    found = {}
    for database in (spatialite, postgresql):
        with database.write() as session:
            keeper = factories.organisation(session, "operator")
            who = factories.actor(factories.account(session, keeper, "dispatcher"))
            for n in range(900):
                lon, lat = 133.0 + (n % 30) * 0.002, 21.0 + (n // 30) * 0.002
                session.add(
                    Place(
                        organisation_id=keeper.id,
                        kind="store",
                        code=f"{n:04d}",
                        name=f"店 {n} 示例",
                        geometry=factories.point(lon, lat),
                    )
                )
            hole = [(133.01, 21.01), (133.02, 21.01), (133.02, 21.02), (133.01, 21.02)]
            area = [*factories.square(133.0, 21.0, 0.04), [*hole, hole[0]]]
            zone = factories.zone(session, keeper, area=factories.multipolygon([area]))
        with database.read() as session:
            near = places_near(session, who, 133.03, 21.03, 1234.5)
            within = places_within(session, who, zone.id)
            found[database.is_postgresql] = (
                [place.code for place in near],
                [place.code for place in within],
            )
    assert found[True] == found[False]
    near, within = found[True]
    assert 100 < len(near) < 200
    assert "0000" in within  # on the border is inside
    assert f"{6 * 30 + 6:04d}" not in within  # in the hole


def test_an_outline_that_crosses_itself_is_refused():
    crossed = [[(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0)]]
    with pytest.raises(ValueError, match="not a valid area"):
        factories.multipolygon([crossed])
