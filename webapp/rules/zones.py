"""The desk of zones, drawn on the map or typed as coordinates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from models.accounts.actor import Actor
from models.rules import operations, queries
from models.rules.tables import Zone
from models.spatial import polygons
from webapp.rules.tabs import TABS
from webapp.things import words
from webapp.things.desk import Column, Desk, Filter, ThingForm, every, in_use, one
from webapp.things.fields import Area


class ZoneForm(ThingForm):
    """A zone with its outline."""

    code = StringField(_l("编码"), validators=[DataRequired(_l("请填写编码")), Length(max=60)])
    name = StringField(_l("名称"), validators=[DataRequired(_l("请填写名称")), Length(max=120)])
    kind = SelectField(_l("类别"), choices=words.choices(words.ZONE_KINDS))
    district = StringField(_l("行政区"), validators=[Length(max=60)])
    active = BooleanField(_l("启用"), default=True)
    area = Area(
        _l("范围（WGS-84 经度,纬度）"),
        render_kw={"rows": 5, "spellcheck": "false"},
        description=_l("一圈一行，点之间用 ; 分开；圈内的圈是洞。也可粘贴 WKT 或 GeoJSON"),
    )

    by_road = HiddenField()

    def fill(self, row: Zone) -> None:
        """Show a zone."""
        super().fill(row)
        self.by_road.process_data("1" if row.sections else "")
        self.area.process_data(polygons(row.area))

    def validate_area(self, field: Area) -> None:
        """A zone without an outline binds nobody; one by road sections has none."""
        if not (field.data or field.errors or self.by_road.data):
            raise ValidationError(str(_l("请在地图上画出范围，或填写坐标")))

    def values(self) -> dict[str, Any]:
        """Columns of the zone."""
        values = super().values()
        values["polygons"] = values.pop("area")
        values["district"] = values["district"] or None
        values.pop("by_road")
        return values


def shape_of(zone: Zone) -> dict[str, Any] | None:
    """Where a zone lies, for the map."""
    return {"polygons": polygons(zone.area), "kind": "zone"} if zone.area is not None else None


def _around(session: Session, who: Actor) -> Sequence[Mapping[str, Any]]:
    """All zones, to draw a new one beside."""
    return [
        {**shape, "id": str(zone.id), "text": zone.name}
        for zone in every(queries.list_zones)(session, who)
        if (shape := shape_of(zone)) is not None
    ]


ZONES = Desk(
    name="zones",
    title=_l("区域"),
    one=_l("区域"),
    icon="polygon",
    read="zones:read",
    write="rules:write",
    rows=every(queries.list_zones),
    columns=(
        Column(_l("编码"), lambda z: z.code),
        Column(_l("名称"), lambda z: z.name),
        Column(_l("类别"), lambda z: words.ZONE_KINDS.get(z.kind, z.kind)),
        Column(_l("规则数"), lambda z: sum(rule.active for rule in z.rules), numeric=True),
        Column(_l("状态"), in_use, pill=True),
    ),
    label=lambda z: z.name,
    words=lambda z: f"{z.code} {z.name}",
    empty=_l("区域是规则生效的范围。在地图上画，或用表格、GeoJSON 一次导入。"),
    form=ZoneForm,
    get=queries.get_zone,
    save=one(operations.upsert_zones),
    key_fields=("code",),
    spot=shape_of,
    filters=(Filter("kind", _l("类别"), words.pairs(words.ZONE_KINDS), lambda z, k: z.kind == k),),
    sheet="zones",
    tabs=TABS,
    draw="area",
    around=_around,
    href=lambda z: url_for("rules.zone_page", zone_id=z.id),
)
