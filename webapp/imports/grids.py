"""Rows typed, pasted or copied in the page: the same import, from a grid instead of a file."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import timedelta

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.orders.queries import service_dates
from webapp.database import database
from webapp.frame import service_date
from webapp.frame.city import city
from webapp.imports.desk import allow, desk
from webapp.imports.pages import XLSX, blueprint, chosen_date, shipper_chosen
from webapp.security.guard import actor
from webapp.security.permissions import needs
from workers.sheets import copying, imports, queries, queries_turns
from workers.sheets.delimited import from_grid, read_pasted
from workers.sheets.errors import SheetError
from workers.sheets.example_turns import example_of
from workers.sheets.templates import spec_for

PASTE_FIELDS = {
    "orders": (
        "reference", "store_code", "store", "goods_name", "temperature", "weight", "volume",
        "units", "service_date", "window", "tail_lift", "notes",
    ),
    "plans": ("reference", "plate", "trip", "sequence", "driver", "arrive", "depot", "shipper"),
}  # fmt: skip
"""By kind that can be pasted, the columns of the grid."""
MOST_ROWS = 5000


@blueprint.get("/paste")
@needs("orders:write")
def paste() -> ResponseReturnValue:
    """An empty grid to paste into."""
    kind = _pasted_kind()
    spec = spec_for(kind)
    with database().read(actor()) as session:
        return render_template(
            "imports/paste.html",
            kind=kind,
            spec=spec,
            shippers=queries.shippers(session, actor()) if kind == "orders" else [],
            chosen=shipper_chosen(),
            headers=[_(spec.by_name[name].label) for name in PASTE_FIELDS[kind]],
        )


def _pasted_kind() -> str:
    kind = request.values.get("kind", "orders")
    if kind not in PASTE_FIELDS:
        abort(404)
    allow(kind)
    return kind


@blueprint.post("/paste")
@needs("orders:write")
def pasted() -> ResponseReturnValue:
    """Take the grid's rows (JSON), or text pasted without script, into an import."""
    kind = _pasted_kind()
    text = request.form.get("text", "")
    try:
        if text.strip():
            table = read_pasted(text)
        else:
            table = from_grid(_rows(request.form.get("rows", "[]")))
        data = json.dumps([[c.text for c in r.cells.values()] for r in table.sheets[0].rows])
        import_id = imports.start_import(
            desk(),
            actor(),
            kind=kind,
            file_name=_("粘贴 %(day)s", day=chosen_date().isoformat()),
            data=data.encode(),
            shipper_id=shipper_chosen(),
            service_date=chosen_date(),
            table=table,
        )
    except (SheetError, ValueError) as error:
        told = f"{_(error.message)}{_(error.remedy)}" if isinstance(error, SheetError) else ""
        flash(told or _("网格内容读不出来，请重新粘贴。"), "broken")
        return redirect(url_for("imports.paste", kind=kind, shipper=shipper_chosen()))
    return redirect(url_for("imports.show", import_id=import_id, date=chosen_date().isoformat()))


def _rows(text: str) -> list[list[str]]:
    rows = json.loads(text)
    if not isinstance(rows, list) or len(rows) > MOST_ROWS:
        raise ValueError
    return [[str(cell if cell is not None else "") for cell in row[:60]] for row in rows]


@blueprint.get("/copy")
@needs("orders:write")
def copy() -> ResponseReturnValue:
    """A day's orders with only quantities to edit."""
    who = actor()
    source = service_date.parse(request.args.get("from"))
    with database().read(who) as session:
        found = queries.shippers(session, who)
        owner = next((s for s in found if s.id == shipper_chosen()), None)
        if owner is None and len(found) == 1:
            owner = found[0]
        days = service_dates(session, who)[:30]
        rows = []
        if owner is not None and source is not None:
            rows = copying.day(session, who, owner.id, source)
        return render_template(
            "imports/copy.html",
            shippers=found,
            owner=owner,
            days=days,
            source=source,
            rows=rows,
            target=service_date.current(),
            tomorrow=(source or service_date.current()) + timedelta(days=1),
        )


@blueprint.post("/copy")
@needs("orders:write")
def copied() -> ResponseReturnValue:
    """The edited copy becomes an import that is checked and written like any other."""
    who = actor()
    source = service_date.parse(request.form.get("from"))
    target = service_date.parse(request.form.get("to"))
    if source is None or target is None:
        flash(_("请选要复制的日期和新的服务日期。"), "broken")
        return redirect(url_for("imports.copy"))
    amounts = {
        name.removeprefix("units-"): value.strip()
        for name, value in request.form.items()
        if name.startswith("units-")
    }
    with database().read(who) as session:
        owner = queries.shipper(session, who, shipper_chosen())
        grid = copying.grid(session, who, owner.id, source, target, amounts=amounts)
    if len(grid) < 2:
        flash(_("没有填数量的行，没有可写入的订单。"), "attention")
        return redirect(url_for("imports.copy", **{"from": source, "shipper": owner.id}))
    data = json.dumps(grid, ensure_ascii=False).encode()
    import_id = imports.start_import(
        desk(),
        who,
        kind="orders",
        file_name=_(
            "复制 %(day)s（%(mark)s）", day=source, mark=hashlib.sha256(data).hexdigest()[:4]
        ),
        data=data,
        shipper_id=owner.id,
        service_date=target,
        table=from_grid(grid, str(_("复制"))),
    )
    return redirect(url_for("imports.show", import_id=import_id, date=target.isoformat()))


@blueprint.get("/example/plans.xlsx")
@needs("plans:write")
def example() -> ResponseReturnValue:
    """A hand-made plan of the date's orders to try the import with."""
    day = service_date.current()
    who = actor()
    with database().read(who) as session:
        found = queries_turns.snapshot_of(session, who, day)
    if found is None:
        flash(_("这一天还没有方案可作示例，请先智能排线一次。"), "attention")
        return redirect(url_for("imports.index", kind="plans", date=day.isoformat()))
    problem, names = found
    title = " ".join(
        part for part in (_("%(day)s 派车表", day=day.isoformat()), demo_mark()) if part
    )
    data = example_of(desk().store, problem, names, title)
    name = _("示例：昨日人工排线 %(day)s.xlsx", day=day.isoformat())
    return send_file(io.BytesIO(data), mimetype=XLSX, as_attachment=True, download_name=name)


def demo_mark() -> str:
    """What stands on every file of simulated data."""
    return str(_("模拟数据")) if city().demo else ""
