"""What passed the check becomes rows of the database, by the rooms' own operations."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.visibility import visible
from models.errors import Invalid
from models.language import gettext as _
from models.orders.inputs import OrderInput
from models.orders.operations import create_orders
from models.orders.tables import Import
from models.places.tables import PlaceWindow
from workers.sheets.report import Draft, Report
from workers.sheets.storing_things import store_things
from workers.sheets.storing_turns import store_turns


def store(session: Session, actor: Actor, row: Import, owner: uuid.UUID, report: Report) -> int:
    """Store every draft of the report in this transaction; how many."""
    if row.kind == "plans":
        return store_turns(session, actor, row, report.drafts)
    if row.kind != "orders":
        return store_things(session, actor, row.kind, report.drafts, import_id=row.id)
    if row.service_date is None and any(d.values["service_date"] is None for d in report.drafts):
        raise Invalid("no_date", _("没有服务日期"), _("请先选服务日期"))
    orders = order_inputs(session, actor, report.drafts)
    made = create_orders(session, actor, orders, shipper_id=owner, submit=True, import_id=row.id)
    return len(made)


def order_inputs(session: Session, actor: Actor, drafts: Sequence[Draft]) -> list[OrderInput]:
    """Drafts as inputs of ``models.orders``; night windows get what the place asks at night."""
    places = {d.values[end] for d in drafts for end in ("delivery_place_id", "pickup_place_id")}
    nights = _night_windows(session, actor, places)
    return [_input(draft.values, nights) for draft in drafts]


def _night_windows(session: Session, actor: Actor, places: set[str]) -> dict[str, dict[str, Any]]:
    """Place → what its own night window asks (quiet vehicle, unattended receipt)."""
    wanted = visible(session, actor, PlaceWindow).where(
        PlaceWindow.night.is_(True),
        PlaceWindow.place_id.in_([uuid.UUID(place) for place in sorted(places)]),
    )
    return {
        str(w.place_id): {
            "needs": list(w.needs),
            "unattended": w.unattended,
            "unattended_extra_s": w.unattended_extra_s,
        }
        for w in session.scalars(wanted)
    }


def night_windows(
    session: Session, actor: Actor, place: str, windows: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Windows of one place, the night ones with what the place asks at night."""
    nights = _night_windows(session, actor, {place})
    asked = nights.get(place, {"needs": ["quiet"]})
    return [{**window, **(asked if window["night"] else {})} for window in windows]


def _input(values: dict[str, Any], nights: dict[str, dict[str, Any]]) -> OrderInput:
    place, pickup = values["delivery_place_id"], values["pickup_place_id"]

    def at(end: str, windows: list[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
        asked = nights.get(end, {"needs": ["quiet"]})
        return tuple({**w, **(asked if w["night"] else {})} for w in windows)

    return OrderInput(
        reference=values["reference"],
        service_date=dt.date.fromisoformat(values["service_date"]),
        kind=values["kind"],
        pickup_place_id=uuid.UUID(pickup),
        delivery_place_id=uuid.UUID(place),
        weight_g=values["weight_g"],
        volume_cm3=values["volume_cm3"],
        units=values["units"],
        unit_kind=values["unit_kind"],
        unit_places=values["unit_places"],
        unit_s=values["unit_s"],
        load_unit_s=values["load_unit_s"],
        estimated=tuple(values["estimated"]),
        temperature=values["temperature"],
        goods_name=values["goods_name"],
        needs=tuple(values["needs"]),
        windows=at(place, values["windows"]),
        pickup_windows=at(pickup, values["pickup_windows"]),
        notes=values["notes"],
    )
