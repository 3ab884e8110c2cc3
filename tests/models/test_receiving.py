from datetime import timedelta

import pytest

from models.accounts.city import today
from models.errors import Conflict, Forbidden, Invalid, NotFound
from models.orders.inputs import OrderInput
from models.orders.operations import create_orders
from models.orders.tables import Order
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


@pytest.mark.parametrize(("position", "may"), [("clerk", False), ("station_manager", True)])
def test_of_a_shippers_people_those_who_keep_stations_change_receiving(
    database, world, position, may
):
    if may:
        save(database, world, position)
        return
    with pytest.raises(Forbidden):
        save(database, world, position)
    with database.write() as session, pytest.raises(Forbidden):
        veto_night(session, world.actors[position], world.id("store"), "噪声")


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


def flags(database, world):
    with database.read() as session:
        return open_flags(session, world.actors["dispatcher"], world.id("plan"))


def planned_at(database, world, hours):
    """The published plan of today begins to unload at this hour of its service date."""
    with database.write() as session:
        row = session.get(PlanAssignment, (world.id("plan"), world.id("order")))
        day = session.get(PlanVersion, world.id("plan")).service_date
        row.arrives_at = row.starts_at = factories.instant(hours, day)
        session.get(Order, world.id("order")).state = "planned"
        return day


def test_other_windows_flag_the_published_plan_that_comes_outside_them(database, world):
    planned_at(database, world, 7)
    keep(database, world, windows=[{"start_s": 21_600, "end_s": 32_400}])
    assert [flag for flag in flags(database, world) if "07:00" in str(flag.params)] == []
    keep(database, world, windows=[{"start_s": 36_000, "end_s": 39_600}])
    (flag,) = flags(database, world)
    assert (flag.kind, flag.params["orders"], flag.params["closed"]) == (
        "receiving_changed",
        1,
        False,
    )
    assert flag.params["times"][0].endswith("07:00")


def test_a_closed_day_flags_its_plan_once_and_what_is_delivered_is_past(database, world):
    day = planned_at(database, world, 7)
    with database.write() as session:
        session.get(Order, world.id("order")).state = "delivered"
    keep(database, world, days=[{"day": day, "closed": True, "reason": "盘点"}])
    assert flags(database, world) == []
    with database.write() as session:
        session.get(Order, world.id("order")).state = "planned"
    for reason in ("盘点", "停电"):
        keep(database, world, days=[{"day": day, "closed": True, "reason": reason}])
    (flag,) = flags(database, world)
    assert flag.params["closed"] is True


def keep(database, world, **given):
    with database.write() as session:
        keep_receiving(session, world.actors["receiver"], world.id("store"), Receiving(**given))


@pytest.mark.parametrize(
    ("windows", "own", "fine"),
    [
        ([], [], True),
        ([{"start_s": 0, "end_s": 1, "weekdays": [2]}], [], True),
        ([{"start_s": 0, "end_s": 1, "weekdays": [1]}], [], False),
        ([{"start_s": 0, "end_s": 1, "weekdays": [1]}], [{"start": 0, "end": 60}], True),
    ],
)
def test_an_order_for_a_day_without_receiving_says_so(database, world, windows, own, fine):
    keep(database, world, windows=windows)
    given = OrderInput(
        reference="N-1",
        service_date=factories.DAY,  # a Tuesday
        pickup_place_id=world.id("hub"),
        delivery_place_id=world.id("store"),
        weight_g=1000,
        volume_cm3=1000,
        windows=own,
    )
    with database.write() as session:
        if fine:
            create_orders(session, world.actors["shipper"], [given])
            return
        with pytest.raises(Invalid) as caught:
            create_orders(session, world.actors["shipper"], [given])
    (fault,) = caught.value.fields
    assert (fault.field, fault.code) == ("service_date", "not_receiving")
    assert "网点当日不收货" in fault.message


def test_a_closed_day_is_said_with_its_reason_whatever_the_orders_own_window(database, world):
    keep(database, world, days=[{"day": factories.DAY, "closed": True, "reason": "盘点"}])
    given = OrderInput(
        reference="N-2",
        service_date=factories.DAY,
        pickup_place_id=world.id("store"),
        delivery_place_id=world.id("hub"),
        kind="pickup",
        weight_g=1000,
        volume_cm3=1000,
        pickup_windows=[{"start": 0, "end": 60}],
    )
    with database.write() as session, pytest.raises(Invalid) as caught:
        create_orders(session, world.actors["shipper"], [given])
    assert "网点当日不收货（盘点）" in caught.value.fields[0].message
