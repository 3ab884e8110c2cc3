from datetime import timedelta

import pytest

from models.accounts.city import today
from models.errors import Conflict, Forbidden, Invalid, NotFound
from models.places.operations import upsert_places
from models.places.receiving import (
    Receiving,
    keep_receiving,
    lift_veto,
    own_places,
    place_history,
    planned_waits,
    veto_night,
)
from models.places.tables import Place
from models.planning.flags import open_flags
from models.planning.tables import PlanAssignment, PlanVersion
from tests import factories

NIGHT = {"start_s": -7200, "end_s": 21_600, "night": True, "needs": ["quiet"]}
DAY = {"start_s": 21_600, "end_s": 32_400, "weekdays": [1, 2, 3]}


def save(database, world, role="receiver", **given):
    with database.write() as session:
        return keep_receiving(
            session,
            world.actors[role],
            world.id("store"),
            Receiving(windows=[DAY, NIGHT], **given),
        )


def test_receiver_shipper_and_dispatcher_keep_it_with_one_operation_and_each_change_is_told(
    database, world
):
    day = factories.DAY
    save(database, world, plain={"fixed_s": 600})
    save(database, world, "shipper", days=[{"day": day, "closed": True, "reason": "盘点"}])
    save(database, world, "dispatcher", plain={"fixed_s": 900})
    with database.read() as session:
        place = session.get(Place, world.id("store"))
        assert place.fixed_s == 900
        assert place.days == [], "what is not given is gone: it is given whole"
        for role in ("receiver", "shipper", "dispatcher"):
            told = place_history(session, world.actors[role], place.id)
            assert [one.version for one in told] == [3, 2, 1]
            assert [one.organisation_id for one in told] == [
                world.organisations[name].id for name in ("operator", "shipper", "receiver")
            ]
            assert "days" in told[1].fields
            assert told[0].content["days"][0]["reason"] == "盘点"
            assert told[0].content["fixed_s"] == 600


def test_saving_the_same_again_is_no_change(database, world):
    save(database, world)
    save(database, world)
    with database.read() as session:
        assert len(place_history(session, world.actors["receiver"], world.id("store"))) == 1


def test_the_dispatchers_place_form_makes_versions_too(database, world):
    with database.write() as session:
        dispatcher = world.actors["dispatcher"]
        (hub,) = [row for row in own_places(session, dispatcher) if row.kind == "store"][:1]
        values = {"code": "N1", "kind": "store", "name": "新店", "lon": 133.0, "lat": 21.0}
        upsert_places(session, dispatcher, [values])
        made = upsert_places(session, dispatcher, [{**values, "windows": [DAY]}]).rows[0]
        assert [one.fields for one in place_history(session, dispatcher, made.id)] == [["windows"]]
        assert hub.id != made.id


@pytest.mark.parametrize("role", ["receiver2", "shipper2", "dispatcher2"])
def test_others_do_not_find_the_place(database, world, role):
    with pytest.raises(NotFound):
        save(database, world, role)
    with database.read() as session, pytest.raises(NotFound):
        place_history(session, world.actors[role], world.id("store"))


@pytest.mark.parametrize("role", ["carrier", "driver", "police", "bureau", "admin"])
def test_other_roles_may_not(database, world, role):
    with pytest.raises(Forbidden):
        save(database, world, role)


def test_a_public_place_of_the_operator_is_not_the_shippers_to_change(database, world):
    with database.write() as session, pytest.raises(Forbidden):
        keep_receiving(session, world.actors["shipper"], world.id("hub"), Receiving())


def test_every_fault_is_named(database, world):
    given = Receiving(
        windows=[{"start_s": 30_000, "end_s": 20_000}],
        days=[{"day": factories.DAY}, {"day": factories.DAY, "closed": True}],
        plain={"fixed_s": -1, "night_contact_name": "王岚（示例）"},
    )
    with database.write() as session, pytest.raises(Invalid) as caught:
        keep_receiving(session, world.actors["receiver"], world.id("store"), given)
    assert [(fault.field, fault.code) for fault in caught.value.fields] == [
        ("windows", "window_range"),
        ("days", "empty"),
        ("days", "duplicate"),
        ("fixed_s", "out_of_range"),
        ("night_contact_phone", "missing"),
    ]


def test_a_stale_form_is_refused(database, world):
    with database.read() as session:
        seen = session.get(Place, world.id("store")).row_version
    save(database, world)
    with database.write() as session, pytest.raises(Conflict):
        keep_receiving(
            session, world.actors["shipper"], world.id("store"), Receiving(), row_version=seen
        )


def by_night(database, world):
    """The published plan of today delivers at 23:30 of the evening before."""
    with database.write() as session:
        row = session.get(PlanAssignment, (world.id("plan"), world.id("order")))
        day = session.get(PlanVersion, world.id("plan")).service_date
        row.arrives_at = factories.instant(-0.75, day)
        row.starts_at = factories.instant(-0.5, day)
        return day


def test_a_veto_flags_the_published_plan_and_leaves_it_as_it_is(database, world):
    day = by_night(database, world)
    receiver, dispatcher = world.actors["receiver"], world.actors["dispatcher"]
    with database.write() as session:
        place, flagged = veto_night(
            session, receiver, world.id("store"), "楼上居民投诉噪声", since=day
        )
        assert flagged == 1
        assert place.night_vetoed(day)
        assert place.night_vetoed(day + timedelta(days=400))
        assert not place.night_vetoed(day - timedelta(days=1))
    with database.read() as session:
        (flag,) = open_flags(session, dispatcher, world.id("plan"))
        assert (flag.kind, flag.params["orders"]) == ("night_veto", 1)
        assert flag.params["reason"] == "楼上居民投诉噪声"
        assert session.get(PlanVersion, world.id("plan")).state == "published"
    with database.write() as session:
        lift_veto(session, receiver, world.id("store"))
        assert not session.get(Place, world.id("store")).night_vetoed(day)
        told = place_history(session, receiver, world.id("store"))
        assert told[0].content["night_veto_reason"] == "楼上居民投诉噪声"


def test_a_veto_of_tomorrow_or_of_a_day_delivery_flags_nothing(database, world):
    receiver = world.actors["receiver"]
    with database.write() as session:
        assert (
            veto_night(session, receiver, world.id("store"), "噪声", since=today(session))[1] == 0
        )
    by_night(database, world)
    with database.write() as session:
        assert veto_night(session, receiver, world.id("store"), "噪声")[1] == 0


def test_a_veto_needs_a_reason_and_dates_in_order(database, world):
    with database.write() as session:
        now = today(session)
        for reason, since, until in (
            (" ", None, None),
            ("噪声", now - timedelta(days=1), None),
            ("噪声", now + timedelta(days=2), now + timedelta(days=1)),
        ):
            with pytest.raises(Invalid):
                veto_night(
                    session,
                    world.actors["receiver"],
                    world.id("store"),
                    reason,
                    since=since,
                    until=until,
                )


def test_planned_waits_are_those_of_published_plans_at_this_place(database, world):
    by_night(database, world)
    with database.read(world.actors["receiver"]) as session:
        (wait,) = planned_waits(session, world.actors["receiver"], world.id("store"))
        assert (wait.seconds, wait.orders) == (900, 1)
    with database.write() as session:
        session.get(PlanVersion, world.id("plan")).state = "superseded"
    with database.read() as session:
        assert planned_waits(session, world.actors["receiver"], world.id("store")) == []
