"""Courier waves: the day's grid of all stations, and the waves themselves."""

from __future__ import annotations

import io
import uuid
from collections.abc import Mapping

from flask import flash, g, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.errors import DomainError, Invalid
from models.orders import waves
from models.orders.wave_tables import Wave
from webapp.database import database, reading
from webapp.frame import service_date
from webapp.security.guard import actor
from webapp.security.permissions import needs
from webapp.stores.forms import WaveForm
from webapp.stores.pages import blueprint
from workers.planning.cells import book_with, to_bytes
from workers.sheets import isolate
from workers.sheets import queries as sheets
from workers.sheets.errors import SheetError
from workers.sheets.orders import DEFAULT_FACTORS
from workers.sheets.wave_counts import read_counts

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 5
"""How many faults of a sheet are named at once."""
FORM_FIELDS = {"pickup_place_id": "pickup"}


def loads(session: Session, who: Actor, owner: uuid.UUID) -> dict[str, waves.UnitLoad]:
    """What a unit weighs and fills, by kind."""
    factors = {**DEFAULT_FACTORS, **sheets.factors(session, who, owner)}
    return {
        kind: waves.UnitLoad(
            weight_g=one.weight_g,
            volume_cm3=one.volume_cm3,
            units_per_place=one.units_per_place,
            unit_s=one.unit_s,
            load_unit_s=one.load_unit_s,
        )
        for kind, one in factors.items()
    }


def _owner(session: Session) -> tuple[uuid.UUID, list[tuple[str, str]]]:
    """The courier whose waves are shown, and those that a dispatcher may choose from."""
    who = actor()
    known = sheets.shippers(session, who)
    try:
        wanted = uuid.UUID(request.args.get("shipper", ""))
    except ValueError:
        wanted = None
    if who.role == "dispatcher" and wanted is None:
        with_waves = [s for s in known if waves.waves_of(session, who, s.id)]
        wanted = (with_waves or known)[0].id if known else None
    firm = sheets.shipper(session, who, wanted)
    return firm.id, [(str(s.id), s.name) for s in known] if who.role == "dispatcher" else []


@blueprint.get("/waves")
@needs("orders:write")
def waves_index() -> ResponseReturnValue:
    """The grid of a service date: stations down, waves across, expected and real counts."""
    day = service_date.current()
    g.date_action = url_for("stores.waves_index")
    g.room = "waves"
    with reading(actor()) as session:
        owner, choices = _owner(session)
        every = waves.waves_of(session, actor(), owner)
        today, cells = waves.day_grid(session, actor(), owner, day)
        names = _stations(session, owner)
    stations = sorted({place for _wave, place in cells}, key=lambda p: names.get(p, ("", "")))
    totals = {
        wave.id: {
            "expected": sum(_expected(c) for (w, _p), c in cells.items() if w == wave.id),
            "actual": sum(c.actual or 0 for (w, _p), c in cells.items() if w == wave.id),
            "counted": sum(c.counted for (w, _p), c in cells.items() if w == wave.id),
            "orders": sum(c.order is not None for (w, _p), c in cells.items() if w == wave.id),
        }
        for wave in today
    }
    return render_template(
        "stores/waves.html",
        day=day,
        waves=today,
        every=every,
        cells=cells,
        stations=stations,
        names=names,
        totals=totals,
        owner=owner,
        choices=choices,
    )


def _expected(cell: waves.WaveCell) -> int:
    if cell.order is None:
        return cell.usual
    return cell.expected or 0


def _stations(session: Session, owner: uuid.UUID) -> dict[uuid.UUID, tuple[str, str]]:
    """The courier's stations: its own code and name."""
    return {
        uuid.UUID(known.place): (known.code, known.name)
        for known in sheets.stores(session, actor(), owner)
    }


