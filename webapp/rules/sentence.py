"""A rule in a Chinese sentence, made from the rule itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.rules.tables import AccessRule
from webapp.things import words
from webapp.things.fields import days_text, hours_text


def who_text(who: Mapping[str, Any]) -> str:
    """One group of vehicles: ``4.5 t 以上、柴油、国五及以下的货车``."""
    parts: list[str] = []
    if who.get("local") is not None:
        parts.append("本地号牌" if who["local"] else "外地号牌")
    if who.get("plate_kinds"):
        parts.append(words.several(who["plate_kinds"], words.PLATE_KINDS))
    if who.get("mass_over_g"):
        parts.append(f"总质量 {who['mass_over_g'] / 1e6:g} t 以上")
    if who.get("length_over_mm"):
        parts.append(f"车长 {who['length_over_mm'] / 1000:g} m 以上")
    if who.get("energy"):
        parts.append(words.several(who["energy"], words.ENERGY))
    if who.get("stage_at_most"):
        parts.append(f"国{'一二三四五六七'[who['stage_at_most'] - 1]}及以下")
    parts += who.get("body") or []
    if who.get("tails"):
        parts.append("当日限行尾号")
    if who.get("types"):
        parts.append(f"指定的 {len(who['types'])} 种车型")
    return "、".join(parts) + "货车" if parts else "所有货车"


def everybody(groups: Sequence[Mapping[str, Any]]) -> str:
    """Several groups, parted by 或."""
    return "或".join(who_text(group) for group in groups)


def when_text(rule: AccessRule) -> str:
    """``工作日 07:00–08:30``; 全天 without hours."""
    when = rule.when or {}
    parts = []
    if when.get("alert_from"):
        parts.append(f"{when['alert_from']} 级及以上预警期间")
    if when.get("weekdays"):
        parts.append(days_text(when["weekdays"]))
    if when.get("holidays") == "never":
        parts.append("（法定节假日除外）")
    elif when.get("holidays") == "only":
        parts.append("法定节假日")
    parts.append(hours_text(when.get("hours") or ()).replace("-", "–") or "全天")
    return "".join(parts)


def sentence(rule: AccessRule) -> str:
    """The whole rule: when, where, who, what, and who is exempt."""
    effect = words.EFFECTS.get(rule.effect, rule.effect)
    text = f"{when_text(rule)}，{rule.zone.name}内，{everybody(rule.who)}{effect}"
    if rule.exempt:
        text += f"；{everybody(rule.exempt)}除外"
    return f"{text}。"
