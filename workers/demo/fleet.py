"""Vehicle kinds, 40 vehicles, papers, absences, drivers with night and day duties."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from models.charging.tables import Tariff
from models.fleet.tables import (
    Driver,
    DriverDay,
    DutyTemplate,
    Vehicle,
    VehicleAbsence,
    VehiclePaper,
    VehicleType,
)
from workers.demo.build import YUAN, Build, Values, clock
from workers.demo.names import (
    nev_plate_large,
    nev_plate_small,
    ordinary_plate,
    person,
    phone,
)

ZONE = ZoneInfo("Asia/Shanghai")
LITRE = 1_000_000
GRID_MG_PER_KWH = 512_200
"""Northeast grid 2023, kg CO2 per kWh times 10^6 (facts/standards.md)."""
DIESEL_MG_PER_KWH = 261_000
"""Tank-to-wheel: 3.10 kg CO2/kg over 42.652 GJ/t, per kWh of fuel."""

# letter: how many of (micro, light, reefer, light diesel, medium diesel) are at home there
HOMES: dict[str, tuple[int, int, int, int, int]] = {
    "A": (2, 4, 0, 1, 1),
    "B": (0, 4, 4, 0, 1),
    "C": (2, 3, 0, 1, 0),
    "D": (1, 4, 0, 1, 1),
    "E": (1, 1, 3, 0, 0),
    "F": (2, 2, 0, 1, 0),
}
KINDS = ("micro", "light", "reefer", "diesel", "medium")
NO_CHARGER_DEPOTS = ("C", "F")


def _curve(battery_wh: int, power_w: int) -> list[Values]:
    return [
        {"from_wh": 0, "power_w": power_w},
        {"from_wh": battery_wh * 80 // 100, "power_w": power_w * 45 // 100},
        {"from_wh": battery_wh * 94 // 100, "power_w": power_w * 15 // 100},
    ]


def _bev(battery_wh: int, charge_w: int, physics: Values) -> Values:
    return {
        "energy": "bev",
        "battery_wh": battery_wh,
        "reserve_wh": battery_wh * 12 // 100,
        "max_charge_w": charge_w,
        "curve": _curve(battery_wh, charge_w),
        "physics": physics,
        "co2e_mg_per_kwh": GRID_MG_PER_KWH,
        "ttw_mg_per_kwh": 0,
    }


def _diesel(stage: int, fuel: uuid.UUID, physics: Values) -> Values:
    return {
        "energy": "diesel",
        "emission_stage": stage,
        "fuel_tariff_id": fuel,
        "physics": physics,
        "co2e_mg_per_kwh": DIESEL_MG_PER_KWH * 119 // 100,
        "ttw_mg_per_kwh": DIESEL_MG_PER_KWH,
    }


def _physics(drag: int, aux: int, efficiency: int, heating: int = 0) -> Values:
    return {
        "drag_area_m2_milli": drag,
        "rolling_micro": 10_000,
        "efficiency_permille": efficiency,
        "regeneration_permille": 720 if efficiency > 500 else 0,
        "auxiliary_w": aux,
        "heating_w_per_k": heating,
        "cooling_w_per_k": 60,
        "stops_per_km_milli": 1_500,
    }


def _size(payload: int, litres: int, places: int, outer: tuple[int, int, int]) -> Values:
    return {
        "payload_g": payload * 1000,
        "volume_cm3": litres * 1000,
        "unit_places": places,
        "length_mm": outer[0],
        "width_mm": outer[1],
        "height_mm": outer[2],
    }


def _money(fixed: int, per_km_cents: int, per_hour: int) -> Values:
    return {
        "fixed_mfen": fixed * YUAN,
        "per_km_mfen": per_km_cents * YUAN // 100,
        "per_hour_mfen": per_hour * YUAN,
    }


def _compartments() -> list[Values]:
    """A multi-temperature body: frozen box in front, chilled, a part for dry goods."""
    return [
        {
            "id": "frozen",
            "temperatures": ["frozen"],
            "payload_g": 450_000,
            "volume_cm3": 4_200 * 1000,
            "unit_places": 3,
        },
        {
            "id": "chilled",
            "temperatures": ["chilled"],
            "payload_g": 650_000,
            "volume_cm3": 6_300 * 1000,
            "unit_places": 4,
        },
        {
            "id": "ambient",
            "temperatures": ["ambient"],
            "payload_g": 400_000,
            "volume_cm3": 3_500 * 1000,
            "unit_places": 2,
        },
    ]


def _kinds(fuel: uuid.UUID) -> dict[str, Values]:
    papers = ["inspection", "insurance"]
    heavy = [*papers, "transport_licence"]
    plugs = ["gbt_dc", "gbt_ac"]
    return {
        "micro": {
            "name": "纯电微面",
            **_size(850, 4_600, 2, (4_490, 1_680, 1_990)),
            "curb_mass_g": 1_350_000,
            "gross_mass_g": 2_350_000,
            "body": "封闭",
            "profile": "van",
            "capabilities": ["quiet", "enclosed"],
            "plugs": plugs,
            **_bev(26_000, 30_000, _physics(1_900, 400, 780, 60)),
            **_money(105, 18, 30),
            "papers": papers,
        },
        "light": {
            "name": "4.5 t 纯电厢式",
            **_size(1_450, 17_500, 10, (5_995, 2_150, 2_990)),
            "curb_mass_g": 2_950_000,
            "gross_mass_g": 4_495_000,
            "body": "厢式",
            "profile": "light",
            "capabilities": ["quiet", "enclosed", "tail_lift"],
            "plugs": ["gbt_dc"],
            **_bev(77_000, 60_000, _physics(3_360, 1_000, 760, 110)),
            **_money(165, 30, 34),
            "papers": papers,
        },
        "reefer": {
            "name": "4.5 t 纯电多温冷藏",
            **_size(1_250, 14_000, 9, (5_995, 2_200, 3_100)),
            "compartments": _compartments(),
            "curb_mass_g": 3_200_000,
            "gross_mass_g": 4_495_000,
            "body": "冷藏",
            "profile": "light",
            "capabilities": ["quiet", "enclosed", "tail_lift"],
            "plugs": ["gbt_dc"],
            **_bev(44_000, 60_000, _physics(3_500, 1_000, 760, 110)),
            "stop_w": 2_200,
            **_money(235, 34, 36),
            "papers": papers,
        },
        "diesel": {
            "name": "4.5 t 柴油厢式（国五）",
            **_size(1_700, 18_000, 10, (5_995, 2_150, 2_990)),
            "curb_mass_g": 2_750_000,
            "gross_mass_g": 4_495_000,
            "body": "厢式",
            "profile": "light",
            "capabilities": ["enclosed"],
            **_diesel(5, fuel, _physics(3_360, 600, 340)),
            **_money(150, 34, 34),
            "papers": papers,
        },
        "medium": {
            "name": "9 t 柴油厢式（国六）",
            **_size(4_400, 36_000, 16, (7_690, 2_450, 3_500)),
            "curb_mass_g": 4_550_000,
            "gross_mass_g": 8_995_000,
            "body": "厢式",
            "profile": "medium",
            "capabilities": ["enclosed", "tail_lift"],
            **_diesel(6, fuel, _physics(5_200, 800, 360)),
            **_money(260, 52, 38),
            "papers": heavy,
        },
    }


def add_types(build: Build) -> None:
    """The five kinds, kept by the operator who runs them; ``known`` holds them by kind."""
    fuel = build.add(
        Tariff,
        organisation_id=build.known["OP"],
        code="diesel",
        name="0 号柴油（按热值折算）",
        kind="fuel",
        steps=[{"start": 0, "per_kwh": 73_000}],
        demo=True,
    )
    for kind, values in _kinds(fuel).items():
        build.known[kind] = build.add(
            VehicleType, organisation_id=build.known["OP"], code=kind, demo=True, **values
        )


def _plate(rng: np.random.Generator, kind: str, taken: set[str]) -> tuple[str, str]:
    while True:
        if kind in {"micro", "light", "reefer"}:
            plate, plate_kind = nev_plate_small(rng), "green_small"
        elif kind == "diesel":
            plate, plate_kind = ordinary_plate(rng), "blue"
        else:
            plate, plate_kind = ordinary_plate(rng), "yellow"
        if plate not in taken:
            taken.add(plate)
            return plate, plate_kind


def spare_large_plate(build: Build) -> str:
    """A large NEV plate of the right form, for forms and examples."""
    return nev_plate_large(build.rng(39))


def add_vehicles(build: Build) -> None:
    """40 vehicles with papers; ``known['V-B-reefer-1']`` names the first reefer of depot B.

    Those of the depots without charge points start the day with what the day before left them.
    """
    rng = build.rng(30)
    batteries = {row["code"]: row.get("battery_wh", 0) for row in build.of(VehicleType)}
    taken: set[str] = set()
    for letter, counts in HOMES.items():
        for kind, count in zip(KINDS, counts, strict=True):
            for serial in range(1, count + 1):
                plate, plate_kind = _plate(rng, kind, taken)
                share = float(rng.uniform(0.72, 0.98))
                if letter in NO_CHARGER_DEPOTS:
                    share = float(rng.uniform(0.27, 0.40))
                soc = int(batteries[kind] * share) // 100 * 100 if batteries[kind] else None
                key = build.add(
                    Vehicle,
                    organisation_id=build.known["OP"],
                    operator_id=build.known["OP"],
                    code=f"{letter}{kind[0].upper()}{serial}",
                    plate=plate,
                    plate_kind=plate_kind,
                    plate_tail=_tail(plate),
                    type_id=build.known[kind],
                    use="cold_chain" if kind == "reefer" else "urban_delivery",
                    home_id=build.known[letter],
                    soc_wh=soc,
                    demo=True,
                )
                build.known[f"V-{letter}-{kind}-{serial}"] = key
                _papers(build, rng, key, kind)
    _exceptions(build)


def _tail(plate: str) -> int:
    return next(int(char) for char in reversed(plate) if char.isdigit())


def _papers(build: Build, rng: np.random.Generator, vehicle: uuid.UUID, kind: str) -> None:
    kinds = ["inspection", "insurance"] + (["transport_licence"] if kind == "medium" else [])
    for paper in kinds:
        days = int(rng.integers(25, 330))
        build.add(
            VehiclePaper,
            vehicle_id=vehicle,
            kind=paper,
            valid_to=build.service_date + timedelta(days=days),
        )


def _exceptions(build: Build) -> None:
    """One lapsed inspection, a workshop morning, three tests, one vehicle kept for one shipper."""
    lapsed = build.known["V-B-reefer-4"]
    for row in build.of(VehiclePaper):
        if row["vehicle_id"] == lapsed and row["kind"] == "inspection":
            row["valid_to"] = build.service_date - timedelta(days=4)
    day = build.service_date
    build.add(
        VehicleAbsence,
        vehicle_id=build.known["V-A-light-3"],
        starts_at=datetime.combine(day - timedelta(days=1), time(12), ZONE),
        ends_at=datetime.combine(day, time(8, 40), ZONE),
        reason="保养",
    )
    for name in ("V-B-light-2", "V-C-light-1", "V-D-light-1"):
        build.add(
            VehicleAbsence,
            vehicle_id=build.known[name],
            starts_at=datetime.combine(day, time(6, 40), ZONE),
            ends_at=datetime.combine(day, time(7, 20), ZONE),
            reason="年检上线",
        )
    for row in build.of(Vehicle):
        if row["id"] == build.known["V-D-light-3"]:
            row["shippers"] = [str(build.known["HF"])]
            row["notes"] = "禾丰超市专车"


def add_drivers(build: Build) -> None:
    """A day driver per vehicle, a night driver for every second one."""
    rng = build.rng(31)
    serial = 0
    for letter, counts in HOMES.items():
        vehicles = sum(counts)
        quiet = sum(counts[:3])
        turns = [("day", k) for k in range(vehicles)]
        turns += [("night", k) for k in range((quiet + 1) // 2 + 1)]
        for turn, number in turns:
            serial += 1
            driver = build.add(
                Driver,
                organisation_id=build.known["OP"],
                operator_id=build.known["OP"],
                code=f"SJ{serial:03d}",
                name=person(rng),
                phone=phone(500 + serial),
                home_id=build.known[letter],
                licences=["B2"],
                demo=True,
            )
            build.known[f"D-{letter}-{turn}-{number + 1}"] = driver
            build.add(DutyTemplate, driver_id=driver, **_turn(turn, number))
    build.add(
        DriverDay,
        driver_id=build.known["D-B-day-1"],
        service_date=build.service_date,
        duty_used_s=clock(1, 30),
        driving_since_rest_s=clock(0, 40),
    )
    build.add(
        DriverDay,
        driver_id=build.known["D-A-day-7"],
        service_date=build.service_date,
        absent=True,
    )


def _turn(turn: str, number: int) -> Values:
    """The company's rule for driving without rest is stricter at night than the law's 4 h."""
    if turn == "night":
        return {
            "name": "夜班",
            "start_s": clock(-3),
            "end_s": clock(6, 30),
            "longest_s": clock(8, 30),
            "longest_driving_s": clock(2, 30),
            "rest_s": 1200,
        }
    early = clock(4, 30) if number % 2 == 0 else clock(5)
    return {
        "name": "日班",
        "start_s": early,
        "end_s": clock(16, 30),
        "longest_s": clock(9, 30),
        "longest_driving_s": clock(4),
        "rest_s": 1200,
    }
