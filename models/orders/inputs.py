"""Orders as they come in, and what is wrong with them: every fault of every order at once."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.visibility import visible
from models.errors import FieldError
from models.language import gettext as _
from models.orders.tables import ORDER_KINDS, TEMPERATURES, UNIT_KINDS, Order
from models.places.fitting import exception_on, receives, with_receiving
from models.places.tables import Place

LONGEST_TEXT = 200
LONGEST_NOTES = 2000
MOST = 2**53 - 1
"""Larger whole numbers lose digits in JSON."""
WINDOW_FROM, WINDOW_TO = -21600, 108000
"""The horizon in seconds after local midnight of the service date."""
_CHUNK = 500

_WINDOW_KEYS = {
    "start": int,
    "end": int,
    "night": bool,
    "needs": list,
    "unattended": bool,
    "unattended_extra_s": int,
    "soft_late_s": int,
}
_AMOUNTS = (
    "weight_g",
    "volume_cm3",
    "unit_places",
    "unit_s",
    "load_unit_s",
    "mandatory",
    "prize_fen",
)


@dataclass(frozen=True, kw_only=True)
class AlternativeInput:
    """A further place for an end of an order; ``side`` is ``pickup`` or ``delivery``."""

    side: str
    place_id: uuid.UUID
    windows: Sequence[Mapping[str, Any]] = ()
    extra_cost_mfen: int = 0


@dataclass(frozen=True, kw_only=True)
class OrderInput:
    """An order to be made; the fields mean what ``models.orders.tables.Order`` says."""

    reference: str
    service_date: date
    pickup_place_id: uuid.UUID
    delivery_place_id: uuid.UUID
    weight_g: int
    volume_cm3: int
    kind: str = "delivery"
    units: int = 1
    unit_kind: str = "carton"
    unit_places: int = 0
    unit_s: int = 0
    load_unit_s: int = 0
    estimated: Sequence[str] = ()
    temperature: str = "ambient"
    goods: str = "general"
    goods_name: str = ""
    needs: Sequence[str] = ()
    windows: Sequence[Mapping[str, Any]] = ()
    pickup_windows: Sequence[Mapping[str, Any]] = ()
    mandatory: int = 1
    prize_fen: int = 0
    release_s: int | None = None
    due_s: int | None = None
    longest_ride_s: int | None = None
    share_with: Sequence[str] | None = None
    never_with: Sequence[str] = ()
    parts_allowed: bool = False
    return_of_id: uuid.UUID | None = None
    notes: str = ""
    alternatives: Sequence[AlternativeInput] = ()


COLUMNS = tuple(f.name for f in fields(OrderInput) if f.name != "alternatives")
"""The columns of an order that its sender decides."""
DEPOT_KINDS = ("hub", "distribution_centre", "depot")
"""Where a delivery is loaded, and where what is picked up or returned is brought."""


def values(order: OrderInput) -> dict[str, Any]:
    """The input as column values."""
    plain = {name: getattr(order, name) for name in COLUMNS}
    for name in ("estimated", "needs", "never_with"):
        plain[name] = list(plain[name])
    for name in ("windows", "pickup_windows"):
        plain[name] = [dict(window) for window in plain[name]]
    if plain["share_with"] is not None:
        plain["share_with"] = [str(one) for one in plain["share_with"]]
    plain["reference"] = order.reference.strip()
    return plain


def faults(
    session: Session, actor: Actor, shipper_id: uuid.UUID, orders: Sequence[OrderInput]
) -> list[FieldError]:
    """Everything wrong with ``orders`` for this shipper, by position and field."""
    found = [fault for index, order in enumerate(orders) for fault in _plain(order, index)]
    found += _references(session, shipper_id, orders)
    unplaced = _places(session, actor, orders)
    found += unplaced or _shut(session, orders)
    return sorted(found, key=lambda fault: (fault.index or 0, fault.field))


def _plain(order: OrderInput, index: int) -> list[FieldError]:
    found: list[FieldError] = []

    def add(field: str, code: str, message: str) -> None:
        found.append(FieldError(field=field, code=code, message=message, index=index))

    if not order.reference.strip():
        add("reference", "missing", _("单号不能为空"))
    for field in ("reference", "goods", "goods_name"):
        if len(getattr(order, field)) > LONGEST_TEXT:
            add(field, "too_long", _("不能超过 %(most)s 个字", most=LONGEST_TEXT))
    if len(order.notes) > LONGEST_NOTES:
        add("notes", "too_long", _("不能超过 %(most)s 个字", most=LONGEST_NOTES))
    for field in _AMOUNTS:
        if not 0 <= getattr(order, field) <= MOST:
            add(field, "out_of_range", _("须为不小于 0 的整数"))
    if not 1 <= order.units <= MOST:
        add("units", "out_of_range", _("件数须为不小于 1 的整数"))
    if order.kind not in ORDER_KINDS:
        add("kind", "unknown", _("订单类型须为配送、揽收或退货"))
    if order.unit_kind not in UNIT_KINDS:
        add("unit_kind", "unknown", _("包装单位无效"))
    if order.temperature not in TEMPERATURES:
        add("temperature", "unknown", _("温层无效"))
    if order.pickup_place_id == order.delivery_place_id:
        add("delivery_place_id", "same_place", _("提货点与收货点不能相同"))
    found += _windows("windows", order.windows, index)
    found += _windows("pickup_windows", order.pickup_windows, index)
    for one in order.alternatives:
        if one.side not in {"pickup", "delivery"}:
            add("alternatives", "unknown", _("备选网点须注明提货或收货"))
        found += _windows("alternatives", one.windows, index)
    return found


def _windows(field: str, windows: Sequence[Mapping[str, Any]], index: int) -> list[FieldError]:
    found: list[FieldError] = []
    for window in windows:
        wrong = [k for k, v in window.items() if not isinstance(v, _WINDOW_KEYS.get(k, type(None)))]
        if wrong or not {"start", "end"} <= set(window):
            message = _("收货时段格式无效")
            found.append(FieldError(field=field, code="window_shape", message=message, index=index))
        elif window["end"] < window["start"]:
            message = _("收货时段的结束早于开始")
            found.append(FieldError(field=field, code="window_order", message=message, index=index))
        elif window["start"] < WINDOW_FROM or window["end"] > WINDOW_TO:
            message = _("收货时段须在前一日 18:00 至次日 06:00 之间")
            found.append(FieldError(field=field, code="window_range", message=message, index=index))
    return found


def live_references(
    session: Session, shipper_id: uuid.UUID, references: Sequence[str]
) -> dict[str, str]:
    """Which of these references the shipper has live orders for, with their states."""
    found: dict[str, str] = {}
    for start in range(0, len(references), _CHUNK):
        query = select(Order.reference, Order.state).where(
            Order.shipper_id == shipper_id,
            Order.state.not_in(("cancelled", "rejected")),
            Order.reference.in_(references[start : start + _CHUNK]),
        )
        found.update((row[0], row[1]) for row in session.execute(query))
    return found


def _references(
    session: Session, shipper_id: uuid.UUID, orders: Sequence[OrderInput]
) -> list[FieldError]:
    given = [order.reference.strip() for order in orders]
    twice = {reference for reference, count in Counter(given).items() if count > 1}
    taken = live_references(session, shipper_id, given)
    found: list[FieldError] = []
    for index, reference in enumerate(given):
        if reference in twice:
            found.append(
                _taken(
                    index,
                    "duplicate",
                    _("单号 %(reference)s 在本次提交中重复", reference=reference),
                )
            )
        if reference in taken:
            found.append(
                _taken(
                    index,
                    "reference_taken",
                    _("单号 %(reference)s 已有有效订单", reference=reference),
                )
            )
    return found


def _taken(index: int, code: str, message: str) -> FieldError:
    return FieldError(field="reference", code=code, message=message, index=index)


def _places(session: Session, actor: Actor, orders: Sequence[OrderInput]) -> list[FieldError]:
    wanted = {order.pickup_place_id for order in orders}
    wanted |= {order.delivery_place_id for order in orders}
    wanted |= {one.place_id for order in orders for one in order.alternatives}
    known: dict[uuid.UUID, str] = {}
    ids = sorted(wanted)
    for start in range(0, len(ids), _CHUNK):
        query = visible(session, actor, Place).with_only_columns(Place.id, Place.kind)
        query = query.where(Place.id.in_(ids[start : start + _CHUNK]), Place.archived.is_(False))
        known.update((row[0], row[1]) for row in session.execute(query))
    found: list[FieldError] = []
    for index, order in enumerate(orders):
        ends = [("pickup_place_id", order.pickup_place_id)]
        ends.append(("delivery_place_id", order.delivery_place_id))
        ends += [("alternatives", one.place_id) for one in order.alternatives]
        found += [
            FieldError(field=field, code="place_unknown", message=_("没有找到该网点"), index=index)
            for field, place in ends
            if place not in known
        ]
        back = known.get(order.delivery_place_id)
        if order.kind in {"pickup", "return"} and back is not None and back not in DEPOT_KINDS:
            message = _("揽收和退货须送到发车仓、公共配送中心或枢纽")
            field = "delivery_place_id"
            found.append(FieldError(field=field, code="no_depot", message=message, index=index))
    return found


def _shut(session: Session, orders: Sequence[OrderInput]) -> list[FieldError]:
    """Orders for a store that does not receive (or hand out) on their service date."""
    places = with_receiving(session, {_store_of(order) for order in orders})
    found: list[FieldError] = []
    for index, order in enumerate(orders):
        place = places.get(_store_of(order))
        back = order.kind in {"pickup", "return"}
        side, own = ("pickup", order.pickup_windows) if back else ("delivery", order.windows)
        others = any(one.side == side for one in order.alternatives)
        if place is None or others or receives(place, order.service_date, own):
            continue
        said = exception_on(place, order.service_date)
        why = _("（%(why)s）", why=said.reason) if said and said.reason else ""
        message = _("网点当日不收货%(why)s，请改服务日期，或请网点先改收货安排", why=why)
        found.append(
            FieldError(field="service_date", code="not_receiving", message=message, index=index)
        )
    return found


def _store_of(order: OrderInput) -> uuid.UUID:
    """The end of an order that is no depot."""
    back = order.kind in {"pickup", "return"}
    return order.pickup_place_id if back else order.delivery_place_id
