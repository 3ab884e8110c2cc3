import dataclasses
import uuid
from datetime import timedelta

import pytest

from models.errors import Conflict, Forbidden, Invalid, NotFound, RefusedTransition
from models.orders.inputs import OrderInput
from models.orders.operations import (
    accept_orders,
    amend_order,
    cancel_orders,
    change_states,
    create_orders,
    reject_orders,
    request_cancel,
    roll_over,
    submit_orders,
)
from models.orders.queries import (
    OrderFilter,
    count_by_state,
    day_as_inputs,
    history,
    list_orders,
    orders_of_day,
    versions,
)
from models.orders.tables import Order
from tests import factories


def draft(world, reference, **values):
    given = {
        "reference": reference,
        "service_date": factories.DAY,
        "pickup_place_id": world.id("hub"),
        "delivery_place_id": world.id("store"),
        "weight_g": 200_000,
        "volume_cm3": 900_000,
        **values,
    }
    return OrderInput(**given)


def make(database, world, *references, submit=True):
    with database.write() as session:
        made = create_orders(
            session, world.actors["shipper"], [draft(world, r) for r in references], submit=submit
        )
        return [order.id for order in made]


def test_an_order_goes_from_draft_to_accepted_with_its_history(database, world):
    (key,) = make(database, world, "A1", submit=False)
    shipper, dispatcher = world.actors["shipper"], world.actors["dispatcher"]
    with database.write() as session:
        submit_orders(session, shipper, [key])
    with database.write() as session:
        accept_orders(session, dispatcher, [key])
    with database.read() as session:
        said = [(e.from_state, e.to_state, e.account_id) for e in history(session, shipper, key)]
    assert said == [
        (None, "draft", shipper.account_id),
        ("draft", "submitted", shipper.account_id),
        ("submitted", "accepted", dispatcher.account_id),
    ]


def test_a_bulk_with_faults_stores_nothing_and_names_each(database, world):
    orders = [
        draft(world, "B1"),
        draft(world, "B1"),
        draft(world, "B3", weight_g=-1, unit_kind="barrel"),
        draft(world, "B4", windows=[{"start": 3600, "end": 60}]),
        draft(world, "B5", delivery_place_id=world.id("store2")),
        draft(world, "B6", delivery_place_id=uuid.uuid4()),
    ]
    with database.write() as session, pytest.raises(Invalid) as caught:
        create_orders(session, world.actors["shipper"], orders)
    found = {(fault.index, fault.field, fault.code) for fault in caught.value.fields}
    assert found == {
        (0, "reference", "duplicate"),
        (1, "reference", "duplicate"),
        (2, "weight_g", "out_of_range"),
        (2, "unit_kind", "unknown"),
        (3, "windows", "window_order"),
        (4, "delivery_place_id", "place_unknown"),
        (5, "delivery_place_id", "place_unknown"),
    }
    messages = {f.message for f in caught.value.fields if f.code == "place_unknown"}
    assert len(messages) == 1  # a rival's store reads as one that is not there
    with database.read() as session:
        assert session.query(Order).count() == 2


def test_a_reference_is_unique_among_live_orders_of_a_shipper(database, world):
    (key,) = make(database, world, "C1")
    with database.write() as session, pytest.raises(Invalid) as caught:
        create_orders(session, world.actors["shipper"], [draft(world, "C1")])
    assert caught.value.fields[0].code == "reference_taken"
    with pytest.raises(Conflict) as refused, database.write() as session:
        session.add(_copy(session.get(Order, key)))
    assert refused.value.code == "reference_taken"
    with database.write() as session:
        cancel_orders(session, world.actors["shipper"], [key], "不要了")
    assert make(database, world, "C1")


def _copy(order):
    columns = [c.name for c in Order.__table__.columns]
    left_out = {"id", "row_version", "created_at", "updated_at"}
    return Order(**{name: getattr(order, name) for name in columns if name not in left_out})


def test_an_amended_order_is_a_new_version_to_be_accepted_again(database, world):
    (key,) = make(database, world, "D1")
    shipper, dispatcher = world.actors["shipper"], world.actors["dispatcher"]
    with database.write() as session:
        (order,) = accept_orders(session, dispatcher, [key])
        seen = order.row_version
    with database.write() as session:
        amend_order(session, shipper, key, {"units": 7}, row_version=seen)
    with database.read() as session:
        order = session.get(Order, key)
        assert (order.state, order.version, order.units) == ("submitted", 2, 7)
        (before,) = versions(session, shipper, key)
        assert (before.version, before.content["units"]) == (1, 1)
    with database.write() as session, pytest.raises(Conflict) as stale:
        amend_order(session, shipper, key, {"units": 8}, row_version=seen)
    assert stale.value.code == "stale"


