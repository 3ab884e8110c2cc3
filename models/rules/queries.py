"""Reading zones and access rules."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import or_
from sqlalchemy.orm import Session, joinedload, selectinload

from models.accounts.actor import Actor
from models.accounts.visibility import fetch, visible
from models.paging import DEFAULT, Page, page
from models.rules.tables import AccessRule, Zone


def list_zones(
    session: Session, actor: Actor, *, cursor: str | None = None, limit: int = DEFAULT
) -> Page[Zone]:
    """A page of zones by code, with their rules."""
    query = visible(session, actor, Zone).options(selectinload(Zone.rules))
    return page(session, query, [Zone.code, Zone.id], cursor=cursor, limit=limit)


def list_rules(
    session: Session, actor: Actor, *, cursor: str | None = None, limit: int = DEFAULT
) -> Page[AccessRule]:
    """A page of access rules by code, with their zone."""
    query = visible(session, actor, AccessRule).options(joinedload(AccessRule.zone))
    return page(session, query, [AccessRule.code, AccessRule.id], cursor=cursor, limit=limit)


def rules_between(session: Session, actor: Actor, first: date, last: date) -> list[AccessRule]:
    """Active rules of active zones that exist on some date from ``first`` to ``last``, by code."""
    query = (
        visible(session, actor, AccessRule)
        .join(Zone, Zone.id == AccessRule.zone_id)
        .where(
            AccessRule.active,
            Zone.active,
            or_(AccessRule.effective_from.is_(None), AccessRule.effective_from <= last),
            or_(AccessRule.effective_to.is_(None), AccessRule.effective_to >= first),
        )
        .options(joinedload(AccessRule.zone))
        .order_by(AccessRule.code)
    )
    return list(session.scalars(query))


def get_zone(session: Session, actor: Actor, zone_id: uuid.UUID | str) -> Zone:
    """One zone.

    Raises:
        NotFound: there is none.
    """
    return fetch(session, actor, Zone, zone_id)


def get_rule(session: Session, actor: Actor, rule_id: uuid.UUID | str) -> AccessRule:
    """One access rule.

    Raises:
        NotFound: there is none.
    """
    return fetch(session, actor, AccessRule, rule_id)
