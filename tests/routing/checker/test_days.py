"""Days that are lawful in less common ways, and the edge where they cease to be."""

from __future__ import annotations

import pytest

from routing.checker import check
from routing.plan import MadeBy, Plan, Reason, Unassigned
from routing.problem import Commitment, Interval, Lock, Permit, Swap
from routing.problem.hashing import problem_sha256
from tests.routing.builders import (
    ALL_DAY,
    Day,
    change,
    changed,
    edited,
    small_city,
    small_plan,
    stamped,
)


def with_type(problem, **fields):
    return change(problem, vehicle_types=changed(problem.vehicle_types, "truck", **fields))


def with_duty(problem, duty, **fields):
    return change(problem, duties=changed(problem.duties, duty, **fields))


def with_site(problem, site, **fields):
    return change(problem, chargers=changed(problem.chargers, site, **fields))


def told(problem, *days: Day):
    """Violations of a plan of these days alone; its bill is not what these tests are about."""
    routes = [day.route() for day in days]
    served = {
        name
        for route in routes
        for duty in route.duties
        for trip in duty.trips
        for stop in trip.stops
        for name in stop.orders
    }
    plan = Plan(
        problem_sha256=problem_sha256(problem),
        made_by=MadeBy(engine="hand", version="1"),
        routes=routes,
        unassigned=[
            Unassigned(order=item.id, tier="no_room", reasons=[Reason(code="weight")])
            for item in problem.orders
            if item.id not in served
        ],
    )
    return [
        (item.rule, item.route, item.stop, item.amount)
        for item in check(problem, plan).violations
        if item.rule != "objective"
    ]


def truck(problem) -> Day:
    return Day(problem, "v1").duty("A", "d1").trip()


def test_two_stops_at_one_bay_are_one_visit_with_one_claim():
    problem = small_city()
    day = truck(problem).stop("depot", "dc", 13_400, load="o1#1 o1#2", arrive=10_800)
    # 300 + 60 + 120 + 200 s, then 90 + 100 s: the fixed time is not paid again
    day.stop("delivery", "kerb", 15_080, unload="o1#1", bay="b1", drawn=68)
    day.stop("delivery", "kerb", 15_270, unload="o1#2", bay="b1", drawn=19)
    day.stop("depot", "dc", 16_270)
    assert told(problem, day) == []
    stay = change(problem, bays=[change(problem.bays[0], longest_stay_s=869)])
    assert told(stay, day) == [("bay", "v1", "d0.t0.s1", 1)]


def test_attended_charging_after_the_trips_is_duty_time():
    problem = with_site(small_city(), "home", attended=True)
    problem = with_duty(problem, "A", longest_s=16_000)
    verdict = check(problem, stamped(problem, small_plan(small_city())))
    found = [(item.rule, item.stop, item.amount) for item in verdict.violations]
    # 14280 s of trips and 2023 s at the plug; the bill then has 2023 s more too
    assert ("duty_length", "d0.t1.s5", 303) in found
    assert ("objective", None, 2_023) in found


def swap_day(problem, seconds=600):
    day = truck(problem).stop("depot", "dc", 12_000, arrive=10_800)
    day.stop("swap", "cs", 14_000 + seconds, gain=10_000)
    return day.stop("depot", "dc", 16_000 + seconds)


def test_a_swap_fills_the_battery_in_its_fixed_time_for_its_price():
    problem = with_site(with_type(small_city(), swap=True), "quick", swap=Swap(seconds=600))
    assert told(problem, swap_day(problem)) == []
    assert told(problem, swap_day(problem, 601)) == [("charging", "v1", "d0.t0.s1", 1)]
    unfit = with_type(problem, swap=False)
    assert told(unfit, swap_day(unfit)) == [("charging", "v1", "d0.t0.s1", 1)]


def loading_at_the_plug(problem):
    day = truck(problem)
    # 600 + 120 s of loading; 20 kW to 16 kWh in 360 s, then 540 s at 18 kW: 4700 Wh
    day.stop(
        "depot", "dc", 12_000, load="o3", arrive=10_800, connector="h1", charge_start=10_900,
        charge_end=11_800, gain=4_700,
    )  # fmt: skip
    day.stop("delivery", "s3", 15_280, unload="o3", drawn=28)
    return day.stop("depot", "dc", 18_280)


