"""What the checker found, in words: one line per rule and what it is about, and who answers for it.

The checker reports every place where a rule is broken; an overload is broken at each stop until it
is unloaded. People see it once, with its largest amount, and waive it once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from models.language import N_, Words
from models.language import gettext as _
from routing.checker.verdict import Verdict, Violation
from workers.planning.names import Names

View = dict[str, Any]

SHORT = Words(
    {
        "weight": N_("超载"),
        "volume": N_("超容积"),
        "unit_places": N_("超板位"),
        "temperature": N_("温层不符"),
        "needs": N_("车辆能力不符"),
        "goods": N_("不可混装"),
        "time_window": N_("不在收货时段"),
        "night": N_("夜间条件不符"),
        "release_due": N_("提货送达期限"),
        "longest_ride": N_("在途过久"),
        "precedence": N_("先后顺序"),
        "shift": N_("超出班次"),
        "duty_length": N_("工时过长"),
        "rest": N_("连续驾驶过久"),
        "driver": N_("司机安排"),
        "papers": N_("证照失效"),
        "vehicle_available": N_("车辆不可用"),
        "battery": N_("电量不足"),
        "charging": N_("充电安排"),
        "connector": N_("充电枪冲突"),
        "site_power": N_("场站功率不足"),
        "bay": N_("卸货泊位"),
        "yard": N_("场地限制"),
        "access": N_("违反禁限行"),
        "permit_trips": N_("通行证次数不足"),
        "travel": N_("行驶时间不符"),
        "structure": N_("方案结构"),
        "orders": N_("订单安排"),
        "objective": N_("成本合计"),
        "lock": N_("违反锁定"),
        "commitment": N_("已被其他方案占用"),
        "split": N_("拆单不完整"),
    }
)
PHRASES = Words(
    {
        "s outside the depot's hours": N_("装车超出仓库作业时间 %(amount)s"),
        "s before": N_("早于班次 %(amount)s"),
        "s after": N_("晚于班次 %(amount)s"),
        "s after due": N_("晚于最晚送达 %(amount)s"),
        "s before release": N_("早于可提货时间 %(amount)s"),
        "s before it is free": N_("车辆早出 %(amount)s"),
        "s after it must be back": N_("车辆晚归 %(amount)s"),
        "s before being free": N_("司机早到岗 %(amount)s"),
        "s after being free": N_("司机晚下班 %(amount)s"),
        "s on two duties at once": N_("同一司机同时在两辆车上 %(amount)s"),
        "s claimed by others": N_("重叠 %(amount)s"),
        "s outside its hours": N_("超出泊位开放时间 %(amount)s"),
        "s over the longest stay": N_("超过最长停留 %(amount)s"),
        "s outside the site's hours": N_("超出充电站营业时间 %(amount)s"),
        "s off the locked start": N_("偏离锁定时刻 %(amount)s"),
        "Wh below the reserve": N_("低于保底电量 %(amount)s"),
        "Wh above the battery": N_("超过电池容量 %(amount)s"),
        "spaces": N_("同时多占 %(amount)s 个车位"),
        "sessions": N_("同时多用 %(amount)s 次"),
        "days begun elsewhere": N_("不从车辆所在地出车"),
        "days not ended at home": N_("不回车辆驻地收车"),
        "vehicles of another home": N_("司机与车辆不在同一驻地"),
        "vehicles not of the duty": N_("司机班次不配此车"),
        "orders of a shipper it is closed to": N_("车辆不接此货主"),
        "visits without a yard": N_("网点没有停车场地"),
        "orders not served from it": N_("泊位不服务此网点"),
        "entries": N_("多进入 %(amount)s 次"),
        "papers lapsed or missing": N_("%(amount)s 项失效或缺失"),
        "capabilities": N_("缺 %(amount)s 项"),
        "pairs": N_("%(amount)s 对订单不可同车"),
        "orders on another vehicle than locked": N_("不在锁定的车辆上"),
        "orders out of the locked sequence": N_("不按锁定的顺序"),
        "orders missing from the locked sequence": N_("锁定顺序中缺 %(amount)s 单"),
        "orders off the frozen prefix": N_("不按锁定的整车安排"),
        "orders before their predecessor": N_("早于其前序订单"),
    }
)
"""What the checker's units mean; an amount of time, weight or energy stands in its own unit."""

