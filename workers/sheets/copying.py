"""Yesterday's orders as a sheet for tomorrow: everything as it was but the quantities."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.orders.queries import OrderFilter, list_orders
from models.orders.tables import Order
from models.places.tables import Place
from workers.sheets import queries
from workers.sheets.values.numbers import UNIT_LABELS
from workers.sheets.values.windows import Span
from workers.sheets.values.words import TEMPERATURE_LABELS

MOST = 5000
HEADER = [
    "订单号", "类型", "收货门店", "门店编码", "品名", "温度要求", "件数", "包装单位", "重量（kg）",
    "体积（m³）", "服务日期", "收货时段", "需要尾板", "发货仓", "备注",
]  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One order to be copied, as shown."""

    id: str
    reference: str
    store: str
    goods: str
    temperature: str
    units: int
    unit: str
    weight_kg: float
    window: str


def orders_of(session: Session, actor: Actor, shipper_id: uuid.UUID, day: dt.date) -> list[Order]:
    """All live orders of the shipper on a day, by reference."""
    wanted = OrderFilter(service_date=day, shipper_id=shipper_id)
    found: list[Order] = []
    cursor = None
    while len(found) < MOST:
        page = list_orders(session, actor, wanted, cursor=cursor, limit=200)
        found += [o for o in page.items if o.state not in {"cancelled", "rejected"}]
        cursor = page.next
        if cursor is None:
            break
    return sorted(found, key=lambda o: o.reference)


def day(session: Session, actor: Actor, shipper_id: uuid.UUID, source: dt.date) -> list[Line]:
    """A day's orders for editing their quantities."""
    return [
        Line(
            str(o.id),
            o.reference,
            store_of(o).name,
            o.goods_name,
            TEMPERATURE_LABELS[o.temperature],
            o.units,
            UNIT_LABELS.get(o.unit_kind, "件"),
            o.weight_g / 1000,
            windows_text(o),
        )
        for o in orders_of(session, actor, shipper_id, source)
    ]


def windows_text(order: Order) -> str:
    """The order's windows at its store as a sheet would say them."""
    windows = order.windows if order.kind == "delivery" else order.pickup_windows
    return "；".join(Span(w["start"] // 60, w["end"] // 60).text for w in windows)


def store_of(order: Order) -> Place:
    """The store, station or customer, whichever way the goods go."""
    return order.delivery_place if order.kind == "delivery" else order.pickup_place


KIND_LABELS = {"delivery": "配送", "pickup": "揽收", "return": "退货"}


def grid(
    session: Session,
    actor: Actor,
    shipper_id: uuid.UUID,
    source: dt.date,
    target: dt.date,
    *,
    amounts: Mapping[str, str],
) -> list[list[str]]:
    """The copy as rows of text, header first; loads go with the quantity, blank ones stay out.

    ``amounts``: order id → the new quantity as typed. References get the new day's mark.
    """
    rows = [HEADER]
    taken: set[str] = set()
    known = {k.place: k for k in queries.stores(session, actor, shipper_id)}
    for order in orders_of(session, actor, shipper_id, source):
        typed = amounts.get(str(order.id), "")
        if typed in {"", "0"}:
            continue
        units = int(typed) if typed.isdecimal() else 0
        same = units == order.units or not units
        weight = order.weight_g if same else order.weight_g * units // order.units
        volume = order.volume_cm3 if same else order.volume_cm3 * units // order.units
        reference = renamed(order.reference, source, target, taken)
        place = store_of(order)
        depot = order.pickup_place if order.kind == "delivery" else order.delivery_place
        store = known.get(str(place.id))
        rows.append([
            reference, KIND_LABELS[order.kind], store.name if store else place.name,
            store.code if store else "", order.goods_name,
            TEMPERATURE_LABELS[order.temperature], typed, UNIT_LABELS.get(order.unit_kind, ""),
            f"{weight / 1000:g}", f"{volume / 1_000_000:g}", target.isoformat(),
            windows_text(order), "是" if "tail_lift" in order.needs else "否",
            depot.name, order.notes,
        ])  # fmt: skip
    return rows


def renamed(reference: str, source: dt.date, target: dt.date, taken: set[str]) -> str:
    """The reference for the new day: its date part replaced, else the new date appended."""
    for form in ("%Y%m%d", "%Y-%m-%d", "%y%m%d", "%m%d"):
        old = source.strftime(form)
        if re.search(rf"(?<!\d){old}(?!\d)|{old}", reference):
            fresh = reference.replace(old, target.strftime(form), 1)
            break
    else:
        fresh = f"{reference}-{target:%m%d}"
    number = 2
    unique = fresh
    while unique in taken:
        unique = f"{fresh}-{number}"
        number += 1
    taken.add(unique)
    return unique
