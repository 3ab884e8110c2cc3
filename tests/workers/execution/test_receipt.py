"""The receiver's own word and reports after closing, on both databases, under row security."""

from __future__ import annotations

import uuid

import pytest

from models.errors import Conflict, Forbidden, Invalid
from models.execution.operations import close
from models.orders.tables import Order
from tests.workers.execution.conftest import Scene
from workers.execution import late, receipt
from workers.execution.receipt import Signing
from workers.execution.tell import records


def sign(scene: Scene, role: str = "receiver", **word):
    """The receiver's word on the first order."""
    order = scene.street.orders[0].id
    with scene.database.write(scene.world.actors[role]) as session:
        (row,) = receipt.sign(
            session, scene.world.actors[role], scene.days, [Signing(order_id=order, **word)]
        )
        return row.state


def state(scene: Scene) -> str:
    with scene.database.read() as session:
        return session.get(Order, scene.street.orders[0].id).state


def settle(scene: Scene, *, adopt: bool, reason: str = "核实", role: str = "dispatcher"):
    who = scene.world.actors[role]
    with scene.database.write(who) as session:
        key = scene.world.id("plan")
        orders = [uuid.UUID(str(scene.street.orders[0].id))]
        return late.settle(session, who, scene.days, key, orders=orders, adopt=adopt, reason=reason)


def test_a_receivers_word_moves_its_order_and_only_its_positions_sign(scene):
    with pytest.raises(Invalid) as caught:
        sign(scene, units=3)
    assert [(fault.field, fault.index) for fault in caught.value.fields] == [("reason", 0)]
    for role in ("shipper", "dispatcher"):
        with pytest.raises(Forbidden):
            sign(scene, role)
    assert state(scene) == "planned"
    assert sign(scene, units=3, reason="missing") == "partly_delivered"
    with scene.database.read() as session:
        record = records(session, scene.version(session), scene.day())
    (told,) = [stop for one in record.values() for stop in one.stops.values() if stop.receiver]
    assert [one.units for one in told.receiver.values()] == [3]
    assert told.done_at is None
    assert sign(scene) == "delivered"


def test_after_closing_the_dispatcher_decides_and_nothing_moves_by_itself(scene):
    with pytest.raises(Conflict):
        settle(scene, adopt=True)
    sign(scene, units=0, reason="damaged")
    dispatcher = scene.world.actors["dispatcher"]
    with scene.database.write(dispatcher) as session:
        close(session, dispatcher, scene.world.id("plan"), "收车")
    assert state(scene) == "refused"
    sign(scene, units=3, reason="damaged")
    assert state(scene) == "refused"
    settle(scene, adopt=False)
    assert state(scene) == "refused"
    with pytest.raises(Invalid):
        settle(scene, adopt=True)
    sign(scene)
    settle(scene, adopt=True)
    assert state(scene) == "delivered"
