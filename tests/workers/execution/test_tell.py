"""Events become the record and the states of orders and plan: twice, shuffled, a day late, from two
phones, after the day was closed."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from models.audit.operations import verify
from models.audit.tables import AuditEvent
from models.base import now
from models.errors import Invalid, RefusedTransition
from models.execution.links import ensure_executions
from models.execution.operations import Channel, close
from models.execution.tables import Execution, ExecutionEvent
from models.orders.operations import change_states
from models.orders.tables import Order, OrderEvent
from workers.execution.tell import channel_of, records, tell


def event(number, kind, stop=None, *, device="phone-one", minutes=0, **more):
    """An event as a phone sends it, ``minutes`` ago."""
    return {
        "client_id": f"{device}-{number:04d}",
        "device_id": device,
        "kind": kind,
        "stop": stop.key if stop else None,
        "at": (now() - timedelta(minutes=minutes)).isoformat(),
        "sequence": number,
        **more,
    }


def send(scene, events, *, vehicle=0, source="link", sent_at=None):
    """One sending; the answers."""
    with scene.database.write() as session:
        version = scene.version(session)
        key = scene.street.vehicles[vehicle].id
        days = ensure_executions(session, version.operator_id, version.service_date, [key])
        actor = scene.world.actors["dispatcher"]
        channel = channel_of(source, sent_at)
        day = scene.days.of(version)
        return tell(session, actor, days[key], version, day, events=events, channel=channel)


def states(scene):
    """The states of the orders of vehicle 0 by place in its day."""
    with scene.database.read() as session:
        rows = {o.id: o.state for o in session.scalars(select(Order))}
    return [rows[uuid.UUID(t.order)] for s in scene.route().stops for t in s.tasks if t.window]


def whole_day(route, device="phone-one"):
    """Every stop arrived and done, with a refusal, a short delivery and a wrong tap taken back."""
    out, number = [], 0

    def add(kind, stop, **more):
        nonlocal number
        number += 1
        out.append(event(number, kind, stop, device=device, minutes=600 - number, **more))
        return out[-1]["client_id"]

    for stop in route.stops:
        if stop.kind not in {"load", "visit"}:
            continue
        add("arrive", stop)
        if stop.index == 2:
            add("refused", stop, orders=[{"id": stop.tasks[0].order}], reason="damaged")
        elif stop.index == 3:
            add(
                "partial",
                stop,
                orders=[{"id": stop.tasks[0].order, "units": 3}],
                reason="missing",
            )
        elif stop.index == 4:
            wrong = add("failed", stop, orders=[{"id": stop.tasks[0].order}], reason="closed")
            add("undo", None, of=wrong)
            add("done", stop)
        else:
            add("done", stop)
    return out


EXPECTED = ["delivered", "refused", "partly_delivered", *["delivered"] * 5]


def test_a_day_sets_the_plan_going_and_delivers_its_orders(scene):
    route = scene.route()
    load, first = route.stops[0], route.stops[1]
    assert states(scene) == ["planned"] * 8
    send(scene, [event(1, "arrive", load)])
    with scene.database.read() as session:
        assert scene.version(session).state == "executing"
    assert states(scene) == ["planned"] * 8
    send(scene, [event(2, "done", load)])
    assert states(scene) == ["dispatched"] * 4 + ["planned"] * 4
    send(scene, [event(3, "arrive", first), event(4, "done", first)])
    assert states(scene)[0] == "delivered"
    with scene.database.read() as session:
        events = session.scalars(
            select(OrderEvent)
            .where(OrderEvent.order_id == uuid.UUID(first.tasks[0].order))
            .order_by(OrderEvent.created_at)
        )
        assert [e.to_state for e in events] == ["dispatched", "delivered"]
        told = session.scalars(select(AuditEvent).where(AuditEvent.action == "tell")).all()
        assert [row.fields for row in told] == [["arrive"], ["done"], ["arrive", "done"]]
        assert verify(session).whole


@pytest.mark.parametrize("seed", range(4))
def test_whatever_the_order_of_arrival_the_record_is_the_same(lite, seed):
    """Shuffled, in sendings of any size, some twice, from a phone whose clock is 3 h off."""
    events = whole_day(lite.route())
    off = timedelta(hours=3)
    for one in events:
        one["at"] = (now() - timedelta(minutes=600 - one["sequence"]) + off).isoformat()
    dice = random.Random(seed)  # noqa: S311 - the same shuffles every time
    again = events + dice.sample(events, 9)
    dice.shuffle(again)
    while again:
        size = dice.randint(1, 6)
        send(lite, again[:size], sent_at=(now() + off).isoformat())
        again = again[size:]
    assert states(lite) == EXPECTED
    with lite.database.read() as session:
        assert session.scalar(select(func.count()).select_from(ExecutionEvent)) == len(events)
        told = records(session, lite.version(session), lite.day())
        record = told[str(lite.street.vehicles[0].id)]
        assert record.conflicts == []
        stop = record.stop(lite.route().stops[1].key)
        assert abs(now() - timedelta(minutes=597) - stop.arrived_at) < timedelta(seconds=30)


def test_the_same_event_twice_is_kept_once_and_said_so(lite):
    one = event(1, "arrive", lite.route().stops[1])
    assert [a.result for a in send(lite, [one, one])] == ["stored", "stored"]
    assert [a.result for a in send(lite, [one])] == ["known"]
    with lite.database.read() as session:
        assert session.scalar(select(func.count()).select_from(ExecutionEvent)) == 1


def test_two_phones_and_a_wrong_tap_set_right_later(lite):
    stop = lite.route().stops[1]
    order = stop.tasks[0].order
    send(lite, [event(1, "done", stop, minutes=20)])
    assert states(lite)[0] == "delivered"
    other = event(
        1, "refused", stop, device="phone-two", minutes=19, orders=[{"id": order}], reason="damaged"
    )
    send(lite, [other])
    assert states(lite)[0] == "refused"
    with lite.database.read() as session:
        record = records(session, lite.version(session), lite.day())
        conflicts = record[str(lite.street.vehicles[0].id)].conflicts
        assert [(c.order, {o.device_id for o in c.said}) for c in conflicts] == [
            (order, {"phone-one", "phone-two"})
        ]
    send(lite, [event(2, "undo", device="phone-two", of=other["client_id"])])
    assert states(lite)[0] == "delivered"
    with lite.database.read() as session:
        told = session.scalars(
            select(OrderEvent)
            .where(OrderEvent.order_id == uuid.UUID(order))
            .order_by(OrderEvent.created_at)
        ).all()
        assert [e.to_state for e in told] == ["dispatched", "delivered", "refused", "delivered"]
        assert told[-2].reason == "更正：货物破损"


def test_the_machine_itself_still_refuses_what_is_not_drawn(lite):
    stop = lite.route().stops[1]
    send(lite, [event(1, "done", stop)])
    order = uuid.UUID(stop.tasks[0].order)
    with lite.database.write() as session, pytest.raises(RefusedTransition):
        change_states(session, lite.world.actors["dispatcher"], [order], "refused", reason="x")


def test_a_refused_event_does_not_hold_up_the_others(lite):
    stop, foreign = lite.route().stops[1], lite.route().stops[2]
    answers = send(
        lite,
        [
            event(1, "arrive", stop),
            event(2, "refused", stop, orders=[{"id": foreign.tasks[0].order}]),
            event(3, "fly", stop),
            event(4, "partial", stop, orders=[{"id": stop.tasks[0].order, "units": 10**6}]),
            {"client_id": "x" * 10, "device_id": "y" * 10, "kind": "arrive", "at": "soon"},
            event(6, "dock_ready", stop),
        ],
    )
    by_id = {a.client_id: a for a in answers}
    assert by_id["phone-one-0001"].result == "stored"
    assert [a.result for a in answers].count("refused") == 5
    assert all(a.why for a in answers if a.result == "refused")


def test_what_comes_after_closing_is_kept_flagged_and_changes_no_order(lite):
    route = lite.route()
    dispatcher = lite.world.actors["dispatcher"]
    send(lite, [event(1, "done", route.stops[0])])
    with lite.database.write() as session, pytest.raises(Invalid, match="没有签收结果"):
        close(session, dispatcher, lite.world.id("plan"))
    with lite.database.write() as session:
        close(session, dispatcher, lite.world.id("plan"), "司机未回报")
    assert states(lite) == ["failed"] * 4 + ["accepted"] * 4
    answers = send(lite, [event(2, "done", route.stops[1])])
    assert [a.result for a in answers] == ["stored"]
    assert states(lite)[0] == "failed"
    with lite.database.read() as session:
        flags = session.scalars(
            select(ExecutionEvent.after_close).order_by(ExecutionEvent.sequence)
        )
        assert list(flags) == [False, True]
        assert lite.version(session).state == "closed"


def test_an_order_that_has_gone_on_stays_as_it_is(lite):
    stop = lite.route().stops[1]
    order = uuid.UUID(stop.tasks[0].order)
    wrong = event(1, "failed", stop, orders=[{"id": str(order)}], reason="closed")
    send(lite, [wrong])
    with lite.database.write() as session:
        change_states(session, lite.world.actors["dispatcher"], [order], "closed", reason="x")
    send(lite, [event(2, "undo", of=wrong["client_id"]), event(3, "done", stop)])
    assert states(lite)[0] == "closed"


def test_rows_are_those_of_one_vehicle_and_date(lite):
    send(lite, [event(1, "arrive", lite.route().stops[0])])
    send(lite, [event(2, "arrive", lite.route().stops[1])])
    with lite.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Execution)) == 1


def test_a_channel_without_the_devices_time_takes_its_own():
    channel = channel_of("link", None)
    assert isinstance(channel, Channel)
    assert channel.sent_at is None
