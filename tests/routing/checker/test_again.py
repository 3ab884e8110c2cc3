"""A checker that has seen other versions of a plan says what one says that sees it first."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from routing.checker import Checker, check
from routing.edits import Move, Remove, Start, Workbench, apply
from routing.problem import Lock, Waiver
from routing.problem.hashing import problem_sha256
from tests.routing.builders import edited, small_city, small_plan
from tests.routing.checker.breaks_on_site import CASES
from tests.routing.checker.test_tampering import PLAN, PROBLEM, STOPS
from tests.routing.edits.days import on_vehicle, planned

OFTEN = Checker(PROBLEM)
"""Sees every example of the tests below, one after another."""


def test_each_way_to_break_a_plan_is_told_alike():
    problem = small_city()
    again = Checker(problem)
    sound = small_plan(problem)
    for case in CASES:
        other, plan = case.broken()
        if other == problem:
            assert again.check(plan) == check(problem, plan), case.name
            assert again.check(sound).verdict == "clean"


@settings(max_examples=60)
@given(
    st.sampled_from(STOPS),
    st.sampled_from(["arrive", "start", "depart", "soc_out"]),
    st.integers(-4_000, 4_000),
)
def test_a_figure_off_is_told_alike(spot, field, delta):
    vehicle, label, stop = spot
    value = max(0, getattr(stop, field) + delta)
    plan = edited(PLAN, vehicle, label, **{field: value})
    assert OFTEN.check(plan) == check(PROBLEM, plan)


def test_a_vehicle_given_twice_or_left_out_is_told_alike():
    twice = replace(PLAN, routes=[*PLAN.routes, PLAN.routes[0]])
    fewer = replace(PLAN, routes=PLAN.routes[1:])
    for plan in (twice, fewer, PLAN):
        assert OFTEN.check(plan) == check(PROBLEM, plan)


@pytest.mark.parametrize("seed", range(3))
def test_random_edits_are_judged_as_a_whole_check_judges_them(seed):
    problem, plan = planned(seed)
    bench = Workbench(problem)
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    for _ in range(12):
        vehicle = rng.choice(plan.routes).vehicle
        order = rng.choice(on_vehicle(plan, vehicle))
        to = rng.choice(problem.vehicles).id
        change = rng.choice(
            [
                Move(orders=[order], vehicle=to),
                Move(orders=[order], vehicle=to, trip=0, position=0),
                Remove(orders=[order]),
                Start(vehicle=vehicle, trip=0, time=rng.randrange(20_000, 60_000)),
            ]
        )
        done = apply(bench, plan, [change], want_ways=False)
        whole = check(problem, done.plan)
        assert done.verdict == whole.verdict
        assert done.violations == whole.violations
        if rng.random() < 0.5:
            plan = done.plan
        if not plan.routes:
            return


@pytest.mark.parametrize("seed", range(3))
def test_under_other_locks_and_waivers_all_is_judged_as_a_whole_check_judges_it(seed):
    problem, plan = planned(seed)
    bench = Workbench(problem)
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    told = set()
    for _ in range(12):
        route = rng.choice(plan.routes)
        orders = on_vehicle(plan, route.vehicle)
        lock = rng.choice(
            [
                Lock(kind="vehicle", vehicle=route.vehicle, orders=[rng.choice(orders)]),
                Lock(kind="start_time", orders=[rng.choice(orders)], time=30_000),
                Lock(kind="frozen_prefix", vehicle=route.vehicle, orders=orders[:2]),
                Lock(kind="sequence", orders=orders[:2]),
            ]
        )
        broken = bench.check(plan).violations
        waivers = [
            Waiver(rule=v.rule, subject=v.subjects[0], limit=int(v.amount), reason="x", who="y")
            for v in rng.sample(broken, min(1, len(broken)))
            if v.subjects
        ]
        locks = rng.choice([[], [lock], [*bench.problem.locks, lock]])
        bench = bench.under(replace(problem, locks=locks, waivers=waivers))
        plan = replace(plan, problem_sha256=bench.sha256)
        assert bench.sha256 == problem_sha256(bench.problem)
        assert bench.check(plan) == check(bench.problem, plan)
        moved = Move(orders=[rng.choice(orders)], vehicle=rng.choice(problem.vehicles).id)
        done = apply(bench, plan, [moved], want_ways=False)
        assert bench.check(done.plan) == check(bench.problem, done.plan)
        told.add(done.verdict)
        plan = done.plan if rng.random() < 0.7 else plan
    assert "violated" in told


def test_only_locks_and_waivers_may_differ():
    problem, _plan = planned(0)
    with pytest.raises(ValueError, match="vehicles"):
        Checker(problem).under(replace(problem, vehicles=problem.vehicles[1:]))
