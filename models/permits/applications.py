"""Applications for passes: handing in, taking back, deciding."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from models.accounts.actor import SYSTEM, Actor
from models.accounts.tables import Organisation
from models.accounts.visibility import fetch, require
from models.audit.operations import append
from models.base import now
from models.errors import Conflict, Forbidden, Invalid, NotFound
from models.fleet.tables import Vehicle
from models.language import gettext as _
from models.permits.operations import PermitInput, grant_permit
from models.permits.states import APPLICATION, move_application
from models.permits.tables import ApplicationEvent, Permit, PermitApplication, PermitScheme
from models.rules.tables import AccessRule

APPLICANTS = ("carrier", "dispatcher")
FIELDS = (
    "scheme_id",
    "vehicle_id",
    "batch_id",
    "date_from",
    "date_to",
    "hours",
    "trips_per_day",
    "purpose",
)
"""What the form of an application sets beside ``content``."""
OPEN = ("draft", "submitted", "in_review", "correction")
DECISIONS = ("approved", "denied")


def _number() -> str:
    return f"SQ{now():%Y%m%d}-{secrets.token_hex(4).upper()}"


def _referred(
    session: Session, actor: Actor, values: Mapping[str, Any], content: Mapping[str, Any]
) -> None:
    """Raise NotFound for a kind of pass, vehicle or rule that is not there for the actor."""
    for name, entity in (("scheme_id", PermitScheme), ("vehicle_id", Vehicle)):
        if values.get(name) is not None:
            fetch(session, actor, entity, values[name])
    for rule in content.get("rules") or ():
        fetch(session, actor, AccessRule, rule)


def draft_application(
    session: Session,
    actor: Actor,
    *,
    purpose: str = "",
    content: Mapping[str, Any],
    **values: Any,
) -> PermitApplication:
    """Begin an application for one vehicle; ``values``: others of ``FIELDS``.

    Raises:
        Forbidden: the role applies for nothing.
        NotFound: a vehicle, kind of pass or rule that is not there for the actor.
    """
    require(session, actor, *APPLICANTS)
    if actor.organisation_id is None:
        raise Forbidden
    _referred(session, actor, values, content)
    application = PermitApplication(
        organisation_id=actor.organisation_id,
        number=_number(),
        purpose=purpose,
        content=dict(content),
        **{name: values[name] for name in FIELDS if name in values},
    )
    session.add(application)
    session.flush()
    append(session, actor, "create", "permit_application", application.id)
    return application


def change_application(
    session: Session,
    actor: Actor,
    application_id: uuid.UUID | str,
    *,
    content: Mapping[str, Any],
    **values: Any,
) -> PermitApplication:
    """Change what an application says, before it is handed in or while it is to be corrected.

    Raises:
        NotFound: none, or another's.
        Conflict: it is with the authority.
    """
    require(session, actor, *APPLICANTS)
    application = _applied(session, actor, application_id)
    if application.state not in {"draft", "correction"}:
        raise Conflict("handed_in", _("申请已提交，不能修改"), _("可等待补正，或撤回后重新申请"))
    _referred(session, actor, values, content)
    changed = [name for name in FIELDS if name in values]
    for name in changed:
        setattr(application, name, values[name])
    application.content = {**application.content, **content}
    append(session, actor, "change", "permit_application", application.id, fields=changed)
    return application


def discard_application(session: Session, actor: Actor, application_id: uuid.UUID | str) -> None:
    """Drop a draft that was never handed in.

    Raises:
        NotFound: none, or another's.
        Conflict: the authority has seen it.
    """
    require(session, actor, *APPLICANTS)
    application = _applied(session, actor, application_id)
    if application.state != "draft":
        raise Conflict("handed_in", _("已提交过的申请不能删除"), _("可在受理后撤回申请"))
    append(session, actor, "discard", "permit_application", application.id)
    session.delete(application)


def submit_application(
    session: Session, actor: Actor, application_id: uuid.UUID | str
) -> PermitApplication:
    """Hand an application in, first or after a correction."""
    require(session, actor, *APPLICANTS)
    application = _applied(session, actor, application_id)
    move_application(session, actor, application, "submitted")
    application.defects = []
    application.opinion = {}
    application.submitted_at = now()
    append(session, actor, "submit", "permit_application", application.id, fields=["state"])
    return application


def withdraw_application(
    session: Session, actor: Actor, application_id: uuid.UUID | str, reason: str = ""
) -> PermitApplication:
    """Take an application back while it is in review."""
    require(session, actor, *APPLICANTS)
    application = _applied(session, actor, application_id)
    move_application(session, actor, application, "withdrawn", reason=reason)
    append(session, actor, "withdraw", "permit_application", application.id, fields=["state"])
    return application


def _applied(session: Session, actor: Actor, application_id: uuid.UUID | str) -> PermitApplication:
    application = fetch(session, actor, PermitApplication, application_id)
    if actor.role != SYSTEM and application.organisation_id != actor.organisation_id:
        raise NotFound
    return application


def _impartial(actor: Actor, application: PermitApplication) -> None:
    """Nobody decides on their own organisation, nor on what they handed in themselves."""
    own: set[uuid.UUID | None] = {application.organisation_id}
    if application.vehicle is not None:
        own |= {application.vehicle.organisation_id, application.vehicle.operator_id}
    if actor.role != SYSTEM and actor.organisation_id in own:
        raise Forbidden(_("不能审核本单位的申请"))


def decide(
    session: Session,
    actor: Actor,
    application_id: uuid.UUID | str,
    target: str,
    *,
    points: Sequence[str] = (),
    remedies: Sequence[str] = (),
    until: date | None = None,
    facts: Mapping[str, Any] | None = None,
) -> PermitApplication:
    """The authority's decision: in_review, correction, not_accepted, approved or denied.

    ``points``: the defects (all at once), or the reasons of a denial with their ``remedies``.
    ``until``: an earlier last date than asked for; ``facts``: what the decision paper tells.
    Approving or denying what was just handed in takes it into review first. Where the kind of pass
    asks for two people, the first decision is the reviewer's opinion and changes no state.

    Raises:
        Forbidden: not the traffic police, not the position, one's own organisation, or the same
            person for both steps.
        RefusedTransition: the decision is not drawn.
        Invalid: a correction, non-acceptance or denial without points, a denial without remedy.
    """
    if target in {"submitted", "withdrawn"}:
        require(session, actor, "police")
        raise Forbidden(_("只有申请人可以提交或撤回申请"))
    position = ("reviewer", "approver") if target in DECISIONS else "reviewer"
    require(session, actor, "police", position=position)
    application = fetch(session, actor, PermitApplication, application_id)
    _impartial(actor, application)
    given = [point.strip() for point in points if point.strip()]
    told = [remedy.strip() for remedy in remedies if remedy.strip()]
    if target in DECISIONS and application.state == "submitted":
        _take_in(session, actor, application)
    APPLICATION.check(application.state, target, "；".join(given))
    if target == "denied" and not told:
        raise Invalid("remedies_missing", _("不予通过须告知处理建议"), _("请填写建议"))
    if target in DECISIONS and _first_of_two(session, actor, application):
        _give_opinion(session, actor, application, target, given, told, until)
        return application
    _conclude(session, actor, application, target, given, told)
    if target in DECISIONS:
        application.decision = dict(facts or {})
        application.decided_by, application.decided_at = actor.account_id, now()
    if target == "approved":
        _grant(session, actor, application, until)
    return application


def _take_in(session: Session, actor: Actor, application: PermitApplication) -> None:
    """受理: it is complete enough to be looked at."""
    require(session, actor, "police", position="reviewer")
    move_application(session, actor, application, "in_review")
    application.accepted_at = now()
    application.authority_id = None if actor.role == SYSTEM else actor.organisation_id
    append(session, actor, "in_review", "permit_application", application.id, fields=["state"])


def _conclude(  # noqa: PLR0917 - the parts of one decision
    session: Session,
    actor: Actor,
    application: PermitApplication,
    target: str,
    given: list[str],
    told: list[str],
) -> None:
    if target == "in_review":
        _take_in(session, actor, application)
        return
    move_application(session, actor, application, target, reason="；".join(given))
    if target == "correction":
        application.defects = given
    elif target in {"denied", "not_accepted"}:
        application.reasons, application.remedies = given, told
    else:
        application.reasons = given
    application.authority_id = None if actor.role == SYSTEM else actor.organisation_id
    append(session, actor, target, "permit_application", application.id, fields=["state"])


def _first_of_two(session: Session, actor: Actor, application: PermitApplication) -> bool:
    """Whether this is the reviewer's opinion; raises where the second person may not decide."""
    if application.scheme is None or application.scheme.steps < 2:
        return False
    if not application.opinion:
        require(session, actor, "police", position="reviewer")
        return True
    require(session, actor, "police", position="approver")
    if application.opinion.get("account") == str(actor.account_id):
        raise Forbidden(_("审核人与审批人不能是同一人"))
    return False


