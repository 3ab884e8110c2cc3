"""Decisions of the authority: one, several alike, on paper."""

from __future__ import annotations

import uuid
from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.errors import Conflict, Forbidden, Invalid
from models.language import N_, Words
from models.permits import queries
from models.permits.tables import PermitApplication
from webapp.database import database, reading
from webapp.permits import words
from webapp.permits.pages import blueprint
from webapp.security.guard import actor, can
from webapp.security.permissions import needs
from workers.permits import desk

LONGEST = 500


def _lines(name: str) -> list[str]:
    """Ticked reasons, then each line of the free text."""
    ticked = [text[:LONGEST] for text in request.form.getlist(name)]
    written = request.form.get(f"{name}_text", "")[:2000].splitlines()
    return [line.strip() for line in (*ticked, *written) if line.strip()]


def _until() -> date | None:
    try:
        return date.fromisoformat(request.form.get("until", ""))
    except ValueError:
        return None


@blueprint.post("/applications/<application_id>/decision")
@needs("permits:read")
def decide(application_id: str) -> ResponseReturnValue:
    """受理, 补正, 不予受理, 予以通过 or 不予通过."""
    if not (can("permits:review") or can("permits:decide")):
        abort(404)
    target = request.form.get("target", "")
    with reading(actor()) as session:
        queries.get_application(session, actor(), application_id)
    if target not in words.TARGETS:
        abort(404)
    here = url_for("permits.application", application_id=application_id)
    try:
        with database().write(actor()) as session:
            row = desk.decide(
                session,
                actor(),
                application_id,
                target,
                points=_lines("points"),
                remedies=_lines("remedies"),
                until=_until() if target == "approved" else None,
            )
            state, number = row.state, row.number
    except (Forbidden, Invalid, Conflict) as error:
        flash(" ".join(part for part in (error.message, error.remedy) if part), "broken")
        return redirect(here)
    if target in {"approved", "denied"} and state == "in_review":
        flash(_("%(n)s 的审核意见已记录，等待审批人决定。", n=number), "good")
    else:
        flash(_("%(n)s：%(word)s，已记录。", n=number, word=words.TARGETS[target]), "good")
    if target == "in_review":
        return redirect(here)
    return redirect(_next(application_id))


def _next(application_id: str) -> str:
    """The application that waits longest, else the queue."""
    with reading(actor()) as session:
        left = [row for row in queries.waiting(session, actor()) if str(row.id) != application_id]
    if not left:
        return url_for("permits.applications")
    return url_for("permits.application", application_id=left[0].id)


@blueprint.post("/applications/approve")
@needs("permits:read")
def approve_several() -> ResponseReturnValue:
    """Approve the ticked ones, if they are alike; each is checked and recorded by itself."""
    if not (can("permits:review") or can("permits:decide")):
        abort(404)
    try:
        chosen = [uuid.UUID(key) for key in request.form.getlist("application")]
    except ValueError:
        abort(404)
    if not chosen:
        flash(_("请先勾选申请。"), "attention")
        return redirect(url_for("permits.applications"))
    try:
        with database().write(actor()) as session:
            done, refused = desk.approve_all(session, actor(), chosen, until=_until())
    except (Forbidden, Invalid, Conflict) as error:
        flash(" ".join(part for part in (error.message, error.remedy) if part), "broken")
        return redirect(url_for("permits.applications"))
    flash(_("已予以通过 %(n)s 件，逐件留痕。", n=done), "good" if done else "attention")
    for one in refused[:5]:
        flash(_("%(number)s：%(why)s", number=one.application.number, why=one.why), "broken")
    return redirect(url_for("permits.applications"))


@blueprint.get("/applications/<application_id>/paper")
@needs("permits:read")
def paper(application_id: str) -> ResponseReturnValue:
    """The decision on paper: letterhead, facts, reasons, what can be done against it."""
    with reading(actor()) as session:
        row = queries.get_application(session, actor(), application_id)
        if row.state not in words.ON_PAPER:
            abort(404)
        permit = queries.permit_of(session, actor(), row.id)
    return render_template(
        "permits/paper.html",
        row=row,
        told=_told(row),
        permit=permit,
        title=_TITLES[row.state],
        hours_words=words.hours_words,
        trips_words=words.trips_words,
    )


_TITLES = Words(
    {
        "approved": N_("准予通行决定书"),
        "denied": N_("不予通行决定书"),
        "correction": N_("补正材料告知书"),
        "not_accepted": N_("不予受理告知书"),
    }
)


def _told(row: PermitApplication) -> dict[str, object]:
    """The decision as it stood; of what was not decided, the application itself."""
    if row.decision:
        return dict(row.decision)
    scheme = row.scheme
    return {
        "letterhead": scheme.letterhead if scheme else "",
        "scheme": scheme.name if scheme else "",
        "plate": row.vehicle.plate if row.vehicle else "",
        "first": row.date_from,
        "last": row.date_to,
        "hours": row.hours,
        "trips_per_day": row.trips_per_day,
        "rules": [],
        "basis": [],
        "clauses": list(scheme.clauses) if scheme else [],
        "remedy_note": scheme.remedy_note if scheme and row.state == "not_accepted" else "",
    }