OF_ORDER = frozenset(
    {"time_window", "needs", "night", "release_due", "longest_ride", "precedence", "orders", "lock"}
)
"""Rules that are about an order; the others are about the vehicle."""
NEVER = frozenset(
    {"structure", "orders", "travel", "objective", "split", "precedence"}
    | {"connector", "commitment", "driver", "lock"}
)
"""What nobody can answer for: the plan would say what cannot be, or hold what another one holds."""
SHARED_PLACES = "spaces"
"""A bay's spaces are claimed when the plan is published, so they cannot be waived either."""


def verdict_bytes(verdict: Verdict) -> bytes:
    """The verdict as it is kept beside a plan: what is waived too, and what each is about."""
    return msgspec.json.encode(
        {
            "verdict": verdict.verdict,
            "violations": [_row(item) for item in verdict.violations],
            "waived": [_row(item) for item in verdict.waived],
        }
    )


def _row(item: Violation) -> View:
    return {
        "rule": item.rule,
        "route": item.route,
        "stop": item.stop,
        "amount": item.amount,
        "unit": item.unit,
        "subjects": list(item.subjects),
    }


def contract(kept: Mapping[str, Any]) -> View:
    """A kept verdict as peers know it: ``{"verdict", "violations": [{"rule", "route", …}]}``."""
    names = ("rule", "route", "stop", "amount", "unit")
    rows = [{name: row[name] for name in names} for row in kept["violations"]]
    return {"verdict": kept["verdict"], "violations": rows}


def grouped(rows: Iterable[Mapping[str, Any]], names: Names, orders: frozenset[str]) -> list[View]:
    """Rows of a kept verdict as lines: one per rule and subject, the largest amount told."""
    lines: dict[tuple[str, str], View] = {}
    for row in rows:
        subject = subject_of(row, orders)
        line = lines.get((row["rule"], subject))
        if line is None:
            lines[row["rule"], subject] = {
                **{name: row.get(name) for name in ("rule", "route", "stop", "amount", "unit")},
                "subject": subject,
                "subject_label": names.of(subject) if subject else "",
                "name": SHORT.get(row["rule"], row["rule"]),
                "text": text_of(row),
                "limit": math.ceil(row["amount"]),
                "places": 1,
                "waivable": row["rule"] not in NEVER and row["unit"] != SHARED_PLACES,
            }
            continue
        line["places"] += 1
        line["limit"] = max(line["limit"], math.ceil(row["amount"]))
        line["waivable"] = line["waivable"] and row["unit"] != SHARED_PLACES
        if row["unit"] == line["unit"] and row["amount"] > line["amount"]:
            line |= {name: row[name] for name in ("amount", "stop")} | {"text": text_of(row)}
    return list(lines.values())


def subject_of(row: Mapping[str, Any], orders: frozenset[str]) -> str:
    """What a waiver of the row names: the order where the rule is about one, else the vehicle."""
    subjects: Sequence[str] = row.get("subjects") or ()
    if row["rule"] in OF_ORDER or row["route"] is None:
        found = next((name for name in subjects if name in orders), None)
        if found is not None:
            return found
    return str(row["route"] or (subjects[0] if subjects else ""))


def text_of(row: Mapping[str, Any]) -> str:
    """``不在收货时段 12 分钟``."""
    name = SHORT.get(row["rule"], row["rule"])
    unit = row["unit"]
    phrase = PHRASES.get(unit)
    amount = amount_text(row["amount"], unit)
    if phrase is None:
        return f"{name} {amount}"
    said = phrase % {"amount": amount}
    if row["rule"] in {"shift", "lock"}:
        return said
    return _("%(rule)s：%(what)s", rule=name, what=said)


def amount_text(amount: float, unit: str) -> str:
    """An amount in people's units: ``12 分钟``, ``35.5 kg``, ``1.2 kWh``, or a bare number."""
    first = unit.split(" ", 1)[0]
    if first == "s":
        minutes = math.ceil(amount / 60)
        if minutes < 60:
            return _("%(minutes)s 分钟", minutes=minutes)
        return _("%(hours)s 小时 %(minutes)s 分钟", hours=minutes // 60, minutes=minutes % 60)
    if first == "g":
        return f"{amount / 1000:,.1f} kg" if amount >= 100 else f"{amount:,.0f} g"
    if first == "cm3":
        return f"{amount / 1e6:,.2f} m³"
    if first == "Wh":
        return f"{amount / 1000:,.1f} kWh"
    if first == "W":
        return f"{amount / 1000:,.1f} kW"
    if first == "mm":
        return f"{amount:,.0f} mm"
    if first == "fen":
        return _("%(yuan)s 元", yuan=f"{amount / 100:,.2f}")
    return f"{amount:,.0f}" if unit in PHRASES else _("%(count)s 处", count=f"{amount:,.0f}")
