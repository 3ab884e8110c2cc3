"""手工调整 on the plan's page: edits answered as JSON, and the parts of the page they change."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from models.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from models.language import retell
from models.planning import edits as drafts
from models.planning.operations import discard as put_away
from models.planning.tables import PlanEdit, PlanVersion
from webapp.database import database, reading, settings
from webapp.planning import day, links, reads
from webapp.planning.hand_pages import blueprint
from webapp.security.guard import actor
from webapp.security.permissions import needs
from workers.planning import edits, save
from workers.planning.difference import Change
from workers.planning.publish import day_changes
from workers.planning.replan import ReplanWanted, replan
from workers.planning.view_marks import locks_text


def _as_json(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Say a refusal to a script: code, words, remedy. What is not theirs stays "no such page"."""

    @wraps(view)
    def answered(*args: Any, **given: Any) -> ResponseReturnValue:
        try:
            return view(*args, **given)
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            status = 409 if isinstance(error, Conflict) else 422
            said = {"code": error.code, "message": error.message, "remedy": error.remedy}
            if isinstance(error, drafts.ChangedMeanwhileError) and error.draft_id is not None:
                said["draft"] = url_for("planning.plan", plan_id=error.draft_id)
            return jsonify(said), status

    return answered


def _asked() -> tuple[int, dict[str, Any]]:
    """The number that the page saw, and the rest of what it sent."""
    sent = request.get_json(silent=True)
    body = sent if isinstance(sent, dict) else {}
    number = body.get("number")
    if not isinstance(number, int):
        raise Invalid("number", _("缺少版本号"), _("请刷新后重试"))
    return number, body


def _list(body: dict[str, Any], name: str) -> list[Any]:
    found = body.get(name)
    if not isinstance(found, list):
        raise Invalid(name, _("缺少改动内容"), _("请刷新后重试"))
    return found


@blueprint.post("/<plan_id>/edits")
@needs("plans:write")
@_as_json
def change(plan_id: str) -> ResponseReturnValue:
    """One change by hand: the draft, what the page draws anew, and the parts of it that changed."""
    with reading(actor()) as session:
        version = reads.version_of(session, actor(), plan_id)
        number, body = _asked()
        wish = edits.EditsWanted(
            version_id=version.id, number=number, edits=_list(body, "edits"), panel=True
        )
        asked = edits.ask_edit(session, actor(), settings(), wish)
    with database().write(actor()) as session:
        kept = edits.keep_asked(session, actor(), asked)
        given = _parts_of(session, kept)
    answer = _answer(given, asked.news, asked.panel)
    return jsonify({**answer, "text": retell(asked.made.says["text"])}), 201


@blueprint.post("/<plan_id>/prices")
@needs("plans:write")
@_as_json
def prices(plan_id: str) -> ResponseReturnValue:
    """What some changes would cost and break; nothing is changed."""
    with reading(actor()) as session:
        version = reads.version_of(session, actor(), plan_id)
        _number, body = _asked()
        tries = _list(body, "tries")
        found = edits.prices(session, actor(), settings(), version.id, tries=tries)
    return jsonify({"prices": found})


@blueprint.post("/<plan_id>/undo")
@needs("plans:write")
@_as_json
def undo(plan_id: str) -> ResponseReturnValue:
    """撤销."""
    return _walk(plan_id, drafts.undo)


@blueprint.post("/<plan_id>/redo")
@needs("plans:write")
@_as_json
def redo(plan_id: str) -> ResponseReturnValue:
    """重做."""
    return _walk(plan_id, drafts.redo)


def _walk(plan_id: str, step: Callable[..., PlanVersion]) -> ResponseReturnValue:
    with reading(actor()) as session:
        before = edits.day_of(reads.version_of(session, actor(), plan_id))
    number, _body = _asked()
    with database().write(actor()) as session:
        version = reads.version_of(session, actor(), plan_id)
        done = step(session, actor(), version.id, number)
        begun = drafts.begun_as(session, actor(), done.id)
        days = edits.Days(before, edits.day_of(done), edits.day_of(begun) if begun else None)
        given = _parts_of(session, done)
    shown = edits.difference(settings(), actor(), days)
    return jsonify(_answer(given, shown["news"], shown["panel"]))


def _parts_of(session: Session, version: PlanVersion) -> dict[str, Any]:
    """What the database says of the parts that change, as this very transaction leaves them."""
    from webapp.planning.pages import page_of  # noqa: PLC0415 - the page holds these parts

    session.flush()
    given = page_of(session, version) | {"rows": _rows(session, version)}
    session.expunge_all()
    return given


def _answer(given: dict[str, Any], news: dict[str, Any], panel: dict[str, Any]) -> dict[str, Any]:
    """A change's answer: where the draft stands, what is drawn anew, the parts that changed."""
    version = given["plan"]
    g.page_date = version.service_date
    shown = render_template(
        "planning/_hand.html",
        **given,
        **panel,
        verdict=news["verdict"],
        links=links.of_plan(str(version.id)),
    )
    head = {"plan": str(version.id), "version": version.version, **given["standing"]}
    return {**head, "news": news, "parts": shown}