@blueprint.post("/waves")
@needs("orders:write")
def waves_save() -> ResponseReturnValue:
    """Send the expected counts as orders, and the real ones into those there are."""
    day = service_date.parse(request.form.get("day")) or service_date.current()
    try:
        with database().write(actor()) as session:
            owner, _choices = _owner(session)
            sent = waves.save_day(
                session,
                actor(),
                owner,
                day,
                expected=_typed(request.form, "expected"),
                actual=_typed(request.form, "actual"),
                loads=loads(session, actor(), owner),
                submit=request.form.get("do") != "draft",
            )
    except Invalid as error:
        flash(" ".join(part for part in (error.message, error.remedy) if part), "broken")
    else:
        _say(sent)
    return redirect(url_for("stores.waves_index", date=day, shipper=request.args.get("shipper")))


@blueprint.get("/waves/sheet.xlsx")
@needs("orders:write")
def waves_sheet() -> ResponseReturnValue:
    """The day's grid as a sheet, to be filled in and sent back."""
    day = service_date.current()
    with reading(actor()) as session:
        owner, _choices = _owner(session)
        today, cells = waves.day_grid(session, actor(), owner, day)
        names = _stations(session, owner)
    book, sheet = book_with(_("班次件数"))
    head = [_("站点编码"), _("站点名称")]
    for wave in today:
        head += [f"{wave.code} {_('预计')}", f"{wave.code} {_('实际')}"]
    sheet.row(head, bold=True, boxed=True)
    for place in sorted({p for _w, p in cells if p in names}, key=lambda p: names[p]):
        line: list[str | int | None] = [*names[place]]
        for wave in today:
            cell = cells.get((wave.id, place))
            line += [_expected(cell) or None, cell.actual] if cell else [None, None]
        sheet.row(line, boxed=True)
    sheet.finish()
    return send_file(
        io.BytesIO(to_bytes(book)),
        mimetype=XLSX,
        as_attachment=True,
        download_name=f"{_('班次件数')}-{day.isoformat()}.xlsx",
    )


@blueprint.post("/waves/sheet")
@needs("orders:write")
def waves_from_sheet() -> ResponseReturnValue:
    """Counts from a sheet, all or none; every fault is told with its cell."""
    day = service_date.parse(request.form.get("day")) or service_date.current()
    back = redirect(url_for("stores.waves_index", date=day, shipper=request.args.get("shipper")))
    sent = request.files.get("file")
    try:
        table = isolate.parse(sent.read() if sent is not None else b"")
    except SheetError as error:
        flash(" ".join(part for part in (error.message, error.remedy) if part), "broken")
        return back
    try:
        with database().write(actor()) as session:
            owner, _choices = _owner(session)
            today, cells = waves.day_grid(session, actor(), owner, day)
            codes = {named[0]: place for place, named in _stations(session, owner).items()}
            read = read_counts(table, {wave.code: wave.id for wave in today}, codes, cells)
            if read.problems:
                raise _refused(read.problems)
            done = waves.save_day(
                session,
                actor(),
                owner,
                day,
                expected=read.expected,
                actual=read.actual,
                loads=loads(session, actor(), owner),
            )
    except Invalid as error:
        flash(" ".join(part for part in (error.message, error.remedy) if part), "broken")
    else:
        _say(done)
    return back


def _refused(problems: list[str]) -> Invalid:
    shown = "；".join(problems[:SHOWN])
    text = _("有 %(count)s 处错误，没有保存", count=len(problems))
    return Invalid("sheet", f"{text}：{shown}", _("请修正后重试"))


def _typed(form: Mapping[str, str], what: str) -> dict[waves.Cell, int]:
    """The counts typed into the grid; blank ones stay out.

    Raises:
        Invalid: something typed is no whole number.
    """
    found: dict[waves.Cell, int] = {}
    for name, text in form.items():
        kind, _bar, rest = name.partition("|")
        if kind != what or not text.strip():
            continue
        wave, _bar, place = rest.partition("|")
        typed = text.strip().replace(",", "")
        if not (typed.isascii() and typed.isdigit()):
            raise Invalid("units", _("“%(t)s”不是件数", t=text.strip()[:20]), _("请填整数"))
        try:
            found[uuid.UUID(wave), uuid.UUID(place)] = int(typed)
        except ValueError:
            continue
    return found


