"""Granting, suspending and ending passes; handling applications for them."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from models.accounts.actor import SYSTEM, Actor
from models.accounts.tables import Organisation
from models.accounts.visibility import fetch, require
from models.audit.operations import append
from models.base import now
from models.errors import Forbidden, Invalid, NotFound
from models.fleet.tables import Vehicle
from models.permits.states import APPLICATION, move_application, move_permit
from models.permits.tables import Permit, PermitApplication, PermitEvent
from models.rules.tables import AccessRule


@dataclass(frozen=True, kw_only=True)
class PermitInput:
    """A pass to be granted; the fields mean what ``Permit`` says."""

    organisation_id: uuid.UUID
    vehicle_ids: Sequence[uuid.UUID]
    rule_ids: Sequence[uuid.UUID]
    date_from: date
    date_to: date
    hours: Sequence[Mapping[str, int]] = ()
    trips_per_day: int = 0
    number: str | None = None
    application_id: uuid.UUID | None = None
    demo: bool = False


def _number(letter: str) -> str:
    return f"{letter}{now():%Y%m%d}-{secrets.token_hex(4).upper()}"


def grant_permit(session: Session, actor: Actor, wanted: PermitInput) -> Permit:
    """Give a pass for named vehicles that lifts named rules.

    Raises:
        Forbidden: only the traffic police may.
        NotFound: an organisation, vehicle or rule that is not there.
        Invalid: no vehicle, no rule, or dates in the wrong order.
    """
    require(session, actor, "police")
    if not wanted.vehicle_ids or not wanted.rule_ids:
        raise Invalid("empty", "通行证须至少写明一辆车和一条规则", "请补充")
    if wanted.date_to < wanted.date_from:
        raise Invalid("dates", "截止日期早于起始日期", "请调整日期")
    fetch(session, actor, Organisation, wanted.organisation_id)
    permit = Permit(
        organisation_id=wanted.organisation_id,
        authority_id=None if actor.role == SYSTEM else actor.organisation_id,
        application_id=wanted.application_id,
        number=wanted.number or _number("P"),
        date_from=wanted.date_from,
        date_to=wanted.date_to,
        hours=[dict(hours) for hours in wanted.hours],
        trips_per_day=wanted.trips_per_day,
        demo=wanted.demo,
        vehicles=[fetch(session, actor, Vehicle, one) for one in wanted.vehicle_ids],
        rules=[fetch(session, actor, AccessRule, one) for one in wanted.rule_ids],
    )
    session.add(permit)
    session.flush()
    session.add(PermitEvent(permit_id=permit.id, to_state="approved", account_id=actor.account_id))
    append(session, actor, "grant", "permit", permit.id)
    return permit


def change_permit(
    session: Session,
    actor: Actor,
    permit_id: uuid.UUID,
    target: str,
    *,
    reason: str = "",
    act: str | None = None,
) -> Permit:
    """Suspend, restore or end a pass; ending names one of the four legal acts.

    Raises:
        NotFound: there is none.
        RefusedTransition: the change is not drawn.
        Invalid: no reason, or no act.
    """
    require(session, actor, "police")
    permit = fetch(session, actor, Permit, permit_id)
    move_permit(session, actor, permit, target, reason=reason, act=act)
    append(session, actor, act or target, "permit", permit.id, fields=["state"])
    return permit


def draft_application(
    session: Session, actor: Actor, *, purpose: str, content: Mapping[str, Any]
) -> PermitApplication:
    """Begin an application for a pass."""
    require(session, actor, "carrier", "dispatcher")
    if actor.organisation_id is None:
        raise Forbidden
    application = PermitApplication(
        organisation_id=actor.organisation_id,
        number=_number("A"),
        purpose=purpose,
        content=dict(content),
    )
    session.add(application)
    session.flush()
    append(session, actor, "create", "permit_application", application.id)
    return application


def submit_application(
    session: Session, actor: Actor, application_id: uuid.UUID
) -> PermitApplication:
    """Hand an application in, first or after a correction."""
    require(session, actor, "carrier", "dispatcher")
    application = _applied(session, actor, application_id)
    move_application(session, actor, application, "submitted")
    application.defects = []
    append(session, actor, "submit", "permit_application", application.id, fields=["state"])
    return application


def withdraw_application(
    session: Session, actor: Actor, application_id: uuid.UUID, reason: str = ""
) -> PermitApplication:
    """Take an application back while it is in review."""
    require(session, actor, "carrier", "dispatcher")
    application = _applied(session, actor, application_id)
    move_application(session, actor, application, "withdrawn", reason=reason)
    append(session, actor, "withdraw", "permit_application", application.id, fields=["state"])
    return application


def _applied(session: Session, actor: Actor, application_id: uuid.UUID) -> PermitApplication:
    application = fetch(session, actor, PermitApplication, application_id)
    if actor.role != SYSTEM and application.organisation_id != actor.organisation_id:
        raise NotFound
    return application


def decide(
    session: Session,
    actor: Actor,
    application_id: uuid.UUID,
    target: str,
    *,
    points: Sequence[str] = (),
    remedies: Sequence[str] = (),
) -> PermitApplication:
    """The authority's decision: in_review, correction, not_accepted, approved or denied.

    ``points``: the defects (all at once), or the reasons of a denial with their ``remedies``.

    Raises:
        Forbidden: only the traffic police decide, and withdrawal is the applicant's.
        RefusedTransition: the decision is not drawn.
        Invalid: a correction, non-acceptance or denial without points, a denial without remedy.
    """
    require(session, actor, "police")
    if target in {"submitted", "withdrawn"}:
        raise Forbidden("只有申请人可以提交或撤回申请")
    application = fetch(session, actor, PermitApplication, application_id)
    given = [point.strip() for point in points if point.strip()]
    APPLICATION.check(application.state, target, "；".join(given))
    if target == "denied" and not remedies:
        raise Invalid("remedies_missing", "不予通过须告知处理建议", "请填写建议")
    move_application(session, actor, application, target, reason="；".join(given))
    if target == "correction":
        application.defects = given
    elif target in {"denied", "not_accepted"}:
        application.reasons, application.remedies = given, list(remedies)
    application.authority_id = None if actor.role == SYSTEM else actor.organisation_id
    append(session, actor, target, "permit_application", application.id, fields=["state"])
    return application
