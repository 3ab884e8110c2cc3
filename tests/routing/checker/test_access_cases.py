"""Every row of docs/access-cases.md, and the pieces it is judged by."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.checker import check
from routing.checker.calendar import Calendar, merged, overlap, without
from routing.checker.index import Index
from routing.checker.zones import contains
from routing.plan import Leg, Load, MadeBy, Plan, PlanDuty, PlanRoute, Stop, Trip
from routing.problem import (
    AccessRule,
    DailyHours,
    Depot,
    EnergyUse,
    Permit,
    Place,
    TableSlice,
    TableTravel,
    TailNumbers,
    VehicleType,
    When,
    Who,
    Zone,
)
from routing.problem.access import Calendar as Dates
from routing.problem.hashing import problem_sha256
from tests.routing.builders import ALL_DAY, HORIZON_S, at, change, order, small_city

TABLE = Path(__file__).parents[3] / "docs" / "access-cases.md"
SQUARE = [(133.0, 21.0), (133.4, 21.0), (133.4, 21.4), (133.0, 21.4)]
HOLE = [(133.1, 21.1), (133.2, 21.1), (133.2, 21.2), (133.1, 21.2)]
SPOTS = {
    "out": (132.5, 21.3),
    "in": (133.3, 21.3),
    "edge": (133.0, 21.3),
    "corner": (133.4, 21.4),
    "brim": (133.1, 21.15),
    "hole": (133.15, 21.15),
}
DAYS = {"Mon": 23, "Tue": 24, "Wed": 25}
START = datetime.fromisoformat("2026-11-23T18:00:00+08:00")


def rows() -> list[list[str]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    table = [line for line in lines if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def instant(text: str) -> int:
    day, clock = text.split()
    clock = clock if clock.count(":") == 2 else f"{clock}:00"
    moment = datetime.fromisoformat(f"2026-11-{DAYS[day]}T{clock}+08:00")
    return int((moment - START).total_seconds())


def rule_of(effect: str, text: str) -> AccessRule:
    hours = re.match(r"(\d\d)-(\d\d)", text)
    spans = [DailyHours(start=int(hours[1]) * 3600, end=int(hours[2]) * 3600)] if hours else []
    tail = re.search(r"tail (\d)", text)
    who = Who(tails=TailNumbers(by_weekday={"2": [int(tail[1])]})) if tail else Who()
    alert = re.search(r"alert (\d)", text)
    weekdays = [2] if text.endswith("on Tuesdays") and not tail else []
    last = re.search(r" to (\w{3})", text)
    first = re.search(r" since (\w{3})", text)
    holidays = "any"
    if "holiday" in text:
        holidays = "never" if "not on" in text else "only"
    when = When(
        date_from=f"2026-11-{DAYS[first[1]]}" if first else None,
        date_to=f"2026-11-{DAYS[last[1]]}" if last else None,
        hours=spans,
        weekdays=weekdays,
        holidays=holidays,
        alert_from=int(alert[1]) if alert else 0,
    )
    return AccessRule(id="r", zone="z", effect=effect, who=[who], when=when)


def city_of(rule: AccessRule, way: str, seconds: int, work_s: int):
    ends = dict(zip("AB", way.split("-"), strict=True))
    places = [
        Place(
            id=name,
            kind="depot",
            lon=SPOTS[spot][0] + (0.01 if name == "A" and spot == "in" else 0),
            lat=SPOTS[spot][1],
        )
        for name, spot in ends.items()
    ]
    table = [[0, seconds], [seconds, 0]]
    van = VehicleType(
        id="van", payload_g=10**6, volume_cm3=10**7, energy="diesel", profile="lorry",
        use=[EnergyUse(start=0, base_mwh_per_km=0, load_mwh_per_tkm=0)],
    )  # fmt: skip
    city = small_city()
    truck = change(
        city.vehicles[1], home="A", available=change(city.vehicles[1].available, place="A")
    )
    duty = change(city.duties[2], shift=ALL_DAY, longest_s=HORIZON_S, longest_driving_s=HORIZON_S)
    goods = order("o", at("A"), at("B"), units=1, unit_s=work_s, load_unit_s=0)
    return change(
        city, places=places, depots=[Depot(place="A", hours=[ALL_DAY])], bays=[], chargers=[],
        tariffs=[], zones=[Zone(id="z", polygons=[[SQUARE, HOLE]])], rules=[rule], permits=[],
        vehicle_types=[van], vehicles=[truck],
        drivers=[change(city.drivers[2], home="A", available=ALL_DAY)], duties=[duty],
        orders=[goods], commitments=[],
        calendar=Dates(holidays=["2026-11-24"], alerts={"2026-11-24": 1}),
        travel=TableTravel(
            places=["A", "B"],
            profiles={"lorry": [TableSlice(start=0, seconds=table, metres=table)]},
        ),
    )  # fmt: skip


def plan_of(problem, leaves: int, arrives: int, until: int) -> Plan:
    load = Load(weight_g=100_000, volume_cm3=500_000)
    seconds = arrives - leaves
    leg = Leg(metres=seconds, seconds=seconds, wh=0, cost=0, co2e_g=0)
    stops = [
        Stop(kind="depot", place="A", orders=["o"], arrive=0, start=0, depart=leaves, load=load),
        Stop(
            kind="delivery", place="B", orders=["o"], arrive=arrives, start=arrives, depart=until,
            leg=leg,
        ),
        Stop(
            kind="depot", place="A", arrive=until + seconds, start=until + seconds,
            depart=until + seconds, leg=leg,
        ),
    ]  # fmt: skip
    duty = PlanDuty(duty="C", driver="d3", trips=[Trip(stops=stops)])
    return Plan(
        problem_sha256=problem_sha256(problem),
        made_by=MadeBy(engine="hand", version="1"),
        routes=[PlanRoute(vehicle="v2", duties=[duty])],
    )


def broken_rules(problem, plan) -> set[str]:
    """What is said of the delivery stop; the way back is another row's business."""
    found = check(problem, plan).violations
    return {item.rule for item in found if item.stop == "d0.t0.s1"}


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row[1]}: {row[0]}")
def test_row_of_the_table(row):
    _, effect, in_force, way, *times, lawful = row
    leaves, arrives, until = map(instant, times)
    problem = city_of(rule_of(effect, in_force), way, arrives - leaves, until - arrives)
    plan = plan_of(problem, leaves, arrives, until)
    bare = broken_rules(problem, plan)
    assert bare == (set() if lawful == "yes" else {"access"})
    permit = Permit(
        id="p", vehicles=["v2"], rules=["r"], date_from="2026-11-24", date_to="2026-11-24",
        hours=[DailyHours(start=6 * 3600, end=8 * 3600)],
    )  # fmt: skip
    passed = change(problem, permits=[permit])
    if "a pass" in row[0]:
        found = broken_rules(passed, change(plan, problem_sha256=problem_sha256(passed)))
        assert found == (set() if lawful == "with pass" else {"access"})


