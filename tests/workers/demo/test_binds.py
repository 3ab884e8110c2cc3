"""The demo day binds: a plan made without a rule breaks exactly that rule; the whole plan is clean.

One first plan per rule (no improvement rounds), so that the proof stays short.
"""

import msgspec
import pytest

from routing.checker import check
from routing.engines.ortools import CAPABILITIES, solve
from routing.rules import relax, restore
from workers.demo.held import only
from workers.demo.memory import problem_of

STRUCTURAL = {"travel", "structure", "orders", "objective"}
"""Cannot be left out: a plan is made of them."""
BINDING = sorted(CAPABILITIES - STRUCTURAL)
ROUNDS = 0


@pytest.fixture(scope="module")
def day(city):
    return problem_of(city)


def beside_small_stations(problem):
    """The depots without points of their own and the two small stations beside them: relaxing
    ``connector`` makes many copies of each, too many for the whole city in a short test."""
    small = [site for site in problem.chargers if site.power_w == 75_000]
    own = {site.place for site in problem.chargers}
    homes = {depot.place for depot in problem.depots} - own
    plugs = {plug.id for site in small for plug in site.connectors}
    narrow = only(problem, {o.id for o in problem.orders if o.pickup[0].place in homes})
    return msgspec.structs.replace(
        narrow,
        chargers=small,
        commitments=[
            held for held in problem.commitments if held.thing != "connector" or held.id in plugs
        ],
    )


@pytest.fixture(scope="module")
def plan(day):
    return solve(day[0], time_limit_s=600, iterations=20)


@pytest.mark.timeout(600)
def test_the_plan_is_clean_and_the_impossible_are_told(day, plan, city):
    problem, names = day
    assert check(problem, plan).verdict == "clean"
    told = {out.order: out for out in plan.unassigned if out.tier == "impossible"}
    assert {names[order]["label"] for order in told} == set(city.impossible)


@pytest.mark.timeout(600)
def test_vehicles_charge_between_stops_and_run_several_trips(plan):
    charging = 0
    several = 0
    for route in plan.routes:
        trips = [trip for duty in route.duties for trip in duty.trips]
        several += len(trips) >= 2
        charging += any(stop.kind == "charge" for trip in trips for stop in trip.stops[1:-1])
    assert charging >= 5
    assert several >= 5


@pytest.mark.timeout(600)
@pytest.mark.parametrize("rule", BINDING)
def test_without_the_rule_the_plan_breaks_it(day, rule):
    problem = beside_small_stations(day[0]) if rule == "connector" else day[0]
    without = restore(solve(relax(problem, rule), time_limit_s=600, iterations=ROUNDS), problem)
    broken = {violation.rule for violation in check(problem, without).violations}
    assert rule in broken
