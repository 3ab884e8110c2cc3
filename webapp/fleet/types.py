"""The desk of vehicle kinds."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import BooleanField, FieldList, FormField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional

from models.accounts.actor import Actor
from models.accounts.city import find_city
from models.charging.queries import tariffs
from models.fleet import operations, queries
from models.fleet.kinds import faults_of_kind, usual_physics
from models.fleet.tables import VehicleType
from models.language import N_
from webapp.fleet.tabs import TABS
from webapp.things import words
from webapp.things.desk import Column, Desk, Filter, ThingForm, mine, one
from webapp.things.fields import Part, Scaled, Ticks, clock, kept, second

MILLI_FEN = 100_000
"""Milli-fen in a yuan."""
PER_100_KM = 10_000
"""mWh per km in a kWh per 100 km."""
_PHYSICS = (
    "drag_area_m2_milli",
    "rolling_micro",
    "efficiency_permille",
    "regeneration_permille",
    "auxiliary_w",
    "heating_w_per_k",
    "cooling_w_per_k",
    "stops_per_km_milli",
)
"""What ``routing.energy.Physics`` knows; on the form each with the prefix ``physics_``."""


class RoomPart(Part):
    """A compartment with the temperatures it can hold."""

    key_field = "temperatures"
    id = StringField(_l("车厢名称"), validators=[Length(max=20)])
    temperatures = Ticks(_l("温层"), words.TEMPERATURES)
    payload_g = Scaled(_l("载质量"), 1000, "kg")
    volume_cm3 = Scaled(_l("容积"), 10**6, "m³")
    unit_places = Scaled(_l("笼位/托位"))


class CurvePart(Part):
    """From this charge on, at most this power."""

    key_field = "power_w"
    from_wh = Scaled(_l("电量达到"), 1000, "kWh")
    power_w = Scaled(_l("最大功率"), 1000, "kW")


class UsePart(Part):
    """Consumption of departures from this hour on."""

    key_field = "base_mwh_per_km"
    start = StringField(_l("从（时刻）"), default="00:00")
    base_mwh_per_km = Scaled(_l("空载"), PER_100_KM, "kWh/100 km")
    load_mwh_per_tkm = Scaled(_l("每吨货物增加"), PER_100_KM, "kWh/100 km")
    drive_w = Scaled(_l("行驶时附加功率"), 1000, "kW")


class TypeForm(ThingForm):
    """A vehicle kind, whole."""

    sections = (
        (_l("车型"), ("code", "name", "energy", "body", "profile", "emission_stage", "axles")),
        (_l("装载"), ("payload_g", "volume_cm3", "unit_places", "capabilities")),
        (
            _l("尺寸与质量"),
            ("length_mm", "width_mm", "height_mm", "curb_mass_g", "gross_mass_g"),
        ),
        (
            _l("电池、充电与燃料"),
            (
                "battery_wh",
                "reserve_wh",
                "max_charge_w",
                "plugs",
                "swap",
                "stop_w",
                "fuel_tariff_id",
                "co2e_mg_per_kwh",
                "ttw_mg_per_kwh",
            ),
        ),
        (_l("成本"), ("fixed_mfen", "per_km_mfen", "per_hour_mfen")),
        (_l("须有效的证照"), ("papers",)),
        (_l("能耗参数（不填则按行驶速度组取常用值）"), tuple(f"physics_{n}" for n in _PHYSICS)),
    )
    code = StringField(_l("车型编码"), validators=[DataRequired(_l("请填写编码")), Length(max=60)])
    name = StringField(_l("名称"), validators=[DataRequired(_l("请填写名称")), Length(max=120)])
    energy = SelectField(_l("能源"), choices=words.choices(words.ENERGY), default="bev")
    body = StringField(_l("车身"), default=N_("厢式"), validators=[Length(max=40)])
    profile = SelectField(_l("行驶速度组"))
    emission_stage = Scaled(_l("排放阶段"), 1, description=_l("国五填 5；电动填 0"))
    axles = Scaled(_l("轴数"), 1, least=2, default=2)
    payload_g = Scaled(_l("核定载质量"), 1000, "kg", least=1, validators=[DataRequired()])
    volume_cm3 = Scaled(_l("容积"), 10**6, "m³", least=1, validators=[DataRequired()])
    unit_places = Scaled(_l("笼位/托位"), 1, description=_l("0 = 不限"))
    capabilities = Ticks(_l("具备条件"), words.NEEDS)
    length_mm = Scaled(_l("车长"), 1000, "m")
    width_mm = Scaled(_l("车宽"), 1000, "m")
    height_mm = Scaled(_l("车高"), 1000, "m")
    curb_mass_g = Scaled(_l("整备质量"), 10**6, "t")
    gross_mass_g = Scaled(_l("总质量"), 10**6, "t", description=_l("禁限行规则按总质量判断"))
    battery_wh = Scaled(_l("电池容量"), 1000, "kWh")
    reserve_wh = Scaled(_l("保留电量"), 1000, "kWh", description=_l("排线不动用的下限"))
    max_charge_w = Scaled(_l("最大充电功率"), 1000, "kW")
    plugs = Ticks(_l("可用的枪"), words.PLUGS)
    swap = BooleanField(_l("可换电"))
    stop_w = Scaled(_l("停靠时制冷功率"), 1000, "kW")
    fuel_tariff_id = SelectField(_l("燃料价格"), validators=[Optional()])
    co2e_mg_per_kwh = Scaled(_l("全周期排放"), 10**6, "kg CO2e/kWh")
    ttw_mg_per_kwh = Scaled(_l("使用端排放"), 10**6, "kg CO2e/kWh")
    fixed_mfen = Scaled(_l("每日固定成本"), MILLI_FEN, _l("元"))
    per_km_mfen = Scaled(_l("每公里成本"), MILLI_FEN, _l("元"))
    per_hour_mfen = Scaled(_l("每小时成本"), MILLI_FEN, _l("元"))
    papers = Ticks(_l("证照"), words.PAPERS)
    physics_drag_area_m2_milli = Scaled(_l("迎风阻力面积 CdA"), 1000, "m²")
    physics_rolling_micro = Scaled(_l("滚动阻力系数"), 10**6)
    physics_efficiency_permille = Scaled(_l("传动效率"), 10, "%")
    physics_regeneration_permille = Scaled(_l("制动能量回收"), 10, "%")
    physics_auxiliary_w = Scaled(_l("附件功率"), 1000, "kW")
    physics_heating_w_per_k = Scaled(_l("采暖功率"), 1, "W/K")
    physics_cooling_w_per_k = Scaled(_l("空调功率"), 1, "W/K")
    physics_stops_per_km_milli = Scaled(_l("每公里停车次数"), 1000)
    compartments = FieldList(
        FormField(RoomPart),
        _l("分温车厢"),
        min_entries=1,
        description=_l("空着 = 整车一个常温车厢；多温车每个车厢一行"),
    )
    curve = FieldList(
        FormField(CurvePart),
        _l("充电曲线"),
        min_entries=1,
        description=_l("空着 = 一直按最大充电功率；第一行从 0 kWh 起，功率逐行下降"),
    )
    use = FieldList(
        FormField(UsePart),
        _l("实测能耗"),
        min_entries=1,
        description=_l("填了就按实测算，不再用上面的能耗参数；燃油按热值，柴油 1 L ≈ 10 kWh"),
    )

    def choices(self, session: Session, who: Actor) -> None:
        """Fuels that can be bought; speed profiles of the city."""
        fuels = [t for t in tariffs(session, who) if t.kind == "fuel"]
        self.fuel_tariff_id.choices = words.options(
            [("", _("无（电动）")), *((str(t.id), t.name) for t in fuels)]
        )
        city = find_city(session)
        known = (city.travel if city else {}).get("profiles") or words.PROFILES
        self.profile.choices = words.options((p, words.PROFILES.get(p, p)) for p in known)

    def fill(self, row: VehicleType) -> None:
        """Show a kind."""
        super().fill(row)
        self.fuel_tariff_id.process_data(str(row.fuel_tariff_id or ""))
        for name in _PHYSICS:
            self[f"physics_{name}"].process_data(row.physics.get(name))
        _refill(self.compartments, row.compartments)
        _refill(self.curve, row.curve)
        _refill(self.use, [{**step, "start": clock(step["start"])} for step in row.use])

    def validate(self, extra_validators: Any = None) -> bool:
        """Each fault of the kind beside its field."""
        good = super().validate(extra_validators)
        for part in kept(self.use.entries):
            if second(part["start"]) is None:
                self.use.errors = [*self.use.errors, _("时刻应如 07:00")]
                return False
        for name, text in faults_of_kind(self.values()):
            self[name].errors = [*self[name].errors, text]
            good = False
        return good

    def values(self) -> dict[str, Any]:
        """Columns of the kind; figures left blank are 0."""
        given = super().values()
        physics = {name: given.pop(f"physics_{name}") for name in _PHYSICS}
        for name, field in self._fields.items():
            if isinstance(field, Scaled) and name in given:
                given[name] = given[name] or 0
        fuel = self.fuel_tariff_id.data
        given["fuel_tariff_id"] = uuid.UUID(fuel) if fuel else None
        rooms = enumerate(kept(self.compartments.entries), start=1)
        given["compartments"] = [
            {**_figures(part), "id": part["id"] or f"{n}", "temperatures": part["temperatures"]}
            for n, part in rooms
        ]
        given["curve"] = [_figures(part) for part in kept(self.curve.entries)]
        given["use"] = [
            {**_figures(part), "start": second(part["start"]) or 0}
            for part in kept(self.use.entries)
        ]
        told = {name: value for name, value in physics.items() if value is not None}
        if told or not given["use"]:
            usual = usual_physics(given["energy"] or "", given["profile"] or "")
            given["physics"] = {**usual, **told}
        else:
            given["physics"] = {}
        return given


def _figures(part: Mapping[str, Any]) -> dict[str, Any]:
    """The row's figures, blanks as 0."""
    return {name: value or 0 for name, value in part.items() if name not in ("id", "temperatures")}


