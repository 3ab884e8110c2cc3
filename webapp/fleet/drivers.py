"""The desk of drivers with their turns."""

from __future__ import annotations

import uuid
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import BooleanField, DateField, FieldList, FormField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional

from models.accounts.actor import Actor
from models.fleet import operations, queries
from models.fleet.tables import Driver
from models.language import gettext as _
from models.places.queries import all_places, phone_for
from webapp.fleet.tabs import HOMES, TABS, home_spot
from webapp.security.guard import actor as asker
from webapp.things import words
from webapp.things.desk import Column, Desk, ThingForm, every, in_use, one
from webapp.things.fields import Days, Part, Scaled, Spans, days_text, kept, span_text
from workers.sheets.values.windows import Span, on_duty_date


class DutyPart(Part):
    """A turn on some weekdays."""

    key_field = "spans"
    name = StringField(_l("班次"))
    days = Days(_l("星期"))
    spans = Spans(_l("时间"))
    longest_s = Scaled(_l("最长当班"), 3600, _l("小时"))
    longest_driving_s = Scaled(_l("最长连续驾驶"), 3600, _l("小时"))


class DriverForm(ThingForm):
    """A driver."""

    code = StringField(_l("工号"), validators=[DataRequired(_l("请填写工号")), Length(max=40)])
    name = StringField(_l("姓名"), validators=[DataRequired(_l("请填写姓名")), Length(max=40)])
    phone = StringField(_l("手机号"), validators=[Length(max=20)])
    home_id = SelectField(_l("所属仓"), validators=[DataRequired(_l("请选择所属仓"))])
    licence_valid_to = DateField(_l("驾驶证有效期至"), validators=[Optional()])
    active = BooleanField(_l("启用"), default=True)
    duties = FieldList(
        FormField(DutyPart),
        _l("班次"),
        min_entries=1,
        description=_l("时间如 05:00-14:00；跨零点的夜班如 21:00-05:00，从服务日期的前一晚开始"),
    )

    def choices(self, session: Session, who: Actor) -> None:
        """Depots."""
        homes = [p for p in all_places(session, who, HOMES) if p.depot is not None]
        self.home_id.choices = words.options((str(p.id), f"{p.code} {p.name}") for p in homes)

    def fill(self, row: Driver) -> None:
        """Show a driver and the turns."""
        super().fill(row)
        self.home_id.process_data(str(row.home_id))
        while self.duties.entries:
            self.duties.pop_entry()
        for duty in row.duties:
            self.duties.append_entry(
                {
                    "name": duty.name,
                    "days": duty.weekdays,
                    "spans": [Span(duty.start_s // 60, duty.end_s // 60)],
                    "longest_s": duty.longest_s,
                    "longest_driving_s": duty.longest_driving_s,
                }
            )
        self.duties.append_entry()

    def values(self) -> dict[str, Any]:
        """Columns of the driver, turns in seconds of the service date's clock."""
        values = super().values()
        values["home_id"] = uuid.UUID(self.home_id.data)
        values["phone"] = values["phone"] or None
        values["duties"] = [
            {
                "name": part["name"] or "",
                "weekdays": part["days"] or [],
                "start_s": span.start * 60,
                "end_s": span.end * 60,
                "longest_s": part["longest_s"] or (span.end - span.start) * 60,
                "longest_driving_s": part["longest_driving_s"] or 14400,
            }
            for part in kept(self.duties.entries)
            for span in map(on_duty_date, part["spans"])
        ]
        return values


def _duties(row: Driver) -> str:
    return _("；").join(
        f"{d.name} {span_text(d.start_s, d.end_s)} {days_text(d.weekdays)}".strip()
        for d in row.duties
    )


DRIVERS = Desk(
    name="drivers",
    title=_l("司机"),
    one=_l("司机"),
    icon="steering-wheel",
    read="drivers:read",
    write="drivers:write",
    rows=every(queries.list_drivers),
    columns=(
        Column(_l("工号"), lambda d: d.code),
        Column(_l("姓名"), lambda d: d.name),
        Column(_l("手机号"), lambda d: phone_for(asker(), d.phone)),
        Column(_l("所属仓"), lambda d: d.home.name),
        Column(_l("班次"), _duties),
        Column(_l("状态"), in_use, pill=True),
    ),
    label=lambda d: d.name,
    words=lambda d: f"{d.code} {d.name} {d.home.name}",
    empty=_l("司机按班次出车，夜班和日班可接力用同一辆车。可用表格一次导入。"),
    form=DriverForm,
    get=queries.get_driver,
    save=one(operations.upsert_drivers),
    key_fields=("code",),
    spot=home_spot,
    sheet="drivers",
    tabs=TABS,
)
