"""Consumption of a vehicle kind by speed and air temperature, through ``routing.energy``."""

from __future__ import annotations

import msgspec

from models.fleet.tables import VehicleType
from routing.energy import Physics, coefficients
from routing.problem import EnergyUse, SpeedStep


def consumption(row: VehicleType, speeds: list[SpeedStep], air_c: float) -> list[EnergyUse]:
    """Energy coefficients of a kind for each speed slice at an air temperature (Celsius).

    Refrigeration runs while driving too, from the battery; a burner feeds it from its engine.
    """
    return coefficients(
        msgspec.convert(row.physics, Physics),
        speeds,
        curb_mass_g=row.curb_mass_g,
        air_c=air_c,
        refrigeration_w=row.stop_w,
    )
