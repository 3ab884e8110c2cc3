"""Reading passes and applications."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from models.accounts.actor import Actor
from models.accounts.visibility import fetch, visible
from models.fleet.tables import Vehicle
from models.paging import DEFAULT, Page, page
from models.permits.tables import (
    ApplicationEvent,
    Permit,
    PermitApplication,
    PermitEvent,
    PermitRule,
    PermitVehicle,
)


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
    batch_id: uuid.UUID | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT,
) -> Page[PermitApplication]:
    """A page of applications, oldest first, with vehicle and kind of pass."""
    query = _with_parts(visible(session, actor, PermitApplication))
    if states:
        query = query.where(PermitApplication.state.in_(states))
    if batch_id is not None:
        query = query.where(PermitApplication.batch_id == batch_id)
    keys = [PermitApplication.created_at, PermitApplication.id]
    return page(session, query, keys, cursor=cursor, limit=limit)


def _with_parts(query: Select[PermitApplication]) -> Select[PermitApplication]:
    return query.options(
        selectinload(PermitApplication.vehicle).selectinload(Vehicle.type),
        selectinload(PermitApplication.vehicle).selectinload(Vehicle.papers),
        selectinload(PermitApplication.scheme),
    )


def get_application(
    session: Session, actor: Actor, application_id: uuid.UUID | str
) -> PermitApplication:
    """One application with vehicle and kind of pass.

    Raises:
        NotFound: none, or not for the actor to see.
    """
    key = fetch(session, actor, PermitApplication, application_id).id
    query = _with_parts(visible(session, actor, PermitApplication))
    return session.scalars(query.where(PermitApplication.id == key)).one()


def application_history(
    session: Session, actor: Actor, application_id: uuid.UUID
) -> list[ApplicationEvent]:
    """What happened to an application, oldest first."""
    fetch(session, actor, PermitApplication, application_id)
    query = visible(session, actor, ApplicationEvent).where(
        ApplicationEvent.application_id == application_id
    )
    return list(session.scalars(query.order_by(ApplicationEvent.created_at, ApplicationEvent.id)))


def waiting(session: Session, actor: Actor) -> list[PermitApplication]:
    """Applications that wait for the authority, oldest first."""
    query = _with_parts(visible(session, actor, PermitApplication)).where(
        PermitApplication.state.in_(("submitted", "in_review"))
    )
    order = (PermitApplication.submitted_at, PermitApplication.number)
    return list(session.scalars(query.order_by(*order)))


def counts(session: Session, actor: Actor) -> dict[str, int]:
    """How many applications are in each state."""
    query = (
        visible(session, actor, PermitApplication)
        .with_only_columns(PermitApplication.state, func.count())
        .group_by(PermitApplication.state)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def permit_of(session: Session, actor: Actor, application_id: uuid.UUID) -> Permit | None:
    """The pass that an application brought."""
    query = visible(session, actor, Permit).where(Permit.application_id == application_id)
    return session.scalars(query).first()


def permits_of_vehicle(session: Session, actor: Actor, vehicle_id: uuid.UUID) -> list[Permit]:
    """All passes that name a vehicle, the latest to end first."""
    named = select(PermitVehicle.permit_id).where(PermitVehicle.vehicle_id == vehicle_id)
    query = (
        visible(session, actor, Permit)
        .where(Permit.id.in_(named))
        .options(selectinload(Permit.vehicles), selectinload(Permit.rules))
        .order_by(Permit.date_to.desc(), Permit.number)
    )
    return list(session.scalars(query))


def permits_for_rules(
    session: Session, actor: Actor, rules: Sequence[uuid.UUID], first: date, last: date
) -> list[Permit]:
    """Passes approved for any of these rules on some date from ``first`` to ``last``."""
    named = select(PermitRule.permit_id).where(PermitRule.rule_id.in_(rules))
    query = (
        visible(session, actor, Permit)
        .where(
            Permit.id.in_(named),
            Permit.state == "approved",
            Permit.date_from <= last,
            Permit.date_to >= first,
        )
        .options(selectinload(Permit.vehicles), selectinload(Permit.rules))
    )
    return list(session.scalars(query))


AHEAD_DAYS = 14
"""How long ahead people are told that a pass ends."""


def expiring(session: Session, actor: Actor, day: date, ahead: int) -> list[Permit]:
    """Approved passes whose last date lies within ``ahead`` days from ``day``, soonest first."""
    last = day + timedelta(days=ahead)
    query = (
        visible(session, actor, Permit)
        .where(
            Permit.state == "approved",
            or_(Permit.date_to.between(day, last), Permit.papers_due.between(day, last)),
        )
        .options(selectinload(Permit.vehicles), selectinload(Permit.rules))
        .order_by(Permit.date_to, Permit.number)
    )
    return [row for row in session.scalars(query) if day <= row.last_day <= last]


def like_cases(
    session: Session, actor: Actor, application: PermitApplication, *, limit: int = 6
) -> list[PermitApplication]:
    """The latest decided applications of the same kind of pass, other vehicles' too."""
    query = _with_parts(visible(session, actor, PermitApplication)).where(
        PermitApplication.scheme_id == application.scheme_id,
        PermitApplication.state.in_(("approved", "denied", "correction", "not_accepted")),
        PermitApplication.id != application.id,
    )
    return list(session.scalars(query.order_by(PermitApplication.updated_at.desc()).limit(limit)))


def open_applications_of(
    session: Session, actor: Actor, vehicle_id: uuid.UUID
) -> list[PermitApplication]:
    """Applications for a vehicle that are not yet decided."""
    query = visible(session, actor, PermitApplication).where(
        PermitApplication.vehicle_id == vehicle_id,
        PermitApplication.state.in_(("draft", "submitted", "in_review", "correction")),
    )
    return list(session.scalars(query))


def last_told(session: Session, actor: Actor, vehicle_id: uuid.UUID) -> PermitApplication | None:
    """The latest application for a vehicle, whose licence fields a new one begins with."""
    query = visible(session, actor, PermitApplication).where(
        PermitApplication.vehicle_id == vehicle_id
    )
    return session.scalars(query.order_by(PermitApplication.created_at.desc())).first()
