"""The driver's page: by link with plate and phone, or logged in; events come in batches."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from models.accounts.city import today
from models.db import bind
from models.errors import DomainError, Invalid, NotFound
from models.execution import links, queries
from models.execution.tables import Execution
from webapp.database import database, reading
from webapp.duties import access
from webapp.duties.access import Way
from webapp.duties.days import days
from webapp.duties.words import words
from webapp.frame.city import city
from webapp.inspections.words import NOT_OFFICIAL
from webapp.permits.codes import Picture, of_vehicle
from webapp.security.guard import actor
from webapp.security.permissions import needs, public
from workers.execution.driver_day import driver_day, told
from workers.execution.tell import channel_of, tell, working

blueprint = Blueprint("duties", __name__, template_folder="templates")
GONE = 410
ASK_AGAIN = 401


@blueprint.get("/duties/")
@needs("duties:read")
def index() -> ResponseReturnValue:
    """今日任务: the driver's day, or a choice where there are several."""
    with reading(actor()) as session:
        rows = _own(session)
    if len(rows) == 1:
        return redirect(url_for("duties.show", execution_id=rows[0][0].id))
    return render_template("duties/index.html", rows=rows)


def _own(session: Session) -> list[tuple[Execution, str]]:
    """The driver's vehicles' days from yesterday on, each with the plate."""
    page = queries.list_executions(session, actor(), limit=20)
    bind(session, working(actor(), None))
    start = today(session)
    rows = [row for row in page.items if (start - row.service_date).days <= 1]
    out = []
    for row in sorted(rows, key=lambda row: (row.service_date < start, row.service_date)):
        version = queries.plan_on_record(session, row.operator_id, row.service_date)
        day = days().of(version) if version else None
        route = day.routes.get(str(row.vehicle_id)) if day else None
        if route is not None:
            out.append((row, str(route.shown["plate"])))
    return out


def _way(session: Session, execution_id: uuid.UUID) -> Way:
    execution = queries.get_execution(session, actor(), execution_id)
    worker = working(actor(), execution.operator_id)
    bind(session, worker)  # a driver may work for another firm than the plan's
    return Way(execution, access.version_of(session, execution), worker, "account")


@blueprint.get("/duties/<uuid:execution_id>")
@needs("duties:read")
def show(execution_id: uuid.UUID) -> ResponseReturnValue:
    """One vehicle's day for the driver who is logged in."""
    with reading(actor()) as session:
        way = _way(session, execution_id)
    return _page(way, url_for("duties.data", execution_id=execution_id))


@blueprint.get("/duties/<uuid:execution_id>/day.json")
@needs("duties:read")
def data(execution_id: uuid.UUID) -> ResponseReturnValue:
    """The same as data."""
    with reading(actor()) as session:
        way = _way(session, execution_id)
    return jsonify(_payload(way))


@blueprint.post("/duties/<uuid:execution_id>/events")
@needs("duties:write")
def receive(execution_id: uuid.UUID) -> ResponseReturnValue:
    """Events of a driver who is logged in."""
    try:
        with database().write(actor()) as session:
            return jsonify(_receive(session, _way(session, execution_id)))
    except Invalid as error:
        return jsonify(code=error.code, message=error.message), 422


@blueprint.get("/d/<token>")
@public
def by_link(token: str) -> ResponseReturnValue:
    """A driver's link: asks who comes, then shows the day."""
    with database().read() as session:
        found = links.find_driver_link(session, token)
        if found is None:
            raise NotFound
        if not links.usable(found[0]):
            return _closed(_("链接已失效"), _("请向调度员索取新链接。")), GONE
        try:
            way = access.by_token(session, token)
        except DomainError as error:
            return _closed(error.message, error.remedy), GONE
    if way is None:
        return _unindexed(render_template("duties/open.html", error="", demo=city().demo))
    return _page(way, url_for("duties.data_by_link", token=token))


