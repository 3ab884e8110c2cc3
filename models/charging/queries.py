"""Reading charging sites and tariffs."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session, joinedload, selectinload

from models.accounts.actor import Actor
from models.accounts.visibility import fetch, visible
from models.charging.tables import ChargePoint, ChargingSite, Tariff
from models.paging import DEFAULT, Page, page

_WHOLE = (
    joinedload(ChargingSite.place),
    joinedload(ChargingSite.tariff),
    selectinload(ChargingSite.points).selectinload(ChargePoint.connectors),
)


def list_sites(
    session: Session, actor: Actor, *, cursor: str | None = None, limit: int = DEFAULT
) -> Page[ChargingSite]:
    """A page of charging sites by code, with place, tariff, points and connectors."""
    query = visible(session, actor, ChargingSite).options(*_WHOLE)
    return page(session, query, [ChargingSite.code, ChargingSite.id], cursor=cursor, limit=limit)


def all_sites(session: Session, actor: Actor) -> list[ChargingSite]:
    """All active charging sites that the actor sees, by code."""
    query = visible(session, actor, ChargingSite).where(ChargingSite.active).options(*_WHOLE)
    return list(session.scalars(query.order_by(ChargingSite.code)))


def get_site(session: Session, actor: Actor, site_id: uuid.UUID | str) -> ChargingSite:
    """One charging site.

    Raises:
        NotFound: none, or not for the actor to see.
    """
    return fetch(session, actor, ChargingSite, site_id)


def tariffs(session: Session, actor: Actor) -> list[Tariff]:
    """All tariffs by code."""
    return list(session.scalars(visible(session, actor, Tariff).order_by(Tariff.code)))


def get_tariff(session: Session, actor: Actor, tariff_id: uuid.UUID | str) -> Tariff:
    """One tariff.

    Raises:
        NotFound: there is none.
    """
    return fetch(session, actor, Tariff, tariff_id)
