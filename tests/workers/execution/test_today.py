"""The demo's day on the street: told up to now by the same way in as everybody's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.base import now
from models.execution.tables import ExecutionEvent
from models.fleet.tables import Driver
from models.orders.tables import Order
from tests import factories
from workers.demo.today import EACH, copy_orders, drive, give_driver
from workers.execution.board import board, totals
from workers.execution.whereabouts import street


def test_what_would_have_happened_by_now_and_no_more_is_told(lite):
    day = lite.day()
    moment = day.clock.at(lite.route().stops[3].depart)
    with lite.database.write() as session:
        version = lite.version(session)
        told = drive(session, version, day, moment)
    with lite.database.read() as session:
        events = session.scalars(select(ExecutionEvent)).all()
        rows = board(street(session, lite.version(session), day, moment))
    assert told == len(events) >= 6
    assert all(event.at <= moment for event in events)
    (row,) = rows
    assert (row["done"], row["state"]) == (2, "under_way")
    assert totals(rows)["odd"] == 1


def test_a_day_long_over_is_told_whole(lite):
    with lite.database.write() as session:
        drive(session, lite.version(session), lite.day(), now() + timedelta(days=2))
    with lite.database.read() as session:
        states = {o.id: o.state for o in session.scalars(select(Order))}
    mine = [states[order.id] for order in lite.street.orders[:8]]
    assert sorted(set(mine)) == ["delivered", "partly_delivered"]


def test_the_demos_driver_is_somebody_who_drives(lite):
    with lite.database.write() as session:
        account = factories.account(
            session, lite.world.organisations["carrier"], "driver", demo=True, login="siji"
        )
        give_driver(session, lite.version(session))
    with lite.database.read() as session:
        (row,) = session.scalars(select(Driver).where(Driver.account_id == account.id))
    assert row.id == lite.street.drivers[0].id


@pytest.mark.parametrize("days", [1, 30])
def test_orders_are_repeated_under_their_own_numbers(lite, days):
    with lite.database.write() as session:
        source = lite.version(session).service_date
        day = source + timedelta(days=days)
        made = copy_orders(session, source, day)
    with lite.database.read() as session:
        again = session.scalars(select(Order).where(Order.service_date == day)).all()
    assert len(again) == made
    assert {order.state for order in again} == {"accepted"}
    per_shipper = [sum(o.shipper_id == s for o in again) for s in {o.shipper_id for o in again}]
    assert max(per_shipper) <= EACH