def test_what_is_planned_can_be_cancelled_but_not_amended(database, world):
    shipper = world.actors["shipper"]
    with database.write() as session, pytest.raises(RefusedTransition):
        amend_order(session, shipper, world.id("order"), {"units": 2})
    with database.write() as session:
        cancel_orders(session, shipper, [world.id("order")])
        assert session.get(Order, world.id("order")).expected_plate is None


def test_after_dispatch_a_cancellation_is_only_asked_for(database, world):
    shipper, dispatcher = world.actors["shipper"], world.actors["dispatcher"]
    with database.write() as session:
        change_states(session, dispatcher, [world.id("order")], "dispatched")
    with database.write() as session, pytest.raises(RefusedTransition) as refused:
        cancel_orders(session, shipper, [world.id("order")])
    assert "申请取消" in refused.value.message
    with database.write() as session:
        order = request_cancel(session, shipper, world.id("order"), "改期")
        assert (order.state, order.cancel_requested) == ("dispatched", True)


def test_bulk_changes_are_all_or_none(database, world):
    keys = make(database, world, "E1", "E2", "E3")
    dispatcher = world.actors["dispatcher"]
    with database.write() as session:
        reject_orders(session, dispatcher, keys[1:2], "超出范围")
    with database.write() as session, pytest.raises(Invalid) as caught:
        accept_orders(session, dispatcher, keys)
    assert [fault.index for fault in caught.value.fields] == [1]
    with database.read() as session:
        states = [session.get(Order, key).state for key in keys]
    assert states == ["submitted", "rejected", "submitted"]


def test_nobody_changes_what_is_not_theirs(database, world):
    rival = world.actors["shipper2"]
    with database.write() as session, pytest.raises(NotFound):
        cancel_orders(session, rival, [world.id("order")])
    with database.write() as session, pytest.raises(NotFound):
        amend_order(session, rival, world.id("order"), {"units": 2})
    with database.write() as session, pytest.raises(NotFound):
        create_orders(
            session,
            world.actors["dispatcher"],
            [draft(world, "F1")],
            shipper_id=world.organisations["shipper2"].id,
        )
    with database.write() as session, pytest.raises(Forbidden):
        accept_orders(session, world.actors["shipper"], [world.id("order")])
    for role in ("police", "bureau", "admin", "carrier", "driver", "receiver"):
        with database.write() as session, pytest.raises(Forbidden):
            create_orders(session, world.actors[role], [draft(world, "F2")])


def test_a_failed_order_rolls_over_to_a_later_day(database, world):
    dispatcher, key = world.actors["dispatcher"], world.id("order")
    with database.write() as session:
        change_states(session, dispatcher, [key], "dispatched")
        change_states(session, dispatcher, [key], "failed", reason="无人收货")
    with database.write() as session:
        day = session.get(Order, key).service_date
        with pytest.raises(Invalid):
            roll_over(session, dispatcher, key, day)
        order = roll_over(session, dispatcher, key, day + timedelta(days=1))
        assert (order.state, order.service_date) == ("accepted", day + timedelta(days=1))


def test_pages_neither_skip_nor_repeat_while_orders_come_in(database, world):
    keys = set(make(database, world, *[f"G{n:02d}" for n in range(11)]))
    shipper = world.actors["shipper"]
    wanted = OrderFilter(service_date=factories.DAY, states=["submitted"])
    seen, cursor = [], None
    with database.write() as session:
        for turn in range(5):
            page = list_orders(session, shipper, wanted, cursor=cursor, limit=4)
            seen += [order.id for order in page.items]
            cursor = page.next
            if turn == 0:
                create_orders(session, shipper, [draft(world, "ZZ")])
            if cursor is None:
                break
    assert len(seen) == len(set(seen)) == len(keys)
    assert set(seen) == keys
    with database.read() as session, pytest.raises(Invalid):
        list_orders(session, shipper, cursor="nonsense")
    with database.read() as session, pytest.raises(Invalid):
        list_orders(session, shipper, limit=1000)


def test_lists_are_narrowed_and_counted(database, world):
    make(database, world, "H1", "H_2")
    shipper = world.actors["shipper"]
    with database.read() as session:
        found = list_orders(session, shipper, OrderFilter(text="h_"))
        assert [order.reference for order in found.items] == ["H_2"]
        assert count_by_state(session, shipper) == {"submitted": 2, "planned": 1}
        assert orders_of_day(session, shipper, factories.DAY, states=["submitted"])[0].pickup_place
        inputs = day_as_inputs(session, shipper, factories.DAY)
    again = [dataclasses.replace(one, reference=f"{one.reference}-2") for one in inputs]
    with database.write() as session:
        assert len(create_orders(session, shipper, again)) == len(inputs)
