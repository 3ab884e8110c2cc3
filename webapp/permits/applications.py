"""Applications as their applicant sees them: list, form, papers, handing in."""

from __future__ import annotations

import uuid

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.accounts.city import today
from models.errors import NotFound
from models.permits import applications, queries
from models.permits.queries import AHEAD_DAYS, expiring
from models.permits.tables import PermitApplication
from webapp.database import database, reading
from webapp.permits import words
from webapp.permits.evidence import review_page
from webapp.permits.forms import ApplicationForm, OneForm
from webapp.permits.pages import blueprint
from webapp.permits.shown import applicant_page, batch_rows, list_rows
from webapp.security.guard import actor, can
from webapp.security.permissions import needs
from webapp.things.desk import every
from workers.documents.keeping import KINDS, OF_VEHICLE
from workers.permits import desk
from workers.permits.checks import check_application, defects

HOME = "permits.applications"


@blueprint.get("/applications/")
@needs("permits:read")
def applications_list() -> ResponseReturnValue:
    """Applications: the authority's queue, or one's own."""
    g.date_action = url_for(HOME)
    chosen = request.args.get("state", "")
    text = request.args.get("q", "").strip().lower()[:60]
    queue = can("permits:review") or can("permits:decide")
    if queue and not chosen:
        chosen = "waiting"
    elif chosen == "all":
        chosen = ""
    with reading(actor()) as session:
        rows = every(queries.list_applications)(session, actor())
        shown, counts = list_rows(session, actor(), rows, chosen, text)
        ending = [] if queue else expiring(session, actor(), today(session), AHEAD_DAYS)
    return render_template(
        "permits/applications.html",
        rows=shown,
        total=len(rows),
        counts=counts,
        chosen=chosen,
        q=request.args.get("q", ""),
        queue=queue,
        ending=len(ending),
        ahead=AHEAD_DAYS,
        states=words.STATES,
        on_paper=words.ON_PAPER,
    )


blueprint.add_url_rule("/applications", "applications", applications_list)


@blueprint.route("/applications/new", methods=["GET", "POST"])
@needs("permits:apply")
def new() -> ResponseReturnValue:
    """One form for one or many vehicles; each vehicle becomes an application of its own."""
    g.date_action = url_for(HOME)
    form = ApplicationForm()
    with reading(actor()) as session:
        form.offer(session, actor())
    if form.validate_on_submit():
        made, batch = _draft_all(form)
        if len(made) == 1:
            return redirect(url_for("permits.edit", application_id=made[0]))
        flash(_("已为 %(n)s 辆车各建一份申请草稿。", n=len(made)), "good")
        return redirect(url_for("permits.batch", batch_id=batch))
    if request.method == "GET":
        form.vehicles.process_data([v for v in [request.args.get("vehicle")] if v])
        form.rules.process_data([r for r in [request.args.get("rule")] if r])
    status = 422 if request.method == "POST" else 200
    return render_template("permits/new.html", form=form), status


def _draft_all(form: ApplicationForm) -> tuple[list[uuid.UUID], uuid.UUID]:
    """A draft per vehicle, each beginning with what was last told of its licence."""
    batch = uuid.uuid4()
    made = []
    with database().write(actor()) as session:
        for key in form.vehicles.data:
            before = queries.last_told(session, actor(), uuid.UUID(key))
            told = dict((before.content.get("vehicle") or {}) if before else {})
            row = applications.draft_application(
                session,
                actor(),
                vehicle_id=uuid.UUID(key),
                batch_id=batch,
                content={**form.content(), "vehicle": told},
                **form.values(),
            )
            made.append(row.id)
    return made, batch


@blueprint.get("/applications/<application_id>")
@needs("permits:read")
def application(application_id: str) -> ResponseReturnValue:
    """One application: the applicant's page, or the authority's evidence on one screen."""
    g.date_action = url_for(HOME)
    if actor().role == "police":
        return review_page(application_id)
    return render_template("permits/application.html", **applicant_page(application_id))


