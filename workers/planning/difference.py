"""What has changed in the day since a plan's snapshot was taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from models.language import N_, Words
from models.language import gettext as _
from routing.problem import Problem
from workers.planning.names import Names

THINGS = Words(
    {
        "orders": N_("订单"),
        "vehicles": N_("车辆"),
        "drivers": N_("司机"),
        "duties": N_("班次"),
        "places": N_("网点"),
        "depots": N_("发车仓"),
        "bays": N_("泊位"),
        "chargers": N_("充电站"),
        "tariffs": N_("电价"),
        "zones": N_("区域"),
        "rules": N_("禁限行规则"),
        "permits": N_("通行证"),
        "vehicle_types": N_("车型"),
    }
)
WHOLE = Words(
    {
        "horizon": N_("配送日期"),
        "calendar": N_("日历"),
        "commitments": N_("其他方案的占用"),
        "objective": N_("费用权重"),
        "travel": N_("行驶速度"),
        "locks": N_("锁定"),
        "waivers": N_("豁免"),
    }
)
HOW = Words({"added": N_("新增"), "removed": N_("已取消"), "changed": N_("已修改")})
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
    shown = _("；").join(change.text() for change in changes[:SHOWN])
    more = len(changes) - SHOWN
    return shown + (_("；另有 %(more)s 项", more=more) if more > 0 else "")
