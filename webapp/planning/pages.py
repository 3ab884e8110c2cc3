"""Pages of plan versions: the day's list, the plan's page, its map, its data, its actions."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from models.planning.flags import count_flags
from models.planning.states import IN_FORCE
from models.planning.tables import PlanVersion
from webapp.database import database, reading, settings
from webapp.frame import service_date
from webapp.frame.city import city
from webapp.planning import day, hand_words, links, reads
from webapp.planning.city_map import map_pieces
from webapp.planning.events import stream
from webapp.planning.flags import told
from webapp.security.guard import actor, can
from webapp.security.permissions import needs
from workers.artefacts import ArtefactMissingError
from workers.planning import edits
from workers.planning.publish import DayChangedError, publish_plan
from workers.planning.request import Wanted, cancel_plan, keep_best, request_plan

blueprint = Blueprint("planning", __name__, url_prefix="/plans", template_folder="templates")

TIME_LIMITS = (30, 60, 120, 300, 600)


@blueprint.get("/")
@needs("plans:read")
def index() -> ResponseReturnValue:
    """The versions of a service date, and the day's one main action: plan it."""
    date = service_date.current()
    with reading(actor()) as session:
        versions = day.versions(session, actor(), date)
        orders = day.order_counts(session, actor(), date)
        flags = count_flags(session, actor(), [version.id for version, _who in versions])
        what = day.what_changed(session, actor(), [v for v, _who in versions])
    return render_template(
        "planning/index.html",
        versions=versions,
        orders=orders,
        limits=TIME_LIMITS,
        date=date,
        running=any(v.state in reads.RUNNING for v, _who in versions),
        published=next((v for v, _who in versions if v.state in IN_FORCE), None),
        newer_than=newer_than,
        numbers={v.id: v.version for v, _who in versions},
        changed=what,
        flags=flags,
    )


@blueprint.post("/")
@needs("plans:write")
def start() -> ResponseReturnValue:
    """智能排线: ask for a plan of the date."""
    date = reads.parse_date(request.form.get("date"))
    limit = request.form.get("time_limit", "60")
    if date is None or not limit.isdigit():
        abort(400)
    with database().write(actor()) as session:
        wanted = Wanted(service_date=date, time_limit_s=int(limit))
        version = request_plan(session, actor(), wanted)
        plan_id = version.id
    return redirect(url_for("planning.plan", plan_id=plan_id))


@blueprint.get("/<plan_id>")
@needs("plans:read")
def plan(plan_id: str) -> ResponseReturnValue:
    """The plan's page, solved or being solved."""
    from webapp.planning.by_hand import panel_of  # noqa: PLC0415 - it adds to this blueprint

    with reading(actor()) as session:
        version = reads.version_of(session, actor(), plan_id)
        given = page_of(session, version)
        if given["has_plan"] and not given["running"]:
            given |= panel_of(session, version)
    g.page_date = version.service_date
    return render_template(
        "planning/plan.html",
        links=links.of_plan(plan_id),
        words=hand_words.of_page(),
        **given,
    )


