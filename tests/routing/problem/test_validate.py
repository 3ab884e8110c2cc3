"""Every input error: its number and its path."""

from __future__ import annotations

import pytest

from routing.problem import (
    ChargeStep,
    Commitment,
    EnergyUse,
    GreatCircleTravel,
    Horizon,
    Interval,
    Lock,
    NetworkTravel,
    SpeedStep,
    TailNumbers,
    TariffStep,
    VehicleAvailability,
    Waiver,
    When,
    Who,
    Window,
    Zone,
)
from routing.problem import (
    SpeedStep as Step,
)
from routing.problem.access import Calendar
from routing.problem.validate import validate
from tests.routing.builders import at, change, changed, order, small_city


def with_(section, item_id, **fields):
    return lambda city: change(
        city, **{section: changed(getattr(city, section), item_id, **fields)}
    )


def plus(section, item):
    return lambda city: change(city, **{section: [*getattr(city, section), item]})


def both(*edits):
    def edit(city):
        for one in edits:
            city = one(city)
        return city

    return edit


def lock(kind, **fields):
    return plus("locks", Lock(kind=kind, **fields))


def field(**fields):
    return lambda city: change(city, **fields)


def horizon(**fields):
    given = {"start": "2026-11-23T18:00:00+08:00", "end": "2026-11-25T06:00:00+08:00",
             "tz": "Asia/Shanghai", **fields}  # fmt: skip
    return field(horizon=Horizon(**given))


def travel(**fields):
    return lambda city: change(city, travel=change(city.travel, **fields))


def slice_(**fields):
    def edit(city):
        step = change(city.travel.profiles["lorry"][0], **fields)
        return change(city, travel=change(city.travel, profiles={"lorry": [step]}))

    return edit


def delivery(*windows):
    return with_("orders", "o3", delivery=[at("s3", *windows)])


