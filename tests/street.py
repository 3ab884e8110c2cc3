"""A day on the street for tests: a published plan made by hand, with rows of its own ids."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import update

from models.fleet.tables import Driver, Vehicle
from models.orders.tables import Order
from models.planning.tables import PlanVersion
from routing.formats.ours import read_plan, read_problem, write_plan, write_problem
from tests import factories
from tests.webapp.made_plan import EVIL, made, uid
from workers.planning.rows import store_rows
from workers.planning.view import build_view

PHONE = "19900001234"


@dataclass
class Street:
    """Its plan version, vehicles and orders; ``orders[k]`` is at visit k + 1 of vehicle 0."""

    version: Any
    vehicles: list[Any]
    drivers: list[Any]
    orders: list[Any]
    stores: list[Any]
    plate: str


def street(
    session: Any, store: Any, world: factories.World, *, per_trip: int = 10, vehicles: int = 1
) -> Street:
    """Give the operator's published plan ``vehicles`` with two trips of ``per_trip`` deliveries.

    Vehicle 0 and its first driver are the world's own; orders belong to both shippers in turn,
    stores to both receivers.
    """
    version = session.get(PlanVersion, world.id("plan"))
    problem, plan, names = made(vehicles, per_trip)
    made_rows = _rows(session, world, vehicles, len(problem.orders), version.service_date)
    swap = dict(made_rows["swap"])
    swap |= _dates(version.service_date)

    def own(data: bytes) -> bytes:
        text = data.decode()
        for old, new in swap.items():
            text = text.replace(old, new)
        return text.encode()

    problem, plan = read_problem(own(write_problem(problem))), read_plan(own(write_plan(plan)))
    names = json.loads(own(json.dumps(names, ensure_ascii=False).replace(EVIL, "店").encode()))
    for key, row in made_rows["labels"].items():
        names[key] = {**names.get(key, {}), "label": row} if isinstance(row, str) else row
    check = {"verdict": "clean", "violations": []}
    view = build_view(problem, plan, names, check)
    version.problem_sha256 = store.put(write_problem(problem))
    version.plan_sha256 = store.put(write_plan(plan))
    version.names_sha256 = store.put(json.dumps(names).encode())
    version.check_sha256 = store.put(json.dumps(check).encode())
    version.totals = view["totals"]
    session.execute(update(Order).where(Order.id == world.id("order")).values(state="accepted"))
    store_rows(session, version, problem, plan, view)
    return Street(
        version=version,
        vehicles=made_rows["vehicles"],
        drivers=made_rows["drivers"],
        orders=made_rows["orders"],
        stores=made_rows["stores"],
        plate=made_rows["vehicles"][0].plate,
    )


def _dates(day: date) -> dict[str, str]:
    return {
        "2026-11-23T18": f"{day - timedelta(days=1)}T18",
        "2026-11-25T06": f"{day + timedelta(days=1)}T06",
    }


def _rows(
    session: Any, world: factories.World, vehicles: int, count: int, day: date
) -> dict[str, Any]:
    """The rows that a made plan speaks of, and its ids to theirs."""
    of, rows = world.organisations, world.rows
    swap: dict[str, str] = {}
    labels: dict[str, Any] = {}
    fleet = [session.get(Vehicle, world.id("vehicle"))]
    fleet += [
        factories.vehicle(
            session, of["carrier"], rows["type"], rows["depot"], operator_id=of["operator"].id
        )
        for _ in range(vehicles - 1)
    ]
    people = [session.get(Driver, world.id("driver"))]
    people += [
        factories.driver(session, of["carrier"], rows["depot"], operator_id=of["operator"].id)
        for _ in range(2 * vehicles - 1)
    ]
    people[0].phone = PHONE
    for k, one in enumerate(people):
        one.phone = one.phone if k == 0 else f"1990000{2000 + k}"
        swap[uid("driver", k)] = str(one.id)
        labels[str(one.id)] = one.name
    for k, one in enumerate(fleet):
        swap[uid("vehicle", k)] = str(one.id)
        labels[str(one.id)] = {"label": one.plate}
    stores, orders = [], []
    for k in range(count):
        side = "2" if k % 2 else ""
        shop = factories.place(
            session,
            of[f"shipper{side}"],
            receiver_id=of[f"receiver{side}"].id,
            contact_name="值班",
            contact_phone=f"1990001{k:04d}",
        )
        order = factories.order(
            session,
            of[f"shipper{side}"],
            of["operator"],
            rows["depot"],
            shop,
            state="planned",
            service_date=day,
            units=8 + k % 5,
        )
        swap[uid("store", k)], swap[uid("order", k)] = str(shop.id), str(order.id)
        labels[str(shop.id)] = shop.name
        labels[str(order.id)] = order.reference
        stores.append(shop)
        orders.append(order)
    session.flush()
    return {
        "swap": swap,
        "labels": labels,
        "vehicles": fleet,
        "drivers": people,
        "orders": orders,
        "stores": stores,
    }
