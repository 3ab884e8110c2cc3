"""Chinese words of codes in plans: temperatures, needs, units, figures.

What rules, reasons and remedies say stands with the rules themselves (:mod:`routing.rules`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from routing.rules import RULES, text_of
from workers.planning.names import Names

TEMPERATURES = {"ambient": "常温", "chilled": "冷藏", "frozen": "冷冻"}

NEEDS = {
    "tail_lift": "尾板",
    "enclosed": "封闭厢体",
    "quiet": "静音卸货",
    "roll_cage": "笼车",
    "pallet_jack": "托盘车",
    "refrigerated": "冷藏车",
    "two_people": "双人",
    "insulated": "保温厢",
    "crane": "随车吊",
}

ENERGY = {
    "petrol": "汽油",
    "diesel": "柴油",
    "cng": "CNG",
    "lng": "LNG",
    "methanol": "甲醇",
    "hev": "油电混动",
    "phev": "插电混动",
    "erev": "增程",
    "bev": "纯电",
    "fcev": "氢燃料",
}

UNITS = {"carton": "箱", "pallet": "托", "roll_cage": "笼", "tote": "周转箱", "piece": "件"}

STOP_KINDS = {
    "depot": "仓",
    "pickup": "装货",
    "delivery": "卸货",
    "charge": "充电",
    "swap": "换电",
    "rest": "休息",
    "wait": "等待",
}

TIERS = {"impossible": "不可行", "no_room": "排不下", "not_worth_it": "不划算"}

EFFECTS = {
    "no_driving": "禁止通行",
    "no_stopping": "禁止停车装卸",
    "no_parking": "禁止停放",
    "pass_needed": "凭通行证通行",
    "quiet_only": "限静音车辆",
}

NO_REMEDY = "现有车辆、网点与规则内未找到可行的办法"
"""Said of an order that no remedy tried would serve."""

_PLACE = re.compile(r" ?[：（]?\{(\w+)\}）? ?")
"""Where the words of a reason or remedy take a figure."""


def rule_text(rule_id: str) -> str:
    """What a rule asks for; an id that is none is said as it is."""
    rule = RULES.get(rule_id)
    return rule.zh if rule else rule_id


def reason_text(code: str) -> str:
    """A reason without its figures, which differ from vehicle to vehicle."""
    try:
        return _PLACE.sub("", text_of(code).zh).strip()
    except KeyError:
        return code


def remedy_text(code: str, detail: Mapping[str, str | int], names: Names) -> str:
    """A remedy in one line: its words with the figures that they name, then any others."""
    try:
        words = text_of(code, remedy=True).zh
    except KeyError:
        return detail_text(detail, names) or code
    if "text" in detail:
        return str(detail["text"])
    named = set(_PLACE.findall(words))
    if named <= detail.keys():
        words = words.format_map({key: _figure(key, detail[key], names) for key in named})
    else:
        words = _PLACE.sub("", words).strip()
        named = set()
    others = detail_text({k: v for k, v in detail.items() if k not in named}, names)
    return "，".join(part for part in (words, others) if part)


def needs_text(needs: list[str]) -> str:
    """Needs as words, in the order given."""
    return "、".join(NEEDS.get(need, need) for need in needs)


DETAILS = {
    "vehicles": "共 {} 辆车",
    "vehicle": "{}",
    "bay": "{}",
    "metres": "步行 {} 米",
    "minutes": "{} 分钟",
    "hours": "{}",
    "parts": "{} 份",
    "needs": "{}",
    "cost": "送达成本 {} 元",
    "prize": "收益 {} 元",
    "late_min": "晚 {} 分钟",
    "kg": "{} kg",
    "limit_mm": "限 {} mm",
    "vehicle_mm": "车辆 {} mm",
    "to": "至 {}",
}
"""Figures of reasons and remedies as words; a key without words is for programs alone."""
MONEY = frozenset({"cost", "prize"})
LABELLED = frozenset({"vehicle", "bay"})


def detail_text(detail: Mapping[str, str | int], names: Names) -> str:
    """The figures of a reason or remedy: its own ``text``, else those that have words."""
    if "text" in detail:
        return str(detail["text"])
    return "，".join(
        DETAILS[key].format(_figure(key, value, names))
        for key, value in detail.items()
        if key in DETAILS
    )


def _figure(key: str, value: str | int, names: Names) -> str:
    """A figure as people read it: labels for ids, words for codes, yuan for fen."""
    if key in LABELLED:
        return names.of(str(value))
    if key == "needs":
        return needs_text([need.strip() for need in str(value).split(",")])
    if key in MONEY:
        return f"{int(value) / 100:,.2f}"
    return str(value)


def kilograms(grams: int) -> str:
    """Kilograms without decimals that are not known."""
    return f"{grams / 1000:,.0f}"
