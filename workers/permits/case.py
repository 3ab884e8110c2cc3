"""All that is known of one application, read once: what the checks and the review page go by."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models.accounts.actor import Actor, system_actor
from models.accounts.city import find_city, today, zone
from models.accounts.visibility import visible
from models.db import bind
from models.documents.tables import Document
from models.permits import queries
from models.permits.tables import Permit, PermitApplication
from models.rules.tables import AccessRule, Zone
from workers.documents.keeping import documents_of


@dataclass(frozen=True)
class Case:
    """An application with the rows that it speaks of, as its actor may see them."""

    application: PermitApplication
    today: date
    zone: ZoneInfo
    calendar: dict[str, object]
    rules: list[AccessRule] = field(default_factory=list)
    zones: dict[str, Zone] = field(default_factory=dict)
    documents: list[Document] = field(default_factory=list)
    permits: list[Permit] = field(default_factory=list)
    rivals: list[PermitApplication] = field(default_factory=list)

    @property
    def asked(self) -> list[str]:
        """Ids of the rules that the application wants lifted."""
        return [str(rule) for rule in self.application.content.get("rules") or ()]

    def dates(self) -> tuple[date, date] | None:
        """First and last date, where they are told and in order."""
        first, last = self.application.date_from, self.application.date_to
        return (first, last) if first and last and first <= last else None


@contextmanager
def as_platform(session: Session, actor: Actor) -> Iterator[Actor]:
    """Let the session see all rows for a while; what it tells of them is the caller's care."""
    system = system_actor(actor.organisation_id, actor.request_id)
    session.flush()
    bind(session, system)
    try:
        yield system
    finally:
        session.flush()
        bind(session, actor)


def subjects_of(application: PermitApplication) -> list[tuple[str, uuid.UUID]]:
    """What the documents of an application are about: itself, its vehicle, its applicant."""
    found = [("application", application.id), ("organisation", application.organisation_id)]
    if application.vehicle_id is not None:
        found.append(("vehicle", application.vehicle_id))
    return found


def _rule_ids(application: PermitApplication) -> list[uuid.UUID]:
    wanted = []
    for key in application.content.get("rules") or ():
        try:
            wanted.append(uuid.UUID(str(key)))
        except ValueError:
            continue
    return wanted


def rules_asked(session: Session, actor: Actor, application_id: uuid.UUID | str) -> list[uuid.UUID]:
    """Ids of the rules that an application wants lifted.

    Raises:
        NotFound: none, or not for the actor to see.
    """
    return _rule_ids(queries.get_application(session, actor, application_id))


def read_case(session: Session, actor: Actor, application_id: uuid.UUID | str) -> Case:
    """The application with everything around it.

    Raises:
        NotFound: none, or not for the actor to see.
    """
    application = queries.get_application(session, actor, application_id)
    city = find_city(session)
    wanted = _rule_ids(application)
    rules = list(
        session.scalars(
            visible(session, actor, AccessRule)
            .where(AccessRule.id.in_(wanted))
            .order_by(AccessRule.code)
        )
    )
    zones = session.scalars(
        visible(session, actor, Zone).where(Zone.id.in_({rule.zone_id for rule in rules}))
    )
    permits: list[Permit] = []
    rivals: list[PermitApplication] = []
    if application.vehicle_id is not None:
        permits = queries.permits_of_vehicle(session, actor, application.vehicle_id)
        rivals = [
            row
            for row in queries.open_applications_of(session, actor, application.vehicle_id)
            if row.id != application.id
        ]
    return Case(
        application=application,
        today=today(session),
        zone=zone(session),
        calendar=dict(city.calendar) if city else {},
        rules=rules,
        zones={str(row.id): row for row in zones},
        documents=documents_of(session, actor, subjects_of(application)),
        permits=permits,
        rivals=rivals,
    )