def _give_opinion(  # noqa: PLR0917 - the parts of one opinion
    session: Session,
    actor: Actor,
    application: PermitApplication,
    target: str,
    given: list[str],
    told: list[str],
    until: date | None,
) -> None:
    application.opinion = {
        "target": target,
        "account": str(actor.account_id),
        "at": now().isoformat(),
        "points": given,
        "remedies": told,
        "until": until.isoformat() if until else None,
    }
    session.add(
        ApplicationEvent(
            application_id=application.id,
            from_state=application.state,
            to_state=application.state,
            reason="；".join(given),
            account_id=actor.account_id,
        )
    )
    append(session, actor, "opinion", "permit_application", application.id, fields=["opinion"])


def _grant(
    session: Session, actor: Actor, application: PermitApplication, until: date | None
) -> Permit:
    """The pass that an approval brings."""
    scheme, content = application.scheme, application.content
    if application.vehicle_id is None or not application.date_from or not application.date_to:
        raise Invalid("incomplete", _("申请没有写明车辆或日期"), _("请先补正"))
    last = application.date_to if until is None else until
    if not application.date_from <= last <= application.date_to:
        raise Invalid("until", _("截止日期须在申请的日期之内"), _("请调整截止日期"))
    registered = scheme is not None and scheme.mode == "register"
    official = str(content.get("official") or "").strip()
    if registered and not official:
        raise Invalid("official", _("登记模式须有交管通行证编号"), _("请先补正"))
    fetch(session, actor, Organisation, application.organisation_id)
    return grant_permit(
        session,
        actor,
        PermitInput(
            organisation_id=application.organisation_id,
            vehicle_ids=[application.vehicle_id],
            rule_ids=[uuid.UUID(rule) for rule in content.get("rules") or ()],
            date_from=application.date_from,
            date_to=last,
            hours=application.hours,
            trips_per_day=application.trips_per_day,
            number=official if registered else None,
            application_id=application.id,
            scheme_id=application.scheme_id,
            registered=registered,
            papers_due=application.papers_due,
            demo=application.demo,
        ),
    )
