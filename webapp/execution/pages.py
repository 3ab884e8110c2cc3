"""在途: the board of a service date, one vehicle's day, links, closing the day."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable, Iterator
from datetime import date

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from models.accounts.city import today
from models.accounts.visibility import fetch
from models.base import now
from models.errors import DomainError, Forbidden, NotFound
from models.execution import links as driver_links
from models.execution import operations, queries
from models.execution.tables import Execution
from models.execution.words import OUTCOMES, REASONS
from models.planning.queries import in_force
from models.planning.tables import PlanVersion
from webapp.database import database, reading
from webapp.duties.days import days, secret
from webapp.execution import links
from webapp.frame import service_date
from webapp.security.guard import actor
from webapp.security.permissions import needs
from workers.execution import board, late
from workers.execution.day import Day
from workers.execution.tell import channel_of, tell
from workers.execution.whereabouts import Street, street

blueprint = Blueprint("execution", __name__, url_prefix="/execution", template_folder="templates")
TOLD_BY_DESK = ("arrive", "done", "failed")


def _date() -> date:
    """The board is about today unless its address says otherwise."""
    given = service_date.parse(request.args.get("date"))
    if given is None:
        with database().read() as session:
            given = today(session)
    g.page_date = given
    return given


def _version(session: Session, day: date) -> PlanVersion | None:
    """The actor's plan on record of a date."""
    found = in_force(session, actor(), day)
    if found is not None or actor().organisation_id is None:
        return found
    return queries.plan_on_record(session, actor().organisation_id, day)


def _plan(version: PlanVersion) -> Day:
    plan = days().of(version)
    if plan is None:
        raise NotFound
    return plan


def _street(version: PlanVersion) -> Street:
    with database().read() as session:
        return street(session, version, _plan(version))


@blueprint.get("/")
@needs("plans:read")
def index() -> ResponseReturnValue:
    """Every vehicle of the date: late ones first, who has not started, what went wrong."""
    if actor().role != "dispatcher":
        raise NotFound
    day = _date()
    with reading(actor()) as session:
        version = _version(session, day)
    if version is None:
        return render_template("execution/index.html", version=None, day=day, rows=[], totals={})
    rows = board.board(_street(version))
    with database().read() as session:
        found = links.of_version(session, version)
        waiting = late.pending(session, version, _plan(version))
    return render_template(
        "execution/index.html",
        version=version,
        day=day,
        rows=rows,
        totals=board.totals(rows),
        links=found,
        missing=sum(row["vehicle"] not in found for row in rows),
        late=waiting,
        outcomes=OUTCOMES,
    )


@blueprint.post("/links")
@needs("plans:write")
def make_links() -> ResponseReturnValue:
    """Give every vehicle of the plan a link that has none."""
    day = service_date.parse(request.form.get("date"))
    if day is None or actor().role != "dispatcher":
        raise NotFound
    with database().write(actor()) as session:
        version = in_force(session, actor(), day)
        if version is None:
            raise NotFound
        made = driver_links.ensure_links(session, actor(), version, secret())
    flash(_("已生成 %(n)s 条司机链接。", n=len(made)), "good")
    return redirect(url_for("execution.index", date=day.isoformat()))


def _own(session: Session, execution_id: uuid.UUID) -> tuple[Execution, PlanVersion]:
    if actor().role != "dispatcher":
        raise NotFound
    execution = queries.get_execution(session, actor(), execution_id)
    version = queries.plan_on_record(session, execution.operator_id, execution.service_date)
    if version is None:
        raise NotFound
    return execution, version


@blueprint.get("/<uuid:execution_id>")
@needs("plans:read")
def show(execution_id: uuid.UUID) -> ResponseReturnValue:
    """One vehicle's day: plan beside what was told, all events, the driver's link."""
    with reading(actor()) as session:
        execution, version = _own(session, execution_id)
        events = queries.events_of(session, actor(), execution_id)
        live = queries.live_links(session, [execution.id]).get(execution.id)
        drivers = queries.drivers_of_route(session, version.id, execution.vehicle_id)
    here = _street(version)
    vehicle = str(execution.vehicle_id)
    g.page_date = execution.service_date
    if vehicle not in here.day.routes:
        flash(_("现方案不再使用此车。"), "attention")
        return redirect(url_for("execution.index", date=execution.service_date.isoformat()))
    row = next(one for one in board.board(here) if one["vehicle"] == vehicle)
    return render_template(
        "execution/show.html",
        execution=execution,
        version=version,
        row=row,
        drivers=drivers,
        stops=board.stops(here, vehicle),
        conflicts=board.conflicts(here, vehicle),
        events=board.history(here, vehicle, events),
        link=links.shown(execution, live),
        reasons=dict(REASONS),
        may_tell=version.state in {"published", "executing"},
    )


