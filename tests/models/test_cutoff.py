from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from models.accounts.tables import Agreement
from models.errors import Forbidden, Invalid, RefusedTransition
from models.orders import cutoff
from models.orders.counting import count_order
from models.orders.operations import (
    accept_orders,
    amend_order,
    cancel_orders,
    change_states,
    create_orders,
    request_cancel,
    submit_orders,
)
from models.orders.queries import history, versions
from models.orders.requests import decide, requests_of
from models.orders.tables import Order
from models.planning.flags import clear_flag, open_flags
from models.planning.tables import PlanVersion
from tests import factories
from tests.models.test_orders import draft, make

ZONE = ZoneInfo("Asia/Shanghai")
LAST = datetime(2026, 11, 23, 10, 0, 0, tzinfo=UTC)
"""18:00 in the city on the day before ``factories.DAY``: the cut-off of a new agreement."""


@pytest.fixture
def clock(monkeypatch):
    """Sets what the cut-off takes for the present."""

    def at(moment):
        monkeypatch.setattr(cutoff, "now", lambda: moment)

    return at


def late(database, key):
    with database.read() as session:
        return session.get(Order, key).late


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (LAST - timedelta(seconds=1), False),
        (LAST, False),
        (LAST.replace(microsecond=999_999), False),
        (LAST + timedelta(seconds=1), True),
    ],
)
def test_the_second_of_the_cut_off_is_in_time_and_the_next_is_late(
    database, world, clock, moment, expected
):
    clock(moment)
    (key,) = make(database, world, "C1")
    assert late(database, key) is expected
    (key,) = make(database, world, "C2", submit=False)
    assert not late(database, key), "a draft is not late before it is sent"
    with database.write() as session:
        submit_orders(session, world.actors["shipper"], [key])
    assert late(database, key) is expected


def test_the_cut_off_goes_by_the_citys_wall_clock():
    assert cutoff.deadline(ZONE, 64_800, factories.DAY) == LAST
    assert cutoff.deadline(ZONE, 86_400 + 3600, factories.DAY) == datetime(
        2026, 11, 24, 1, tzinfo=ZONE
    )
    berlin = ZoneInfo("Europe/Berlin")  # the night in which its clocks go back
    assert cutoff.deadline(berlin, 64_800, date(2026, 10, 26)).hour == 18


def test_the_dispatcher_is_never_late_and_a_late_change_of_an_accepted_order_is(
    database, world, clock
):
    clock(LAST - timedelta(hours=1))
    (key,) = make(database, world, "D1")
    shipper, dispatcher = world.actors["shipper"], world.actors["dispatcher"]
    with database.write() as session:
        accept_orders(session, dispatcher, [key])
    clock(LAST + timedelta(hours=1))
    with database.write() as session:
        (own,) = create_orders(
            session, dispatcher, [draft(world, "D2")], shipper_id=shipper.organisation_id
        )
        assert not own.late
        changed = amend_order(session, shipper, key, {"units": 3})
        assert (changed.state, changed.late) == ("submitted", True)
    with database.write() as session:
        later = factories.DAY + timedelta(days=1)
        assert not amend_order(session, shipper, key, {"service_date": later}).late


def test_a_late_order_that_is_accepted_flags_the_days_plan(database, world, clock):
    clock(LAST + timedelta(seconds=1))
    with database.write() as session:
        session.get(PlanVersion, world.id("plan")).service_date = factories.DAY
    (key,) = make(database, world, "E1")
    dispatcher = world.actors["dispatcher"]
    with database.write() as session:
        accept_orders(session, dispatcher, [key])
    with database.write() as session:
        (flag,) = open_flags(session, dispatcher, world.id("plan"))
        assert (flag.kind, flag.params) == ("late_order", {"reference": "E1"})
        assert not open_flags(session, world.actors["dispatcher2"], world.id("plan"))
        clear_flag(session, dispatcher, flag.id)
        assert not open_flags(session, dispatcher, world.id("plan"))