@blueprint.post("/<plan_id>/save")
@needs("plans:write")
@_as_json
def keep(plan_id: str) -> ResponseReturnValue:
    """保存: the complete check; solved when nothing is broken that nobody answers for."""
    with reading(actor()) as session:
        version = reads.version_of(session, actor(), plan_id)
        number, _body = _asked()
        checked = save.check_draft(session, actor(), reads.store(), version.id, number)
    with database().write(actor()) as session:
        kept = save.keep_checked(session, actor(), checked)
        state, verdict = kept.state, kept.verdict
    if state == "solved":
        flash(_("已保存，校验通过。可以下发。"), "good" if verdict == "clean" else "attention")
    return jsonify({"state": state, "verdict": verdict})


@blueprint.post("/<plan_id>/discard")
@needs("plans:write")
def discard(plan_id: str) -> ResponseReturnValue:
    """放弃: put the draft away and go back to what it came from."""
    with database().write(actor()) as session:
        version = reads.version_of(session, actor(), plan_id)
        put_away(session, actor(), version.id)
        parent, date = version.parent_id, version.service_date.isoformat()
    if parent is not None:
        flash(_("已放弃手工调整，原版本不受影响。"), "attention")
        return redirect(url_for("planning.plan", plan_id=parent))
    flash(_("已放弃这份草稿，订单和其他版本不受影响。"), "attention")
    return redirect(url_for("planning.index", date=date))


@blueprint.post("/<plan_id>/replan")
@needs("plans:write")
def again(plan_id: str) -> ResponseReturnValue:
    """重排: locks and waivers are kept, the search begins from this version."""
    limit = request.form.get("time_limit", "60")
    with database().write(actor()) as session:
        version = reads.version_of(session, actor(), plan_id)
        wanted = ReplanWanted(
            least_change=request.form.get("least_change") == "1",
            time_limit_s=int(limit) if limit.isdigit() else 60,
        )
        queued = replan(session, actor(), version.id, wanted).id
    return redirect(url_for("planning.plan", plan_id=queued))


@blueprint.get("/<plan_id>/hand")
@needs("plans:read")
def hand(plan_id: str) -> ResponseReturnValue:
    """The parts of the page that a change by hand changes: head, totals, bar, panel."""
    from webapp.planning.pages import page_of  # noqa: PLC0415 - the page holds these parts

    with reading(actor()) as session:
        version = reads.version_of(session, actor(), plan_id)
        given = page_of(session, version)
        given |= panel_of(session, version)
    given["links"] = links.of_plan(str(version.id))
    g.page_date = version.service_date
    return render_template("planning/_hand.html", **given)


@blueprint.get("/<plan_id>/ways")
@needs("plans:read")
def ways(plan_id: str) -> ResponseReturnValue:
    """What would make the draft lawful, as buttons."""
    with reading(actor()) as session:
        version = reads.version_of(session, actor(), plan_id)
        broken = version.verdict == "violated" and version.state == "draft"
        found = edits.ways(session, actor(), settings(), version.id) if broken else []
    return render_template("planning/_ways.html", ways=found, plan=version)


def panel_of(session: Session, version: PlanVersion) -> dict[str, Any]:
    """What the panel 调整 shows: edits, what they changed, what is broken, waived, locked."""
    rows = _rows(session, version)
    begun = drafts.begun_as(session, actor(), version.id)
    if version.plan_sha256 is None or version.problem_sha256 is None:
        return {"rows": [], "changes": [], "locks": [], "verdict": {}}
    view = reads.views().of(version) or day.EMPTY_VIEW
    names = reads.names(version)
    return {
        "rows": rows,
        "changes": _changes(begun, version),
        "locks": [{"text": locks_text(names, lock), **lock} for lock in version.locks],
        "verdict": view["verdict"],
    }


def _rows(session: Session, version: PlanVersion) -> list[tuple[PlanEdit, str, int]]:
    """The edits, each with who made it and what it cost."""
    rows = drafts.edits(session, actor(), version.id)
    return [(row, reads.name_of(session, row.account_id), _cost(row)) for row in rows]


def _cost(row: PlanEdit) -> int:
    return row.cost_fen - int(row.says.get("cost_before", row.cost_fen))


def _changes(begun: PlanEdit | None, version: PlanVersion) -> list[dict[str, Any]]:
    """Touched routes before and after; none where nothing was changed by hand."""
    if begun is None or begun.plan_sha256 == version.plan_sha256:
        return []
    days = edits.Days(edits.day_of(begun), edits.day_of(version))
    found: list[dict[str, Any]] = edits.difference(settings(), actor(), days)["touched"]
    return found


def _changes_of(session: Session, version: PlanVersion) -> list[Change]:
    """What has changed; nothing to tell where the day cannot be put together any more."""
    try:
        return day_changes(session, actor(), reads.store(), version)[0]
    except DomainError:
        return []


@blueprint.get("/changed")
@needs("plans:read")
def changed_since() -> ResponseReturnValue:
    """What of the day has changed since its plan was published: a sign, asked for by the page."""
    date = reads.parse_date(request.args.get("date"))
    if date is None:
        raise NotFound
    with reading(actor()) as session:
        version = day.in_force(session, actor(), date)
        changes = _changes_of(session, version) if version else []
    return render_template("planning/_changed_since.html", changes=changes, plan=version)
