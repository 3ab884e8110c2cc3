"""Chinese words of codes in plans: temperatures, needs, units, figures.

What rules, reasons and remedies say stands with the rules themselves (:mod:`routing.rules`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from models.language import N_, Words, active
from models.language import gettext as _
from routing.rules import RULES, Rule, Text, text_of
from workers.planning.names import Names

TEMPERATURES = Words({"ambient": N_("常温"), "chilled": N_("冷藏"), "frozen": N_("冷冻")})

NEEDS = Words(
    {
        "tail_lift": N_("尾板"),
        "enclosed": N_("封闭厢体"),
        "quiet": N_("静音卸货"),
        "roll_cage": N_("笼车"),
        "pallet_jack": N_("托盘车"),
        "refrigerated": N_("冷藏车"),
        "two_people": N_("双人"),
        "insulated": N_("保温厢"),
        "crane": N_("随车吊"),
    }
)

ENERGY = Words(
    {
        "petrol": N_("汽油"),
        "diesel": N_("柴油"),
        "cng": "CNG",
        "lng": "LNG",
        "methanol": N_("甲醇"),
        "hev": N_("油电混动"),
        "phev": N_("插电混动"),
        "erev": N_("增程"),
        "bev": N_("纯电"),
        "fcev": N_("氢燃料"),
    }
)

UNITS = Words(
    {
        "carton": N_("箱"),
        "pallet": N_("托"),
        "roll_cage": N_("笼"),
        "tote": N_("周转箱"),
        "piece": N_("件"),
    }
)

STOP_KINDS = Words(
    {
        "depot": N_("仓"),
        "pickup": N_("装货"),
        "delivery": N_("卸货"),
        "charge": N_("充电"),
        "swap": N_("换电"),
        "rest": N_("休息"),
        "wait": N_("等待"),
    }
)

TAKES = Words({"delivery": N_("装货"), "pickup": N_("揽收"), "return": N_("退货")})
"""What is done where goods are taken aboard, by kind of order."""


def takes(stop: Mapping[str, Any]) -> str:
    """装货, 揽收 or 退货 at a stop that takes goods aboard; nothing at any other."""
    if stop["kind"] != "pickup":
        return ""
    kinds = {order.get("order_kind", "delivery") for order in stop["orders"]}
    return _("、").join(TAKES[kind] for kind in TAKES if kind in kinds)


TIERS = Words({"impossible": N_("不可行"), "no_room": N_("排不下"), "not_worth_it": N_("不划算")})

EFFECTS = Words(
    {
        "no_driving": N_("禁止通行"),
        "no_stopping": N_("禁止停车装卸"),
        "no_parking": N_("禁止停放"),
        "pass_needed": N_("凭通行证通行"),
        "quiet_only": N_("限静音车辆"),
    }
)

NO_REMEDY = N_("现有车辆、网点与规则内未找到可行的办法")
"""Said of an order that no remedy tried would serve."""

_PLACE = re.compile(r" ?[：（]?\{(\w+)\}）? ?")
"""Where the words of a reason or remedy take a figure."""


def _said(text: Rule | Text) -> str:
    """The words of a rule, reason or remedy in the active language."""
    return text.zh if active() == "zh" else text.en


def rule_text(rule_id: str) -> str:
    """What a rule asks for; an id that is none is said as it is."""
    rule = RULES.get(rule_id)
    return _said(rule) if rule else rule_id


def reason_text(code: str) -> str:
    """A reason without its figures, which differ from vehicle to vehicle."""
    try:
        return _PLACE.sub("", _said(text_of(code))).strip()
    except KeyError:
        return code


def remedy_text(code: str, detail: Mapping[str, str | int], names: Names) -> str:
    """A remedy in one line: its words with the figures that they name, then any others."""
    try:
        words = _said(text_of(code, remedy=True))
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
    return _("，").join(part for part in (words, others) if part)


def needs_text(needs: list[str]) -> str:
    """Needs as words, in the order given."""
    return _("、").join(NEEDS.get(need, need) for need in needs)


DETAILS = Words(
    {
        "vehicles": N_("共 {} 辆车"),
        "vehicle": "{}",
        "bay": "{}",
        "metres": N_("步行 {} 米"),
        "minutes": N_("{} 分钟"),
        "hours": "{}",
        "parts": N_("{} 份"),
        "needs": "{}",
        "cost": N_("送达成本 {} 元"),
        "prize": N_("收益 {} 元"),
        "late_min": N_("晚 {} 分钟"),
        "kg": "{} kg",
        "limit_mm": N_("限 {} mm"),
        "vehicle_mm": N_("车辆 {} mm"),
        "to": N_("至 {}"),
    }
)
"""Figures of reasons and remedies as words; a key without words is for programs alone."""
MONEY = frozenset({"cost", "prize"})
LABELLED = frozenset({"vehicle", "bay"})


def detail_text(detail: Mapping[str, str | int], names: Names) -> str:
    """The figures of a reason or remedy: its own ``text``, else those that have words."""
    if "text" in detail:
        return str(detail["text"])
    return _("，").join(
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