def _refill(field: FieldList, rows: list[dict[str, Any]]) -> None:
    while field.entries:
        field.pop_entry()
    for row in rows:
        field.append_entry(row)
    field.append_entry()


def size_text(row: VehicleType) -> str:
    """``1450 kg · 17.5 m³``; a figure stays with its unit."""
    return f"{row.payload_g / 1000:g}\u00a0kg · {row.volume_cm3 / 1e6:g}\u00a0m³"


def _kept_by(row: VehicleType) -> tuple[str, str, object]:
    if mine(row):
        return ("good", "pencil", _("本单位，可改"))
    return ("draft", "lock", _("城市目录，可复制"))


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
        Column(_l("载质量与容积"), size_text),
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
        Column(_l("维护"), _kept_by, pill=True),
    ),
    label=lambda t: t.name,
    words=lambda t: f"{t.code} {t.name}",
    empty=_l("车型决定载质量、续航和成本。可用表格一次导入。"),
    form=TypeForm,
    get=queries.get_vehicle_type,
    save=one(operations.upsert_vehicle_types),
    key_fields=("code",),
    filters=(Filter("energy", _l("能源"), words.pairs(words.ENERGY), lambda t, e: t.energy == e),),
    sheet="vehicle_types",
    tabs=TABS,
)
