"""In their hands: run sheets, loading sheets, arrivals by store, chat texts, plan files."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import segno
from flask import Response, abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from models.audit.operations import append
from models.errors import NotFound
from models.planning.tables import PlanVersion
from webapp.database import database, reading
from webapp.execution import links
from webapp.frame.city import city
from webapp.planning import reads
from webapp.planning.pages import blueprint
from webapp.security.guard import actor
from webapp.security.permissions import needs
from workers.planning import export as files
from workers.planning import handout, papers

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _plan(plan_id: str) -> tuple[PlanVersion, dict[str, Any], str]:
    with reading(actor()) as session:
        version, view = reads.view_of(session, actor(), plan_id)
        who = reads.name_of(session, version.published_by or version.requested_by)
    g.page_date = version.service_date
    return version, view, who


def _heading(version: PlanVersion) -> str:
    state = _("已下发") if version.state in {"published", "executing"} else _("未下发，仅供核对")
    return _(
        "服务日期 %(d)s · 第 %(n)s 版 · %(s)s", d=version.service_date, n=version.version, s=state
    )


def _mark() -> str:
    """What stands on every paper of simulated data."""
    return _("模拟数据") if city().demo else ""


def _attachment(data: bytes, name: str, mimetype: str) -> Response:
    answer = Response(data, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def _audited(version: PlanVersion, what: str) -> None:
    with database().write(actor()) as session:
        append(session, actor(), "export", "plan_version", version.id, fields=[what])


def _driver_links(version: PlanVersion) -> dict[str, str]:
    """Vehicle to the address of its driver's link, where it has one that opens."""
    with database().read() as session:
        found = links.of_version(session, version)
    return {vehicle: one.address for vehicle, one in found.items() if one.address}


def _qr(version: PlanVersion, vehicle: str, link: str | None) -> Markup:
    address = link or url_for(
        "planning.run_sheets", plan_id=version.id, vehicle=vehicle, _external=True
    )
    code = segno.make(address, error="m")
    return Markup(code.svg_inline(scale=2, border=1))  # noqa: S704 - drawn from our own address


@blueprint.get("/<plan_id>/run-sheets")
@needs("plans:read")
def run_sheets(plan_id: str) -> ResponseReturnValue:
    """派车单 of one vehicle, or of all, to print; ``?as=xlsx`` as a file."""
    version, view, who = _plan(plan_id)
    vehicle = request.args.get("vehicle")
    routes = handout.routes_of(view, vehicle)
    if not routes:
        raise NotFound
    if request.args.get("as") == "xlsx":
        _audited(version, "run_sheets")
        data = papers.run_sheets_xlsx(view, vehicle, _heading(version), _mark())
        return _attachment(data, _("派车单") + f"-{version.service_date}.xlsx", XLSX)
    known = _driver_links(version)
    sheets = [
        {
            **handout.run_sheet(view, r),
            "vehicle": r["vehicle"],
            "qr": _qr(version, r["vehicle"], known.get(r["vehicle"])),
            "linked": r["vehicle"] in known,
        }
        for r in routes
    ]
    return render_template(
        "planning/run_sheets.html", plan=version, sheets=sheets, who=who, vehicle=vehicle, view=view
    )


@blueprint.get("/<plan_id>/loading-sheets")
@needs("plans:read")
def loading_sheets(plan_id: str) -> ResponseReturnValue:
    """装车单 of one vehicle, or of all, to print; ``?as=xlsx`` as a file."""
    version, view, who = _plan(plan_id)
    vehicle = request.args.get("vehicle")
    routes = handout.routes_of(view, vehicle)
    if not routes:
        raise NotFound
    if request.args.get("as") == "xlsx":
        _audited(version, "loading_sheets")
        data = papers.loading_sheets_xlsx(view, vehicle, _heading(version), _mark())
        return _attachment(data, _("装车单") + f"-{version.service_date}.xlsx", XLSX)
    return render_template(
        "planning/loading_sheets.html",
        plan=version,
        sheets=[handout.loading_sheet(r) for r in routes],
        who=who,
        vehicle=vehicle,
        view=view,
    )


@blueprint.get("/<plan_id>/arrivals")
@needs("plans:read")
def arrivals(plan_id: str) -> ResponseReturnValue:
    """到货预报表 by store, to print; ``?as=xlsx`` as a file."""
    version, view, who = _plan(plan_id)
    if request.args.get("as") == "xlsx":
        _audited(version, "arrivals")
        data = papers.arrivals_xlsx(view, _heading(version), _mark())
        return _attachment(data, _("到货预报表") + f"-{version.service_date}.xlsx", XLSX)
    stores = handout.arrivals(view)
    store = request.args.get("store")
    if store is not None:
        stores = [row for row in stores if row["id"] == store]
        if not stores:
            raise NotFound
    return render_template(
        "planning/arrivals.html", plan=version, stores=stores, who=who, view=view
    )


@blueprint.get("/<plan_id>/chat")
@needs("plans:read")
def chat(plan_id: str) -> ResponseReturnValue:
    """复制文本: a text per vehicle for a group chat."""
    version, view, _who = _plan(plan_id)
    routes = handout.routes_of(view, request.args.get("vehicle"))
    if not routes:
        raise NotFound
    known = _driver_links(version)
    texts = [
        {
            "key": r["key"],
            "colour": r["colour"],
            "plate": r["plate"],
            "text": handout.chat_text(view, r, known.get(r["vehicle"], "")),
        }
        for r in routes
    ]
    return render_template(
        "planning/chat.html", plan=version, texts=texts, vehicle=request.args.get("vehicle")
    )


@blueprint.get("/<plan_id>/export.<kind>")
@needs("plans:read")
def export(plan_id: str, kind: str) -> ResponseReturnValue:
    """The plan as XLSX, CSV or GeoJSON."""
    if kind not in {"xlsx", "csv", "geojson"}:
        abort(404)
    version, view, _who = _plan(plan_id)
    _audited(version, kind)
    return plan_file(version, view, kind)


def plan_file(version: PlanVersion, view: dict[str, Any], kind: str) -> Response:
    """The answer that carries the plan as ``kind``."""
    name = f"{_('排线方案')}-{version.service_date}-{version.version}.{kind}"
    if kind == "xlsx":
        data = files.plan_xlsx(view, f"{_('排线方案')} {_heading(version)}", _mark())
        return _attachment(data, name, XLSX)
    if kind == "csv":
        return _attachment(files.plan_csv(view, _mark()), name, "text/csv")
    return _attachment(files.plan_geojson(view, demo=city().demo), name, "application/geo+json")
