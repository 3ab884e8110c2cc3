"""The desk of unloading bays."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Blueprint
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import BooleanField, FieldList, FormField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from models.accounts.actor import Actor
from models.bays import operations, queries
from models.bays.tables import Bay
from models.places.queries import all_places
from webapp.things import words
from webapp.things.desk import Column, Desk, ThingForm, every, in_use, mount, one
from webapp.things.fields import Degrees, Hours, Part, Scaled, hours_text, kept

blueprint = Blueprint("bays", __name__, url_prefix="/bays", template_folder="../things/templates")
_FIGURES = (
    "longest_stay_s",
    "max_length_mm",
    "max_mass_g",
    "buffer_before_s",
    "buffer_after_s",
    "fixed_s",
)


FORM_WORDS = {"bay": _l("路侧临时停车泊位"), "yard": _l("专用卸货场地")}
AREA_WORDS = {
    "commercial": _l("商业区"),
    "residential": _l("居住区"),
    "production": _l("生产区"),
    "event": _l("大型公共活动区"),
}


class ServedPart(Part):
    """A place that the bay serves."""

    key_field = "place_id"
    place_id = SelectField(_l("网点"), validate_choice=False)
    walk_s = Scaled(_l("步行"), 60, _l("分钟"))


class BayForm(ThingForm):
    """A bay."""

    code = StringField(_l("泊位编码"), validators=[DataRequired(_l("请填写编码")), Length(max=60)])
    name = StringField(_l("泊位名称"), validators=[DataRequired(_l("请填写名称")), Length(max=120)])
    lon = Degrees(_l("经度"), 180, validators=[DataRequired(_l("请填写经度"))])
    lat = Degrees(_l("纬度"), 90, validators=[DataRequired(_l("请填写纬度"))])
    form = SelectField(_l("形式"), choices=words.choices(FORM_WORDS))
    area_kind = SelectField(
        _l("所在区域"),
        choices=words.options([("", "—"), *AREA_WORDS.items()]),
        description=_l("考核指标按区域分列"),
    )
    spaces = Scaled(_l("车位数"), 1, least=1, validators=[DataRequired(_l("请填写车位数"))])
    hours = Hours(_l("开放时段"), description=_l("空着 = 全天，如 06:00-20:00"))
    longest_stay_s = Scaled(_l("最长停留"), 60, _l("分钟"), description=_l("0 = 不限"))
    max_length_mm = Scaled(_l("限车长"), 1000, "m", description=_l("0 = 不限"))
    max_mass_g = Scaled(_l("限总质量"), 10**6, "t", description=_l("0 = 不限"))
    buffer_before_s = Scaled(_l("到达前预留"), 60, _l("分钟"))
    buffer_after_s = Scaled(_l("离开后预留"), 60, _l("分钟"))
    fixed_s = Scaled(_l("每次停靠固定时间"), 60, _l("分钟"))
    active = BooleanField(_l("启用"), default=True)
    serves = FieldList(FormField(ServedPart), _l("可服务的网点"), min_entries=1)

    def choices(self, session: Session, who: Actor) -> None:
        """Bays serve stores and stations."""
        served = all_places(session, who, ("store", "end_station"))
        self._served = words.options(
            [("", "—"), *((str(p.id), f"{p.code} {p.name}") for p in served)]
        )
        for entry in self.serves.entries:
            entry.form.place_id.choices = self._served

    def fill(self, row: Bay) -> None:
        """Show a bay and the places it serves."""
        super().fill(row)
        self.area_kind.process_data(row.area_kind or "")
        self.lon.process_data(round(row.place.lon * 10**6))
        self.lat.process_data(round(row.place.lat * 10**6))
        while self.serves.entries:
            self.serves.pop_entry()
        for served in row.serves:
            self.serves.append_entry({"place_id": str(served.place_id), "walk_s": served.walk_s})
        self.serves.append_entry()
        for entry in self.serves.entries:
            entry.form.place_id.choices = self._served

    def values(self) -> dict[str, Any]:
        """Columns of the bay."""
        values = super().values()
        values["area_kind"] = values["area_kind"] or None
        values["lon"], values["lat"] = self.lon.data / 10**6, self.lat.data / 10**6
        for name in _FIGURES:
            values[name] = values[name] or 0
        values["serves"] = [
            {"place_id": uuid.UUID(part["place_id"]), "walk_s": part["walk_s"] or 0}
            for part in kept(self.serves.entries)
        ]
        return values


def _around(session: Session, actor: Actor) -> list[Mapping[str, Any]]:
    """The stores and stations that a bay may serve."""
    return [
        {"id": str(place.id), "at": [place.lon, place.lat], "text": place.name}
        for place in all_places(session, actor, ("store", "end_station"))
    ]


DESK = Desk(
    name="index",
    title=_l("泊位"),
    one=_l("泊位"),
    icon="parking",
    read="bays:read",
    write="bays:write",
    rows=every(queries.list_bays),
    columns=(
        Column(_l("编码"), lambda b: b.code),
        Column(_l("名称"), lambda b: b.name),
        Column(_l("形式"), lambda b: FORM_WORDS[b.form]),
        Column(_l("所在区域"), lambda b: AREA_WORDS.get(b.area_kind or "", "—")),
        Column(_l("车位"), lambda b: b.spaces, numeric=True),
        Column(_l("开放时段"), lambda b: hours_text(b.hours) or _l("全天")),
        Column(
            _l("最长停留 分钟"),
            lambda b: b.longest_stay_s // 60 if b.longest_stay_s else _l("不限"),
            numeric=True,
        ),
        Column(
            _l("限车长 m"),
            lambda b: f"{b.max_length_mm / 1000:g}" if b.max_length_mm else _l("不限"),
            numeric=True,
        ),
        Column(_l("服务网点"), lambda b: len(b.serves), numeric=True),
        Column(_l("状态"), in_use, pill=True),
    ),
    label=lambda b: b.name,
    words=lambda b: f"{b.code} {b.name}",
    empty=_l("泊位是路侧或院内的卸货车位，排线时按时段占用。可用表格一次导入。"),
    form=BayForm,
    get=queries.get_bay,
    save=one(operations.keep_bays),
    key_fields=("code",),
    spot=lambda b: {"at": [b.place.lon, b.place.lat], "kind": "bay", "mark": "P"},
    sheet="bays",
    draw="point",
    around=_around,
)
mount(blueprint, DESK, "/")
