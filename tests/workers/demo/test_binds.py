"""The demo day binds: a plan made without a rule breaks that rule; the whole plan is clean.

The rules are tried on smaller days out of the demo's own with few rounds, so that the proof stays
short: a rule binds if one of these plans breaks it.
"""

import pytest

from routing.checker import check
from routing.engines.ortools import CAPABILITIES, solve
from routing.rules import relax, restore, used
from tests.workers.demo import narrow
from workers.demo.memory import problem_of

NOT_LEFT_OUT = {
    "travel": "a plan is made of legs",
    "structure": "a plan is made of stops that follow from each other",
    "orders": "no plan serves an order twice: leaving the rule out has no data to drop",
    "objective": "costs are claimed, not kept",
}
"""Rules that have no relaxation, each with the reason."""
BINDING = sorted(CAPABILITIES - NOT_LEFT_OUT.keys())
NOT_THE_CITYS = frozenset({"lock"})
"""What a dispatcher brings, not the city; a smaller day is given some."""
DAYS = {
    "commitment": narrow.with_held_vehicles,
    "connector": narrow.at_small_stations,
    "lock": narrow.with_locks,
    "longest_ride": narrow.cold,
    "night": narrow.by_night,
    "permit_trips": narrow.with_daily_passes,
    "site_power": narrow.at_small_stations,
    "split": narrow.one_tail_lift,
}
"""Where a rule is tried when not on a quarter of the day."""
FEW = (0, 20, 60)
"""Rounds of the plans of a smaller day."""
ROUNDS = 300
"""Of the whole day's search, which looks at no clock: the same plan on every machine."""


@pytest.fixture(scope="module")
def day(city):
    return problem_of(city)


@pytest.fixture(scope="module")
def plan(day):
    return solve(day[0], time_limit_s=600, iterations=ROUNDS)


def reference(names, order):
    return names[order.partition("#")[0]]["label"]


@pytest.mark.timeout(600)
def test_the_plan_is_clean_and_serves_what_can_be_served(day, plan, city):
    problem, names = day
    assert check(problem, plan).verdict == "clean"
    left_out = {reference(names, out.order) for out in plan.unassigned}
    everything = {reference(names, order.id) for order in problem.orders}
    possible = everything - city.impossible.keys()
    assert len(possible - left_out) >= 0.98 * len(possible)


@pytest.mark.timeout(600)
def test_each_impossible_order_is_told_its_own_cause_first(day, plan, city):
    _, names = day
    told = {
        reference(names, out.order): out.reasons[0].code
        for out in plan.unassigned
        if out.tier == "impossible"
    }
    # A piece too heavy for every vehicle is told as such: weight that no splitting helps.
    assert told == {
        order: "unit" if cause == "weight" else cause for order, cause in city.impossible.items()
    }


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


def test_the_day_uses_every_rule_the_engine_keeps(day):
    assert set(used(day[0])) >= CAPABILITIES - NOT_THE_CITYS


@pytest.mark.timeout(300)
@pytest.mark.parametrize("rule", BINDING)
def test_without_the_rule_the_plan_breaks_it(day, rule):
    problem = DAYS.get(rule, narrow.quarter)(day[0])
    free = relax(problem, rule)
    plans = (solve(free, time_limit_s=600, iterations=rounds) for rounds in FEW)
    assert any(
        rule in {violation.rule for violation in check(problem, restore(plan, problem)).violations}
        for plan in plans
    )


@pytest.mark.timeout(300)
@pytest.mark.parametrize("cut", sorted({narrow.quarter, *DAYS.values()}, key=lambda f: f.__name__))
def test_with_all_rules_the_smaller_days_are_clean(day, cut):
    problem = cut(day[0])
    for rounds in FEW:
        plan = solve(problem, time_limit_s=600, iterations=rounds)
        assert check(problem, plan).verdict == "clean"
