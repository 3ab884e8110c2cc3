"""Consumption from physics: what a kind of vehicle draws per km, per t·km and per hour.

Longitudinal model after Goeke and Schneider (2015): rolling and air resistance over drive-train
efficiency, stop-and-go with partial recovery, plus auxiliaries, refrigeration and heating or
cooling by time. Its parameters are data per kind, to be fitted to what trips really used.
"""

from __future__ import annotations

import msgspec

from routing.problem import EnergyUse, SpeedStep

AIR_KG_PER_M3 = 1.2041
GRAVITY = 9.81
MILD_C = 20.0
"""Air temperature at which neither heating nor cooling draws anything."""
COLD_PER_K = 0.004
"""Share by which stiff tyres and denser air raise traction per kelvin below ``MILD_C``."""
STOP_SPEED = 2.0
"""Speed from which a stop brakes, over the mean speed that holds the stops."""


class Physics(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Parameters of a kind.

    ``drag_area_m2_milli`` cd·A in 1/1000 m²; ``rolling_micro`` coefficient in millionths;
    ``efficiency_permille`` battery (or tank) to wheel; ``regeneration_permille`` of braking energy
    that returns; ``auxiliary_w`` steady draw; ``heating_w_per_k`` and ``cooling_w_per_k`` per
    kelvin from 20 °C; ``stops_per_km_milli`` full stops per 1,000 km.
    """

    drag_area_m2_milli: int
    rolling_micro: int = 10_000
    efficiency_permille: int = 760
    regeneration_permille: int = 0
    auxiliary_w: int = 0
    heating_w_per_k: int = 0
    cooling_w_per_k: int = 0
    stops_per_km_milli: int = 1_500


def climate_w(physics: Physics, air_c: float) -> float:
    """Power for heating or cooling at an air temperature, in watts."""
    if air_c < MILD_C:
        return physics.heating_w_per_k * (MILD_C - air_c)
    return physics.cooling_w_per_k * (air_c - MILD_C)


def coefficients(
    physics: Physics,
    speeds: list[SpeedStep],
    *,
    curb_mass_g: int,
    air_c: float,
    refrigeration_w: int = 0,
) -> list[EnergyUse]:
    """Energy coefficients for each speed slice, at an air temperature in Celsius.

    Energy rises with mass in a straight line, as the problem's ``EnergyUse`` has it.
    """
    cold = 1 + COLD_PER_K * max(0.0, MILD_C - air_c)
    scale = cold / (physics.efficiency_permille / 1000) / 3600
    lost = 1 - physics.regeneration_permille / 1000
    steady = physics.auxiliary_w + climate_w(physics, air_c) + refrigeration_w
    out = []
    for step in speeds:
        speed = step.metres_per_hour / 3600
        drag = 0.5 * AIR_KG_PER_M3 * physics.drag_area_m2_milli / 1000 * speed * speed * 1000
        rolling = GRAVITY * physics.rolling_micro / 1e6 * 1000
        braking = physics.stops_per_km_milli / 1000 * 0.5 * (STOP_SPEED * speed) ** 2 * lost
        per_kg = rolling + braking
        base = (drag + per_kg * curb_mass_g / 1000) * scale
        out.append(
            EnergyUse(
                start=step.start,
                base_mwh_per_km=round(base * 1000),
                load_mwh_per_tkm=round(per_kg * 1000 * scale * 1000),
                drive_w=round(steady),
            )
        )
    return out
