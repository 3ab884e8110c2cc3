"""What the street reads beside the plan; callers have checked that the actor may."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.tables import Organisation
from models.orders.tables import Order
from models.places.tables import Place


def contacts(session: Session, places: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Name and phone of whoever receives at each place, for who must call."""
    ids = sorted({UUID(place) for place in places})
    out: dict[str, tuple[str, str]] = {}
    for begin in range(0, len(ids), 500):
        query = select(Place.id, Place.contact_name, Place.contact_phone).where(
            Place.id.in_(ids[begin : begin + 500])
        )
        for key, name, phone in session.execute(query):
            out[str(key)] = (name or "", phone or "")
    return out


def dispatch_phone(session: Session, operator_id: UUID) -> str:
    """The number under which the dispatcher is called."""
    return session.scalar(select(Organisation.phone).where(Organisation.id == operator_id)) or ""


def asked_back(session: Session, orders: Iterable[str]) -> set[str]:
    """Orders whose cancellation was asked for after they had left."""
    ids = sorted({UUID(order.split("#", 1)[0]) for order in orders})
    query = select(Order.id).where(Order.id.in_(ids), Order.cancel_requested)
    return {str(key) for key in session.scalars(query)}
