"""A rule in a Chinese sentence, made from the rule itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from models.language import N_
from models.language import gettext as _
from models.rules.tables import AccessRule
from webapp.things import words
from webapp.things.fields import days_text, hours_text

DAY_NAMES = (N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"))
USES = {"urban_delivery": _l("城市配送"), "cold_chain": _l("冷链配送")}
STAGES = (
    N_("国一及以下"),
    N_("国二及以下"),
    N_("国三及以下"),
    N_("国四及以下"),
    N_("国五及以下"),
    N_("国六及以下"),
    N_("国七及以下"),
)


def who_text(who: Mapping[str, Any]) -> str:
    """One group of vehicles: ``4.5 t 以上、柴油、国五及以下的货车``."""
    parts: list[str] = []
    if who.get("local") is not None:
        parts.append(_("本地号牌") if who["local"] else _("外地号牌"))
    if who.get("plate_kinds"):
        parts.append(words.several(who["plate_kinds"], words.PLATE_KINDS))
    if who.get("mass_over_g"):
        parts.append(_("总质量 %(tonnes)s t 以上", tonnes=f"{who['mass_over_g'] / 1000000.0:g}"))
    if who.get("length_over_mm"):
        parts.append(_("车长 %(metres)s m 以上", metres=f"{who['length_over_mm'] / 1000:g}"))
    if who.get("energy"):
        parts.append(words.several(who["energy"], words.ENERGY))
    if who.get("stage_at_most"):
        stage = STAGES[who["stage_at_most"] - 1]
        parts.append(_(stage))
    parts += who.get("body") or []
    if who.get("use"):
        parts.append(words.several(who["use"], USES))
    if who.get("tails"):
        parts.append(tails_words(who["tails"]))
    if who.get("types"):
        parts.append(_("指定的 %(count)s 种车型", count=len(who["types"])))
    return _("%(kinds)s货车", kinds=_("、").join(parts)) if parts else _("所有货车")


def tails_words(tails: Mapping[str, Any]) -> str:
    """``号牌尾号 周一 1、6，2026-10-01 3``."""
    told = [
        (str(_(DAY_NAMES[int(day) - 1])), digits)
        for day, digits in sorted((tails.get("by_weekday") or {}).items())
    ]
    told += sorted((tails.get("by_date") or {}).items())
    shown = (f"{day} {_('、').join(map(str, digits))}" for day, digits in told)
    return _("号牌尾号（%(days)s）", days=_("，").join(shown))


def everybody(groups: Sequence[Mapping[str, Any]]) -> str:
    """Several groups, parted by 或."""
    return _("或").join(who_text(group) for group in groups)


def when_text(rule: AccessRule) -> str:
    """``工作日 07:00–08:30``; 全天 without hours."""
    when = rule.when or {}
    parts = []
    if when.get("date_from") or when.get("date_to"):
        parts.append(span_text(when.get("date_from"), when.get("date_to")))
    if when.get("alert_from"):
        parts.append(_("%(alert_from)s 级及以上预警期间", alert_from=when["alert_from"]))
    if when.get("weekdays"):
        parts.append(days_text(when["weekdays"]))
    if when.get("holidays") == "never":
        parts.append(_("（法定节假日除外）"))
    elif when.get("holidays") == "only":
        parts.append(_("法定节假日"))
    parts.append(hours_text(when.get("hours") or ()).replace("-", "–") or _("全天"))
    return "".join(parts)


def span_text(first: object, last: object) -> str:
    """``自 2026-11-01 起``, ``2026-11-01 至 2026-12-31``, ``至 2026-12-31``."""
    if first and last:
        return _("%(first)s 至 %(last)s ", first=first, last=last)
    return _("自 %(day)s 起", day=first) if first else _("至 %(day)s 止", day=last)


def sentence(rule: AccessRule) -> str:
    """The whole rule: when, where, who, what, and who is exempt."""
    effect = words.EFFECTS.get(rule.effect, rule.effect)
    text = _(
        "%(when)s，%(zone)s内，%(who)s%(effect)s",
        when=when_text(rule),
        zone=rule.zone.name,
        who=everybody(rule.who),
        effect=effect,
    )
    if rule.effective_from or rule.effective_to:
        days = span_text(rule.effective_from, rule.effective_to).strip()
        text = _("%(days)s施行：%(text)s", days=days, text=text)
    if rule.exempt:
        text += _("；%(who)s除外", who=everybody(rule.exempt))
    return _("%(text)s。", text=text)
