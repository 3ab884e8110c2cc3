from datetime import timedelta

import pytest

from models.errors import Invalid, NotFound
from models.orders import cutoff
from models.orders.operations import accept_orders
from models.orders.tables import Order
from models.orders.wave_tables import WaveOrder
from models.orders.waves import UnitLoad, WaveInput, day_grid, keep_wave, save_day
from models.planning.flags import open_flags
from models.planning.tables import PlanVersion
from tests import factories

LOADS = {"piece": UnitLoad(weight_g=3000, volume_cm3=20_000, unit_s=7)}
DAY = factories.DAY


def wave(database, world, code="07:00", role="shipper", **values):
    given = {
        "code": code,
        "start_s": 21_600,
        "end_s": 30_600,
        "pickup_place_id": world.id("hub"),
        "stations": {world.id("store"): 120},
        **values,
    }
    with database.write() as session:
        owner = world.organisations["shipper"].id
        return keep_wave(session, world.actors[role], owner, WaveInput(**given)).id


def save(database, world, role="shipper", **given):
    values = {"expected": {}, "actual": {}, **given}
    with database.write() as session:
        owner = world.organisations["shipper"].id
        return save_day(session, world.actors[role], owner, DAY, loads=LOADS, **values)


def cell(database, world, key):
    with database.read() as session:
        _, cells = day_grid(
            session, world.actors["shipper"], world.organisations["shipper"].id, DAY
        )
        return cells[key, world.id("store")]


@pytest.fixture(autouse=True)
def before_cut_off(monkeypatch):
    monkeypatch.setattr(cutoff, "now", lambda: factories.instant(-10))


def test_expected_counts_become_orders_and_real_ones_replace_them_in_place(database, world):
    key = wave(database, world)
    assert cell(database, world, key).usual == 120
    sent = save(database, world, expected={(key, world.id("store")): 130})
    assert (sent.made, sent.submitted, sent.late) == (1, 1, 0)
    order = cell(database, world, key).order
    assert (order.reference, order.units, order.weight_g) == (
        f"0700-1124-{world.rows['store'].code}",
        130,
        390_000,
    )
    assert order.windows == [{"start": 21_600, "end": 30_600, "night": False}]
    again = save(database, world, expected={(key, world.id("store")): 140})
    assert (again.made, again.submitted) == (0, 0), "what was sent is not sent anew"
    with database.write() as session:
        accept_orders(session, world.actors["dispatcher"], [order.id])
    counted = save(database, world, actual={(key, world.id("store")): 151})
    assert (counted.counted, counted.asked) == (1, 0)
    now = cell(database, world, key)
    assert (now.expected, now.actual, now.order.state) == (130, 151, "accepted")
    assert now.order.version == 2
    with database.read() as session:
        assert session.get(WaveOrder, order.id).counted_at is not None


def test_a_solved_plan_that_holds_less_than_what_came_is_flagged(database, world):
    key = wave(database, world)
    with database.write() as session:
        plan = factories.plan_version(
            session, world.organisations["operator"], state="solved", service_date=DAY
        )
    save(database, world, expected={(key, world.id("store")): 100})
    with database.write() as session:
        order = cell(database, world, key).order
        accept_orders(session, world.actors["dispatcher"], [order.id])
    save(database, world, actual={(key, world.id("store")): 90})
    with database.read() as session:
        assert not open_flags(session, world.actors["dispatcher"], plan.id), "less still fits"
    save(database, world, actual={(key, world.id("store")): 110})
    with database.read() as session:
        (flag,) = open_flags(session, world.actors["dispatcher"], plan.id)
        assert (flag.kind, flag.params["after"]) == ("quantity", 110)
        assert session.get(PlanVersion, plan.id).state == "solved"


def test_after_publishing_more_is_a_request(database, world):
    key = wave(database, world)
    save(database, world, expected={(key, world.id("store")): 100})
    with database.write() as session:
        session.get(Order, cell(database, world, key).order.id).state = "planned"
    sent = save(database, world, actual={(key, world.id("store")): 130})
    assert (sent.counted, sent.asked) == (0, 1)
    assert cell(database, world, key).order.units == 100


def test_drafts_are_kept_until_they_are_sent(database, world, monkeypatch):
    key = wave(database, world)
    save(database, world, expected={(key, world.id("store")): 50}, submit=False)
    assert cell(database, world, key).order.state == "draft"
    monkeypatch.setattr(cutoff, "now", lambda: factories.instant(1))
    sent = save(database, world, expected={(key, world.id("store")): 60})
    assert (sent.submitted, sent.late) == (1, 1)
    now = cell(database, world, key)
    assert (now.expected, now.order.units, now.order.state) == (60, 60, "submitted")


def test_a_night_wave_asks_for_a_quiet_vehicle(database, world):
    key = wave(database, world, "03:00", start_s=0, end_s=14_400)
    save(database, world, expected={(key, world.id("store")): 5})
    (window,) = cell(database, world, key).order.windows
    assert (window["night"], window["needs"]) == (True, ["quiet"])


def test_a_wave_runs_on_its_weekdays_only(database, world):
    key = wave(database, world, weekdays=[DAY.isoweekday()])
    with database.read() as session:
        owner = world.organisations["shipper"].id
        for shift, expected in ((0, [key]), (1, [])):
            day = DAY + timedelta(days=shift)
            waves, _ = day_grid(session, world.actors["shipper"], owner, day)
            assert [one.id for one in waves] == expected


def test_faults_of_a_wave_are_all_named(database, world):
    wave(database, world)
    with pytest.raises(Invalid) as caught:
        wave(
            database,
            world,
            start_s=9,
            end_s=3,
            unit_kind="barrel",
            pickup_place_id=world.id("store"),
            stations={world.id("store2"): -1},
        )
    assert {(f.field, f.code) for f in caught.value.fields} == {
        ("code", "taken"),
        ("window", "window_range"),
        ("unit_kind", "unknown"),
        ("stations", "out_of_range"),
        ("stations", "unknown"),
        ("pickup_place_id", "no_depot"),
    }


@pytest.mark.parametrize("role", ["shipper2", "dispatcher2"])
def test_others_neither_see_nor_send(database, world, role):
    key = wave(database, world)
    with pytest.raises(NotFound):
        save(database, world, role, expected={(key, world.id("store")): 1})
    with pytest.raises((NotFound, Invalid)):
        wave(database, world, "13:00", role)


def test_the_dispatcher_may_send_for_its_shipper(database, world):
    key = wave(database, world, role="dispatcher")
    sent = save(database, world, "dispatcher", expected={(key, world.id("store")): 3})
    assert sent.made == 1
