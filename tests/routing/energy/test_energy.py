"""The energy model against the figures it was built from (4.5 t, 25 km/h, 750 kg on board)."""

import pytest

from routing.energy import Physics, coefficients
from routing.problem import SpeedStep

LIGHT_TRUCK = Physics(
    drag_area_m2_milli=3_360,
    efficiency_permille=760,
    regeneration_permille=720,
    auxiliary_w=1_000,
    heating_w_per_k=125,
    cooling_w_per_k=80,
)


def kwh_per_100km(air_c, *, load_t=0.75, speed=25_000, refrigeration_w=0):
    (use,) = coefficients(
        LIGHT_TRUCK,
        [SpeedStep(start=0, metres_per_hour=speed)],
        curb_mass_g=2_900_000,
        air_c=air_c,
        refrigeration_w=refrigeration_w,
    )
    wh_per_km = (use.base_mwh_per_km + load_t * use.load_mwh_per_tkm) / 1000
    return (wh_per_km + use.drive_w * 1000 / speed) / 10


@pytest.mark.parametrize(("air_c", "published"), [(-10, 48), (5, 37), (20, 29), (35, 34)])
def test_consumption_by_temperature_is_near_the_measured_figures(air_c, published):
    assert kwh_per_100km(air_c) == pytest.approx(published, rel=0.12)


def test_refrigeration_adds_about_ten_kwh_per_100_km():
    added = kwh_per_100km(20, refrigeration_w=2_500) - kwh_per_100km(20)
    assert added == pytest.approx(10, rel=0.01)


def test_load_and_cold_cost_energy_and_each_speed_has_its_slice():
    assert kwh_per_100km(20, load_t=1.5) > kwh_per_100km(20, load_t=0)
    assert kwh_per_100km(-20) > kwh_per_100km(-10)
    steps = [SpeedStep(start=0, metres_per_hour=40_000), SpeedStep(start=9, metres_per_hour=20_000)]
    uses = coefficients(LIGHT_TRUCK, steps, curb_mass_g=2_900_000, air_c=20)
    assert [use.start for use in uses] == [0, 9]
    assert uses[0].base_mwh_per_km > uses[1].base_mwh_per_km
