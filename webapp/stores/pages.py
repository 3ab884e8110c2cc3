"""The store's desk: when it receives, who is there by night, its veto, what waits before it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from models.accounts.city import today
from models.errors import DomainError, Invalid
from models.execution import waits as waiting
from models.places import queries, receiving
from models.places.tables import Place, PlaceVersion
from webapp.database import database, reading
from webapp.frame import service_date
from webapp.orders.pages import who_text
from webapp.security.guard import actor
from webapp.security.permissions import needs
from webapp.stores.forms import ReceivingForm, VetoForm
from webapp.things.fields import WEEKDAYS, days_text, span_text

blueprint = Blueprint("stores", __name__, template_folder="templates", url_prefix="/stores")
FIELD_WORDS = {
    "windows": _l("每周收货时段"),
    "days": _l("例外日期"),
    "fixed_s": _l("固定卸货时间"),
    "yard_notes": _l("月台、院子说明"),
    "night_contact_name": _l("夜间收货人"),
    "night_contact_phone": _l("夜间电话"),
    "night_contact_from_s": _l("夜间在岗时段"),
    "night_contact_to_s": _l("夜间在岗时段"),
    "night_veto_from": _l("夜间否决起"),
    "night_veto_to": _l("夜间否决止"),
    "night_veto_reason": _l("夜间否决原因"),
}
PERSONAL = {"night_contact_name", "night_contact_phone"}
"""Changed, but not repeated in the history."""


def windows_on(place: Place, day: date) -> list[str]:
    """The windows of a service date in words; empty = closed, ``全天`` where none is named."""
    exception = next((row for row in place.days if row.day == day), None)
    if exception is not None:
        spans = [(w["start"], w["end"], w.get("night", False)) for w in exception.windows]
    elif not place.windows:
        return [str(_("全天"))]
    else:
        spans = [
            (w.start_s, w.end_s, w.night)
            for w in place.windows
            if not w.weekdays or day.isoweekday() in w.weekdays
        ]
    vetoed = place.night_vetoed(day)
    return [span_text(start, end) for start, end, night in spans if not (night and vetoed)]


def night_state(place: Place, day: date) -> tuple[str, str, str] | None:
    """The pill of a place's night: refused, unattended, somebody there; None without a night."""
    night = [window for window in place.windows if window.night]
    if place.night_vetoed(day):
        return ("broken", "ban", _("已否决夜间"))
    if not night:
        return None
    if any(window.unattended for window in night):
        return ("night", "moon", _("夜间无人收货"))
    return ("night", "moon", _("夜间有人收货"))


@blueprint.get("/")
@needs("receiving:read")
def index() -> ResponseReturnValue:
    """The actor's stores and stations with what they receive on the service date."""
    day = service_date.current()
    with reading(actor()) as session:
        places = receiving.own_places(session, actor())
        seen = waiting.seen(session, actor(), [place.id for place in places])
        rows = [
            {
                "place": place,
                "seen": seen[place.id],
                "windows": windows_on(place, day),
                "exception": any(row.day == day for row in place.days),
                "night": night_state(place, day),
            }
            for place in places
        ]
    return render_template("stores/index.html", rows=rows, day=day, back=waiting.DAYS)


@blueprint.route("/<uuid:place_id>", methods=["GET", "POST"])
@needs("receiving:write")
def show(place_id: uuid.UUID) -> ResponseReturnValue:
    """One store: its receiving as a form, its veto, its waits, and who changed what when."""
    return _page(place_id, ReceivingForm(), VetoForm(formdata=None), _save)


def _save(session: Session, place_id: uuid.UUID, form: Any) -> None:
    seen = int(form.row_version.data) if (form.row_version.data or "").isdigit() else None
    receiving.keep_receiving(session, actor(), place_id, form.receiving(), row_version=seen)
    flash(_("已保存。尚未下发的方案照此排线；已下发的不变，赶不上的已提示调度员。"), "good")


def _veto(session: Session, place_id: uuid.UUID, form: Any) -> None:
    _place, flagged = receiving.veto_night(
        session,
        actor(),
        place_id,
        form.reason.data,
        since=form.since.data,
        until=form.until.data,
    )
    flash(_("已否决夜间收货。尚未下发的方案不再夜间送货。"), "good")
    if flagged:
        flash(_("%(n)s 个已下发的方案有夜间送货，已提示调度员，方案不变。", n=flagged), "attention")


@blueprint.post("/<uuid:place_id>/veto")
@needs("receiving:write")
def veto(place_id: uuid.UUID) -> ResponseReturnValue:
    """否决: no night deliveries here from a date on."""
    return _page(place_id, ReceivingForm(formdata=None), VetoForm(), _veto)