@blueprint.post("/d/<token>")
@public
def open_link(token: str) -> ResponseReturnValue:
    """Plate and phone: the fifth wrong answer locks the link."""
    with database().write() as session:
        found = links.find_driver_link(session, token)
        if found is None:
            raise NotFound
        version = queries.plan_on_record(session, found[1].operator_id, found[1].service_date)
        drivers = (
            queries.drivers_of_route(session, version.id, found[1].vehicle_id) if version else []
        )
        opening = links.open_link(
            session,
            access.platform(found[1].operator_id),
            token,
            plate=request.form.get("plate", "")[:40],
            digits=request.form.get("digits", "")[:8],
            phones=[driver.phone or "" for driver in drivers],
        )
    if opening.opened:
        answer = make_response(redirect(url_for("duties.by_link", token=token)))
        access.remember(answer, token, found[0])
        return answer
    error = opening.error
    if error is not None and error.code != "wrong_answer":
        return _closed(error.message, error.remedy), GONE
    said = _("%(message)s。%(remedy)s", message=error.message, remedy=error.remedy) if error else ""
    page = render_template("duties/open.html", error=said, demo=city().demo)
    return _unindexed(page), 403


@blueprint.get("/d/<token>/day.json")
@public
def data_by_link(token: str) -> ResponseReturnValue:
    """The day as data, for who has opened the link."""
    with reading() as session:
        way, refusal = _linked(session, token)
    return refusal if way is None else jsonify(_payload(way))


@blueprint.post("/d/<token>/events")
@public
def receive_by_link(token: str) -> ResponseReturnValue:
    """Events of who has opened the link."""
    try:
        with database().write() as session:
            way, refusal = _linked(session, token)
            return refusal if way is None else jsonify(_receive(session, way))
    except Invalid as error:
        return jsonify(code=error.code, message=error.message), 422


def _linked(session: Session, token: str) -> tuple[Way | None, ResponseReturnValue]:
    """The way, or why not: the phone keeps what it has not sent either way."""
    found = links.find_driver_link(session, token)
    if found is None:
        raise NotFound
    if not links.usable(found[0]):
        return None, (jsonify(code="link_ended"), GONE)
    try:
        way = access.by_token(session, token)
    except DomainError as error:
        return None, (jsonify(code=error.code), GONE)
    return way, (jsonify(code="open_again"), ASK_AGAIN)


def _page(way: Way, address: str) -> ResponseReturnValue:
    page = render_template(
        "duties/show.html",
        day=_payload(way),
        address=address,
        words=words(),
        demo=city().demo,
        account=way.source == "account",
        codes=_codes(way),
        not_official=NOT_OFFICIAL,
    )
    return _unindexed(page)


def _codes(way: Way) -> list[Picture]:
    """Codes of the vehicle's passes on the date, to be shown at the roadside."""
    with database().read() as session:
        return of_vehicle(session, way.execution.vehicle_id, way.execution.service_date)


def _closed(title: str, text: str) -> str:
    return render_template("duties/closed.html", title=title, text=text, demo=city().demo)


def _unindexed(page: str) -> Any:
    answer = make_response(page)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _payload(way: Way) -> dict[str, Any]:
    with database().read() as session:
        day = days().of(way.version)
        route = day.routes.get(str(way.execution.vehicle_id)) if day else None
        shown = (
            driver_day(session, way.execution, way.version, day, route) if day and route else None
        )
        events = queries.told_by_execution(session, [way.execution.id])[way.execution.id]
    return {
        "day": shown,
        "start": day.clock.start.isoformat() if day else "",
        "offset_s": day.view["horizon"]["offset_s"] if day else 0,
        "events": told(events),
        "state": way.version.state,
        "csrf": generate_csrf(),
        "now": datetime.now(UTC).isoformat(),
    }


def _receive(session: Session, way: Way) -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, Mapping) or not isinstance(body.get("events"), list):
        raise Invalid("body", _("须为 JSON：{sent_at, events}"), _("请升级页面后重试"))
    day = days().of(way.version)
    if day is None:
        raise NotFound
    answers = tell(
        session,
        way.actor,
        way.execution,
        way.version,
        day,
        events=[event for event in body["events"] if isinstance(event, Mapping)],
        channel=channel_of(way.source, body.get("sent_at"), way.link.id if way.link else None),
    )
    events = queries.told_by_execution(session, [way.execution.id])[way.execution.id]
    return {
        "results": [
            {"client_id": one.client_id, "result": one.result, "why": one.why} for one in answers
        ],
        "events": told(events),
        "state": way.version.state,
        "now": datetime.now(UTC).isoformat(),
    }