def test_charging_while_loading_where_the_site_allows_it():
    problem = with_duty(small_city(), "A", longest_driving_s=14_400)
    problem = with_site(problem, "home", overlaps=["loading"])
    assert told(problem, loading_at_the_plug(problem)) == []
    barred = with_site(problem, "home", overlaps=["service", "rest"])
    assert told(barred, loading_at_the_plug(barred)) == [("charging", "v1", "d0.t0.s0", 1)]


def waits_at(problem, place, **fields):
    """Half an hour's stand at a place, on a day of 6000 s of driving."""
    day = truck(problem).stop("depot", "dc", 12_000, arrive=10_800)
    day.stop("wait", place, 12_000 + 3_000 + 1_200, drawn=120, **fields)
    return day.stop("depot", "dc", 19_200)


def test_waiting_is_rest_only_where_rest_is_possible():
    problem = with_duty(small_city(), "A", longest_driving_s=3_000, rest_s=1_200)
    problem = with_type(problem, reserve_wh=0)
    late = [("rest", "v1", "d0.t0.s2", 3_000)]
    assert told(problem, waits_at(problem, "s3")) == late
    places = changed(problem.places, "s3", rest=True)
    restful = change(problem, places=places)
    assert told(restful, waits_at(restful, "s3")) == []
    longer = with_duty(restful, "A", rest_s=1_201)
    assert told(longer, waits_at(longer, "s3")) == late


def charges(problem):
    day = truck(problem).stop("depot", "dc", 12_000, arrive=10_800)
    day.stop("charge", "cs", 15_200, connector="k1", gain=5_000)
    return day.stop("depot", "dc", 17_200)


def test_charging_is_rest_only_where_the_driver_is_free():
    problem = with_duty(small_city(), "A", longest_driving_s=2_000)
    problem = change(problem, commitments=[])
    assert told(problem, charges(problem)) == []
    attended = with_site(problem, "quick", attended=True)
    assert told(attended, charges(attended)) == [("rest", "v1", "d0.t0.s2", 2_000)]


def test_driving_carries_over_to_the_drivers_next_duty_unless_he_rests():
    problem = with_duty(small_city(), "B", driver="d1", shift=ALL_DAY, longest_driving_s=5_000)
    for gap, found in ((1_199, [("rest", "v1", "d1.t0.s2", 1_000)]), (1_200, [])):
        day = truck(problem).stop("depot", "dc", 12_000, arrive=12_000)
        day.stop("wait", "hub", 13_500).stop("depot", "dc", 15_000)
        day.duty("B", "d1").trip().stop("depot", "dc", 15_000 + gap, arrive=15_000 + gap)
        day.stop("wait", "hub", 16_500 + gap).stop("depot", "dc", 18_000 + gap)
        assert told(problem, day) == found


def test_an_entry_counts_against_no_limit_where_an_unlimited_pass_covers_it():
    problem = small_city()
    rules = [change(problem.rules[0], when=change(problem.rules[0].when, hours=[]))]
    limited = Permit(
        id="p0", vehicles=["v1"], rules=["pass"], date_from="2026-11-23", date_to="2026-11-24",
        trips_per_day=1,
    )  # fmt: skip
    midnight = change(
        problem.horizon, start="2026-11-24T00:00:00+08:00", end="2026-11-25T12:00:00+08:00"
    )
    problem = change(problem, rules=rules, permits=[limited], horizon=midnight)
    plan = small_plan(problem)
    assert [item.rule for item in check(problem, plan).violations] == ["permit_trips"]
    for extra in (change(limited, id="p9"), change(limited, id="p9", trips_per_day=0)):
        both = change(problem, permits=[limited, extra])
        assert check(both, stamped(both, plan)).verdict == "clean"


