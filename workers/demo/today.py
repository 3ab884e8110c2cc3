"""A day on the street for a new home: some of the demo's orders again today, on their way.

So that a driver, a receiver, a shipper and a dispatcher who look at the demo for the first time
find their desks alive. Everything in it is simulated: 模拟数据 stands on it as on the rest.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from models.accounts.actor import system_actor
from models.accounts.tables import Account
from models.execution import queries
from models.execution.links import ensure_executions
from models.execution.operations import Channel
from models.fleet.tables import Driver
from models.orders.tables import Order
from models.planning.tables import PlanVersion
from workers.execution.day import Day, RouteDay
from workers.execution.tell import tell

EACH = 8
"""Orders of each shipper that are repeated."""
LAGS_MIN = (0, 3, 11)
"""How late the vehicles run, in turn."""
SILENT = 4
"""Every fourth vehicle has told nothing."""
COUNTED = 2
"""The vehicle at whose first visit the receiver counts again."""
QUEUED, QUEUE_S = 3, 6 * 60
"""At every third visit of every second vehicle the dock is taken for so long."""
SENT = timedelta(seconds=3)
_OWN = frozenset({"id", "reference", "service_date", "state", "created_at", "updated_at"})


def copy_orders(session: Session, source: date, day: date) -> int:
    """Repeat the first orders of each shipper of ``source`` on ``day``, accepted; how many."""
    query = select(Order).where(Order.service_date == source).order_by(Order.reference, Order.id)
    taken: dict[uuid.UUID, int] = {}
    made = 0
    for order in session.scalars(query):
        count = taken[order.shipper_id] = taken.get(order.shipper_id, 0) + 1
        if count > EACH:
            continue
        values = {
            column.key: getattr(order, column.key)
            for column in inspect(Order).column_attrs
            if column.key not in _OWN and column.key != "row_version"
        }
        reference = order.reference.replace(source.strftime("%m%d"), day.strftime("%m%d"))
        if reference == order.reference:
            reference = f"{order.reference}-{day:%m%d}"
        session.add(Order(**values, reference=reference, service_date=day, state="accepted"))
        made += 1
    session.flush()
    return made


def give_driver(session: Session, version: PlanVersion) -> None:
    """Let the demo's driver be somebody who drives today: the first vehicle's first."""
    account = session.scalars(
        select(Account).where(Account.demo, Account.role == "driver").limit(1)
    ).one_or_none()
    vehicles = queries.vehicles_of_plan(session, version.id)
    drivers = queries.drivers_of_route(session, version.id, vehicles[0]) if vehicles else []
    if account is None or not drivers:
        return
    before = session.scalars(select(Driver).where(Driver.account_id == account.id)).one_or_none()
    if before is not None:
        before.account_id = None
        session.flush()
    drivers[0].account_id = account.id
    account.name = drivers[0].name


def drive(session: Session, version: PlanVersion, day: Day, moment: datetime) -> int:
    """Tell what would have happened until ``moment``: on time, a little late, one refusal."""
    actor = system_actor(version.operator_id)
    routes = sorted(day.routes.values(), key=lambda route: str(route.shown["key"]))
    known = ensure_executions(
        session, version.operator_id, version.service_date, [uuid.UUID(r.vehicle) for r in routes]
    )
    told = 0
    for number, route in enumerate(routes):
        if number % SILENT == SILENT - 1:
            continue
        execution = known[uuid.UUID(route.vehicle)]
        lag = 60 * LAGS_MIN[number % len(LAGS_MIN)]
        for event, at in _taps(route, number, day, lag):
            if at + SENT > moment:
                break
            source = event.pop("source", "link")
            channel = Channel(source=source, received_at=at + SENT, sent_at=at + SENT)
            tell(session, actor, execution, version, day, events=[event], channel=channel)
            told += 1
    return told


def _taps(
    route: RouteDay, number: int, day: Day, lag: int
) -> Iterator[tuple[dict[str, Any], datetime]]:
    """A driver's taps in their order, each with its time."""
    sequence = visits = 0
    for stop in route.stops:
        if stop.kind not in {"load", "visit", "charge", "swap", "back"}:
            continue
        visits += stop.kind == "visit"
        said: list[tuple[dict[str, Any], int]] = [({"kind": "arrive"}, stop.arrive + lag)]
        if number % 2 and stop.kind == "visit" and visits % QUEUED == 0:
            lag += QUEUE_S
        if visits == 2 and stop.kind == "visit" and number < 2:
            said.append((_odd(number, stop.tasks[0]), stop.depart + lag))
        said.append(({"kind": "done"}, stop.depart + lag))
        if number == COUNTED and visits == 1 and stop.kind == "visit":
            said.append((_counted(stop.tasks[0]), stop.depart + lag + 60))
        for tap, second in said:
            sequence += 1
            at = day.clock.at(second)
            yield (
                {
                    "client_id": f"demo-{number:03d}-{sequence:04d}",
                    "device_id": f"{tap.get('source', 'demo')}-{number:03d}",
                    "sequence": sequence,
                    "stop": stop.key,
                    "at": at.isoformat(),
                    **tap,
                },
                at,
            )


def _counted(task: Any) -> dict[str, Any]:
    """The receiver counts less than the driver told of: both stand, and that they differ."""
    orders = [{"id": task.order, "units": max(0, task.units - 2)}]
    return {"kind": "partial", "reason": "missing", "orders": orders, "source": "receiver"}


def _odd(number: int, task: Any) -> dict[str, Any]:
    """One order that came short, one that was refused."""
    if number == 0:
        orders = [{"id": task.order, "units": max(0, task.units - 1)}]
        return {"kind": "partial", "reason": "missing", "orders": orders}
    return {"kind": "refused", "reason": "damaged", "orders": [{"id": task.order}]}