def test_waiting_in_a_zone_where_parking_is_forbidden():
    problem = city_of(rule_of("no_parking", "07-09"), "out-in", 3600, 600)
    plan = plan_of(problem, instant("Tue 06:30"), instant("Tue 07:30"), instant("Tue 07:40"))
    trip = plan.routes[0].duties[0].trips[0]
    end = trip.stops[1].depart
    wait = Stop(kind="wait", place="B", arrive=end, start=end, depart=end + 300)
    back = change(trip.stops[2], arrive=end + 3900, start=end + 3900, depart=end + 3900)
    duty = change(plan.routes[0].duties[0], trips=[Trip(stops=[*trip.stops[:2], wait, back])])
    plan = change(plan, routes=[change(plan.routes[0], duties=[duty])])
    found = [(item.stop, item.amount) for item in check(problem, plan).violations
             if item.rule == "access"]  # fmt: skip
    assert found == [("d0.t0.s2", 300)]


def test_a_working_weekend_day_counts_where_the_rule_is_for_the_working_week():
    problem = change(
        small_city(),
        horizon=change(
            small_city().horizon,
            start="2026-11-27T18:00:00+08:00",
            end="2026-11-29T06:00:00+08:00",
        ),
        calendar=Dates(working_days=["2026-11-28"]),
    )
    vehicle, kind = problem.vehicles[0], problem.vehicle_types[0]

    def spans(weekdays):
        rule = AccessRule(
            id="r", zone="core", effect="no_driving", who=[Who()],
            when=When(weekdays=weekdays, hours=[DailyHours(start=0, end=3600)]),
        )  # fmt: skip
        return Calendar(Index(problem)).in_force(rule, vehicle, kind)

    saturday = 6 * 3600
    assert (saturday, saturday + 3600) in spans([1, 2, 3, 4, 5])
    assert (saturday, saturday + 3600) not in spans([2, 3, 4, 5])


@pytest.mark.parametrize(
    ("who", "bound"),
    [
        (Who(), True),
        (Who(plate_kinds=["blue_small"], energy=["diesel"], types=["van"], local=True), True),
        (Who(stage_at_most=5, mass_over_g=2_999_999, length_over_mm=4_999), True),
        (Who(stage_at_most=4), False),
        (Who(mass_over_g=3_000_000), False),
        (Who(length_over_mm=5_000), False),
        (Who(plate_kinds=["yellow"]), False),
        (Who(body=["reefer"]), False),
        (Who(use=["postal"]), False),
        (Who(local=False), False),
        (Who(tails=TailNumbers(by_date={"2026-11-24": [4]})), True),
        (Who(tails=TailNumbers(by_date={"2026-11-30": [4]})), False),
    ],
)
def test_whom_a_rule_binds_and_whom_it_exempts(who, bound):
    problem = small_city()
    kind, vehicle = problem.vehicle_types[1], problem.vehicles[1]
    calendar = Calendar(Index(problem))
    rule = AccessRule(id="r", zone="core", effect="no_driving", who=[who], when=When())
    assert bool(calendar.in_force(rule, vehicle, kind)) is bound
    spared = change(rule, who=[Who()], exempt=[who])
    free_somewhen = calendar.in_force(spared, vehicle, kind) != calendar.in_force(
        change(spared, exempt=[]), vehicle, kind
    )
    assert free_somewhen is bound


def test_an_electric_vehicle_has_no_emission_stage_to_be_barred_by():
    problem = small_city()
    rule = AccessRule(
        id="r", zone="core", effect="no_driving", who=[Who(stage_at_most=6)], when=When()
    )
    spans = Calendar(Index(problem)).in_force(rule, problem.vehicles[0], problem.vehicle_types[0])
    assert spans == []


spans_of = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6)


@given(spans_of, spans_of)
def test_spans_are_sets_of_instants(one, other):
    def instants(spans):
        return {t for start, end in spans for t in range(start, end)}

    assert instants(merged(one)) == instants(one)
    left = without(merged(one), merged(other))
    assert instants(left) == instants(one) - instants(other)
    assert overlap(10, 40, merged(one)) == len(instants(one) & set(range(10, 40)))


@given(st.integers(-1, 9), st.integers(-1, 9))
def test_a_slanted_border_is_inside_exactly(x, y):
    triangle = Zone(id="t", polygons=[[[(0.0, 0.0), (8.0, 0.0), (0.0, 8.0)]]])
    assert contains(triangle, x, y) == (x >= 0 and y >= 0 and x + y <= 8)
