"""The desks of charging sites and of tariffs."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from flask import Blueprint
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import BooleanField, FieldList, FormField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from models.accounts.actor import Actor
from models.charging import operations, queries
from models.charging.tables import ChargingSite, Tariff
from models.places.queries import all_places
from webapp.things import words
from webapp.things.desk import Column, Desk, ThingForm, every, in_use, mount, one
from webapp.things.fields import Degrees, Hours, Part, Scaled, clock, hours_text, kept, second

blueprint = Blueprint(
    "charging", __name__, url_prefix="/charging", template_folder="../things/templates"
)
TABS = ((_l("充电站"), "charging.index"), (_l("分时电价"), "charging.tariffs"))
MILLI_FEN = 100_000
"""Milli-fen in a yuan."""


class ConnectorPart(Part):
    """A connector with the charge point that it hangs on."""

    key_field = "point"
    point = StringField(_l("充电桩编号"))
    code = StringField(_l("充电枪编号"))
    plug = SelectField(_l("枪类型"), choices=words.choices(words.PLUGS))
    power_w = Scaled(_l("功率"), 1000, "kW")
    active = BooleanField(_l("启用"))


class SiteForm(ThingForm):
    """A charging site with its connectors."""

    code = StringField(_l("站编码"), validators=[DataRequired(_l("请填写编码")), Length(max=60)])
    name = StringField(_l("站名"), validators=[DataRequired(_l("请填写名称")), Length(max=120)])
    place_id = SelectField(_l("位置"), validators=[Optional()])
    lon = Degrees(_l("经度"), 180, description=_l("在仓内的站不用填"))
    lat = Degrees(_l("纬度"), 90)
    tariff_id = SelectField(_l("分时电价"), validators=[DataRequired(_l("请选择电价"))])
    power_w = Scaled(_l("站总功率"), 1000, "kW", description=_l("0 = 不限"))
    hours = Hours(_l("开放时段"), description=_l("空着 = 全天"))
    attended = BooleanField(_l("充电须有人值守（不算休息）"))
    loading = BooleanField(_l("充电时可装车"))
    service = BooleanField(_l("充电时可卸货"))
    active = BooleanField(_l("启用"), default=True)
    connectors = FieldList(FormField(ConnectorPart), _l("充电桩与充电枪"), min_entries=1)

    def choices(self, session: Session, who: Actor) -> None:
        """Where a site may stand, and what it may cost."""
        depots = all_places(session, who, ("depot", "distribution_centre", "hub"))
        self.place_id.choices = words.options(
            [
                ("", _("独立场站（填经纬度）")),
                *((str(p.id), _("在 %(name)s 内", name=p.name)) for p in depots),
            ]
        )
        self.tariff_id.choices = words.options(
            (str(t.id), t.name) for t in queries.tariffs(session, who) if t.kind == "electricity"
        )

    def fill(self, row: ChargingSite) -> None:
        """Show a site and its connectors."""
        super().fill(row)
        own = row.place.kind == "charging"
        self.place_id.process_data("" if own else str(row.place_id))
        self.lon.process_data(round(row.place.lon * 10**6))
        self.lat.process_data(round(row.place.lat * 10**6))
        self.tariff_id.process_data(str(row.tariff_id))
        self.loading.process_data("loading" in row.overlaps)
        self.service.process_data("service" in row.overlaps)
        while self.connectors.entries:
            self.connectors.pop_entry()
        for point in row.points:
            for connector in point.connectors:
                self.connectors.append_entry(
                    {
                        "point": point.code,
                        "code": connector.code,
                        "plug": connector.plug,
                        "power_w": connector.power_w,
                        "active": connector.active,
                    }
                )
        self.connectors.append_entry({"active": True})

    def validate_lon(self, field: Degrees) -> None:
        """A site that is not in a depot stands somewhere."""
        if not self.place_id.data and (field.data is None or self.lat.data is None):
            raise ValidationError(str(_l("请在地图上点出位置，或填写经纬度")))

    def values(self) -> dict[str, Any]:
        """Columns of the site, its points whole."""
        values = super().values()
        if self.place_id.data:
            values["place_id"] = uuid.UUID(self.place_id.data)
            del values["lon"], values["lat"]
        else:
            del values["place_id"]
            values["lon"], values["lat"] = self.lon.data / 10**6, self.lat.data / 10**6
        values["tariff_id"] = uuid.UUID(self.tariff_id.data)
        values["power_w"] = values["power_w"] or 0
        overlaps = [name for name in ("loading", "service") if values.pop(name)]
        values["overlaps"] = overlaps
        rows = sorted(kept(values.pop("connectors") and self.connectors.entries), key=_point)
        values["points"] = [
            {
                "code": point,
                "connectors": [
                    {
                        "code": c["code"] or "1",
                        "plug": c["plug"],
                        "power_w": c["power_w"] or 0,
                        "active": c["active"],
                    }
                    for c in group
                ],
            }
            for point, group in groupby(rows, key=_point)
        ]
        return values


def _point(part: Mapping[str, Any]) -> str:
    return str(part["point"])


class StepPart(Part):
    """From this hour on, this price."""

    key_field = "start"
    start = StringField(_l("从（时刻）"))
    per_kwh = Scaled(_l("电价"), MILLI_FEN, _l("元/kWh"))


class TariffForm(ThingForm):
    """A tariff by time of day."""

    code = StringField(_l("编码"), validators=[DataRequired(_l("请填写编码")), Length(max=60)])
    name = StringField(_l("名称"), validators=[DataRequired(_l("请填写名称")), Length(max=120)])
    kind = SelectField(
        _l("类别"), choices=words.choices({"electricity": _l("电"), "fuel": _l("燃料（按热值）")})
    )
    steps = FieldList(
        FormField(StepPart), _l("分时价格"), min_entries=1, description=_l("第一行须从 00:00 开始")
    )

    def fill(self, row: Tariff) -> None:
        """Show a tariff."""
        super().fill(row)
        while self.steps.entries:
            self.steps.pop_entry()
        for step in row.steps:
            self.steps.append_entry({"start": clock(step["start"]), "per_kwh": step["per_kwh"]})
        self.steps.append_entry()

    def validate_steps(self, field: FieldList) -> None:
        """Each hour must be one."""
        for entry in field.entries:
            start = entry.form.start
            if start.data and second(start.data) is None:
                start.errors = [_l("不是时刻，应如 07:00")]
                raise ValidationError(str(_l("有时刻填写不正确")))

    def values(self) -> dict[str, Any]:
        """Columns of the tariff, steps in order."""
        values = super().values()
        steps = [
            {"start": second(part["start"]) or 0, "per_kwh": part["per_kwh"] or 0}
            for part in kept(self.steps.entries)
        ]
        values["steps"] = sorted(steps, key=lambda step: step["start"])
        return values


def _count(site: ChargingSite) -> str:
    connectors = sum(len(point.connectors) for point in site.points)
    return _("%(count)s 桩 %(connectors)s 枪", count=len(site.points), connectors=connectors)


def _around(session: Session, actor: Actor) -> list[Mapping[str, Any]]:
    """The other sites."""
    return [
        {"id": str(site.id), "at": [site.place.lon, site.place.lat], "text": site.name}
        for site in every(queries.list_sites)(session, actor)
    ]


SITES = Desk(
    name="index",
    title=_l("充电"),
    one=_l("充电站"),
    icon="charging-pile",
    read="chargers:read",
    write="chargers:write",
    rows=every(queries.list_sites),
    columns=(
        Column(_l("编码"), lambda s: s.code),
        Column(_l("名称"), lambda s: s.name),
        Column(_l("桩与枪"), _count),
        Column(
            _l("总功率 kW"),
            lambda s: f"{s.power_w / 1000:g}" if s.power_w else _l("不限"),
            numeric=True,
        ),
        Column(_l("电价"), lambda s: s.tariff.name),
        Column(_l("开放时段"), lambda s: hours_text(s.hours) or _l("全天")),
        Column(_l("状态"), in_use, pill=True),
    ),
    label=lambda s: s.name,
    words=lambda s: f"{s.code} {s.name}",
    empty=_l("充电站、桩、枪决定电动货车能跑多远。可用表格一次导入。"),
    form=SiteForm,
    get=queries.get_site,
    save=one(operations.keep_sites),
    key_fields=("code",),
    spot=lambda s: {"at": [s.place.lon, s.place.lat], "kind": "charging"},
    sheet="chargers",
    tabs=TABS,
    draw="point",
    around=_around,
)
TARIFFS = Desk(
    name="tariffs",
    title=_l("分时电价"),
    one=_l("电价"),
    icon="receipt",
    read="chargers:read",
    write="chargers:write",
    rows=queries.tariffs,
    columns=(
        Column(_l("编码"), lambda t: t.code),
        Column(_l("名称"), lambda t: t.name),
        Column(
            _l("元/kWh"),
            lambda t: _("；").join(
                _(
                    "%(clock)s 起 %(per_kwh)s",
                    clock=clock(s["start"]),
                    per_kwh=f"{s['per_kwh'] / MILLI_FEN:.4g}",
                )
                for s in t.steps
            ),
        ),
    ),
    label=lambda t: t.name,
    words=lambda t: f"{t.code} {t.name}",
    empty=_l("充电成本按分时电价计算。"),
    form=TariffForm,
    get=queries.get_tariff,
    save=one(operations.upsert_tariffs),
    key_fields=("code",),
    sheet="tariffs",
    tabs=TABS,
)
mount(blueprint, SITES, "/")
mount(blueprint, TARIFFS, "/tariffs/")
