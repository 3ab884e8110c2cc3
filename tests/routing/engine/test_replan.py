"""Replans: as little changed as is asked for, and what somebody answers for stays."""

import pytest
from msgspec.structs import replace

from routing.checker import check
from routing.edits import Move, apply
from routing.engines.ortools import solve
from routing.explain import explain
from routing.problem import Lock, Waiver
from tests.routing.edits.days import on_vehicle, planned


def there(plan):
    return {
        order: route.vehicle for route in plan.routes for order in on_vehicle(plan, route.vehicle)
    }


def changed(problem, plan, weight, *, seed=1):
    """(orders of the plan on another vehicle after a replan, orders served)."""
    weights = replace(problem.objective, change_per_order=weight, published=there(plan))
    again = solve(
        replace(problem, objective=weights), time_limit_s=60, iterations=60, seed=seed, start=plan
    )
    now = there(again)
    return sum(now.get(order) != vehicle for order, vehicle in there(plan).items()), len(now)


def test_the_weight_of_changes_keeps_orders_where_they_were():
    free = dear = 0
    for seed in range(3):
        problem, _ = planned(seed)
        before = replace(problem, orders=problem.orders[3:])
        first = solve(before, time_limit_s=60, iterations=60, seed=seed)
        moved, _ = changed(problem, first, 0)
        free += moved
        moved, served = changed(problem, first, 100_000_000)
        dear += moved
        assert served >= len(there(first))
    assert free > dear == 0


def test_a_vehicle_that_is_gone_moves_its_own_orders_only():
    problem, plan = planned(1)
    gone = plan.routes[0].vehicle
    fewer = replace(problem, vehicles=[v for v in problem.vehicles if v.id != gone])
    weights = replace(fewer.objective, change_per_order=100_000_000, published=there(plan))
    again = solve(
        replace(fewer, objective=weights), time_limit_s=60, iterations=40, seed=1, start=plan
    )
    now = there(again)
    stay = {order: vehicle for order, vehicle in there(plan).items() if vehicle != gone}
    assert {order: now.get(order) for order in stay} == stay


@pytest.mark.parametrize("seed", range(3))
def test_a_driver_on_two_vehicles_is_on_one_after_a_replan(seed):
    problem, plan = planned(seed)
    one, other, *rest = plan.routes
    twice = [replace(other.duties[0], duty=one.duties[0].duty, driver=one.duties[0].driver)]
    start = replace(plan, routes=[one, replace(other, duties=twice + other.duties[1:]), *rest])
    assert "driver" in {violation.rule for violation in check(problem, start).violations}
    again = solve(problem, time_limit_s=60, iterations=1, seed=seed, start=start)
    assert check(problem, again).violations == []


def waived(seed):
    """A problem whose waivers cover what an edit of its plan breaks, and the edited plan."""
    problem, plan = planned(seed)
    for route in plan.routes:
        for order in on_vehicle(plan, route.vehicle):
            for vehicle in problem.vehicles:
                edit = Move(orders=[order], vehicle=vehicle.id, trip=0, position=0)
                done = apply(problem, plan, [edit], want_ways=False)
                by_order = [v for v in done.violations if order in v.subjects]
                if done.violations and by_order == done.violations:
                    waivers = [
                        Waiver(rule=v.rule, subject=order, limit=int(v.amount), reason="r", who="w")
                        for v in done.violations
                    ]
                    lock = Lock(kind="vehicle", orders=[order], vehicle=vehicle.id)
                    return replace(problem, waivers=waivers, locks=[lock]), done, order
    return pytest.fail("no edit breaks a rule on its own order alone")


@pytest.mark.parametrize("seed", [0, 2])
def test_a_waived_stop_stays_as_the_hand_made_it(seed):
    problem, done, order = waived(seed)
    assert check(problem, replace(done.plan)).verdict in {"waived", "violated"}
    again = solve(problem, time_limit_s=60, iterations=30, seed=seed, start=done.plan)
    verdict = check(problem, again)
    assert verdict.verdict == "waived", verdict.violations
    vehicle = there(done.plan)[order]
    old = next(route for route in done.plan.routes if route.vehicle == vehicle)
    new = next(route for route in again.routes if route.vehicle == vehicle)
    assert new == old
    assert len(there(again)) >= len(there(done.plan))
    told = explain(problem, again)
    assert check(problem, told).verdict == "waived"
    assert next(route for route in told.routes if route.vehicle == vehicle) == old