CASES = [
    ("E2001", "$.orders[8].id", lambda city: plus("orders", city.orders[0])(city)),
    ("E2001", "$.depots[1].place", lambda city: plus("depots", city.depots[0])(city)),
    ("E2001", "$.chargers[1].connectors[0].id", lambda city: with_(
        "chargers", "home", connectors=city.chargers[0].connectors[:1])(city)),
    ("E2002", "$.depots[0].place", lambda city: field(
        depots=[change(city.depots[0], place="x")])(city)),
    ("E2002", "$.bays[0].place", with_("bays", "b1", place="x")),
    ("E2002", "$.chargers[0].tariff", with_("chargers", "quick", tariff="x")),
    ("E2002", "$.chargers[0].private_to", with_("chargers", "quick", private_to=["x"])),
    ("E2002", "$.rules[0].zone", with_("rules", "pass", zone="x")),
    ("E2002", "$.rules[0].who[0].types", with_("rules", "pass", who=[Who(types=["x"])])),
    ("E2002", "$.permits[0].rules", with_("permits", "p1", rules=["x"])),
    ("E2002", "$.permits[0].vehicles", with_("permits", "p1", vehicles=["x"])),
    ("E2002", "$.vehicle_types[1].fuel_tariff", with_("vehicle_types", "van", fuel_tariff="x")),
    ("E2002", "$.vehicle_types[1].profile", with_("vehicle_types", "van", profile="x")),
    ("E2002", "$.vehicles[1].type", with_("vehicles", "v2", type="x")),
    ("E2002", "$.vehicles[1].home", with_("vehicles", "v2", home="x")),
    ("E2002", "$.drivers[0].home", with_("drivers", "d1", home="x")),
    ("E2002", "$.duties[0].driver", with_("duties", "A", driver="x")),
    ("E2002", "$.duties[0].vehicles", with_("duties", "A", vehicles=["x"])),
    ("E2002", "$.orders[2].delivery[0].place", with_("orders", "o3", delivery=[at("x")])),
    ("E2002", "$.orders[2].delivery[0].bays", with_("orders", "o3", delivery=[at("s3", bay="x")])),
    ("E2002", "$.orders[2].after", with_("orders", "o3", after=["x"])),
    ("E2002", "$.orders[2].return_of", with_("orders", "o3", return_of="x")),
    ("E2002", "$.commitments[2].id", plus(
        "commitments", Commitment(thing="driver", id="x", start=0, end=1))),
    ("E2002", "$.locks[0].orders", lock("start_time", orders=["x"], time=0)),
    ("E2002", "$.locks[0].site", lock("charge", vehicle="v1", site="x", time=0)),
    ("E2002", "$.waivers[0].rule", plus(
        "waivers", Waiver(rule="x", subject="v1", limit=1, reason="r", who="w"))),
    ("E2002", "$.places[7].id", lambda city: travel(places=city.travel.places[:-1])(city)),
    ("E3001", "$.horizon.tz", horizon(tz="China/Nowhere")),
    ("E3001", "$.horizon.start", horizon(start="2026-11-23T18:00:00")),
    ("E3001", "$.horizon.end", horizon(end="tomorrow")),
    ("E3001", "$.horizon.end", horizon(end="2026-11-23T17:00:00+08:00")),
    ("E3002", "$.orders[2].delivery[0].windows[1]", delivery(
        Window(start=0, end=0), Window(start=10, end=9))),
    ("E3002", "$.duties[0].shift", with_("duties", "A", shift=Interval(start=9, end=9))),
    ("E3002", "$.depots[0].hours[0]", lambda city: field(
        depots=[change(city.depots[0], hours=[Interval(start=2, end=1)])])(city)),
    ("E3002", "$.vehicles[0].available", with_("vehicles", "v1", available=VehicleAvailability(
        start=5, place="dc", end=4))),
    ("E3002", "$.commitments[2]", plus(
        "commitments", Commitment(thing="bay", id="b1", start=3, end=3))),
    ("E3002", "$.permits[0]", with_("permits", "p1", date_to="2026-11-23")),
    ("E3002", "$.rules[0].when", with_(
        "rules", "pass", when=When(date_from="2026-11-25", date_to="2026-11-24"))),
    ("E3003", "$.tariffs[0].steps[1]", with_("tariffs", "public", steps=[
        TariffStep(start=0, per_kwh=1), TariffStep(start=0, per_kwh=2)])),
    ("E3004", "$.places[0]", with_("places", "dc", lon=21.0, lat=133.0)),
    ("E3005", "$.zones[1].polygons[0][0]", plus(
        "zones", Zone(id="flat", polygons=[[[(0, 0), (1, 1), (0, 0)]]]))),
    ("E3006", "$.chargers[0].connectors", both(
        with_("chargers", "quick", connectors=[]),
        lambda city: field(commitments=city.commitments[:1])(city))),
    ("E3007", "$.tariffs[0].steps", with_(
        "tariffs", "public", steps=[TariffStep(start=1, per_kwh=1)])),
    ("E3007", "$.tariffs[0].steps", with_("tariffs", "public", steps=[])),
    ("E3008", "$.calendar.holidays", field(calendar=Calendar(holidays=["24.11.2026"]))),
    ("E3008", "$.permits[0].date_to", with_("permits", "p1", date_to="2026-11-31")),
    ("E3009", "$.rules[0].when.weekdays", with_("rules", "pass", when=When(weekdays=[0]))),
    ("E3009", "$.rules[0].who[0].tails.by_weekday", with_(
        "rules", "pass", who=[Who(tails=TailNumbers(by_weekday={"8": [1]}))])),
    ("E3010", "$.vehicle_types[0].reserve_wh", with_(
        "vehicle_types", "truck", reserve_wh=20_001)),
    ("E3011", "$.vehicle_types[0].curve[0]", with_(
        "vehicle_types", "truck", curve=[ChargeStep(from_wh=1, power_w=9)])),
    ("E3011", "$.vehicle_types[0].curve[1].power_w", with_("vehicle_types", "truck", curve=[
        ChargeStep(from_wh=0, power_w=8), ChargeStep(from_wh=1, power_w=9)])),
    ("E3003", "$.vehicle_types[0].curve[1]", with_("vehicle_types", "truck", curve=[
        ChargeStep(from_wh=0, power_w=8), ChargeStep(from_wh=0, power_w=8)])),
    ("E3012", "$.vehicle_types[0].use", with_("vehicle_types", "truck", use=[])),
    ("E3003", "$.vehicle_types[0].use[1]", with_("vehicle_types", "truck", use=[
        EnergyUse(start=5, base_mwh_per_km=1, load_mwh_per_tkm=1)] * 2)),
    ("E3013", "$.vehicles[0].available.soc_wh", with_(
        "vehicles", "v1", available=VehicleAvailability(start=0, place="dc", soc_wh=20_001))),
    ("E3013", "$.vehicles[1].soc_end_wh", with_("vehicles", "v2", soc_end_wh=1)),
    ("E3014", "$.duties[0].shift", with_("duties", "A", shift=Interval(start=0, end=129_601))),
    ("E3014", "$.duties[0].shift", with_("duties", "A", shift=Interval(start=-1, end=9))),
    ("E3015", "$.orders[2].delivery", with_("orders", "o3", delivery=[])),
    ("E3016", "$.orders[2].due", with_("orders", "o3", release=9, due=8)),
    ("E3016", "$.orders[2].never_with", with_(
        "orders", "o3", share_with=["dairy"], never_with=["dairy"])),
    ("E3017", "$.orders[2].after", with_("orders", "o3", after=["o3"])),
    ("E3018", "$.travel.profiles.lorry", travel(profiles={"lorry": []})),
    ("E3018", "$.travel.profiles.lorry[0].seconds", slice_(seconds=[[0]])),
    ("E3018", "$.travel.profiles.lorry[0].metres", slice_(metres=[[-1] * 8] * 8)),
    ("E3020", "$.locks[0].vehicle", lock("vehicle", orders=["o3"])),
    ("E3020", "$.locks[0].orders", lock("sequence")),
    ("E3021", "$.locks[1]", both(
        lock("vehicle", orders=["o4"], vehicle="v1"),
        lock("not_vehicle", orders=["o4"], vehicle="v1"))),
    ("E3021", "$.locks[1]", both(
        lock("vehicle", orders=["o4"], vehicle="v1"),
        lock("frozen_prefix", orders=["o4"], vehicle="v2"))),
    ("E3021", "$.locks[1]", both(
        lock("sequence", orders=["o4", "o5"]), lock("sequence", orders=["o5", "o4"]))),
    ("E3021", "$.locks[1]", both(
        lock("sequence", orders=["o4", "o5"]), lock("sequence", orders=["o4", "o3"]))),
    ("E3021", "$.locks[1]", both(
        lock("start_time", orders=["o6"], time=1), lock("start_time", orders=["o6"], time=2))),
    ("E3021", "$.locks[1]", both(
        lock("frozen_prefix", orders=["o4"], vehicle="v1"),
        lock("frozen_prefix", orders=["o1#1"], vehicle="v1"))),
    ("E3022", "$.locks[0]", lock("vehicle", orders=["o8"], vehicle="v1")),
    ("E3022", "$.locks[0]", lock("vehicle", orders=["o6"], vehicle="v1")),
    ("E3022", "$.locks[0]", lock("start_time", orders=["o4"], time=50_399)),
    ("E3022", "$.locks[0]", lock("start_time", orders=["o5"], time=60_001)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "path", "edit"), CASES, ids=[f"{code} {path}" for code, path, _ in CASES]
)
def test_an_error_has_its_number_and_its_path(code, path, edit):
    errors = validate(edit(small_city()))
    assert [(error.code, error.path) for error in errors] == [(code, path)]
    assert errors[0].cause
    assert errors[0].remedy


