"""The desk of places with their receiving windows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import BooleanField, FieldList, FormField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from models.accounts.actor import Actor
from models.places import operations, queries
from models.places.tables import Place
from webapp.things import words
from webapp.things.desk import Column, Desk, Filter, ThingForm, mount, one
from webapp.things.fields import Days, Part, Scaled, Spans, days_text, kept, span_text

blueprint = Blueprint(
    "places", __name__, url_prefix="/places", template_folder="../things/templates"
)
LISTED = ("store", "end_station", "distribution_centre", "hub", "depot", "rest")
"""Kinds on this desk; charging sites and bays have desks of their own."""
LISTED_KINDS = {kind: words.PLACE_KINDS[kind] for kind in LISTED}


class WindowPart(Part):
    """One or several receiving windows on some weekdays."""

    key_field = "spans"
    days = Days(_l("星期"))
    spans = Spans(_l("收货时段"))
    quiet = BooleanField(_l("限静音车辆"))
    unattended = BooleanField(_l("无人收货"))


class PlaceForm(ThingForm):
    """A place."""

    code = StringField(_l("网点编码"), validators=[DataRequired(_l("请填写编码")), Length(max=60)])
    name = StringField(_l("网点名称"), validators=[DataRequired(_l("请填写名称")), Length(max=120)])
    kind = SelectField(
        _l("网点类型"), choices=words.choices({kind: words.PLACE_KINDS[kind] for kind in LISTED})
    )
    address = StringField(_l("地址"), validators=[Length(max=200)])
    lon = Scaled(_l("经度"), 10**6, least=-180 * 10**6, validators=[DataRequired(_l("请填写经度"))])
    lat = Scaled(_l("纬度"), 10**6, least=-90 * 10**6, validators=[DataRequired(_l("请填写纬度"))])
    contact_name = StringField(_l("联系人"), validators=[Length(max=40)])
    contact_phone = StringField(_l("联系电话"), validators=[Length(max=20)])
    fixed_s = Scaled(_l("每次停靠固定时间"), 60, "分钟")
    yard = BooleanField(_l("可进院卸货"))
    rest = BooleanField(_l("可停车休息"))
    yard_max_length_mm = Scaled(_l("限车长"), 1000, "m", description=_l("0 = 不限"))
    yard_max_height_mm = Scaled(_l("限车高"), 1000, "m", description=_l("0 = 不限"))
    yard_max_mass_g = Scaled(_l("限总质量"), 10**6, "t", description=_l("0 = 不限"))
    notes = StringField(_l("备注"), validators=[Length(max=500)])
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


def _span(start_s: int, end_s: int) -> object:
    from workers.sheets.values.windows import Span  # noqa: PLC0415 - only when a form is shown

    return Span(start_s // 60, end_s // 60)


def _rows(session: Session, actor: Actor) -> list[Place]:
    return queries.all_places(session, actor, LISTED)


def _windows(row: Place) -> str:
    parts = [(days_text(w.weekdays), span_text(w.start_s, w.end_s), w.night) for w in row.windows]
    return "；".join(
        f"{span}{'（夜间）' if night else ''}" + ("" if days == "每天" else f" {days}")
        for days, span, night in parts
    )


def _spot(row: Place) -> dict[str, Any]:
    depot = row.depot is not None
    return {
        "at": [row.lon, row.lat],
        "kind": "depot" if depot else row.kind,
        "mark": row.depot.letter if row.depot is not None else "",
    }


COLUMNS: Sequence[Column] = (
    Column(_l("编码"), lambda p: p.code),
    Column(_l("名称"), lambda p: p.name),
    Column(_l("类型"), lambda p: words.PLACE_KINDS.get(p.kind, p.kind)),
    Column(_l("地址"), lambda p: p.address),
    Column(_l("收货时段"), _windows),
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
    save=one(operations.upsert_places),
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
)
mount(blueprint, DESK, "/")
