"""Reading passes and applications."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session, selectinload

from models.accounts.actor import Actor
from models.accounts.visibility import fetch, visible
from models.paging import DEFAULT, Page, page
from models.permits.tables import Permit, PermitApplication, PermitEvent


def list_permits(
    session: Session, actor: Actor, *, cursor: str | None = None, limit: int = DEFAULT
) -> Page[Permit]:
    """A page of passes by number, with vehicles and rules."""
    query = visible(session, actor, Permit).options(
        selectinload(Permit.vehicles), selectinload(Permit.rules)
    )
    return page(session, query, [Permit.number, Permit.id], cursor=cursor, limit=limit)


def permits_between(session: Session, actor: Actor, first: date, last: date) -> list[Permit]:
    """Passes in force on some date from ``first`` to ``last``, by number."""
    query = (
        visible(session, actor, Permit)
        .where(Permit.state == "approved", Permit.date_from <= last, Permit.date_to >= first)
        .options(selectinload(Permit.vehicles), selectinload(Permit.rules))
        .order_by(Permit.number)
    )
    return list(session.scalars(query))


def get_permit(session: Session, actor: Actor, permit_id: uuid.UUID | str) -> Permit:
    """One pass.

    Raises:
        NotFound: none, or not for the actor to see.
    """
    return fetch(session, actor, Permit, permit_id)


def history(session: Session, actor: Actor, permit_id: uuid.UUID) -> list[PermitEvent]:
    """What happened to a pass, oldest first."""
    fetch(session, actor, Permit, permit_id)
    query = visible(session, actor, PermitEvent).where(PermitEvent.permit_id == permit_id)
    return list(session.scalars(query.order_by(PermitEvent.created_at, PermitEvent.id)))


def list_applications(
    session: Session,
    actor: Actor,
    *,
    states: Sequence[str] = (),
    cursor: str | None = None,
    limit: int = DEFAULT,
) -> Page[PermitApplication]:
    """A page of applications, oldest first."""
    query = visible(session, actor, PermitApplication)
    if states:
        query = query.where(PermitApplication.state.in_(states))
    keys = [PermitApplication.created_at, PermitApplication.id]
    return page(session, query, keys, cursor=cursor, limit=limit)
