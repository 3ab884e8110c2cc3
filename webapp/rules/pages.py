"""The desks of access rules and zones."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models.rules import operations, queries
from models.rules.tables import AccessRule
from webapp.frame import service_date
from webapp.rules.forms import RuleForm
from webapp.rules.sentence import sentence, when_text
from webapp.rules.tabs import TABS
from webapp.rules.zones import ZONES, shape_of
from webapp.things import words
from webapp.things.desk import Column, Desk, Filter, every, in_use, mount, one

blueprint = Blueprint("rules", __name__, url_prefix="/rules", template_folder="templates")


def _dates(rule: AccessRule) -> str:
    since = rule.effective_from.isoformat() if rule.effective_from else ""
    until = rule.effective_to.isoformat() if rule.effective_to else ""
    return (
        _("%(since)s 至 %(until)s", since=since, until=until).strip()
        if since or until
        else _("长期")
    )


def _standing(rule: AccessRule) -> tuple[str, str, object]:
    """Whether the rule exists on the service date shown."""
    day = service_date.current()
    if rule.active and rule.effective_from and day < rule.effective_from:
        return ("running", "clock", _("未施行"))
    if rule.active and rule.effective_to and day > rule.effective_to:
        return ("draft", "clock", _("已截止"))
    return in_use(rule)


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
        Column(_l("状态"), _standing, pill=True),
    ),
    label=lambda r: f"{r.zone.name} · {r.name}",
    words=lambda r: f"{r.code} {r.name} {r.zone.name} {r.basis}",
    empty=_l("禁限行规则由交管维护，排线按当日生效的规则执行。"),
    form=RuleForm,
    get=queries.get_rule,
    save=one(operations.upsert_rules),
    key_fields=("code",),
    spot=lambda r: shape_of(r.zone),
    filters=(Filter("effect", _l("措施"), words.pairs(words.EFFECTS), lambda r, e: r.effect == e),),
    sheet="rules",
    tabs=TABS,
)
mount(blueprint, RULES, "/")
mount(blueprint, ZONES, "/zones/")
