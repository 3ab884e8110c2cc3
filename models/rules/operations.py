"""Keeping zones and access rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.editing import Thing, Upserted, Values, upsert
from models.language import gettext as _
from models.rules.tables import EFFECTS, AccessRule, Zone
from models.spatial import multipolygon

_WHO = {
    "plate_kinds": list,
    "energy": list,
    "stage_at_most": int,
    "types": list,
    "mass_over_g": int,
    "length_over_mm": int,
    "body": list,
    "use": list,
    "local": bool,
    "tails": dict,
}
_WHEN = {
    "date_from": str,
    "date_to": str,
    "weekdays": list,
    "holidays": str,
    "hours": list,
    "alert_from": int,
}


def _zone(values: Values) -> dict[str, Any]:
    ready = dict(values)
    if "polygons" in ready:
        given = ready.pop("polygons")
        ready["area"] = multipolygon(given) if given else None
    return ready


def _shaped(given: Any, shape: dict[str, type], what: str) -> None:
    """Raise unless ``given`` has the shape of the planning problem's record."""
    if not isinstance(given, dict):
        raise TypeError(_("%(what)s须为对象", what=what))
    for name, value in given.items():
        if name not in shape:
            raise ValueError(_("%(what)s中有未知字段：%(name)s", what=what, name=name))
        if value is not None and not isinstance(value, shape[name]):
            raise ValueError(_("%(what)s的 %(name)s 格式不正确", what=what, name=name))


def _rule(values: Values) -> dict[str, Any]:
    if values.get("effect") not in (None, *EFFECTS):
        raise ValueError(_("管控措施无效"))
    for name in ("who", "exempt"):
        for one in values.get(name) or []:
            _shaped(one, _WHO, _("适用对象"))
    if "who" in values and not values["who"]:
        raise ValueError(_("适用对象不能为空；对所有车辆请填一个空对象"))
    when = values.get("when")
    if when is not None:
        _shaped(when, _WHEN, _("生效时间"))
        for name in ("date_from", "date_to"):
            if when.get(name):
                date.fromisoformat(when[name])
        if not set(when.get("weekdays") or []) <= set(range(1, 8)):
            raise ValueError(_("星期须为 1 到 7"))
        for hours in when.get("hours") or []:
            if not (0 <= hours["start"] < 86400 and 0 <= hours["end"] <= 86400):
                raise ValueError(_("时刻须在 0 点到 24 点之间"))
    return dict(values)


ZONES = Thing(
    entity=Zone,
    name="zone",
    roles=("police", "dispatcher"),
    key=("code",),
    columns=("code", "name", "kind", "district", "area", "sections", "active", "demo"),
    prepare=_zone,
)
RULES = Thing(
    entity=AccessRule,
    name="access_rule",
    roles=("police", "dispatcher"),
    key=("code",),
    columns=(
        "code",
        "name",
        "zone_id",
        "basis",
        "effect",
        "who",
        "exempt",
        "when",
        "effective_from",
        "effective_to",
        "active",
        "demo",
    ),
    references={"zone_id": Zone},
    prepare=_rule,
)


def upsert_zones(session: Session, actor: Actor, zones: Sequence[Values]) -> Upserted[Zone]:
    """Make or change zones by code; ``polygons`` as rings of (lon, lat)."""
    return upsert(session, actor, ZONES, zones)


def upsert_rules(session: Session, actor: Actor, rules: Sequence[Values]) -> Upserted[AccessRule]:
    """Make or change access rules by code; shapes as in ``routing.problem``."""
    return upsert(session, actor, RULES, rules)
