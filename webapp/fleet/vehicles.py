"""The desk of vehicles."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    SelectField,
    StringField,
)
from wtforms.validators import DataRequired, Length, Optional

from models.accounts.actor import Actor
from models.fleet import operations, queries
from models.fleet.tables import Vehicle
from models.places.queries import all_places
from webapp.fleet.tabs import HOMES, TABS, home_spot
from webapp.fleet.types import size_text
from webapp.frame import service_date
from webapp.things import words
from webapp.things.desk import Column, Desk, Filter, ThingForm, every, one
from webapp.things.fields import Part, Scaled, kept


class PaperPart(Part):
    """A paper with its last valid day."""

    key_field = "valid_to"
    kind = SelectField(_l("证照"), choices=words.choices(words.PAPERS))
    number = StringField(_l("编号"))
    valid_to = DateField(_l("有效期至"), validators=[Optional()])


class VehicleForm(ThingForm):
    """A vehicle with its papers."""

    plate = StringField(_l("号牌号码"), validators=[DataRequired(_l("请填写号牌")), Length(max=20)])
    plate_kind = SelectField(_l("号牌种类"), choices=words.choices(words.PLATE_KINDS))
    type_id = SelectField(_l("车型"), validators=[DataRequired(_l("请选择车型"))])
    home_id = SelectField(_l("所属仓"), validators=[DataRequired(_l("请选择所属仓"))])
    code = StringField(_l("自编号"), validators=[Length(max=40)])
    soc_wh = Scaled(_l("出车电量"), 1000, "kWh", description=_l("空着 = 满电"))
    local = BooleanField(_l("本地号牌"), default=True)
    active = BooleanField(_l("启用"), default=True)
    acquisition = SelectField(
        _l("取得方式"),
        choices=words.options([("", "—"), ("new", _l("新增")), ("replacement", _l("更新"))]),
        description=_l("更新 = 替换在用车辆"),
    )
    registered_on = DateField(_l("注册日期"), validators=[Optional()])
    notes = StringField(_l("备注"), validators=[Length(max=200)])
    papers = FieldList(
        FormField(PaperPart), _l("证照"), min_entries=1, description=_l("过期的车辆不参与排线")
    )

    def choices(self, session: Session, who: Actor) -> None:
        """Kinds in use and depots."""
        kinds = queries.vehicle_types(session, who)
        self.type_id.choices = words.options((str(kind.id), kind.name) for kind in kinds)
        homes = [p for p in all_places(session, who, HOMES) if p.depot is not None]
        self.home_id.choices = words.options((str(p.id), f"{p.code} {p.name}") for p in homes)

    def fill(self, row: Vehicle) -> None:
        """Show a vehicle."""
        super().fill(row)
        self.type_id.process_data(str(row.type_id))
        self.home_id.process_data(str(row.home_id))
        self.acquisition.process_data(row.acquisition or "")
        while self.papers.entries:
            self.papers.pop_entry()
        for paper in row.papers:
            self.papers.append_entry(
                {"kind": paper.kind, "number": paper.number, "valid_to": paper.valid_to}
            )
        self.papers.append_entry()

    def values(self) -> dict[str, Any]:
        """Columns of the vehicle."""
        values = super().values()
        values["type_id"] = uuid.UUID(self.type_id.data)
        values["home_id"] = uuid.UUID(self.home_id.data)
        values["code"] = values["code"] or None
        values["acquisition"] = values["acquisition"] or None
        values["papers"] = [
            {"kind": p["kind"], "number": p["number"] or None, "valid_to": p["valid_to"]}
            for p in kept(self.papers.entries)
        ]
        return values


def _papers(row: Vehicle) -> tuple[str, str, object]:
    day = service_date.current()
    needed = set(row.type.papers)
    valid = {paper.kind for paper in row.papers if paper.valid_to >= day}
    lapsed = needed - valid
    if lapsed:
        missing = words.several(sorted(lapsed), words.PAPERS)
        return ("broken", "circle-x", _("%(what)s过期或缺失", what=missing))
    soon = [p for p in row.papers if p.valid_to < day + dt.timedelta(days=30)]
    if soon:
        return ("attention", "alert-triangle", _("30 天内到期"))
    return ("good", "circle-check", _("齐全有效"))


def _state(row: Vehicle) -> tuple[str, str, object]:
    return ("good", "circle-check", _("启用")) if row.active else ("draft", "ban", _("停用"))


VEHICLES = Desk(
    name="vehicles",
    title=_l("车辆"),
    one=_l("车辆"),
    icon="truck",
    read="vehicles:read",
    write="vehicles:write",
    rows=every(queries.list_vehicles),
    columns=(
        Column(_l("号牌号码"), lambda v: v.plate),
        Column(_l("自编号"), lambda v: v.code or ""),
        Column(_l("车型"), lambda v: v.type.name),
        Column(_l("能源"), lambda v: words.ENERGY.get(v.type.energy, v.type.energy)),
        Column(_l("所属仓"), lambda v: v.home.name),
        Column(_l("载质量与容积"), lambda v: size_text(v.type)),
        Column(_l("证照"), _papers, pill=True),
        Column(_l("状态"), _state, pill=True),
    ),
    label=lambda v: v.plate,
    words=lambda v: f"{v.plate} {v.code or ''} {v.type.name} {v.home.name}",
    empty=_l("先建车型，再建车辆；也可用表格一次导入。"),
    form=VehicleForm,
    get=queries.get_vehicle,
    save=one(operations.upsert_vehicles),
    key_fields=("plate",),
    spot=home_spot,
    filters=(
        Filter("energy", _l("能源"), words.pairs(words.ENERGY), lambda v, e: v.type.energy == e),
    ),
    sheet="vehicles",
    tabs=TABS,
)
