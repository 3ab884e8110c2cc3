"""Reading unloading bays."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session, joinedload

from models.accounts.actor import Actor
from models.accounts.visibility import fetch, visible
from models.bays.tables import Bay, BayPlace
from models.paging import DEFAULT, Page, page


def list_bays(
    session: Session, actor: Actor, *, cursor: str | None = None, limit: int = DEFAULT
) -> Page[Bay]:
    """A page of bays by code, with their place."""
    query = visible(session, actor, Bay).options(joinedload(Bay.place))
    return page(session, query, [Bay.code, Bay.id], cursor=cursor, limit=limit)


def all_bays(session: Session, actor: Actor) -> list[Bay]:
    """All active bays by code."""
    query = visible(session, actor, Bay).where(Bay.active).options(joinedload(Bay.place))
    return list(session.scalars(query.order_by(Bay.code)))


def get_bay(session: Session, actor: Actor, bay_id: uuid.UUID | str) -> Bay:
    """One bay.

    Raises:
        NotFound: there is none.
    """
    return fetch(session, actor, Bay, bay_id)


def served_places(session: Session, actor: Actor) -> list[BayPlace]:
    """Which bays serve which places, of the places that the actor sees."""
    query = visible(session, actor, BayPlace)
    return list(session.scalars(query.order_by(BayPlace.place_id, BayPlace.walk_s)))