@blueprint.route("/applications/<application_id>/edit", methods=["GET", "POST"])
@needs("permits:apply")
def edit(application_id: str) -> ResponseReturnValue:
    """Change a draft, or what has to be corrected."""
    g.date_action = url_for(HOME)
    form = OneForm()
    with reading(actor()) as session:
        row = _own(queries.get_application(session, actor(), application_id))
        form.offer(session, actor())
        form.vehicles.words = {str(row.vehicle_id): row.vehicle.plate if row.vehicle else ""}
        if request.method == "GET":
            form.fill(row)
        _case, found = check_application(session, actor(), application_id)
    if form.validate_on_submit():
        with database().write(actor()) as session:
            applications.change_application(
                session, actor(), application_id, content=form.content(), **form.values()
            )
        return redirect(url_for("permits.application", application_id=application_id))
    status = 422 if request.method == "POST" else 200
    page = render_template(
        "permits/edit.html",
        form=form,
        row=row,
        wrong=[words.check_parts(check) for check in defects(found)],
    )
    return page, status


def _own(row: PermitApplication) -> PermitApplication:
    if row.organisation_id != actor().organisation_id:
        raise NotFound
    return row


@blueprint.post("/applications/<application_id>/submit")
@needs("permits:apply")
def submit(application_id: str) -> ResponseReturnValue:
    """Hand it in."""
    with database().write(actor()) as session:
        _row, left = desk.submit(session, actor(), application_id)
        told = len(left)
    text = _("申请已提交。")
    if told:
        text += _("核对有 %(n)s 项未通过，可能被要求补正。", n=told)
    flash(text, "attention" if told else "good")
    return redirect(url_for("permits.application", application_id=application_id))


@blueprint.post("/applications/<application_id>/withdraw")
@needs("permits:apply")
def withdraw(application_id: str) -> ResponseReturnValue:
    """Take it back while it is in review."""
    with database().write(actor()) as session:
        applications.withdraw_application(
            session, actor(), application_id, request.form.get("reason", "")[:200]
        )
    flash(_("申请已撤回。"), "good")
    return redirect(url_for("permits.application", application_id=application_id))


@blueprint.post("/applications/<application_id>/discard")
@needs("permits:apply")
def discard(application_id: str) -> ResponseReturnValue:
    """Drop a draft."""
    with database().write(actor()) as session:
        applications.discard_application(session, actor(), application_id)
    flash(_("草稿已删除。"), "good")
    return redirect(url_for(HOME))


@blueprint.get("/batches/<uuid:batch_id>")
@needs("permits:read")
def batch(batch_id: uuid.UUID) -> ResponseReturnValue:
    """Applications made together, each with what its checks find."""
    g.date_action = url_for(HOME)
    with reading(actor()) as session:
        rows = batch_rows(session, batch_id)
        shown = []
        for row in rows:
            _case, found = check_application(session, actor(), row.id)
            shown.append((row, [words.check_parts(check) for check in defects(found)]))
        papers = {
            paper["kind"]: paper.get("label") or KINDS[paper["kind"]]
            for row in rows
            for paper in (row.scheme.papers if row.scheme else ())
            if paper["kind"] in OF_VEHICLE
        }
        own = all(row.organisation_id == actor().organisation_id for row in rows)
    return render_template(
        "permits/batch.html", rows=shown, batch_id=batch_id, papers=papers, own=own
    )


@blueprint.post("/batches/<uuid:batch_id>/submit")
@needs("permits:apply")
def submit_batch(batch_id: uuid.UUID) -> ResponseReturnValue:
    """Hand in all that are ready; the others say why not."""
    with database().write(actor()) as session:
        rows = [_own(row) for row in batch_rows(session, batch_id)]
        ready = [row for row in rows if row.state in {"draft", "correction"}]
        done, refused = desk.submit_all(session, actor(), ready)
    flash(_("已提交 %(n)s 份。", n=done), "good" if done else "attention")
    for one in refused[:5]:
        flash(_("%(number)s：%(why)s", number=one.application.number, why=one.why), "broken")
    return redirect(url_for("permits.batch", batch_id=batch_id))
