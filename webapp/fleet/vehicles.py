"""The desks of vehicles and of vehicle kinds."""

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
    HiddenField,
    SelectField,
    StringField,
)
from wtforms.validators import DataRequired, Length, Optional

from models.accounts.actor import Actor
from models.charging.queries import tariffs
from models.fleet import operations, queries
from models.fleet.tables import Vehicle, VehicleType
from models.places.queries import all_places
from webapp.frame import service_date
from webapp.things import words
from webapp.things.desk import Column, Desk, Filter, ThingForm, every, one
from webapp.things.fields import Part, Scaled, kept

TABS = (
    (_l("车辆"), "fleet.vehicles"),
    (_l("车型"), "fleet.types"),
    (_l("司机"), "fleet.drivers"),
)
MILLI_FEN = 100_000
"""Milli-fen in a yuan."""
_TICKED = ("quiet", "tail_lift", "enclosed")
HOMES = ("hub", "distribution_centre", "depot")


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
    notes = StringField(_l("备注"), validators=[Length(max=200)])
    papers = FieldList(
        FormField(PaperPart), _l("证照"), min_entries=1, description=_l("过期的车辆不参与排线")
    )

    def choices(self, session: Session, who: Actor) -> None:
        """Kinds in use and depots."""
        kinds = queries.vehicle_types(session, who)
        self.type_id.choices = words.options((str(kind.id), kind.name) for kind in kinds)
        homes = all_places(session, who, HOMES)
        self.home_id.choices = words.options((str(p.id), f"{p.code} {p.name}") for p in homes)

    def fill(self, row: Vehicle) -> None:
        """Show a vehicle."""
        super().fill(row)
        self.type_id.process_data(str(row.type_id))
        self.home_id.process_data(str(row.home_id))
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
        values["papers"] = [
            {"kind": p["kind"], "number": p["number"] or None, "valid_to": p["valid_to"]}
            for p in kept(self.papers.entries)
        ]
        return values


class TypeForm(ThingForm):
    """What people change of a vehicle kind; the rest of it comes with the catalogue."""

    code = StringField(_l("车型编码"), validators=[DataRequired(_l("请填写编码")), Length(max=60)])
    name = StringField(_l("名称"), validators=[DataRequired(_l("请填写名称")), Length(max=120)])
    energy = SelectField(_l("能源"), choices=words.choices(words.ENERGY))
    body = StringField(_l("车身"), default="厢式", validators=[Length(max=40)])
    profile = SelectField(
        _l("行驶速度组"),
        choices=words.choices(
            {"van": _l("微面"), "light": _l("轻型货车"), "medium": _l("中型货车")}
        ),
    )
    payload_g = Scaled(_l("核定载质量"), 1000, "kg", least=1, validators=[DataRequired()])
    volume_cm3 = Scaled(_l("容积"), 10**6, "m³", least=1, validators=[DataRequired()])
    unit_places = Scaled(_l("笼位/托位"), 1, description=_l("0 = 不限"))
    gross_mass_g = Scaled(_l("总质量"), 10**6, "t")
    length_mm = Scaled(_l("车长"), 1000, "m")
    height_mm = Scaled(_l("车高"), 1000, "m")
    emission_stage = Scaled(_l("排放阶段"), 1, description=_l("国五填 5；电动填 0"))
    battery_wh = Scaled(_l("电池容量"), 1000, "kWh")
    reserve_wh = Scaled(_l("保留电量"), 1000, "kWh", description=_l("排线不动用的下限"))
    max_charge_w = Scaled(_l("最大充电功率"), 1000, "kW")
    fuel_tariff_id = SelectField(_l("燃料价格"), validators=[Optional()])
    quiet = BooleanField(_l("静音（可夜间配送）"))
    tail_lift = BooleanField(_l("尾板"))
    enclosed = BooleanField(_l("封闭厢体"))
    others = HiddenField()
    fixed_mfen = Scaled(_l("每日固定成本"), MILLI_FEN, "元")
    per_km_mfen = Scaled(_l("每公里成本"), MILLI_FEN, "元")
    per_hour_mfen = Scaled(_l("每小时成本"), MILLI_FEN, "元")

    def choices(self, session: Session, who: Actor) -> None:
        """Fuels that can be bought."""
        fuels = [t for t in tariffs(session, who) if t.kind == "fuel"]
        self.fuel_tariff_id.choices = words.options(
            [("", _("无（电动）")), *((str(t.id), t.name) for t in fuels)]
        )

    def fill(self, row: VehicleType) -> None:
        """Show a kind."""
        super().fill(row)
        self.fuel_tariff_id.process_data(str(row.fuel_tariff_id or ""))
        self.others.process_data(" ".join(c for c in row.capabilities if c not in _TICKED))
        for name in _TICKED:
            self[name].process_data(name in row.capabilities)

    def values(self) -> dict[str, Any]:
        """Columns of the kind; figures left blank are 0."""
        values = super().values()
        ticked = [name for name in _TICKED if values.pop(name)]
        values["capabilities"] = ticked + values.pop("others").split()
        values["fuel_tariff_id"] = (
            uuid.UUID(self.fuel_tariff_id.data) if (self.fuel_tariff_id.data) else None
        )
        for name, field in self._fields.items():
            if isinstance(field, Scaled):
                values[name] = values[name] or 0
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


def _size(row: VehicleType) -> str:
    return f"{row.payload_g / 1000:g} kg · {row.volume_cm3 / 1e6:g} m³"


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
        Column(_l("载质量与容积"), lambda v: _size(v.type)),
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
    filters=(
        Filter("energy", _l("能源"), tuple(words.ENERGY.items()), lambda v, e: v.type.energy == e),
    ),
    sheet="vehicles",
    tabs=TABS,
)
TYPES = Desk(
    name="types",
    title=_l("车型"),
    one=_l("车型"),
    icon="truck",
    read="vehicles:read",
    write="vehicles:write",
    rows=queries.vehicle_types,
    columns=(
        Column(_l("编码"), lambda t: t.code),
        Column(_l("名称"), lambda t: t.name),
        Column(_l("能源"), lambda t: words.ENERGY.get(t.energy, t.energy)),
        Column(_l("载质量与容积"), _size),
        Column(
            _l("电池 kWh"),
            lambda t: f"{t.battery_wh / 1000:g}" if t.battery_wh else "—",
            numeric=True,
        ),
        Column(_l("具备条件"), lambda t: words.several(t.capabilities, words.NEEDS)),
        Column(
            _l("成本 元/日 · 元/km · 元/h"),
            lambda t: " · ".join(
                f"{value / MILLI_FEN:.2f}"
                for value in (t.fixed_mfen, t.per_km_mfen, t.per_hour_mfen)
            ),
            numeric=True,
        ),
    ),
    label=lambda t: t.name,
    words=lambda t: f"{t.code} {t.name}",
    empty=_l("车型决定载质量、续航和成本。"),
    form=TypeForm,
    get=queries.get_vehicle_type,
    save=one(operations.upsert_vehicle_types),
    key_fields=("code",),
    tabs=TABS,
)
