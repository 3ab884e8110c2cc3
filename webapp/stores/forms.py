"""The forms of the store's desk."""

from __future__ import annotations

import uuid
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional

from models.orders.wave_tables import Wave
from models.places.receiving import Receiving
from models.places.tables import Place
from webapp.orders.forms import UNITS
from webapp.places.pages import WindowPart
from webapp.things.fields import DAY_S, Days, Hours, Part, Scaled, Spans, kept
from webapp.things.words import choices
from workers.sheets.values.windows import Span


class DayPart(Part):
    """An exception: one service date."""

    key_field = "day"
    day = DateField(_l("服务日期"), validators=[Optional()])
    closed = BooleanField(_l("当日不收货"))
    spans = Spans(_l("当日收货时段"))
    reason = StringField(_l("原因"), validators=[Length(max=100)])


class ReceivingForm(FlaskForm):
    """How a place receives."""

    row_version = HiddenField()
    fixed_s = Scaled(_l("每次停靠固定卸货时间"), 60, _l("分钟"))
    yard_notes = TextAreaField(
        _l("月台、院子说明"),
        validators=[Length(max=500)],
        render_kw={"rows": 2},
        description=_l("如：从后门进，限高 3.2 m，先打电话开门"),
    )
    night_contact_name = StringField(_l("夜间收货人"), validators=[Length(max=40)])
    night_contact_phone = StringField(_l("夜间电话"), validators=[Length(max=20)])
    night_hours = Hours(_l("夜间在岗时段"), description=_l("如 22:00-02:00；空着 = 整夜"))
    windows = FieldList(
        FormField(WindowPart),
        _l("每周收货时段"),
        min_entries=1,
        description=_l("22:00-06:00 内的时段算次日早上的日期；一段也不写 = 全天收货"),
    )
    days = FieldList(
        FormField(DayPart),
        _l("例外日期"),
        min_entries=1,
        description=_l("当天按这里，不按星期；节假日、盘点、停业"),
    )

    def fill(self, place: Place) -> None:
        """Show a place."""
        for name in ("row_version", "fixed_s", "yard_notes"):
            self[name].process_data(getattr(place, name))
        self.night_contact_name.process_data(place.night_contact_name)
        self.night_contact_phone.process_data(place.night_contact_phone)
        if place.night_contact_from_s is not None and place.night_contact_to_s is not None:
            hours = {"start": place.night_contact_from_s, "end": place.night_contact_to_s}
            self.night_hours.process_data([hours])
        for rows in (self.windows, self.days):
            while rows.entries:
                rows.pop_entry()
        for window in place.windows:
            self.windows.append_entry(
                {
                    "days": window.weekdays,
                    "spans": [Span(window.start_s // 60, window.end_s // 60)],
                    "quiet": "quiet" in window.needs,
                    "unattended": window.unattended,
                }
            )
        for row in place.days:
            spans = [Span(w["start"] // 60, w["end"] // 60) for w in row.windows]
            self.days.append_entry(
                {"day": row.day, "closed": row.closed, "spans": spans, "reason": row.reason}
            )
        self.windows.append_entry()
        self.days.append_entry()

    def receiving(self) -> Receiving:
        """What ``keep_receiving`` takes."""
        hours = self.night_hours.data or []
        return Receiving(
            windows=[
                _window(part, span) for part in kept(self.windows.entries) for span in part["spans"]
            ],
            days=[_day(part) for part in kept(self.days.entries)],
            plain={
                "fixed_s": self.fixed_s.data or 0,
                "yard_notes": (self.yard_notes.data or "").strip(),
                "night_contact_name": (self.night_contact_name.data or "").strip() or None,
                "night_contact_phone": (self.night_contact_phone.data or "").strip() or None,
                "night_contact_from_s": hours[0]["start"] if hours else None,
                "night_contact_to_s": hours[0]["end"] % DAY_S if hours else None,
            },
        )


UNATTENDED_S = 240
"""What unloading alone takes longer where a form says nobody receives."""


def _window(part: dict[str, Any], span: Span) -> dict[str, Any]:
    return {
        "weekdays": part["days"] or [],
        "start_s": span.start * 60,
        "end_s": span.end * 60,
        "night": span.night,
        "needs": ["quiet"] if part["quiet"] else [],
        "unattended": bool(part["unattended"]),
        "unattended_extra_s": UNATTENDED_S if part["unattended"] else 0,
    }


def _day(part: dict[str, Any]) -> dict[str, Any]:
    return {
        "day": part["day"],
        "closed": bool(part["closed"]),
        "windows": [
            {
                "start": span.start * 60,
                "end": span.end * 60,
                "night": span.night,
                "needs": ["quiet"] if span.night else [],
            }
            for span in part["spans"] or ()
        ],
        "reason": (part["reason"] or "").strip(),
    }


class VetoForm(FlaskForm):
    """Refusing the night windows."""

    reason = StringField(
        _l("否决原因"), validators=[DataRequired(_l("请填写原因")), Length(max=200)]
    )
    since = DateField(_l("从哪个服务日期起"), validators=[DataRequired(_l("请填写日期"))])
    until = DateField(_l("到哪个服务日期止"), validators=[Optional()])


class WaveForm(FlaskForm):
    """A wave; its stations are typed in the table below it."""

    code = StringField(
        _l("班次"), validators=[DataRequired(_l("请填写班次，如 07:00")), Length(max=20)]
    )
    window = Spans(_l("到站时段"), validators=[DataRequired(_l("请填写到站时段"))])
    pickup = SelectField(_l("从哪里发"), validators=[DataRequired(_l("请选择仓"))])
    unit_kind = SelectField(_l("按什么计数"), choices=choices(UNITS))
    goods_name = StringField(_l("品名"), validators=[Length(max=120)])
    weekdays = Days(_l("星期（不选 = 每天）"))
    active = BooleanField(_l("启用"))

    def fill(self, wave: Wave) -> None:
        """Show a wave."""
        self.code.process_data(wave.code)
        self.window.process_data([Span(wave.start_s // 60, wave.end_s // 60)])
        self.pickup.process_data(str(wave.pickup_place_id))
        for name in ("unit_kind", "goods_name", "weekdays", "active"):
            self[name].process_data(getattr(wave, name))

    def place(self) -> uuid.UUID:
        """Where the wave is loaded."""
        return uuid.UUID(str(self.pickup.data))
