"""What only several rows together can be wrong in: a tariff's day, a rule's vehicles, a kind.

Each check gets the rows that make one thing together and tells faults by row and field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from models.fleet.kinds import PLUGGED, faults_of_kind
from models.language import gettext as _
from workers.sheets.values.base import Fault
from workers.sheets.values.windows import clock

Values = Mapping[str, Any]
Faults = Iterator[tuple[int, str, Fault]]
DAY_S = 86_400

_KIND_COLUMNS = {
    "compartments": "room_temperatures",
    "battery_wh": "battery",
    "reserve_wh": "reserve",
    "max_charge_w": "max_charge",
    "payload_g": "payload",
    "volume_cm3": "volume",
    "fuel_tariff_id": "fuel",
    "use": "use_base",
}


def day_steps(rows: Sequence[Values]) -> list[tuple[int, int, int, int]]:
    """``(start, end, price, row)`` in seconds of one day, ascending, from a tariff's rows."""
    steps: list[tuple[int, int, int, int]] = []
    for number, row in enumerate(rows):
        price = int(row.get("price") or 0)
        for span in row.get("hours") or [{"start": 0, "end": DAY_S}]:
            start, end = int(span["start"]) % DAY_S, int(span["end"])
            end = DAY_S if end - int(span["start"]) >= DAY_S else end % DAY_S or DAY_S
            if end <= start:
                steps += [(start, DAY_S, price, number), (0, end, price, number)]
            else:
                steps.append((start, end, price, number))
    return sorted(steps)


def _tariff(rows: Sequence[Values]) -> Faults:
    steps = day_steps(rows)
    edges = [(0, 0, 0, 0), *steps, (DAY_S, DAY_S, 0, steps[-1][3])]
    for one, two in pairwise(edges):
        if one[1] == two[0]:
            continue
        gap = one[1] < two[0]
        low, high = sorted((one[1], two[0]))
        span = f"{clock(low // 60)}-{'24:00' if high == DAY_S else clock(high // 60)}"
        text = _("%(span)s 没有电价", span=span) if gap else _("%(span)s 有两个电价", span=span)
        yield two[3], "hours", Fault("told", {"text": text})


def _rule(rows: Sequence[Values]) -> Faults:
    if all(row.get("side") == "exempt" for row in rows):
        yield 0, "side", Fault("told", {"text": _("这条规则只有豁免，没有适用的车辆")})
    since, until = rows[0].get("effective_from"), rows[0].get("effective_to")
    if since and until and until < since:
        yield 0, "effective_to", Fault("told", {"text": _("截止日期早于施行日期")})


def _kind(rows: Sequence[Values]) -> Faults:
    first = rows[0]
    given: dict[str, Any] = {
        "energy": first.get("energy"),
        "battery_wh": first.get("battery"),
        "reserve_wh": first.get("reserve"),
        "max_charge_w": first.get("max_charge"),
        "payload_g": first.get("payload"),
        "volume_cm3": first.get("volume"),
        "curve": first.get("curve") or [],
        "compartments": compartments(rows),
    }
    if first.get("energy") in PLUGGED and first.get("battery") is None:
        yield 0, "battery", Fault("told", {"text": _("能充电的车型须填电池容量")})
    elif first.get("energy") not in {*PLUGGED, None} and not first.get("fuel"):
        yield 0, "fuel", Fault("told", {"text": _("没有电池的车型须填燃料价格编码")})
    for name, text in faults_of_kind(given):
        yield 0, _KIND_COLUMNS.get(name, name), Fault("told", {"text": text})


def compartments(rows: Sequence[Values]) -> list[dict[str, Any]]:
    """The compartments that the rows of one kind tell of."""
    told = [row for row in rows if row.get("room") or row.get("room_temperatures")]
    return [
        {
            "id": row.get("room") or str(number),
            "temperatures": row.get("room_temperatures") or [],
            "payload_g": row.get("room_payload") or 0,
            "volume_cm3": row.get("room_volume") or 0,
            "unit_places": row.get("room_places") or 0,
        }
        for number, row in enumerate(told, start=1)
    ]


WHOLES: Mapping[str, Callable[[Sequence[Values]], Faults]] = {
    "tariffs": _tariff,
    "rules": _rule,
    "vehicle_types": _kind,
}
"""The check by kind of sheet; most need none."""
