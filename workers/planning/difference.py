"""What has changed in the day since a plan's snapshot was taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from routing.problem import Problem
from workers.planning.names import Names

THINGS = {
    "orders": "订单",
    "vehicles": "车辆",
    "drivers": "司机",
    "duties": "班次",
    "places": "网点",
    "depots": "发车仓",
    "bays": "泊位",
    "chargers": "充电站",
    "tariffs": "电价",
    "zones": "区域",
    "rules": "禁限行规则",
    "permits": "通行证",
    "vehicle_types": "车型",
}
WHOLE = {
    "horizon": "配送日期",
    "calendar": "日历",
    "commitments": "其他方案的占用",
    "objective": "费用权重",
    "travel": "行驶速度",
    "locks": "锁定",
    "waivers": "豁免",
}
HOW = {"added": "新增", "removed": "已取消", "changed": "已修改"}
KEYS = {"depots": "place"}
SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is not as it was: ``thing`` and ``how`` are codes, ``label`` for people."""

    thing: str
    id: str | None
    how: str
    label: str

    def text(self) -> str:
        """``订单 HF-0012 已修改``."""
        word = THINGS.get(self.thing) or WHOLE.get(self.thing, self.thing)
        return " ".join(part for part in (word, self.label, HOW[self.how]) if part)


def difference(before: Problem, after: Problem, labels: Mapping[str, Any]) -> list[Change]:
    """Every change from ``before`` to ``after``, things by id, the rest as wholes."""
    names = Names(labels)
    changes: list[Change] = []
    for thing in THINGS:
        old, new = _by_id(before, thing), _by_id(after, thing)
        for key in sorted(old.keys() | new.keys()):
            if old.get(key) == new.get(key):
                continue
            how = "added" if key not in old else "removed" if key not in new else "changed"
            changes.append(Change(thing=thing, id=key, how=how, label=names.of(key)))
    changes.extend(
        Change(thing=whole, id=None, how="changed", label="")
        for whole in WHOLE
        if getattr(before, whole) != getattr(after, whole)
    )
    return changes


def _by_id(problem: Problem, thing: str) -> dict[str, Any]:
    key = KEYS.get(thing, "id")
    return {getattr(item, key): msgspec.to_builtins(item) for item in getattr(problem, thing)}


def as_text(changes: list[Change]) -> str:
    """The changes in one sentence, the first ones named."""
    shown = "；".join(change.text() for change in changes[:SHOWN])
    more = len(changes) - SHOWN
    return shown + (f"；另有 {more} 项" if more > 0 else "")