def test_a_count_keeps_the_state_and_makes_a_version(database, world):
    (key,) = make(database, world, "F1")
    shipper, dispatcher = world.actors["shipper"], world.actors["dispatcher"]
    with database.write() as session:
        order = session.get(Order, key)
        order.units, order.weight_g, order.volume_cm3 = 10, 1001, 3000
        accept_orders(session, dispatcher, [key])
    with database.write() as session:
        counted = count_order(session, shipper, key, 13)
        assert (counted.changed, counted.asked) == (True, False)
        order = counted.order
        assert (order.state, order.units, order.version) == ("accepted", 13, 2)
        assert (order.weight_g, order.volume_cm3) == (1302, 3900), "rounded up"
    with database.read() as session:
        (old,) = versions(session, shipper, key)
        assert old.content["units"] == 10
        last = history(session, shipper, key)[-1]
        assert (last.from_state, last.to_state) == ("accepted", "accepted")
        assert last.reason == "实际件数：10 → 13 件"


def test_once_published_less_is_taken_and_more_is_asked_for(database, world):
    shipper, dispatcher = world.actors["shipper"], world.actors["dispatcher"]
    key = world.id("order")
    with database.write() as session:
        assert count_order(session, shipper, key, 8).changed
        counted = count_order(session, shipper, key, 12)
        assert (counted.changed, counted.asked) == (False, True)
        assert count_order(session, shipper, key, 14).asked
        assert not open_flags(session, dispatcher, world.id("plan"))
    with database.write() as session:
        (request,) = requests_of(session, dispatcher, key, only_open=True)
        assert request.content["units"] == 14
        decide(session, dispatcher, request.id, "granted")
        order = session.get(Order, key)
        assert (order.state, order.units) == ("planned", 14)
        (flag,) = open_flags(session, dispatcher, world.id("plan"))
        assert (flag.kind, flag.params["before"], flag.params["after"]) == ("quantity", 8, 14)
    with database.write() as session, pytest.raises(RefusedTransition):
        decide(session, dispatcher, request.id, "refused", answer="x")
    with database.write() as session, pytest.raises(Forbidden):
        decide(session, shipper, request.id, "granted")


@pytest.mark.parametrize("units", [0, -1, True, 2**40])
def test_a_count_of_nothing_is_refused(database, world, units):
    with database.write() as session, pytest.raises(Invalid):
        count_order(session, world.actors["shipper"], world.id("order"), units)


def test_cancelling_after_dispatch_is_a_request_that_the_dispatcher_decides(database, world):
    shipper, dispatcher = world.actors["shipper"], world.actors["dispatcher"]
    key = world.id("order")
    with database.write() as session:
        change_states(session, dispatcher, [key], "dispatched")
        request_cancel(session, shipper, key, "店里停电")
        (request,) = requests_of(session, shipper, key)
        assert (request.kind, request.state) == ("cancel", "open")
        assert session.get(Order, key).state == "dispatched"
    with database.write() as session, pytest.raises(Invalid):
        decide(session, dispatcher, request.id, "refused")
    with database.write() as session:
        decide(session, dispatcher, request.id, "refused", answer="已到店门口")
        assert not session.get(Order, key).cancel_requested
        request_cancel(session, shipper, key, "拒收")
        again = requests_of(session, shipper, key, only_open=True)[0]
        decide(session, dispatcher, again.id, "granted")
        order = session.get(Order, key)
        assert (order.state, order.cancel_requested) == ("failed", False)
        assert "货主申请取消：拒收" in order.reason


def test_cancelling_a_planned_order_flags_its_plan(database, world):
    with database.write() as session:
        cancel_orders(session, world.actors["shipper"], [world.id("order")])
        (flag,) = open_flags(session, world.actors["dispatcher"], world.id("plan"))
    assert flag.kind == "order_cancelled"


def test_what_is_picked_up_goes_to_a_depot(database, world):
    back = {
        "kind": "pickup",
        "pickup_place_id": world.id("store"),
        "delivery_place_id": world.id("hub"),
    }
    with database.write() as session:
        (made,) = create_orders(session, world.actors["shipper"], [draft(world, "P1", **back)])
        assert made.kind == "pickup"
    wrong = draft(world, "P2", kind="return")
    with database.write() as session, pytest.raises(Invalid) as caught:
        create_orders(session, world.actors["shipper"], [wrong])
    assert [fault.code for fault in caught.value.fields] == ["no_depot"]


def test_each_shipper_has_the_cut_off_of_its_own_agreement(database, world, clock):
    clock(LAST + timedelta(seconds=1))
    with database.write() as session:
        own = session.scalars(
            select(Agreement).where(Agreement.shipper_id == world.organisations["shipper"].id)
        ).one()
        own.cut_off_s = 20 * 3600
    (key,) = make(database, world, "G1")
    assert not late(database, key)
