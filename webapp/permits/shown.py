"""What the pages of applications show, read from the database."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.queries import whoever
from models.accounts.tables import Organisation
from models.accounts.visibility import visible
from models.errors import NotFound
from models.permits import queries
from models.permits.tables import ApplicationEvent, PermitApplication
from webapp.database import reading
from webapp.permits import words
from webapp.rules.sentence import USES
from webapp.security.guard import actor
from webapp.things import words as things
from webapp.things.desk import every
from workers.documents.keeping import KINDS
from workers.permits.case import Case
from workers.permits.checks import check_application, defects

WAITING = ("submitted", "in_review")


def names_of(session: Session, who: Actor, rows: Sequence[PermitApplication]) -> dict[Any, str]:
    """Names of the applicants that the actor may see."""
    wanted = {row.organisation_id for row in rows}
    query = visible(session, who, Organisation).where(Organisation.id.in_(wanted))
    return {row.id: row.name for row in session.scalars(query)}


def list_rows(
    session: Session,
    who: Actor,
    rows: Sequence[PermitApplication],
    chosen: str,
    text: str,
) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Rows of the list that match, newest first (the queue: the longest waiting first), counts."""
    counts: dict[str, int] = {"waiting": 0}
    for row in rows:
        counts[row.state] = counts.get(row.state, 0) + 1
        counts["waiting"] += row.state in WAITING
    wanted = WAITING if chosen == "waiting" else (chosen,)
    kept = [row for row in rows if not chosen or row.state in wanted]
    names = names_of(session, who, kept)
    batches = Counter(row.batch_id for row in rows if row.batch_id)
    found = [
        {
            "row": row,
            "plate": row.vehicle.plate if row.vehicle else "—",
            "kind": row.vehicle.type.name if row.vehicle else "",
            "applicant": names.get(row.organisation_id, ""),
            "scheme": row.scheme.name if row.scheme else "—",
            "dates": words.dates_text(row),
            "hours": words.hours_words(row.hours),
            "together": batches[row.batch_id],
        }
        for row in kept
    ]
    found = [
        r
        for r in found
        if not text or text in f"{r['row'].number} {r['plate']} {r['applicant']}".lower()
    ]
    found.sort(
        key=lambda r: r["row"].submitted_at or r["row"].created_at, reverse=chosen != "waiting"
    )
    return found, counts


def batch_rows(session: Session, batch_id: uuid.UUID) -> list[PermitApplication]:
    """The applications made together.

    Raises:
        NotFound: none, or not for the actor to see.
    """

    def pages(session: Session, who: Actor, **more: Any) -> Any:
        return queries.list_applications(session, who, batch_id=batch_id, **more)

    rows: list[PermitApplication] = every(pages)(session, actor())
    if not rows:
        raise NotFound
    return rows


def vehicle_facts(case: Case) -> list[tuple[str, object]]:
    """What the fleet and the licence say of the vehicle."""
    vehicle = case.application.vehicle
    told = case.application.content.get("vehicle") or {}
    if vehicle is None:
        return []
    kind = vehicle.type
    stage = (
        _(" · 国%(stage)s", stage=_(things.NUMERALS[kind.emission_stage - 1]))
        if kind.emission_stage
        else ""
    )
    size = " × ".join(f"{n:,}" for n in (kind.length_mm, kind.width_mm, kind.height_mm) if n)
    battery = f" · {kind.battery_wh / 1000:g} kWh" if kind.battery_wh else ""
    return [
        (_("车辆类型"), f"{kind.name} · {kind.body}"),
        (_("总质量"), f"{kind.gross_mass_g / 1000:,.0f} kg" if kind.gross_mass_g else "—"),
        (_("外廓"), f"{size} mm" if size else "—"),
        (_("能源"), f"{things.ENERGY.get(kind.energy, kind.energy)}{battery}{stage}"),
        (_("车辆识别代号"), str(told.get("vin") or "—")),
        (_("所有人"), str(told.get("owner") or "—")),
        (_("注册日期"), str(told.get("registered_on") or "—")),
        (
            _("使用性质"),
            USES.get(vehicle.use, vehicle.use),
        ),
    ]


def rule_names(case: Case) -> list[str]:
    """The rules asked for, each with its zone."""
    return [f"{case.zones[str(rule.zone_id)].name} · {rule.name}" for rule in case.rules]


def asked_facts(case: Case) -> list[tuple[str, object]]:
    """What is asked for."""
    row = case.application
    content = row.content
    agent = content.get("agent") or {}
    facts = [
        (_("证件种类"), row.scheme.name if row.scheme else "—"),
        (
            _("区域和规则"),
            _("；").join(rule_names(case)) or "—",
        ),
        (_("日期"), words.dates_text(row)),
        (_("时段"), words.hours_words(row.hours)),
        (_("次数"), words.trips_words(row.trips_per_day)),
        (_("用途"), row.purpose or "—"),
        (_("经办人"), " ".join(filter(None, (agent.get("name"), agent.get("phone")))) or "—"),
    ]
    if row.scheme is not None and row.scheme.mode == "register":
        facts.insert(1, (_("交管通行证编号"), str(content.get("official") or "—")))
    if content.get("note"):
        facts.append((_("补充说明"), str(content["note"])))
    return facts


def history(session: Session, who: Actor, application_id: uuid.UUID) -> list[dict[str, Any]]:
    """What happened, with who where the actor may know."""
    events: list[ApplicationEvent] = queries.application_history(session, who, application_id)
    people = {
        key: row.name for key, row in whoever(session, who, [e.account_id for e in events]).items()
    }
    same = who.role == "police"
    return [
        {
            "at": event.created_at,
            "word": words.STATES.get(event.to_state, event.to_state)
            if event.to_state != event.from_state
            else _("审核意见"),
            "who": people.get(event.account_id, "") if same and event.account_id else "",
            "reason": event.reason,
        }
        for event in events
    ]


def due_day(row: PermitApplication) -> str:
    """Until when the authority has to decide, where the city says so."""
    if row.scheme is None or not row.scheme.decide_days or row.submitted_at is None:
        return ""
    return (row.submitted_at + timedelta(days=row.scheme.decide_days)).date().isoformat()


def applicant_page(application_id: str) -> dict[str, Any]:
    """All that the applicant's page shows."""
    with reading(actor()) as session:
        case, found = check_application(session, actor(), application_id)
        permit = queries.permit_of(session, actor(), case.application.id)
        return {
            "row": case.application,
            "case": case,
            "checks": [words.check_parts(check) for check in found],
            "wrong": [words.check_parts(check) for check in defects(found)],
            "fatal": any(check.tone == "fatal" for check in found),
            "vehicle_facts": vehicle_facts(case),
            "asked_facts": asked_facts(case),
            "documents": case.documents,
            "document_kinds": KINDS,
            "on_paper": words.ON_PAPER,
            "papers": (case.application.scheme.papers if case.application.scheme else []),
            "history": history(session, actor(), case.application.id),
            "permit": permit,
            "own": case.application.organisation_id == actor().organisation_id,
        }