def _say(sent: waves.Sent) -> None:
    if sent.made and not sent.submitted:
        flash(_("已存 %(n)s 单草稿，提交前调度员看不到。", n=sent.made), "good")
    elif sent.submitted:
        flash(_("已提交 %(n)s 单。", n=sent.submitted), "good")
    if sent.late:
        flash(_("其中 %(n)s 单已过截单时间，作为迟到申请提交。", n=sent.late), "attention")
    if sent.counted:
        flash(_("%(n)s 单的实际件数已保存，订单状态不变。", n=sent.counted), "good")
    if sent.asked:
        text = _("%(n)s 单的方案已下发，增加的件数已作为申请发给调度员。", n=sent.asked)
        flash(text, "attention")
    if not (sent.made or sent.submitted or sent.counted or sent.asked):
        flash(_("没有要保存的变化。"), "running")


@blueprint.route("/waves/new", methods=["GET", "POST"])
@needs("orders:write")
def wave_new() -> ResponseReturnValue:
    """A new wave."""
    return _wave(None)


@blueprint.route("/waves/<uuid:wave_id>", methods=["GET", "POST"])
@needs("orders:write")
def wave_edit(wave_id: uuid.UUID) -> ResponseReturnValue:
    """A wave and how many pieces its stations usually get."""
    return _wave(wave_id)


def _wave(wave_id: uuid.UUID | None) -> ResponseReturnValue:
    g.date_action = url_for("stores.waves_index")
    g.room = "waves"
    who = actor()
    form = WaveForm()
    with reading(who) as session:
        wave = waves.get_wave(session, who, wave_id) if wave_id else None
        owner = wave.shipper_id if wave else _owner(session)[0]
        operator = sheets.operator_of(session, who, owner).operator_id
        depots = sheets.pickups(session, who, owner, operator)
        form.pickup.choices = [("", "—"), *((k.place, k.name) for k in depots)]
        stations = _stations(session, owner)
        usual = {row.place_id: row.units for row in wave.stations} if wave else {}
        if request.method == "GET":
            if wave is not None:
                form.fill(wave)
            else:
                form.active.process_data(value=True)
    if form.validate_on_submit() and _keep(form, owner, wave, stations):
        return redirect(url_for("stores.waves_index", shipper=request.args.get("shipper")))
    typed = {
        place: request.form.get(f"station|{place}", str(usual.get(place, "") or ""))
        for place in stations
    }
    page = render_template("stores/wave.html", form=form, wave=wave, stations=stations, typed=typed)
    return page, 422 if request.method == "POST" else 200


def _keep(
    form: WaveForm,
    owner: uuid.UUID,
    wave: Wave | None,
    stations: Mapping[uuid.UUID, tuple[str, str]],
) -> bool:
    counts: dict[uuid.UUID, int] = {}
    for place in stations:
        text = request.form.get(f"station|{place}", "").strip()
        if text and not (text.isascii() and text.isdigit()):
            flash(_("“%(t)s”不是件数", t=text[:20]), "broken")
            return False
        if text and int(text):
            counts[place] = int(text)
    span = form.window.data[0]
    given = waves.WaveInput(
        code=form.code.data,
        start_s=span.start * 60,
        end_s=span.end * 60,
        pickup_place_id=form.place(),
        weekdays=form.weekdays.data or (),
        unit_kind=form.unit_kind.data,
        goods_name=(form.goods_name.data or "").strip(),
        active=form.active.data,
        stations=counts,
    )
    try:
        with database().write(actor()) as session:
            waves.keep_wave(session, actor(), owner, given, wave.id if wave else None)
    except DomainError as error:
        loose = []
        for fault in error.fields if isinstance(error, Invalid) else ():
            name = FORM_FIELDS.get(fault.field, fault.field)
            if name in form:
                form[name].errors = [*form[name].errors, fault.message]
            else:
                loose.append(fault.message)
        flash(" ".join([*loose] or [error.message]), "broken")
        return False
    flash(_("班次已保存。"), "good")
    return True


__all__ = ["blueprint"]