def page_of(session: Session, version: PlanVersion) -> dict[str, Any]:
    """What head, totals and bar of the plan's page show."""
    before = day.in_force(session, actor(), version.service_date)
    took = ""
    if version.started_at and version.finished_at:
        seconds = int((version.finished_at - version.started_at).total_seconds())
        took = _("%(m)s 分 %(s)s 秒", m=seconds // 60, s=seconds % 60)
    question = _("下发后订单转为“已排线”，车辆、司机、泊位和充电枪按本版本占用。")
    if before is not None:
        question = _("将替代已下发的第 %(n)s 版。", n=before.version) + question
    has_plan = version.plan_sha256 is not None
    standing = edits.standing(session, actor(), version) if has_plan else {}
    return {
        "plan": version,
        "totals": version.totals,
        "running": version.state in reads.RUNNING,
        "has_plan": has_plan,
        "requested_by": reads.name_of(session, version.requested_by),
        "took": took,
        "publish_question": question,
        "standing": standing,
        "flags": told(session, actor(), version.id),
        "newer": before is not None and newer_than(version, before),
        "published": before,
        "limits": TIME_LIMITS,
    }


def newer_than(version: PlanVersion, published: PlanVersion) -> bool:
    """Whether a version holds another plan than the one published before it (下发后有改动)."""
    return (
        version.version > published.version
        and version.plan_sha256 is not None
        and version.plan_sha256 != published.plan_sha256
        and version.state in {"draft", "solved"}
    )


@blueprint.get("/<plan_id>/view.json")
@needs("plans:read")
def view(plan_id: str) -> ResponseReturnValue:
    """What the plan's page draws."""
    with reading(actor()) as session:
        version = reads.version_of(session, actor(), plan_id)
        found = reads.views().drawn(version)
    if found is None:
        return jsonify(day.EMPTY_VIEW)
    if can("plans:write"):
        edits.make_ready(settings(), actor(), version)
    packed = "gzip" in request.accept_encodings
    answer = Response(found.packed if packed else found.plain(), mimetype="application/json")
    answer.vary.add("Accept-Encoding")
    if packed:
        answer.content_encoding = "gzip"
    return answer


@blueprint.get("/<plan_id>/events")
@needs("plans:read")
def events(plan_id: str) -> ResponseReturnValue:
    """Live progress as server-sent events."""
    return stream(actor(), plan_id)


@blueprint.get("/map")
@needs("plans:read")
def map_frame() -> ResponseReturnValue:
    """The framed map, with a content policy of its own."""
    g.framed_page = True
    place = city()
    return render_template("planning/map.html", **map_pieces(place.lon, place.lat, place.zoom))


@blueprint.get("/base-map.json")
@needs("plans:read")
def base_map() -> ResponseReturnValue:
    """The city's base map; its name is its hash, so a browser may keep it for a day."""
    name = city().map_sha256
    if name is None:
        return jsonify({})
    try:
        data = reads.store().get(name)
    except ArtefactMissingError:
        return jsonify({})
    answer = Response(data, mimetype="application/json")
    answer.set_etag(name)
    answer.cache_control.private = True
    answer.cache_control.max_age = 86400
    return answer.make_conditional(request)


@blueprint.post("/<plan_id>/stop")
@needs("plans:write")
def stop(plan_id: str) -> ResponseReturnValue:
    """取消求解, or 停止并采用当前最好方案."""
    with database().write(actor()) as session:
        version = reads.version_of(session, actor(), plan_id)
        if request.form.get("keep") == "1":
            keep_best(session, actor(), version.id)
            flash(_("正在停止，校验通过后采用当前最好方案。"), "running")
        else:
            cancel_plan(session, actor(), version.id)
            flash(_("已取消求解，其他版本不受影响。"), "attention")
        date = version.service_date.isoformat()
    if request.form.get("keep") == "1":
        return redirect(url_for("planning.plan", plan_id=plan_id))
    return redirect(url_for("planning.index", date=date))


@blueprint.post("/<plan_id>/publish")
@needs("plans:publish")
def publish(plan_id: str) -> ResponseReturnValue:
    """下发: this version counts from now on; what changed since it was planned is asked first."""
    seen = request.form.get("seen") or None
    try:
        with database().write(actor()) as session:
            version = reads.version_of(session, actor(), plan_id)
            publish_plan(
                session, actor(), reads.store(), version.id, seen=seen, secret=settings().secret
            )
    except DayChangedError as changed:
        with reading(actor()) as session:
            version = reads.version_of(session, actor(), plan_id)
        g.page_date = version.service_date
        return render_template("planning/changed.html", plan=version, changed=changed), 409
    flash(_("已下发。可在“单据”中打印派车单、装车单和到货预报表。"), "good")
    return redirect(url_for("planning.plan", plan_id=plan_id))
