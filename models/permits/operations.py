"""Granting, suspending and ending passes."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from models.accounts.actor import SYSTEM, Actor
from models.accounts.tables import Organisation
from models.accounts.visibility import fetch, require
from models.audit.operations import append
from models.base import now
from models.errors import Forbidden, Invalid
from models.fleet.tables import Vehicle
from models.language import gettext as _
from models.permits.states import move_permit
from models.permits.tables import Permit, PermitEvent
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
    scheme_id: uuid.UUID | None = None
    registered: bool = False
    papers_due: date | None = None
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
    require(session, actor, "police", position=("reviewer", "approver"))
    if not wanted.vehicle_ids or not wanted.rule_ids:
        raise Invalid("empty", _("通行证须至少写明一辆车和一条规则"), _("请补充"))
    if wanted.date_to < wanted.date_from:
        raise Invalid("dates", _("截止日期早于起始日期"), _("请调整日期"))
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
        scheme_id=wanted.scheme_id,
        registered=wanted.registered,
        papers_due=wanted.papers_due,
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
    permit_id: uuid.UUID | str,
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
    require(session, actor, "police", position="approver")
    permit = fetch(session, actor, Permit, permit_id)
    if actor.role != SYSTEM and permit.organisation_id == actor.organisation_id:
        raise Forbidden(_("不能处理本单位的通行证"))
    move_permit(session, actor, permit, target, reason=reason, act=act)
    append(session, actor, act or target, "permit", permit.id, fields=["state"])
    return permit


def papers_arrived(session: Session, actor: Actor, permit_id: uuid.UUID | str) -> Permit:
    """The deferred papers of a pass have come: it is good through its own last date.

    Raises:
        NotFound: there is none.
        Invalid: nothing is outstanding.
    """
    require(session, actor, "police", position="reviewer")
    permit = fetch(session, actor, Permit, permit_id)
    if permit.papers_due is None:
        raise Invalid("nothing_due", _("该通行证没有待补的材料"), "")
    permit.papers_due = None
    append(session, actor, "papers_arrived", "permit", permit.id, fields=["papers_due"])
    return permit