@blueprint.post("/<uuid:place_id>/lift")
@needs("receiving:write")
def lift(place_id: uuid.UUID) -> ResponseReturnValue:
    """The night windows hold again."""
    with database().write(actor()) as session:
        receiving.lift_veto(session, actor(), place_id)
    flash(_("已撤销否决，夜间时段恢复。"), "good")
    return redirect(url_for("stores.show", place_id=place_id))


def _page(
    place_id: uuid.UUID,
    form: ReceivingForm,
    refuse: VetoForm,
    do: Callable[[Session, uuid.UUID, Any], None],
) -> ResponseReturnValue:
    g.date_action = url_for("stores.index")
    who = actor()
    sent = form if do is _save else refuse
    with reading(who) as session:
        place = queries.get_place(session, who, place_id)
        receiving.content(place)  # loads what the page shows besides
        mine = receiving.may_keep(session, who, place)
        waits = receiving.planned_waits(session, who, place_id) if mine else []
        seen = waiting.seen(session, who, [place_id]).get(place_id) if mine else None
        hours = _hours(waiting.by_hour(session, seen.waits)) if seen else None
        kept = receiving.place_history(session, who, place_id) if mine else []
        told = [_told(session, place, kept, number) for number in range(len(kept))]
        tomorrow = today(session) + timedelta(days=1)
        if not sent.is_submitted() or sent is refuse:
            form.fill(place)
        if not mine:
            form.night_contact_name.process_data("")
            form.night_contact_phone.process_data("")
        if sent is not refuse:
            refuse.since.process_data(tomorrow)
    if mine and sent.validate_on_submit():
        try:
            with database().write(who) as session:
                do(session, place_id, sent)
        except DomainError as error:
            _tell(sent, error)
        else:
            return redirect(url_for("stores.show", place_id=place_id))
    page = render_template(
        "stores/show.html",
        place=place,
        form=form,
        refuse=refuse,
        mine=mine,
        keeps=mine and receiving.keeps(who),
        waits=waits,
        seen=seen,
        hours=hours,
        back=waiting.DAYS,
        told=told,
        week=[(tomorrow + timedelta(days=n)) for n in range(7)],
        windows_on=windows_on,
        night=night_state(place, tomorrow),
    )
    return page, 422 if sent.is_submitted() else 200


def _hours(cells: list[waiting.Cell]) -> dict[str, Any]:
    """Waits as a table: its hours of the day, and a row of cells per weekday that has any."""
    known = {(cell.weekday, cell.hour): cell for cell in cells}
    hours = sorted({cell.hour for cell in cells})
    return {
        "hours": hours,
        "rows": [
            (word, [known.get((weekday, hour)) for hour in hours])
            for weekday, word in WEEKDAYS
            if any(cell.weekday == weekday for cell in cells)
        ],
    }


def _told(session: Session, place: Place, kept: list[PlaceVersion], number: int) -> dict[str, Any]:
    """A change: who, when, and of each field the old and the new in words."""
    version = kept[number]  # latest first: what came after it is the one before it in the list
    after = kept[number - 1].content if number else receiving.content(place)
    changes = []
    for name in version.fields:
        word = FIELD_WORDS.get(name, name)
        old, new = _in_words(name, version.content), _in_words(name, after)
        if name in PERSONAL:
            old, new = "", str(_("已修改"))
        if (word, old, new) not in changes:
            changes.append((word, old, new))
    return {
        "version": version,
        "who": who_text(session, actor(), version.account_id),
        "changes": changes,
    }


def _in_words(name: str, content: Mapping[str, Any]) -> str:
    value = content.get(name)
    if name == "windows":
        return _("；").join(
            f"{span_text(w['start_s'], w['end_s'])} {days_text(w['weekdays'])}" for w in value or ()
        ) or str(_("全天"))
    if name == "days":
        return _("；").join(_exception(row) for row in value or ()) or "—"
    if name == "fixed_s":
        return str(_("%(n)s 分钟", n=f"{(value or 0) / 60:g}"))
    if name in {"night_contact_from_s", "night_contact_to_s"}:
        start, end = content.get("night_contact_from_s"), content.get("night_contact_to_s")
        if start is None or end is None:
            return str(_("整夜"))
        return f"{start // 3600:02d}:{start // 60 % 60:02d}–{end // 3600:02d}:{end // 60 % 60:02d}"
    return str(value) if value else "—"


def _exception(row: Mapping[str, Any]) -> str:
    if row["closed"]:
        return f"{row['day']} {_('不收货')}"
    return f"{row['day']} " + _("、").join(span_text(w["start"], w["end"]) for w in row["windows"])


def _tell(form: Any, error: DomainError) -> None:
    """Put the faults beside their fields; what has no field is said on top."""
    loose = []
    for fault in error.fields if isinstance(error, Invalid) else ():
        if fault.field in form:
            form[fault.field].errors = [*form[fault.field].errors, fault.message]
        else:
            loose.append(fault.message)
    flash(" ".join(part for part in (*(loose or [error.message]), error.remedy) if part), "broken")
