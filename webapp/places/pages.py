"""The desk of places with their receiving windows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import BooleanField, FieldList, FormField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from models.accounts.actor import Actor
from models.editing import Upserted
from models.places import operations, queries
from models.places.tables import Place
from webapp.things import words
from webapp.things.desk import Column, Desk, Filter, ThingForm, mount
from webapp.things.fields import (
    Days,
    Degrees,
    Hours,
    Part,
    Scaled,
    Spans,
    days_text,
    kept,
    span_text,
)

blueprint = Blueprint(
    "places", __name__, url_prefix="/places", template_folder="../things/templates"
)
LISTED = ("store", "end_station", "distribution_centre", "hub", "depot", "rest")
"""Kinds on this desk; charging sites and bays have desks of their own."""
LISTED_KINDS = {kind: words.PLACE_KINDS[kind] for kind in LISTED}


OPERATING_WORDS = {
    "planned": _l("规划"),
    "building": _l("在建"),
    "open": _l("运营"),
    "closed": _l("停运"),
}


class WindowPart(Part):
    """One or several receiving windows on some weekdays."""

    key_field = "spans"
    days = Days(_l("星期"))
    spans = Spans(_l("收货时段"))
    quiet = BooleanField(_l("限静音车辆"))
    unattended = BooleanField(_l("无人收货"))


class PlaceForm(ThingForm):
    """A place; what it is as a depot stands by itself."""

    sections = (
        (_l("仅发车仓、配送中心、枢纽填写"), ("letter", "depot_hours", "depot_fixed_s")),
        (_l("考核指标用（枢纽、配送中心、末端站）"), ("operating", "evidence")),
    )
    code = StringField(_l("网点编码"), validators=[DataRequired(_l("请填写编码")), Length(max=60)])
    name = StringField(_l("网点名称"), validators=[DataRequired(_l("请填写名称")), Length(max=120)])
    kind = SelectField(
        _l("网点类型"), choices=words.choices({kind: words.PLACE_KINDS[kind] for kind in LISTED})
    )
    address = StringField(_l("地址"), validators=[Length(max=200)])
    lon = Degrees(_l("经度"), 180, validators=[DataRequired(_l("请填写经度"))])
    lat = Degrees(_l("纬度"), 90, validators=[DataRequired(_l("请填写纬度"))])
    contact_name = StringField(_l("联系人"), validators=[Length(max=40)])
    contact_phone = StringField(_l("联系电话"), validators=[Length(max=20)])
    fixed_s = Scaled(_l("每次停靠固定时间"), 60, _l("分钟"))
    yard = BooleanField(_l("可进院卸货"))
    rest = BooleanField(_l("可停车休息"))
    yard_max_length_mm = Scaled(_l("限车长"), 1000, "m", description=_l("0 = 不限"))
    yard_max_height_mm = Scaled(_l("限车高"), 1000, "m", description=_l("0 = 不限"))
    yard_max_mass_g = Scaled(_l("限总质量"), 10**6, "t", description=_l("0 = 不限"))
    notes = StringField(_l("备注"), validators=[Length(max=500)])
    archived = BooleanField(_l("停用（不再用于新订单，历史订单保留）"))
    letter = StringField(_l("线路字母"), validators=[Length(max=2)], description=_l("空着自动取"))
    depot_hours = Hours(_l("作业时段"), description=_l("空着 = 全天"))
    depot_fixed_s = Scaled(_l("每趟进出固定时间"), 60, _l("分钟"))
    operating = SelectField(
        _l("运营状态"), choices=words.options([("", "—"), *OPERATING_WORDS.items()])
    )
    evidence = StringField(_l("认定依据"), validators=[Length(max=200)])
    windows = FieldList(
        FormField(WindowPart),
        _l("收货时段"),
        min_entries=1,
        description=_l("如 06:00-07:30；22:00-02:00 跨零点，算次日的服务日期"),
    )

    def fill(self, row: Place) -> None:
        """Show a place; degrees and windows need turning."""
        super().fill(row)
        self.lon.process_data(round(row.lon * 10**6))
        self.lat.process_data(round(row.lat * 10**6))
        self.operating.process_data(row.operating or "")
        if row.depot is not None:
            self.letter.process_data(row.depot.letter)
            self.depot_hours.process_data(row.depot.hours)
            self.depot_fixed_s.process_data(row.depot.fixed_s)
        while self.windows.entries:
            self.windows.pop_entry()
        for window in row.windows:
            self.windows.append_entry(
                {
                    "days": window.weekdays,
                    "spans": [_span(window.start_s, window.end_s)],
                    "quiet": "quiet" in window.needs,
                    "unattended": window.unattended,
                }
            )
        self.windows.append_entry()

    def values(self) -> dict[str, Any]:
        """Columns of the place, windows in seconds."""
        values = super().values()
        values["operating"] = values["operating"] or None
        values["contact_name"] = values["contact_name"] or None
        values["contact_phone"] = values["contact_phone"] or None
        values["lon"], values["lat"] = self.lon.data / 10**6, self.lat.data / 10**6
        for name in ("fixed_s", "yard_max_length_mm", "yard_max_height_mm", "yard_max_mass_g"):
            values[name] = values[name] or 0
        values["windows"] = [
            {
                "weekdays": part["days"] or [],
                "start_s": span.start * 60,
                "end_s": span.end * 60,
                "night": span.night,
                "needs": ["quiet"] if part["quiet"] else [],
                "unattended": part["unattended"],
            }
            for part in kept(self.windows.entries)
            for span in part["spans"]
        ]
        return values


def _save(session: Session, who: Actor, values: Mapping[str, Any]) -> Upserted[Place]:
    """Store the place, and what it is as a depot where it is one."""
    place = dict(values)
    depot = {
        "letter": (place.pop("letter") or "").strip().upper(),
        "hours": place.pop("depot_hours") or [],
        "fixed_s": place.pop("depot_fixed_s") or 0,
    }
    made = operations.upsert_places(session, who, [place])
    row = made.rows[0]
    if row.kind in operations.DEPOT_KINDS and row.depot is not None:
        depot["letter"] = depot["letter"] or row.depot.letter
        operations.set_depot(session, who, row.id, **depot)
    return made


def _span(start_s: int, end_s: int) -> object:
    from workers.sheets.values.windows import Span  # noqa: PLC0415 - only when a form is shown

    return Span(start_s // 60, end_s // 60)


def _rows(session: Session, actor: Actor) -> list[Place]:
    return queries.all_places(session, actor, LISTED, archived=True)


def _windows(row: Place) -> str:
    parts = [(days_text(w.weekdays), span_text(w.start_s, w.end_s), w.night) for w in row.windows]
    return _("；").join(
        f"{span}{_('（夜间）') if night else ''}" + ("" if days == _("每天") else f" {days}")
        for days, span, night in parts
    )


def _use(row: Place) -> tuple[str, str, object]:
    if row.archived:
        return ("draft", "ban", _("停用"))
    return ("good", "circle-check", _("启用"))


def _spot(row: Place) -> dict[str, Any] | None:
    if row.archived:
        return None
    depot = row.depot is not None
    return {
        "at": [row.lon, row.lat],
        "kind": "depot" if depot else row.kind,
        "mark": row.depot.letter if row.depot is not None else "",
    }


def _around(session: Session, actor: Actor) -> list[Mapping[str, Any]]:
    """The places there are, so that none is set twice."""
    return [
        {"id": str(row.id), "at": [row.lon, row.lat], "text": row.name}
        for row in queries.all_places(session, actor, LISTED)
    ]


COLUMNS: Sequence[Column] = (
    Column(_l("编码"), lambda p: p.code),
    Column(_l("名称"), lambda p: p.name),
    Column(_l("类型"), lambda p: words.PLACE_KINDS.get(p.kind, p.kind)),
    Column(_l("地址"), lambda p: p.address),
    Column(_l("收货时段"), _windows),
    Column(_l("状态"), _use, pill=True),
)
DESK = Desk(
    name="index",
    title=_l("网点"),
    one=_l("网点"),
    icon="building-warehouse",
    read="places:read",
    write="places:write",
    rows=_rows,
    columns=COLUMNS,
    label=lambda p: p.name,
    words=lambda p: f"{p.code} {p.name} {p.address}",
    empty=_l("网点是发车仓、配送中心、末端站和收货门店。可用表格一次导入。"),
    form=PlaceForm,
    get=queries.get_place,
    save=_save,
    key_fields=("code",),
    spot=_spot,
    filters=(
        Filter(
            "kind",
            _l("类型"),
            tuple(LISTED_KINDS.items()),
            lambda p, kind: p.kind == kind,
        ),
    ),
    sheet="places",
    draw="point",
    around=_around,
)
mount(blueprint, DESK, "/")