def test_a_lock_against_a_rule_names_both_and_stands_where_it_is_waived():
    city = lock("vehicle", orders=["o8"], vehicle="v1")(small_city())
    error = validate(city)[0]
    assert "o8" in error.cause
    assert "rule needs" in error.cause
    waiver = Waiver(rule="needs", subject="o8", limit=1, reason="by hand", who="chief")
    assert validate(plus("waivers", waiver)(city)) == []


def test_all_errors_are_told_at_once():
    city = both(
        with_("vehicle_types", "truck", reserve_wh=20_001),
        with_("orders", "o3", release=9, due=8),
    )(small_city())
    assert [error.code for error in validate(city)] == ["E3010", "E3016"]


def test_an_order_that_nobody_can_serve_is_no_input_error():
    giant = order("giant", at("dc"), at("s3"), weight_g=10**9, needs=["crane"])
    assert validate(plus("orders", giant)(small_city())) == []


def test_great_circle_and_network_travel_are_valid():
    steps = [Step(start=0, metres_per_hour=30_000)]
    for way in (
        GreatCircleTravel(detour_permille=1300, profiles={"lorry": steps}),
        NetworkTravel(network_sha256="0" * 64),
    ):
        assert validate(change(small_city(), travel=way)) == []
    backwards = [SpeedStep(start=9, metres_per_hour=1), SpeedStep(start=8, metres_per_hour=1)]
    late = GreatCircleTravel(detour_permille=1300, profiles={"lorry": backwards})
    errors = validate(change(small_city(), travel=late))
    assert [error.path for error in errors] == ["$.travel.profiles.lorry[1]"]
