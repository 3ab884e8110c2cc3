"""The desks of access rules and zones."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_babel import lazy_gettext as _l
from geoalchemy2.shape import to_shape
from shapely.geometry import mapping

from models.rules import operations, queries
from models.rules.tables import AccessRule, Zone
from webapp.rules.forms import RuleForm
from webapp.rules.sentence import sentence, when_text
from webapp.things import words
from webapp.things.desk import Column, Desk, Filter, every, in_use, mount, one

blueprint = Blueprint("rules", __name__, url_prefix="/rules", template_folder="../things/templates")
TABS = (
    (_l("规则"), "rules.index"),
    (_l("区域"), "rules.zones"),
    (_l("通行证"), "permits.index"),
)


def _shape(zone: Zone) -> dict[str, Any] | None:
    if zone.area is None:
        return None
    return {"polygons": mapping(to_shape(zone.area))["coordinates"], "kind": "zone"}


def _dates(rule: AccessRule) -> str:
    since = rule.effective_from.isoformat() if rule.effective_from else ""
    until = rule.effective_to.isoformat() if rule.effective_to else ""
    return f"{since} 至 {until}".strip() if since or until else "长期"


RULES = Desk(
    name="index",
    title=_l("禁限行规则"),
    one=_l("规则"),
    icon="barrier-block",
    read="rules:read",
    write="rules:write",
    rows=every(queries.list_rules),
    columns=(
        Column(_l("编码"), lambda r: r.code),
        Column(_l("区域"), lambda r: r.zone.name),
        Column(_l("规则"), sentence),
        Column(_l("措施"), lambda r: words.EFFECTS.get(r.effect, r.effect)),
        Column(_l("时段"), when_text),
        Column(_l("施行日期"), _dates),
        Column(_l("状态"), in_use, pill=True),
    ),
    label=lambda r: f"{r.zone.name} · {r.name}",
    words=lambda r: f"{r.code} {r.name} {r.zone.name} {r.basis}",
    empty=_l("禁限行规则由交管维护，排线按当日生效的规则执行。"),
    form=RuleForm,
    get=queries.get_rule,
    save=one(operations.upsert_rules),
    key_fields=("code",),
    spot=lambda r: _shape(r.zone),
    filters=(
        Filter("effect", _l("措施"), tuple(words.EFFECTS.items()), lambda r, e: r.effect == e),
    ),
    tabs=TABS,
)
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
    empty=_l("区域是规则生效的范围。"),
    spot=_shape,
    tabs=TABS,
)
mount(blueprint, RULES, "/")
mount(blueprint, ZONES, "/zones/")