@blueprint.post("/<uuid:execution_id>/tell")
@needs("plans:write")
def tell_for(execution_id: uuid.UUID) -> ResponseReturnValue:
    """What a driver said by telephone, or a wrong tap taken back."""
    kind = request.form.get("kind", "")
    at = now().isoformat()
    event = {
        "client_id": secrets.token_hex(12),
        "device_id": f"desk-{str(actor().account_id)[:8]}",
        "sequence": int(now().timestamp()) % 2**31,
        "at": at,
        "kind": kind,
        "stop": request.form.get("stop") or None,
        "of": request.form.get("of"),
        "reason": request.form.get("reason") or "other",
    }
    if kind not in {*TOLD_BY_DESK, "undo"}:
        raise NotFound
    try:
        with database().write(actor()) as session:
            execution, version = _own(session, execution_id)
            operations.ensure_open(version)
            channel = channel_of("dispatcher", at)
            plan = _plan(version)
            (answer,) = tell(
                session, actor(), execution, version, plan, events=[event], channel=channel
            )
    except (NotFound, Forbidden):
        raise
    except DomainError as error:
        flash(f"{error.message} {error.remedy}", "broken")
    else:
        stored = answer.result == "stored"
        flash(_("已记录。") if stored else answer.why, "good" if stored else "broken")
    return redirect(url_for("execution.show", execution_id=execution_id))


@blueprint.post("/<uuid:execution_id>/link")
@needs("plans:write")
def renew(execution_id: uuid.UUID) -> ResponseReturnValue:
    """A new link; the old one no longer opens."""
    with database().write(actor()) as session:
        _own(session, execution_id)
        driver_links.renew_link(session, actor(), execution_id, secret())
    flash(_("已生成新链接，旧链接已失效。"), "good")
    return redirect(url_for("execution.show", execution_id=execution_id))


@blueprint.post("/<uuid:execution_id>/link/revoke")
@needs("plans:write")
def revoke(execution_id: uuid.UUID) -> ResponseReturnValue:
    """End the link."""
    with database().write(actor()) as session:
        _own(session, execution_id)
        driver_links.revoke_link(session, actor(), execution_id)
    flash(_("链接已失效。"), "good")
    return redirect(url_for("execution.show", execution_id=execution_id))


@blueprint.post("/close/<uuid:plan_id>")
@needs("plans:write")
def close(plan_id: uuid.UUID) -> ResponseReturnValue:
    """收车: close the day; what has no outcome is told with its reason."""
    try:
        with database().write(actor()) as session:
            version = operations.close(
                session, actor(), plan_id, request.form.get("reason", "").strip()[:200]
            )
            day = version.service_date
    except (NotFound, Forbidden):
        raise
    except DomainError as error:
        flash(f"{error.message} {error.remedy}", "broken")
        return redirect(request.referrer or url_for("execution.index"))
    flash(_("当日已收车。之后补传的回报会保留，由您决定采用与否。"), "good")
    return redirect(url_for("execution.index", date=day.isoformat()))


@blueprint.post("/late/<uuid:plan_id>")
@needs("plans:write")
def settle(plan_id: uuid.UUID) -> ResponseReturnValue:
    """Apply what was told after closing to the chosen orders, or leave them as they are."""
    adopt = request.form.get("do") == "apply"
    reason = request.form.get("reason", "").strip()[:200]
    try:
        with database().write(actor()) as session:
            day = fetch(session, actor(), PlanVersion, plan_id).service_date
            orders = late.settle(
                session,
                actor(),
                days(),
                plan_id,
                orders=list(_ids(request.form.getlist("order"))),
                adopt=adopt,
                reason=reason,
            )
    except (NotFound, Forbidden):
        raise
    except DomainError as error:
        flash(f"{error.message} {error.remedy}", "broken")
        return redirect(request.referrer or url_for("execution.index"))
    told = _("已按回报更正 %(n)s 单。") if adopt else _("%(n)s 单保持不变，已记录原因。")
    flash(told % {"n": len(orders)}, "good")
    return redirect(url_for("execution.index", date=day.isoformat()))


def _ids(texts: Iterable[str]) -> Iterator[uuid.UUID]:
    for text in texts:
        try:
            yield uuid.UUID(text)
        except ValueError:
            continue
