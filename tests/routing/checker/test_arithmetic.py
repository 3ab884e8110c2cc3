"""Travel, energy, charging and money of the checker against figures worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.checker.charging import most_gain, session_cost
from routing.checker.costs import fen, home_tariff
from routing.checker.index import Index
from routing.checker.travel import (
    Travel,
    UncheckableTravelError,
    drive_s,
    great_circle_m,
    half_up,
    leg_wh,
    table_s,
)
from routing.checker.walk import Session
from routing.problem import (
    ChargeStep,
    Connector,
    EnergyUse,
    NetworkTravel,
    Place,
    SpeedStep,
    TableSlice,
    Tariff,
    TariffStep,
)
from tests.routing.builders import change, small_city

TRUCK, VAN = small_city().vehicle_types
PLUG = Connector(id="k", point="p", power_w=30_000, plug="gbt")
SITE = small_city().chargers[0]


def place(lon: float, lat: float) -> Place:
    return Place(id="p", kind="store", lon=lon, lat=lat)


def steps(*pairs: tuple[int, int]) -> list[SpeedStep]:
    return [SpeedStep(start=start, metres_per_hour=speed) for start, speed in pairs]


def test_a_degree_of_latitude():
    # 6,371,008.8 m · pi / 180 = 111,195.08 m; with 30 % of detour 144,553.6 m
    assert great_circle_m(place(133, 21), place(133, 22), 1000) == 111_195
    assert great_circle_m(place(133, 21), place(133, 22), 1300) == 144_554
    assert great_circle_m(place(133, 22), place(133, 21), 1300) == 144_554
    assert great_circle_m(place(133, 21), place(133, 21), 1300) == 0


def test_driving_through_a_change_of_speed_rounds_once_at_the_end():
    # 10 km: 600 s at 30 km/h = 5 km, then 5 km at 40 km/h = 450 s
    assert drive_s(steps((0, 30_000), (1_000, 40_000)), 10_000, 400) == 1_050
    # 10,001 m: 5,001 m at 40 km/h = 450.09 s
    assert drive_s(steps((0, 30_000), (1_000, 40_000)), 10_001, 400) == 1_051
    assert drive_s(steps((500, 36_000)), 100, 0) == 10
    assert drive_s(steps((0, 36_000)), 0, 7) == 0


def test_a_table_departure_waits_where_a_later_one_would_overtake():
    slices = [
        TableSlice(start=0, seconds=[[0, 900]], metres=[[0, 9]]),
        TableSlice(start=1_000, seconds=[[0, 300]], metres=[[0, 9]]),
    ]
    assert table_s(slices, 0, 1, 0) == 900
    assert table_s(slices, 0, 1, 500) == 800  # arrives with the departure of 1000
    assert table_s(slices, 0, 1, 1_000) == 300


profiles = st.lists(
    st.tuples(st.integers(0, 5_000), st.integers(1_000, 90_000)), min_size=1, max_size=5
).map(lambda rows: steps(*dict(sorted(rows)).items()))


@given(profiles, st.integers(0, 40_000), st.integers(0, 6_000), st.integers(0, 600))
def test_who_leaves_later_never_arrives_earlier(speeds, metres, depart, later):
    first = depart + drive_s(speeds, metres, depart)
    assert first <= depart + later + drive_s(speeds, metres, depart + later)


tables = st.lists(
    st.tuples(st.integers(0, 5_000), st.integers(0, 3_000)), min_size=1, max_size=5
).map(
    lambda rows: [
        TableSlice(start=start, seconds=[[seconds]], metres=[[0]])
        for start, seconds in sorted(dict(rows).items())
    ]
)


@given(tables, st.integers(0, 6_000), st.integers(0, 600))
def test_nor_in_tables(slices, depart, later):
    first = depart + table_s(slices, 0, 0, depart)
    assert first <= depart + later + table_s(slices, 0, 0, depart + later)


def test_energy_of_a_leg_counts_load_and_time_and_rounds_up_once():
    kind = change(
        TRUCK,
        use=[
            EnergyUse(start=0, base_mwh_per_km=200_000, load_mwh_per_tkm=50_000, drive_w=360),
            EnergyUse(start=1_000, base_mwh_per_km=100_000, load_mwh_per_tkm=0),
        ],
    )
    # 10 km · (0.2 kWh + 0.05 · 1.001 t) = 2500.5 Wh, 360 W · 600 s = 60 Wh
    assert leg_wh(kind, 10_000, 600, 999, 1_000_001) == 2_561
    assert leg_wh(kind, 10_000, 600, 1_000, 1_000_001) == 1_000


def test_network_travel_is_refused_by_name():
    problem = change(small_city(), travel=NetworkTravel(network_sha256="0" * 64))
    with pytest.raises(UncheckableTravelError, match="network"):
        Travel(Index(problem))


def test_a_session_follows_the_curve():
    # 30 kW to 16 kWh, 18 kW above: 1000 Wh in 120 s, then 480 s at 18 kW = 2400 Wh
    assert most_gain(TRUCK, PLUG, 15_000, 600) == 3_400
    assert most_gain(TRUCK, PLUG, 15_000, 119) == 991  # 991.67
    assert most_gain(change(TRUCK, max_charge_w=0), PLUG, 15_000, 600) == 0
    assert most_gain(change(TRUCK, curve=[]), PLUG, 15_000, 600) == 5_000


def reference_gain(level: int, seconds: int, curve: list[ChargeStep], limit: int) -> Fraction:
    """Drawn second by second in exact fractions, each split where the curve bends."""
    charge = Fraction(level)
    for _ in range(seconds):
        left = Fraction(1)
        while left > 0:
            step = [item for item in curve if item.from_wh <= charge][-1]
            power = min(limit, step.power_w)
            bends = [item.from_wh for item in curve if item.from_wh > charge]
            span = min([left, *((bend - charge) * 3600 / power for bend in bends[:1])])
            charge += span * power / 3600
            left -= span
    return charge - level


@settings(max_examples=50)
@given(
    level=st.integers(0, 900),
    seconds=st.integers(0, 90),
    bends=st.lists(st.integers(1, 900), max_size=3, unique=True).map(sorted),
    powers=st.lists(st.integers(1, 60_000), min_size=4, max_size=4).map(sorted),
)
def test_the_gain_is_the_floor_of_the_exact_integral(level, seconds, bends, powers):
    curve = [
        ChargeStep(from_wh=bend, power_w=power)
        for bend, power in zip([0, *bends], reversed(powers), strict=False)
    ]
    exact = reference_gain(level, seconds, curve, 30_000)
    assert most_gain(change(TRUCK, curve=curve), PLUG, level, seconds) == int(exact)


def test_a_session_costs_what_it_draws_in_each_step_of_the_tariff():
    tariff = Tariff(
        id="t",
        steps=[TariffStep(start=0, per_kwh=90_000), TariffStep(start=1_060, per_kwh=30_000)],
    )
    # from 15 kWh: 120 s at 30 kW (60 s dear = 500 Wh, 60 s cheap = 500 Wh), then 600 Wh cheap
    session = Session(SITE, PLUG, 1_000, 2_000, 15_000, 1_600)
    assert session_cost(TRUCK, session, tariff) == 45_000 + 15_000 + 18_000


def test_money_is_rounded_half_up_to_the_fen():
    assert [fen(value) for value in (499, 500, 1_499, Fraction(2_499_999, 1_000))] == [0, 1, 1, 2]
    assert [half_up(value, 2) for value in (0, 1, 2, 3)] == [0, 1, 1, 2]


def test_a_deficit_is_priced_at_the_home_tariff_or_the_dearest():
    index = Index(small_city())
    assert home_tariff(index, "dc") == Fraction(25_200 * 60_000 + 104_400 * 30_000, 129_600)
    assert home_tariff(index, "hub") == 90_000
