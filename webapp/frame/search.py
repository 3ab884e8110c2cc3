"""Search over what the asker may see: orders, plates, places, passes."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.fleet.queries import list_vehicles
from models.orders.queries import OrderFilter, list_orders
from models.permits.queries import list_permits
from models.places.queries import list_places
from webapp.security.guard import can

MOST = 20


@dataclass(frozen=True)
class Hit:
    """One thing found."""

    kind: str
    label: str
    note: str
    address: str


def _to(endpoint: str, **values: object) -> str:
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


def find(session: Session, actor: Actor, words: str) -> list[Hit]:
    """What matches ``words``, orders first, at most 20 of each kind."""
    hits: list[Hit] = []
    if can("orders:read"):
        for order in list_orders(session, actor, OrderFilter(text=words), limit=MOST).items:
            address = _to("orders.show", order_id=order.id)
            hits.append(Hit(_("订单"), order.reference, order.service_date.isoformat(), address))
    if can("vehicles:read"):
        for vehicle in list_vehicles(session, actor, text=words, limit=MOST).items:
            address = _to("fleet.vehicles_edit", thing_id=vehicle.id)
            hits.append(Hit(_("车辆"), vehicle.plate, vehicle.type.name, address))
    if can("places:read"):
        for place in list_places(session, actor, text=words, limit=MOST).items:
            address = _to("places.index_edit", thing_id=place.id) if can("places:write") else ""
            hits.append(Hit(_("网点"), place.name, place.address, address))
    if can("permits:read"):
        wanted = words.casefold()
        for permit in list_permits(session, actor, limit=200).items:
            plates = _("、").join(vehicle.plate for vehicle in permit.vehicles)
            if wanted in permit.number.casefold() or wanted in plates.casefold():
                address = _to("permits.show", permit_id=permit.id)
                hits.append(Hit(_("通行证"), permit.number, plates, address))
    return hits
