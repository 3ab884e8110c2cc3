"""A hand-made plan on its way to its page, and what stands beside the day's own versions."""

from __future__ import annotations

from datetime import date

from flask import Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.visibility import visible
from models.planning.tables import PlanJob, PlanVersion
from webapp.database import reading
from webapp.frame import service_date
from webapp.planning import reads
from webapp.planning.compare import blueprint, label
from webapp.security.guard import actor
from webapp.security.permissions import needs


def job_of(session: Session, who: Actor, version: PlanVersion) -> PlanJob | None:
    """The version's newest job."""
    query = visible(session, who, PlanJob).where(PlanJob.plan_version_id == version.id)
    return session.scalars(query.order_by(PlanJob.created_at.desc()).limit(1)).first()


@blueprint.get("/<plan_id>/following")
@needs("plans:read")
def following(plan_id: str) -> ResponseReturnValue:
    """What a hand-made plan waits for; once it is followed and checked, its own page."""
    with reading(actor()) as session:
        version = reads.version_of(session, actor(), plan_id)
        job = job_of(session, actor(), version)
    g.page_date = version.service_date
    waits = job is not None and job.state in {"queued", "running"}
    if version.plan_sha256 is not None or (not waits and job is None):
        page = url_for("planning.plan", plan_id=plan_id)
        if request.headers.get("HX-Request"):
            return Response(headers={"HX-Redirect": page})
        return redirect(page)
    inner = "planning/_following.html"
    return render_template(
        inner if request.headers.get("HX-Request") else "planning/following.html",
        plan=version,
        job=job,
        waits=waits,
        label=label(version),
    )


def beside(session: Session, who: Actor, day: date) -> list[PlanVersion]:
    """The date's scenarios, newest first."""
    query = visible(session, who, PlanVersion).where(
        PlanVersion.service_date == day,
        PlanVersion.scenario.is_not(None),
        PlanVersion.state != "discarded",
    )
    return list(session.scalars(query.order_by(PlanVersion.version.desc())))


@blueprint.get("/scenarios")
@needs("plans:read")
def scenarios() -> ResponseReturnValue:
    """The part of the day's page that lists scenarios: they are compared, never published."""
    day = service_date.current()
    with reading(actor()) as session:
        found = [(row, label(row)) for row in beside(session, actor(), day)]
    return render_template("planning/_scenarios.html", scenarios=found, date=day)
