"""The verbs of the permit desk: hand in, decide, end, with their checks and their effect."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.tables import Organisation
from models.accounts.visibility import find
from models.errors import Conflict, DomainError, Invalid
from models.language import gettext as _
from models.language import speaking
from models.language.catalogue import SOURCE
from models.permits import applications, operations
from models.permits.tables import Permit, PermitApplication
from workers.artefacts import ArtefactStore
from workers.documents.keeping import share_documents
from workers.permits.case import Case, rules_asked, subjects_of
from workers.permits.checks import Check, check_application, defects, due_date
from workers.permits.effect import Hit, flag
from workers.permits.quota import hold_zones

NEVER = ("document_missing", "document_deferred", "rule_unbound", "rule_gone", "official_taken")
"""Findings with which nothing is approved, whatever the reason."""


def _refuse(code: str, message: str, found: Sequence[Check], remedy: str = "") -> Invalid:
    told = _("；").join(check.sentence for check in found)
    return Invalid(
        code, _("%(message)s：%(told)s", message=message, told=told), remedy or found[0].remedy
    )


def submit(
    session: Session, actor: Actor, application_id: uuid.UUID | str
) -> tuple[PermitApplication, list[Check]]:
    """Hand an application in; gives what the checks still find.

    Raises:
        NotFound: none, or another's.
        Invalid: what keeps it from being handed in, all at once.
        RefusedTransition: it is with the authority already, or decided.
    """
    case, found = check_application(session, actor, application_id)
    fatal = [check for check in found if check.tone == "fatal"]
    if fatal and case.application.state in {"draft", "correction"}:
        raise _refuse("not_ready", _("申请不能提交"), fatal)
    application = applications.submit_application(session, actor, application_id)
    share_documents(session, actor, subjects_of(application))
    return application, defects(found)


@dataclass(frozen=True)
class Refused:
    """One of several that could not be done, and why."""

    application: PermitApplication
    why: str


def submit_all(
    session: Session, actor: Actor, wanted: Sequence[PermitApplication]
) -> tuple[int, list[Refused]]:
    """Hand in those that are ready; the others stay as they are, each with its reason."""
    done, refused = 0, []
    for application in wanted:
        try:
            submit(session, actor, application.id)
            done += 1
        except DomainError as error:
            refused.append(Refused(application, error.message))
    return done, refused


def decide(
    session: Session,
    actor: Actor,
    application_id: uuid.UUID | str,
    target: str,
    *,
    points: Sequence[str] = (),
    remedies: Sequence[str] = (),
    until: date | None = None,
) -> PermitApplication:
    """The authority's decision, held against the checks first.

    Raises:
        Forbidden, RefusedTransition, Invalid: as ``models.permits.applications.decide``.
        Invalid: approving what must not be, or what has open findings without a written reason.
    """
    if target == "approved":
        hold_zones(session, rules_asked(session, actor, application_id))
    case, found = check_application(session, actor, application_id)
    if target == "approved":
        _approvable(found, points, until)
    due = due_date(case, case.today) if target in {"in_review", "approved"} else None
    if due is not None and case.application.papers_due is None:
        case.application.papers_due = due
    return applications.decide(
        session,
        actor,
        application_id,
        target,
        points=points,
        remedies=remedies,
        until=until,
        facts=_facts(session, actor, case, found, until),
    )


def _approvable(found: Sequence[Check], points: Sequence[str], until: date | None) -> None:
    never = [c for c in found if c.tone == "fatal" or c.code in NEVER]
    if never:
        raise _refuse("not_approvable", _("不能予以通过"), never, _("请补正或不予通过"))
    open_ = [c for c in found if c.tone == "defect"]
    if until is not None:
        open_ = [c for c in open_ if c.code != "dates_long"]
    if open_ and not any(point.strip() for point in points):
        raise _refuse(
            "reason_missing", _("核对有未通过项，须写明通过的理由"), open_, _("请填写理由")
        )


def _facts(
    session: Session, actor: Actor, case: Case, found: Sequence[Check], until: date | None
) -> dict[str, Any]:
    """What the decision paper tells, as it stands now."""
    application, scheme = case.application, case.application.scheme
    authority = find(session, actor, Organisation, actor.organisation_id)
    applicant = find(session, actor, Organisation, application.organisation_id)
    vehicle = application.vehicle
    last = until or application.date_to
    return {
        "letterhead": (scheme.letterhead if scheme else "")
        or (authority.name if authority else ""),
        "authority": authority.name if authority else "",
        "applicant": applicant.name if applicant else "",
        "scheme": scheme.name if scheme else "",
        "plate": vehicle.plate if vehicle else "",
        "plate_kind": vehicle.plate_kind if vehicle else "",
        "first": application.date_from.isoformat() if application.date_from else "",
        "last": last.isoformat() if last else "",
        "hours": list(application.hours),
        "trips_per_day": application.trips_per_day,
        "rules": [f"{case.zones[str(r.zone_id)].name} · {r.name}" for r in case.rules],
        "basis": sorted({rule.basis for rule in case.rules if rule.basis}),
        "clauses": list(scheme.clauses) if scheme else [],
        "findings": _kept(found),
        "remedy_note": scheme.remedy_note if scheme else "",
        "papers_due": application.papers_due.isoformat() if application.papers_due else "",
    }


def _kept(found: Sequence[Check]) -> list[str]:
    """Findings as they are written down: in the source language."""
    with speaking(SOURCE):
        return [check.sentence for check in defects(list(found))]


def alike(one: PermitApplication, other: PermitApplication) -> bool:
    """Whether two applications ask for the same for vehicles of the same kind."""
    if one.vehicle is None or other.vehicle is None:
        return False
    told = (
        (a.scheme_id, a.date_from, a.date_to, a.hours, a.trips_per_day, a.organisation_id)
        for a in (one, other)
    )
    first, second = told
    rules = [set(map(str, a.content.get("rules") or ())) for a in (one, other)]
    kinds = [(a.vehicle.type_id, a.vehicle.plate_kind) for a in (one, other) if a.vehicle]
    return first == second and rules[0] == rules[1] and kinds[0] == kinds[1]


def approve_all(
    session: Session,
    actor: Actor,
    application_ids: Sequence[uuid.UUID],
    *,
    until: date | None = None,
) -> tuple[int, list[Refused]]:
    """Approve applications that are alike, each held against its own checks and recorded by itself.

    Those with any finding are left for a look of their own.

    Raises:
        Conflict: they are not alike.
    """
    cases = [check_application(session, actor, key) for key in application_ids]
    for case, _found in cases[1:]:
        if not alike(cases[0][0].application, case.application):
            raise Conflict("not_alike", _("所选申请的车型、区域、日期或时段不同"), _("请逐件审核"))
    done, refused = 0, []
    for case, found in cases:
        wrong = defects(found)
        if wrong:
            refused.append(Refused(case.application, _("；").join(c.sentence for c in wrong)))
            continue
        try:
            decide(session, actor, case.application.id, "approved", until=until)
            done += 1
        except DomainError as error:
            refused.append(Refused(case.application, error.message))
    return done, refused


def change_permit(
    session: Session,
    actor: Actor,
    store: ArtefactStore,
    permit_id: uuid.UUID | str,
    target: str,
    *,
    reason: str = "",
    act: str | None = None,
) -> tuple[Permit, list[Hit]]:
    """Suspend, restore or end a pass; plans in force that need it are flagged, not changed.

    Raises:
        As ``models.permits.operations.change_permit``.
    """
    permit = operations.change_permit(session, actor, permit_id, target, reason=reason, act=act)
    if target == "approved":
        return permit, []
    return permit, flag(session, actor, store, permit, act or target)
