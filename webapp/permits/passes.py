"""A pass's own page: what it is good for, what happened to it, and the acts of the authority."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.accounts.city import today
from models.errors import Conflict, Forbidden, Invalid
from models.permits import operations, queries
from webapp.database import database, reading
from webapp.permits import words
from webapp.permits.pages import blueprint, pill, standing
from webapp.planning.reads import store
from webapp.security.guard import actor, can
from webapp.security.permissions import needs
from workers.permits import desk


@blueprint.get("/<uuid:permit_id>")
@needs("permits:read")
def show(permit_id: object) -> ResponseReturnValue:
    """One pass."""
    g.date_action = url_for("permits.index")
    with reading(actor()) as session:
        row = queries.get_permit(session, actor(), str(permit_id))
        vehicles, rules = list(row.vehicles), [(rule, rule.zone) for rule in row.rules]
        events = queries.history(session, actor(), row.id)
        day = today(session)
        scheme = row.scheme
    return render_template(
        "permits/pass.html",
        row=row,
        scheme=scheme,
        vehicles=vehicles,
        rules=rules,
        events=events,
        today=day,
        pill=pill(row),
        standing=standing(row),
        acts=words.ACTS,
        act_names=words.ACT_NAMES,
        states=words.PASS_STATES,
        hours=words.hours_words(row.hours),
        trips=words.trips_words(row.trips_per_day),
        decides=can("permits:decide") and row.organisation_id != actor().organisation_id,
        reviews=can("permits:review"),
    )


@blueprint.post("/<uuid:permit_id>/change")
@needs("permits:decide")
def change(permit_id: object) -> ResponseReturnValue:
    """Suspend, restore, or one of the four acts, each with its ground and facts."""
    with reading(actor()) as session:
        queries.get_permit(session, actor(), str(permit_id))
    target, act = request.form.get("target", ""), request.form.get("act") or None
    ground = request.form.get("ground", "").strip()[:200]
    facts = request.form.get("facts", "").strip()[:500]
    if target not in {"approved", "suspended", "ended"}:
        abort(404)
    here = url_for("permits.show", permit_id=permit_id)
    if target == "ended" and not (ground and facts):
        flash(_("请选择法定事由并写明事实。"), "broken")
        return redirect(here)
    try:
        with database().write(actor()) as session:
            _row, hits = desk.change_permit(
                session,
                actor(),
                store(),
                str(permit_id),
                target,
                reason="；".join(part for part in (ground, facts) if part),
                act=act,
            )
    except (Forbidden, Invalid, Conflict) as error:
        flash(" ".join(part for part in (error.message, error.remedy) if part), "broken")
        return redirect(here)
    flash(_("已记录。"), "good")
    if hits:
        flash(
            _("有 %(n)s 个已下发方案用到该通行证，已提醒其调度员；方案未作改动。", n=len(hits)),
            "attention",
        )
    return redirect(here)


@blueprint.post("/<uuid:permit_id>/papers")
@needs("permits:review")
def papers(permit_id: object) -> ResponseReturnValue:
    """The deferred papers have come."""
    with database().write(actor()) as session:
        operations.papers_arrived(session, actor(), str(permit_id))
    flash(_("待补材料已到，通行证恢复到原定截止日期。"), "good")
    return redirect(url_for("permits.show", permit_id=permit_id))
