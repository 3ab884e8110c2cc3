"""What holds of a vehicle kind by itself, whoever gives it: form, sheet, interface."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from models.fleet.tables import ENERGY_KINDS
from models.language import gettext as _

TEMPERATURES = ("ambient", "chilled", "frozen")
PLUGGED = frozenset({"bev", "phev", "erev"})
"""Energies that are drawn from a connector."""

_VAN = {
    "drag_area_m2_milli": 1_900,
    "rolling_micro": 10_000,
    "auxiliary_w": 400,
    "cooling_w_per_k": 60,
    "stops_per_km_milli": 1_500,
}
USUAL_PHYSICS: Mapping[str, Mapping[str, int]] = {
    "van": _VAN,
    "light": {**_VAN, "drag_area_m2_milli": 3_360, "auxiliary_w": 800},
    "medium": {**_VAN, "drag_area_m2_milli": 5_200, "auxiliary_w": 800},
}
"""Usual parameters of ``routing.energy.Physics`` by speed profile, less what depends on energy."""


def usual_physics(energy: str, profile: str) -> dict[str, int]:
    """Consumption parameters for a kind of which nobody has told its consumption.

    An electric drive train: 76 % from battery to wheel, 72 % of braking energy comes back, the
    cabin heated from the battery. An engine: 35 %, nothing comes back, heat for free.
    """
    base = dict(USUAL_PHYSICS.get(profile, _VAN))
    if energy in PLUGGED | {"fcev"}:
        return {
            **base,
            "efficiency_permille": 760,
            "regeneration_permille": 720,
            "heating_w_per_k": 60 if profile == "van" else 110,
        }
    return {**base, "efficiency_permille": 350, "regeneration_permille": 0, "heating_w_per_k": 0}


def usual_curve(battery_wh: int, power_w: int) -> list[dict[str, int]]:
    """Full power to 80 %, then tapering, as fast-charged lithium batteries do."""
    return [
        {"from_wh": 0, "power_w": power_w},
        {"from_wh": battery_wh * 80 // 100, "power_w": max(power_w * 45 // 100, 1)},
        {"from_wh": battery_wh * 94 // 100, "power_w": max(power_w * 15 // 100, 1)},
    ]


def faults_of_kind(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with a kind: field and reason. Fields that are not given are not judged."""
    energy = values.get("energy")
    if energy not in (None, *ENERGY_KINDS):
        yield "energy", _("能源类型无效")
    battery = values.get("battery_wh")
    if energy == "bev" and battery == 0:
        yield "battery_wh", _("纯电车型须填电池容量")
    if battery is not None and (values.get("reserve_wh") or 0) > battery:
        yield "reserve_wh", _("保留电量不能大于电池容量")
    if battery and values.get("max_charge_w") == 0 and energy in PLUGGED:
        yield "max_charge_w", _("须填最大充电功率，否则无法充电")
    if battery == 0 and "fuel_tariff_id" in values and values["fuel_tariff_id"] is None:
        yield "fuel_tariff_id", _("没有电池的车型须选燃料价格")
    for name in ("payload_g", "volume_cm3"):
        if values.get(name) is not None and values[name] <= 0:
            yield name, _("须大于 0")
    yield from _curve(values.get("curve") or [], battery)
    yield from _use(values.get("use") or [])
    yield from _compartments(values.get("compartments") or [])


def _curve(curve: list[Mapping[str, Any]], battery: int | None) -> Iterator[tuple[str, str]]:
    starts = [step["from_wh"] for step in curve]
    if curve and starts[0] != 0:
        yield "curve", _("充电曲线第一行须从 0 kWh 开始")
    if any(two <= one for one, two in pairwise(starts)):
        yield "curve", _("充电曲线的电量须逐行增大")
    if any(step["power_w"] <= 0 for step in curve):
        yield "curve", _("充电曲线的功率须大于 0")
    if any(two["power_w"] > one["power_w"] for one, two in pairwise(curve)):
        yield "curve", _("充电曲线的功率只能随电量下降，不能上升")
    if battery is not None and starts and starts[-1] >= max(battery, 1):
        yield "curve", _("充电曲线的电量须小于电池容量")


def _use(use: list[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    starts = [step["start"] for step in use]
    if use and (starts[0] != 0 or any(two <= one for one, two in pairwise(starts))):
        yield "use", _("能耗第一行须从 00:00 开始，时刻逐行增大")
    if any(not 0 <= start < 86_400 for start in starts):
        yield "use", _("时刻须在 0 点到 24 点之间")
    if any(step["base_mwh_per_km"] <= 0 for step in use):
        yield "use", _("空载能耗须大于 0")


def _compartments(rooms: list[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    names = [room["id"] for room in rooms]
    if len(set(names)) != len(names):
        yield "compartments", _("车厢名称不能重复")
    if any(not set(room["temperatures"]) <= set(TEMPERATURES) for room in rooms):
        yield "compartments", _("温层只能是常温、冷藏、冷冻")
    if any(not room["temperatures"] for room in rooms):
        yield "compartments", _("每个车厢至少选一个温层")
    if any(room["payload_g"] <= 0 or room["volume_cm3"] <= 0 for room in rooms):
        yield "compartments", _("每个车厢的载质量和容积须大于 0")
