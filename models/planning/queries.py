"""Reading plan versions, their rows, and what other plans hold."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.visibility import fetch, require, visible
from models.paging import DEFAULT, Page, page
from models.planning.states import IN_FORCE
from models.planning.tables import (
    Claim,
    PlanAssignment,
    PlanDuty,
    PlanEvent,
    PlanRoute,
    PlanVersion,
)


@dataclass(frozen=True, kw_only=True)
class Held:
    """What some plan in force holds; not whose it is."""

    thing: str
    thing_id: uuid.UUID
    space: int
    starts_at: datetime
    ends_at: datetime
    power_w: int


def get_version(session: Session, actor: Actor, version_id: uuid.UUID | str) -> PlanVersion:
    """One plan version.

    Raises:
        NotFound: none, or not the actor's; shippers and receivers have none.
    """
    return fetch(session, actor, PlanVersion, version_id)


def list_versions(
    session: Session,
    actor: Actor,
    service_date: date | None = None,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT,
) -> Page[PlanVersion]:
    """A page of plan versions, latest date and highest version first."""
    query = visible(session, actor, PlanVersion)
    if service_date is not None:
        query = query.where(PlanVersion.service_date == service_date)
    keys = [PlanVersion.service_date, PlanVersion.version, PlanVersion.id]
    return page(session, query, keys, cursor=cursor, limit=limit, descending=True)


def in_force(session: Session, actor: Actor, service_date: date) -> PlanVersion | None:
    """The published or executing version of a date, if any."""
    query = visible(session, actor, PlanVersion).where(
        PlanVersion.service_date == service_date,
        PlanVersion.scenario.is_(None),
        PlanVersion.state.in_(IN_FORCE),
    )
    return session.scalars(query).one_or_none()


def newest(session: Session, actor: Actor, service_date: date) -> PlanVersion | None:
    """What to open for a date: the version in force, else the highest that is not put away."""
    found = in_force(session, actor, service_date)
    if found is not None:
        return found
    query = visible(session, actor, PlanVersion).where(
        PlanVersion.service_date == service_date,
        PlanVersion.scenario.is_(None),
        PlanVersion.state.not_in(("discarded", "superseded")),
    )
    return session.scalars(query.order_by(PlanVersion.version.desc()).limit(1)).one_or_none()


def history(session: Session, actor: Actor, version_id: uuid.UUID) -> list[PlanEvent]:
    """What happened to a version, oldest first."""
    fetch(session, actor, PlanVersion, version_id)
    query = visible(session, actor, PlanEvent).where(PlanEvent.plan_version_id == version_id)
    return list(session.scalars(query.order_by(PlanEvent.created_at, PlanEvent.id)))


def routes(session: Session, actor: Actor, version_id: uuid.UUID) -> list[PlanRoute]:
    """Routes of a version that the actor may see: all, its own vehicles', its own duty's."""
    query = visible(session, actor, PlanRoute).where(PlanRoute.plan_version_id == version_id)
    return list(session.scalars(query.order_by(PlanRoute.label, PlanRoute.id)))


def duties(session: Session, actor: Actor, version_id: uuid.UUID) -> list[PlanDuty]:
    """Duties of a version that the actor may see."""
    query = visible(session, actor, PlanDuty).where(PlanDuty.plan_version_id == version_id)
    return list(session.scalars(query.order_by(PlanDuty.starts_at, PlanDuty.id)))


def assignments(session: Session, actor: Actor, version_id: uuid.UUID) -> list[PlanAssignment]:
    """Orders of a version with vehicle and times, the unassigned with their tier."""
    fetch(session, actor, PlanVersion, version_id)
    query = visible(session, actor, PlanAssignment).where(
        PlanAssignment.plan_version_id == version_id
    )
    return list(session.scalars(query.order_by(PlanAssignment.order_id)))


def held(
    session: Session,
    actor: Actor,
    start: datetime,
    end: datetime,
    *,
    except_of: date | None = None,
) -> list[Held]:
    """What plans in force hold in ``[start, end)``, whoever's they are.

    ``except_of``: leave out the own plan of that service date, which a new version replaces.
    """
    require(session, actor, "dispatcher")
    query = select(Claim).where(Claim.starts_at < end, Claim.ends_at > start)
    if except_of is not None:
        own = select(PlanVersion.id).where(
            PlanVersion.operator_id == actor.organisation_id,
            PlanVersion.service_date == except_of,
        )
        query = query.where(Claim.plan_version_id.not_in(own))
    query = query.order_by(Claim.thing, Claim.thing_id, Claim.space, Claim.starts_at)
    return [
        Held(
            thing=claim.thing,
            thing_id=claim.thing_id,
            space=claim.space,
            starts_at=claim.starts_at,
            ends_at=claim.ends_at,
            power_w=claim.power_w,
        )
        for claim in session.scalars(query)
    ]
