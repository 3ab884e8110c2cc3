"""Plans of the first engine on random days: clean, repeatable, stoppable, honest."""

import msgspec
import pytest
from msgspec.structs import replace

from routing.checker import check
from routing.engines.ortools import CAPABILITIES, UnsupportedRules, solve
from routing.engines.ortools.warm import toy
from routing.problem import Bay, BayChoice, Commitment, Interval, Lock, SpeedStep
from routing.problem.hashing import plan_bytes_without_run
from routing.rules import IDS, relax, restore
from tests.routing.engine.random_problems import at, random_problem

FIRM = {"time_window", "shift", "bay", "yard", "access", "needs", "temperature"}
"""Rules that bind so often in these days that dropping one must show."""


def served(problem, plan):
    return {order.id for order in problem.orders} - {out.order for out in plan.unassigned}


@pytest.mark.parametrize("seed", range(10))
def test_plans_are_clean_and_leave_nothing_unsaid(seed):
    problem = random_problem(seed, 20 + seed % 3 * 8, 5, 1.0 + 0.5 * (seed % 3))
    plan = solve(problem, time_limit_s=60, iterations=60, seed=seed)
    verdict = check(problem, plan)
    assert verdict.verdict == "clean", verdict.violations
    assert len(served(problem, plan)) >= len(problem.orders) // 2
    assert all(out.reasons for out in plan.unassigned)


def test_same_seed_and_iterations_give_the_same_bytes():
    problem = random_problem(4, 18, 4)
    one, two = (solve(problem, time_limit_s=60, iterations=40, seed=7) for _ in range(2))
    assert plan_bytes_without_run(one) == plan_bytes_without_run(two)


def test_more_rounds_never_serve_less_nor_cost_more_for_as_much():
    problem = random_problem(6, 24, 5)
    short = solve(problem, time_limit_s=60, iterations=0, seed=1)
    long = solve(problem, time_limit_s=60, iterations=150, seed=1)
    missed = [sum(p.objective.missed.values()) for p in (short, long)]
    assert missed[1] <= missed[0]
    if missed[0] == missed[1]:
        assert long.objective.total <= short.objective.total


def test_a_stop_is_obeyed_and_returns_a_clean_plan():
    problem = random_problem(2, 24, 5)
    told = []

    def stop():
        return len(told) > 0

    plan = solve(problem, time_limit_s=600, progress=told.append, should_stop=stop)
    assert check(problem, plan).verdict == "clean"
    assert plan.run.notes == ["stopped on request"]


def test_progress_tells_where_the_run_stands():
    problem = random_problem(2, 12, 3)
    told = []
    solve(problem, time_limit_s=60, iterations=10, progress=told.append)
    assert told[-1].stage == "done"
    assert told[-1].orders == 12
    assert [p.iterations for p in told] == sorted(p.iterations for p in told)


def test_what_it_does_not_keep_it_refuses_by_name():
    problem = random_problem(0, 6, 2)
    linked = msgspec.structs.replace(problem.orders[1], after=[problem.orders[0].id])
    orders = [problem.orders[0], linked, *problem.orders[2:]]
    with pytest.raises(UnsupportedRules) as refused:
        solve(msgspec.structs.replace(problem, orders=orders), time_limit_s=5)
    assert refused.value.names == ["precedence"]
    assert "precedence" not in CAPABILITIES


def test_locks_on_vehicle_and_start_are_kept():
    problem = random_problem(0, 16, 4)
    free = solve(problem, time_limit_s=60, iterations=20)
    there = {
        order: route.vehicle
        for route in free.routes
        for duty in route.duties
        for trip in duty.trips
        for stop in trip.stops
        for order in stop.orders
    }
    order, vehicle = min(there.items())
    locked = msgspec.structs.replace(
        problem, locks=[Lock(kind="not_vehicle", orders=[order], vehicle=vehicle)]
    )
    plan = solve(locked, time_limit_s=60, iterations=20)
    assert check(locked, plan).verdict == "clean"


def test_a_plan_to_begin_with_is_taken_over():
    problem = random_problem(5, 18, 4)
    first = solve(problem, time_limit_s=60, iterations=60, seed=3)
    again = solve(problem, time_limit_s=60, iterations=0, seed=9, start=first)
    assert served(problem, again) >= served(problem, first)
    assert check(problem, again).verdict == "clean"


