"""What a seed makes: counts of the issue, names and codes that cannot exist, causes."""

import re
from collections import Counter
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from models.accounts.tables import Organisation
from models.bays.tables import Bay, BayPlace
from models.charging.tables import ChargePoint, ChargingSite, Connector
from models.fleet.tables import Driver, DutyTemplate, Vehicle, VehicleType
from models.orders.tables import Order
from models.permits.tables import Permit
from models.places.tables import Place
from models.rules.tables import AccessRule, Zone
from routing.problem.validate import validate
from workers.demo import generate
from workers.demo.memory import problem_of
from workers.demo.names import credit_code_check
from workers.demo.orders import unreached_codes
from workers.demo.places import FAR
from workers.planning.snapshot.days import Days


def test_counts_are_those_of_the_issue(city):
    kinds = Counter(row["kind"] for row in city.rows[Place])
    assert (kinds["hub"], kinds["distribution_centre"]) == (2, 4)
    assert (kinds["end_station"], kinds["store"]) == (80, 60)
    assert len(city.rows[Vehicle]) == 40
    assert len(city.rows[VehicleType]) == 5
    electric = {row["id"] for row in city.rows[VehicleType] if row["energy"] == "bev"}
    assert sum(row["type_id"] in electric for row in city.rows[Vehicle]) >= 30
    assert len(city.rows[ChargingSite]) == 25
    assert len(city.rows[ChargePoint]) == 150
    assert len(city.rows[Connector]) > 150
    assert len(city.rows[Bay]) == 80
    assert len(city.rows[Zone]) == 5
    assert {row["effect"] for row in city.rows[AccessRule]} >= {
        "pass_needed",
        "no_driving",
        "no_stopping",
        "quiet_only",
    }
    assert any(row["date_to"] < city.service_date for row in city.rows[Permit])
    assert {row["name"] for row in city.rows[DutyTemplate]} == {"日班", "夜班"}
    assert len(city.rows[Driver]) > 40


def test_one_day_of_orders(city):
    orders = city.rows[Order]
    assert len(orders) == 300
    assert len({row["shipper_id"] for row in orders}) == 6
    assert {row["temperature"] for row in orders} == {"ambient", "chilled", "frozen"}
    night = [row for row in orders if any(window.get("night") for window in row["windows"])]
    assert len(night) == 100
    assert all(row["service_date"] == city.service_date for row in orders)
    assert len({row["reference"] for row in orders}) == 300
    assert all(re.fullmatch(r"[A-Z]{2}-1124-\d{3}", row["reference"]) for row in orders)


def test_six_orders_are_impossible_each_for_its_own_cause(city, tight_city):
    for made in (city, tight_city):
        references = {row["reference"] for row in made.rows[Order]}
        assert set(made.impossible) <= references
        assert sorted(made.impossible.values()) == [
            "access",
            "battery",
            "needs",
            "shift",
            "weight",
            "yard",
        ]


def test_tight_means_more_orders_cold_and_half_the_bays(city, tight_city):
    assert len(tight_city.rows[Order]) == pytest.approx(360, abs=3)
    assert len(tight_city.rows[Bay]) == 40
    mild, _ = problem_of(city)
    cold, _ = problem_of(tight_city)
    drawn = [
        {kind.payload_g: kind.use[0] for kind in made.vehicle_types if kind.energy == "bev"}
        for made in (mild, cold)
    ]
    for payload, before in drawn[0].items():
        after = drawn[1][payload]
        assert after.base_mwh_per_km >= before.base_mwh_per_km
        assert after.drive_w > before.drive_w


@pytest.mark.parametrize("tight", [False, True])
def test_every_receiving_place_has_a_yard_or_a_bay(city, tight_city, tight):
    made = tight_city if tight else city
    assert unreached_codes(made.rows[Place], made.rows[BayPlace]) == []


def test_names_and_codes_have_the_right_form_and_cannot_exist(city):
    assert credit_code_check("91350100M000100Y4") == "3"
    for row in city.rows[Organisation]:
        code = row["credit_code"]
        assert len(code) == 18
        assert code[2:8] == "999999"
        assert credit_code_check(code[:17]) == code[17]
        assert row["name"].endswith("（示例）")
    plates = [row["plate"] for row in city.rows[Vehicle]]
    assert len(set(plates)) == len(plates)
    for row in city.rows[Vehicle]:
        form = r"辽Z[DF]\d{5}" if row["plate_kind"] == "green_small" else r"辽Z[A-HJ-NP-Z]\d{4}"
        assert re.fullmatch(form, row["plate"])
    assert all(row["name"].endswith("（示例）") for row in city.rows[Driver])
    assert all(row["phone"].startswith("1990000") for row in city.rows[Driver])


def test_same_seed_same_city_other_seed_other_city(city):
    again = generate(1, city.service_date)
    assert again.rows == city.rows
    assert again.impossible == city.impossible
    other = generate(2, city.service_date)
    assert other.rows[Vehicle][0]["plate"] != city.rows[Vehicle][0]["plate"]


def test_a_window_at_night_belongs_to_the_mornings_date(city):
    """22:00 of the evening before is inside the horizon of the service date."""
    problem, names = problem_of(city)
    days = Days(city.service_date, ZoneInfo("Asia/Shanghai"))
    start = days.at(-2 * 3600)
    assert start == 4 * 3600
    assert days.at(5 * 3600 + 1800) == 11 * 3600 + 1800
    nights = [
        window
        for order in problem.orders
        for end in order.delivery
        for window in end.windows
        if window.night
    ]
    assert nights
    assert all(window.start >= start and "quiet" in window.needs for window in nights)
    assert problem.horizon.start == "2026-11-23T18:00:00+08:00"
    assert names[problem.orders[0].id]["label"].count("-") == 2


def test_another_date_moves_everything_dated():
    made = generate(3, date(2026, 12, 1))
    problem, _ = problem_of(made)
    assert problem.horizon.start.startswith("2026-11-30T18:00")
    assert all(row["reference"][3:7] == "1201" for row in made.rows[Order])


@pytest.mark.parametrize("tight", [False, True])
def test_a_seed_whose_streets_leave_few_sites_makes_a_city(tight):
    """Seed 103 has one site too few beside others for shared bays."""
    made = generate(103, date(2026, 11, 24), tight=tight)
    problem, _ = problem_of(made)
    assert validate(problem) == []
    assert Counter(row["kind"] for row in made.rows[Place])["store"] == 60
    assert unreached_codes(made.rows[Place], made.rows[BayPlace]) == []


def test_the_far_station_takes_every_truck_so_that_only_the_battery_bars_it(city, tight_city):
    for made in (city, tight_city):
        far = next(row for row in made.rows[Place] if row["code"] == FAR)
        assert far["yard"]
        assert far["yard_max_length_mm"] == 0