def test_a_waiting_vehicle_may_stay_at_the_depot_between_trips_as_long_as_it_likes():
    problem = small_city()
    plan = edited(small_plan(problem), "v2", "d0.t0.s0", arrive=53_700, start=54_000)
    rules = {item.rule for item in check(problem, plan).violations}
    assert rules == {"objective"}  # 300 s more of duty to pay, nothing else


@pytest.mark.parametrize("hours", [[Interval(start=0, end=17_000)], []])
def test_an_empty_vehicle_needs_no_open_depot_to_leave(hours):
    problem = with_site(with_type(small_city(), swap=True), "quick", swap=Swap(seconds=600))
    problem = change(problem, depots=[change(problem.depots[0], hours=hours)])
    assert told(problem, swap_day(problem)) == []


@pytest.mark.parametrize(
    ("lock", "found"),
    [
        (Lock(kind="vehicle", orders=["o8"], vehicle="v1"), []),
        (Lock(kind="start_time", orders=["o8"], time=50_000), []),
        (Lock(kind="sequence", orders=["o8"]), []),
        (Lock(kind="sequence", orders=["o6", "o7"]), []),
        (Lock(kind="sequence", orders=["o7", "o8"]), [("v2", "d0.t0.s2", 1)]),
        (Lock(kind="sequence", orders=["o8", "o7"]), [("v2", "d0.t0.s2", 1)]),
        (Lock(kind="sequence", orders=["o1#2", "o3"]), [("v1", "d0.t1.s2", 1)]),
        (Lock(kind="frozen_prefix", orders=["o1#1", "o1#2", "o3"], vehicle="v1"), []),
        (Lock(kind="frozen_prefix", orders=["o6", "o7", "o8"], vehicle="v2"), [("v2", None, 1)]),
        (Lock(kind="charge", vehicle="v1", site="quick", time=19_599), []),
        (Lock(kind="charge", vehicle="v1", site="home", time=19_599), [("v1", None, 1)]),
    ],
)
def test_locks_bind_what_is_served(lock, found):
    problem = change(small_city(), locks=[lock])
    verdict = check(problem, small_plan(problem))
    told_of = [(item.route, item.stop, item.amount) for item in verdict.violations]
    assert told_of == found


def test_unknown_ids_are_told_and_do_not_hide_the_rest():
    problem = small_city()
    plan = edited(small_plan(problem), "v2", "d0.t0.s1", bay="b9")
    plan = edited(plan, "v1", "d0.t0.s1", depart=15_269)
    found = [(item.rule, item.route, item.stop) for item in check(problem, plan).violations]
    assert ("structure", "v2", "d0.t0.s1") in found
    assert ("structure", "v1", "d0.t0.s1") in found


def test_what_just_fits_fits():
    problem = with_type(small_city(), payload_g=200_000, volume_cm3=1_000_000, reserve_wh=2_765)
    problem = with_duty(problem, "A", shift=Interval(start=10_800, end=25_080), longest_s=14_280)
    problem = with_duty(problem, "C", shift=Interval(start=54_000, end=61_390), longest_s=7_390)
    free = change(problem.vehicles[0].available, start=10_800, end=53_680)
    orders = changed(problem.orders, "o3", longest_ride_s=3_600)
    problem = change(
        problem,
        vehicles=changed(problem.vehicles, "v1", available=free),
        drivers=changed(problem.drivers, "d2", available=Interval(start=46_800, end=53_680)),
        bays=[
            change(
                problem.bays[0], longest_stay_s=870, hours=[Interval(start=14_400, end=50_880)]
            )
        ],
        depots=[change(problem.depots[0], hours=[Interval(start=10_800, end=54_810)])],
        orders=changed(orders, "o5", release=51_380, due=53_040),
        commitments=[
            Commitment(thing="bay", id="b1", start=15_330, end=50_340),
            Commitment(thing="connector", id="k1", start=19_600, end=20_000, power_w=40_000),
            Commitment(thing="driver", id="d3", start=61_390, end=70_000),
        ],
    )  # fmt: skip
    verdict = check(problem, stamped(problem, small_plan(small_city())))
    assert verdict.violations == []