@pytest.mark.parametrize("rule", sorted(FIRM))
def test_a_rule_that_is_dropped_is_missed_by_the_checker(rule):
    assert rule in IDS
    for seed in range(4):
        problem = random_problem(seed, 20, 4, 1.5)
        free = relax(problem, rule)
        plan = restore(solve(free, time_limit_s=60, iterations=15), problem)
        found = {violation.rule for violation in check(problem, plan).violations}
        if rule in found:
            return
    pytest.fail(f"{rule} never bound")


def test_without_a_quiet_vehicle_a_night_window_is_no_way_in():
    problem = random_problem(1, 20, 4)
    loud = [
        msgspec.structs.replace(kind, capabilities=["tail_lift"]) for kind in problem.vehicle_types
    ]
    day = msgspec.structs.replace(problem, vehicle_types=loud, rules=[])
    assert check(day, solve(day, time_limit_s=60, iterations=15)).verdict == "clean"
    free = solve(relax(day, "night"), time_limit_s=60, iterations=15)
    assert "night" in {v.rule for v in check(day, restore(free, day)).violations}


def test_times_are_whole_seconds_of_the_horizon():
    problem = random_problem(8, 12, 3)
    plan = solve(problem, time_limit_s=60, iterations=10)
    stops = [
        stop
        for route in plan.routes
        for duty in route.duties
        for trip in duty.trips
        for stop in trip.stops
    ]
    assert all(0 <= stop.arrive <= stop.start <= stop.depart <= at(30) for stop in stops)


def test_a_cold_order_is_loaded_late_enough_for_its_longest_ride():
    problem = toy()
    cold = replace(problem.orders[0], longest_ride_s=3600)
    day = replace(problem, orders=[cold, *problem.orders[1:]])
    plan = solve(day, time_limit_s=60, iterations=10)
    assert not plan.unassigned
    assert check(day, plan).verdict == "clean"


@pytest.mark.parametrize("seed", range(6))
def test_a_plan_put_back_loses_no_order(seed):
    problem = random_problem(seed, 20, 3, 1.5)
    plan = solve(problem, time_limit_s=60, iterations=40, seed=seed)
    again = solve(problem, time_limit_s=60, iterations=0, seed=seed, start=plan)
    left = {out.order for out in again.unassigned}
    assert left <= {out.order for out in plan.unassigned}


@pytest.mark.parametrize("held_until", range(40_100, 40_106))
def test_a_bay_that_falls_free_while_traffic_slows_is_reached_just_after(held_until):
    problem = toy()
    way = replace(problem.orders[1].delivery[0], bays=[BayChoice(bay="b")])
    order = replace(problem.orders[1], delivery=[way])
    steps = [
        SpeedStep(start=0, metres_per_hour=30_000),
        SpeedStep(start=40_000, metres_per_hour=15_000),
    ]
    day = replace(
        problem,
        places=[replace(place, yard=False) for place in problem.places],
        orders=[order],
        bays=[Bay(id="b", place="p1", spaces=1, hours=[Interval(start=0, end=100_000)])],
        commitments=[Commitment(thing="bay", id="b", start=0, end=held_until)],
        travel=replace(problem.travel, profiles={"all": steps}),
    )
    plan = solve(day, time_limit_s=60, iterations=1)
    assert not plan.unassigned
    assert check(day, plan).verdict == "clean"


def test_picky_goods_from_a_hub_are_no_obstacle_to_themselves():
    problem = random_problem(1, 10, 3)
    hub = [order for order in problem.orders if order.pickup[0].place == "depot"][:2]
    picky = [
        replace(
            order,
            pickup=[replace(order.pickup[0], place="hub")],
            never_with=["chemical"],
            goods="general",
            mandatory=1,
        )
        for order in hub
    ]
    names = {order.id for order in picky}
    orders = [*picky, *(o for o in problem.orders if o.id not in names)]
    other = replace(orders[2], goods="chemical")
    changed = replace(problem, orders=[*picky, other, *orders[3:]])
    plan = solve(changed, time_limit_s=60, iterations=20, seed=1)
    free = replace(changed, orders=[replace(o, never_with=[]) for o in changed.orders])
    alone = solve(free, time_limit_s=60, iterations=20, seed=1)
    assert names & served(free, alone) <= served(changed, plan)
    assert check(changed, plan).verdict == "clean"
