"""The import wizard: choose a file, map columns, check and mend, write.

Who may do it depends on what is imported: ``desk.allow`` answers 404 to everybody else.
"""

from __future__ import annotations

import io
import uuid
from datetime import date
from typing import Any

from flask import (
    Blueprint,
    abort,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.errors import DomainError
from webapp.database import database
from webapp.frame import service_date
from webapp.imports import grid
from webapp.imports.desk import (
    DATED,
    LISTS,
    allow,
    desk,
    missing_text,
    note_text,
    problem_text,
    remedy_text,
    view,
)
from webapp.security.guard import actor
from webapp.security.permissions import needs
from workers.sheets import imports, queries, queries_turns
from workers.sheets.errors import SheetError
from workers.sheets.templates import spec_for, template

blueprint = Blueprint("imports", __name__, template_folder="templates", url_prefix="/imports")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _kind() -> str:
    kind = request.values.get("kind", "orders")
    allow(kind)
    return kind


def shipper_chosen() -> uuid.UUID | None:
    """The shipper named in the form or address; None = one's own."""
    try:
        return uuid.UUID(request.values.get("shipper", ""))
    except ValueError:
        return None


def chosen_date() -> date:
    """The service date that the form was shown with."""
    return service_date.parse(request.form.get("date")) or service_date.current()


@blueprint.get("/")
@needs("signed-in")
def index() -> ResponseReturnValue:
    """Choose a file, paste, or copy a day; what was imported before."""
    kind = _kind()
    with database().read(actor()) as session:
        return render_template(
            "imports/index.html",
            kind=kind,
            spec=spec_for(kind),
            list_href=url_for(LISTS[kind]),
            shippers=queries.shippers(session, actor()) if kind == "orders" else [],
            chosen=shipper_chosen(),
            recent=queries.recent_imports(session, actor(), kind),
        )


@blueprint.post("/")
@needs("signed-in")
def start() -> ResponseReturnValue:
    """Keep the file and go to its page."""
    kind = _kind()
    sent = request.files.get("file")
    data = sent.read() if sent is not None else b""
    try:
        import_id = imports.start_import(
            desk(),
            actor(),
            kind=kind,
            file_name=(sent.filename if sent is not None else "") or "",
            data=data,
            shipper_id=shipper_chosen(),
            service_date=chosen_date() if kind in DATED else None,
        )
    except SheetError as error:
        flash(f"{_(error.message)}{_(error.remedy)}", "broken")
        return redirect(url_for("imports.index", kind=kind, shipper=shipper_chosen()))
    return redirect(url_for("imports.show", import_id=import_id, date=request.form.get("date")))


@blueprint.get("/template/<kind>.xlsx")
@needs("signed-in")
def get_template(kind: str) -> ResponseReturnValue:
    """A sheet to fill in: header, hints, one example row."""
    allow(kind)
    name = _("%(what)s导入模板.xlsx", what=_(spec_for(kind).label))
    return send_file(
        io.BytesIO(template(kind)), mimetype=XLSX, as_attachment=True, download_name=name
    )


@blueprint.get("/<uuid:import_id>")
@needs("signed-in")
def show(import_id: uuid.UUID) -> ResponseReturnValue:
    """The wizard as far as it has come."""
    return _work(import_id, whole=True)


def _work(import_id: uuid.UUID, *, whole: bool) -> str:
    found = view(import_id)
    who = actor()
    shippers: list[object] = []
    pickups: list[object] = []
    stores: list[object] = []
    made_plan = None
    chosen_pickup = None
    owner_name = ""
    if found.report is not None and found.row.kind == "orders":
        with database().read(who) as session:
            context = imports.context(session, who, found.row)
            pickups, stores = list(context.pickups), list(context.stores)
            chosen_pickup = context.default_pickup
            owner_name = queries.shipper(session, who, imports.owner_of(found.row)).name
    elif found.row.kind == "plans" and found.row.state == "stored":
        with database().read(who) as session:
            made_plan = queries_turns.version_of(session, who, import_id)
    focus = request.values.get("focus", "")
    at = imports.row_of(focus)
    g.date_action = url_for("imports.index", kind=found.row.kind)
    page = grid.build(
        found,
        request.values.get("page", 1, type=int),
        only_wrong=request.values.get("only") == "wrong",
        at=at,
    )
    return render_template(
        "imports/show.html" if whole else "imports/_work.html",
        row=found.row,
        report=found.report,
        choices=imports.choices_of(found.row) if found.report is not None else None,
        table=found.table,
        spec=spec_for(found.row.kind),
        list_href=url_for(LISTS[found.row.kind]),
        grid=page,
        focus=focus,
        pickups=pickups,
        stores=stores,
        chosen_pickup=chosen_pickup,
        owner_name=owner_name,
        shippers=shippers,
        made_plan=made_plan,
        missing=missing_text(found.row.kind, found.report.missing) if found.report else [],
        problem_text=problem_text,
        remedy_text=remedy_text,
        note_text=note_text,
    )


def _answer(import_id: uuid.UUID, said: str = "") -> ResponseReturnValue:
    """The changed part for htmx, else back to the page."""
    if request.headers.get("HX-Request"):
        g.said = said
        return _work(import_id, whole=False)
    if said:
        flash(said, "attention")
    only = request.values.get("only") or None
    return redirect(url_for("imports.show", import_id=import_id, only=only))


def _field(name: str) -> str:
    value = request.form.get(name)
    if value is None:
        abort(400)
    return value


@blueprint.post("/<uuid:import_id>/mapping")
@needs("signed-in")
def mapping(import_id: uuid.UUID) -> ResponseReturnValue:
    """Which column is which field; which sheet, header row, loading place, date."""
    view(import_id)
    columns: dict[str, int] = {}
    twice = False
    for name, value in request.form.items():
        if name.startswith("column-") and value:
            twice = twice or value in columns
            columns[value] = int(name.removeprefix("column-"))
    day = service_date.parse(request.form.get("service_date"))
    moved = request.form.get("header_row") != request.form.get("header_row_before") or (
        request.form.get("sheet") != request.form.get("sheet_before")
    )
    imports.set_mapping(
        desk(),
        actor(),
        import_id,
        columns=None if moved else columns,
        sheet=request.form.get("sheet") or None,
        header_row=request.form.get("header_row", type=int) if moved else None,
        pickup=request.form.get("pickup"),
        service_date=day if isinstance(day, date) else None,
        remember="remember" in request.form,
        **_of_turns(),
    )
    return _answer(import_id, _("两列选了同一个字段，只取后一列。") if twice else "")


def _of_turns() -> dict[str, Any]:
    """What was chosen of a hand-made plan: what it is for, whether every row must pass."""
    purpose = request.form.get("purpose")
    if purpose not in {"compare", "plan"}:
        return {}
    return {"purpose": purpose, "strict": "strict" in request.form}


@blueprint.post("/<uuid:import_id>/fix")
@needs("signed-in")
def fix(import_id: uuid.UUID) -> ResponseReturnValue:
    """Type another value over a cell; an empty form field named ``undo`` takes the old one."""
    view(import_id)
    value = None if "undo" in request.form else _field("value").strip()
    imports.fix_cell(desk(), actor(), import_id, cell=_field("cell"), value=value)
    return _answer(import_id)


@blueprint.post("/<uuid:import_id>/row")
@needs("signed-in")
def leave_out(import_id: uuid.UUID) -> ResponseReturnValue:
    """Leave a row out, or take it in again."""
    view(import_id)
    number = request.form.get("row", type=int)
    if number is None:
        abort(400)
    imports.leave_out(desk(), actor(), import_id, row=number, out="back" not in request.form)
    return _answer(import_id)


@blueprint.post("/<uuid:import_id>/pick")
@needs("signed-in")
def pick(import_id: uuid.UUID) -> ResponseReturnValue:
    """Say which place a cell means; remembered."""
    view(import_id)
    try:
        place = uuid.UUID(_field("place"))
    except ValueError:
        return _answer(import_id, _("请先选一个网点。"))
    imports.pick_place(desk(), actor(), import_id, cell=_field("cell"), place_id=place)
    return _answer(import_id)


@blueprint.post("/<uuid:import_id>/commit")
@needs("signed-in")
def commit(import_id: uuid.UUID) -> ResponseReturnValue:
    """Write all rows, or none; a hand-made plan is shown on the page of its version."""
    found = view(import_id)
    try:
        count = imports.commit(desk(), actor(), import_id)
    except DomainError as error:
        flash(" ".join(part for part in (error.message, error.remedy) if part), "broken")
    else:
        if found.row.kind == "plans":
            with database().read(actor()) as session:
                plan_id = queries_turns.version_of(session, actor(), import_id)
            flash(_("已排入 %(count)s 单，正在推算时间、校验和计价。", count=count), "good")
            return redirect(url_for("planning.following", plan_id=plan_id))
        flash(_("已写入 %(count)s 行。", count=count), "good")
    return redirect(url_for("imports.show", import_id=import_id))


@blueprint.post("/<uuid:import_id>/discard")
@needs("signed-in")
def discard(import_id: uuid.UUID) -> ResponseReturnValue:
    """Put the file aside."""
    found = view(import_id)
    imports.discard(desk(), actor(), import_id)
    return redirect(url_for("imports.index", kind=found.row.kind))


@blueprint.get("/<uuid:import_id>/stores.json")
@needs("signed-in")
def spots(import_id: uuid.UUID) -> ResponseReturnValue:
    """The shipper's stores for picking on the map."""
    found = view(import_id)
    with database().read(actor()) as session:
        places = queries.located(session, actor(), imports.owner_of(found.row))
    return jsonify(
        [
            {"id": p.place, "at": [p.lon, p.lat], "kind": "store", "text": f"{p.code} {p.name}"}
            for p in places
        ]
    )


@blueprint.get("/<uuid:import_id>/marked.xlsx")
@needs("signed-in")
def marked(import_id: uuid.UUID) -> ResponseReturnValue:
    """The same sheet with its cells marked."""
    view(import_id)
    name, data = imports.marked(desk(), actor(), import_id)
    return send_file(io.BytesIO(data), mimetype=XLSX, as_attachment=True, download_name=name)
