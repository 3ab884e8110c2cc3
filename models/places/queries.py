"""Reading places: lists, near a point, within a zone; phones masked."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, selectinload

from models.accounts.actor import SYSTEM, Actor
from models.accounts.visibility import fetch, visible
from models.paging import DEFAULT, Page, page
from models.places.tables import District, Place, ShipperPlaceCode
from models.rules.tables import Zone
from models.spatial import near, within_area

_MAY_CALL = ("dispatcher", "driver", SYSTEM)


def _living(
    session: Session, actor: Actor, kinds: Sequence[str], text: str, *, archived: bool = False
) -> Select[Place]:
    query = visible(session, actor, Place)
    if not archived:
        query = query.where(Place.archived.is_(False))
    if kinds:
        query = query.where(Place.kind.in_(kinds))
    if text.strip():
        wanted = text.strip()
        query = query.where(
            or_(
                Place.name.icontains(wanted, autoescape=True),
                Place.code.icontains(wanted, autoescape=True),
                Place.address.icontains(wanted, autoescape=True),
            )
        )
    return query.options(
        selectinload(Place.windows), selectinload(Place.days), selectinload(Place.depot)
    )


def list_places(
    session: Session,
    actor: Actor,
    *,
    kinds: Sequence[str] = (),
    text: str = "",
    cursor: str | None = None,
    limit: int = DEFAULT,
) -> Page[Place]:
    """A page of places by code."""
    query = _living(session, actor, kinds, text)
    return page(session, query, [Place.code, Place.id], cursor=cursor, limit=limit)


def all_places(
    session: Session, actor: Actor, kinds: Sequence[str] = (), *, archived: bool = False
) -> list[Place]:
    """All places that the actor sees, by code; those out of use last, and only if asked for."""
    query = _living(session, actor, kinds, "", archived=archived)
    return list(session.scalars(query.order_by(Place.archived, Place.code, Place.id)))


def get_place(session: Session, actor: Actor, place_id: uuid.UUID | str) -> Place:
    """One place.

    Raises:
        NotFound: none, or not the actor's.
    """
    return fetch(session, actor, Place, place_id)


def places_near(
    session: Session, actor: Actor, lon: float, lat: float, metres: float
) -> list[Place]:
    """Places at most ``metres`` away from a point, by code."""
    query = _living(session, actor, (), "").where(near(Place.geometry, lon, lat, metres))
    return list(session.scalars(query.order_by(Place.code, Place.id)))


def places_within(session: Session, actor: Actor, zone_id: uuid.UUID) -> list[Place]:
    """Places inside a zone or on its border, by code."""
    zone = fetch(session, actor, Zone, zone_id)
    area = select(Zone.area).where(Zone.id == zone.id).scalar_subquery()
    query = _living(session, actor, (), "").where(within_area(Place.geometry, area))
    return list(session.scalars(query.order_by(Place.code, Place.id)))


def shipper_codes(
    session: Session, actor: Actor, shipper_id: uuid.UUID | None = None
) -> list[ShipperPlaceCode]:
    """What shippers call places, by code: own ones, or those of the shippers delivered for."""
    query = visible(session, actor, ShipperPlaceCode)
    if shipper_id is not None:
        query = query.where(ShipperPlaceCode.shipper_id == shipper_id)
    return list(session.scalars(query.order_by(ShipperPlaceCode.code, ShipperPlaceCode.id)))


def districts(session: Session, actor: Actor) -> list[District]:
    """The city's districts by code."""
    return list(session.scalars(visible(session, actor, District).order_by(District.code)))


def phone_for(actor: Actor, phone: str | None) -> str:
    """A phone number as the actor may see it: whole for those who must call, else masked."""
    if not phone or actor.role in _MAY_CALL:
        return phone or ""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "****"
