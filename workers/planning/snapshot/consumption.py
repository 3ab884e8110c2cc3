"""Consumption of a vehicle kind by speed and air temperature, through ``routing.energy``."""

from __future__ import annotations

from models.fleet.tables import VehicleType
from routing.problem import EnergyUse, SpeedStep


def consumption(row: VehicleType, speeds: list[SpeedStep], air_c: float) -> list[EnergyUse]:
    """Energy coefficients of a kind for each speed slice at an air temperature (Celsius)."""
    p = row.physics
    eff = p["efficiency_permille"] / 1000
    keep = 1 - p["regeneration_permille"] / 1000
    cold = 1 + 0.006 * max(0, 20 - air_c)
    heat = 90 * max(0, 15 - air_c) if row.energy == "bev" else 0
    out = []
    for s in speeds:
        v = s.metres_per_hour / 3600
        drag = 0.5 * 1.2041 * p["drag_area_m2_milli"] / 1000 * v * v * 1000
        per_kg = (
            9.81 * p["rolling_micro"] / 1e6 * 1000
            + p["stops_per_km_milli"] / 1000 * 0.5 * (1.3 * v) ** 2 * keep
        )
        base = (drag + per_kg * row.curb_mass_g / 1000) / eff / 3600 * cold
        load = per_kg * 1000 / eff / 3600 * cold
        out.append(
            EnergyUse(
                start=s.start,
                base_mwh_per_km=round(base * 1000),
                load_mwh_per_tkm=round(load * 1000),
                drive_w=p["auxiliary_w"] + round(heat) + row.stop_w,
            )
        )
    return out
