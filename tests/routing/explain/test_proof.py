"""A reason is claimed where dropping its rule lets the order in, and searching on does not."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from routing.checker import check
from routing.engines.ortools import solve
from routing.engines.ortools.warm import toy
from routing.explain import explain
from routing.explain.blocking import rule_of
from routing.explain.runs import absent, warm
from routing.plan import Plan, Reason, Unassigned
from routing.problem import (
    Alternative,
    Bay,
    BayChoice,
    Interval,
    Lock,
    Order,
    Problem,
    Window,
)
from routing.rules import relax
from tests.routing.engine.random_problems import random_problem

ROUNDS = 100
DAY = Interval(start=0, end=36 * 3600)


def full_day(seed: int) -> Problem:
    """A random day in which every order must be served."""
    problem = random_problem(seed, 20, 3, 1.5)
    return replace(problem, orders=[replace(o, mandatory=1) for o in problem.orders])


def explained(problem: Problem, seed: int = 0) -> Plan:
    return explain(problem, solve(problem, time_limit_s=60, iterations=20, seed=seed))


def again(problem: Problem, plan: Plan, order: str) -> set[str]:
    """What is out after searching on from the plan, for this left-out order alone."""
    others = {out.order for out in plan.unassigned} - {order}
    day = replace(problem, orders=[o for o in problem.orders if o.id not in others])
    found = solve(day, time_limit_s=60, iterations=ROUNDS, start=plan)
    return {out.order for out in found.unassigned}


def two(problem: Problem, *ways: int, **fields) -> Problem:
    """Two orders of the toy, wanted in the same minute."""
    window = [Window(start=36_000, end=36_060)]
    return replace(
        problem,
        orders=[
            replace(
                problem.orders[k],
                delivery=[replace(problem.orders[way].delivery[0], windows=window)],
                **fields,
            )
            for k, way in enumerate(ways)
        ],
    )


def with_second(problem: Problem, **fields) -> Problem:
    """With a second van and driver; the van's type differs in these fields."""
    kind = replace(problem.vehicle_types[0], id="second", **fields)
    return replace(
        problem,
        vehicle_types=[*problem.vehicle_types, kind],
        vehicles=[*problem.vehicles, replace(problem.vehicles[0], id="w", type="second")],
        drivers=[*problem.drivers, replace(problem.drivers[0], id="e")],
        duties=[*problem.duties, replace(problem.duties[0], id="e", driver="e")],
    )


def too_heavy() -> Problem:
    return two(toy(), 1, 1, weight_g=600_000)


def too_large() -> Problem:
    return two(toy(), 1, 1, volume_cm3=4_000_000)


def far_apart() -> Problem:
    return two(toy(), 1, 3)


def long_work() -> Problem:
    problem = toy()
    slow = [replace(order, units=1, unit_s=7200) for order in problem.orders[:2]]
    duties = [replace(problem.duties[0], longest_s=12_000)]
    return replace(problem, orders=slow, duties=duties)


def short_day() -> Problem:
    problem = long_work()
    duties = [replace(problem.duties[0], longest_s=36_000, shift=Interval(start=0, end=42_000))]
    return replace(problem, duties=duties)


def no_cold_box() -> Problem:
    problem = with_second(toy())
    kinds = [replace(problem.vehicle_types[0], capabilities=["cold_box"])]
    problem = replace(problem, vehicle_types=[*kinds, *problem.vehicle_types[1:]])
    return two(problem, 1, 3, needs=["cold_box"])


def no_papers() -> Problem:
    return two(with_second(toy(), papers=["inspection"]), 1, 3)


FULL = {
    "weight": too_heavy,
    "volume": too_large,
    "time_window": far_apart,
    "duty_length": long_work,
    "shift": short_day,
    "needs": no_cold_box,
    "papers": no_papers,
}
"""Rule: a day that has room for all orders but one because of it."""


@pytest.mark.parametrize("rule", FULL)
def test_every_rule_named_lets_the_order_in_when_dropped_and_none_does_when_kept(rule):
    problem = FULL[rule]()
    plan = explained(problem)
    (out,) = plan.unassigned
    codes = {reason.code for reason in out.reasons}
    assert out.tier == "no_room"
    assert rule in codes
    assert out.order in again(problem, plan, out.order)
    for code in codes:
        assert not again(relax(problem, rule_of(code)), plan, out.order), code


@pytest.mark.parametrize("seed", range(6))
def test_a_run_that_begins_with_a_plan_begins_with_all_of_it(seed):
    problem = full_day(seed)
    plan = solve(problem, time_limit_s=60, iterations=20, seed=seed)
    for routes in (plan.routes, plan.routes[::-1]):
        solver = warm(problem, replace(plan, routes=routes))
        assert absent(solver) == {out.order for out in plan.unassigned}


def test_a_day_put_back_leaves_the_bay_to_one_that_is_still_to_come():
    problem = with_second(toy())
    shut = [replace(p, yard=False) if p.id == "p1" else p for p in problem.places]
    kerb = replace(problem.places[2], id="kerb", kind="bay", yard=True)
    bay = Bay(id="b", place="kerb", spaces=1, hours=[DAY], longest_stay_s=7200, max_length_mm=9000)
    ways = [
        Alternative(place="p1", windows=[Window(start=36_000, end=end)], bays=[BayChoice(bay="b")])
        for end in (60_000, 36_060)
    ]
    orders = [
        replace(problem.orders[k], delivery=[way], units=1, unit_s=1800)
        for k, way in enumerate(ways)
    ]
    problem = replace(
        problem,
        places=[*shut, kerb],
        bays=[bay],
        orders=orders,
        locks=[
            Lock(kind="vehicle", orders=["o0"], vehicle="v"),
            Lock(kind="vehicle", orders=["o1"], vehicle="w"),
        ],
    )
    plan = solve(problem, time_limit_s=60, iterations=20)
    assert not plan.unassigned
    assert [route.vehicle for route in plan.routes] == ["v", "w"]
    assert absent(warm(problem, plan)) == set()


def test_where_searching_on_serves_an_order_the_better_plan_is_taken():
    problem = toy()
    plan = solve(problem, time_limit_s=60, iterations=20)
    first = plan.routes[0]
    lazy = replace(
        plan,
        routes=[],
        unassigned=[left(order.id) for order in problem.orders],
    )
    after = explain(problem, lazy)
    assert not after.unassigned
    assert after.routes[0].vehicle == first.vehicle
    assert after.made_by.iterations > plan.made_by.iterations
    assert check(problem, after).verdict == "clean"


def left(order: str) -> Unassigned:
    return Unassigned(order=order, tier="no_room", reasons=[Reason(code="weight", vehicle="v")])


@pytest.mark.parametrize("limit", [{"should_stop": lambda: True}, {"seconds": 0.0}])
def test_a_reason_that_was_not_proven_in_time_is_not_claimed(limit):
    problem = full_day(4)
    plan = solve(problem, time_limit_s=60, iterations=20)
    claimed = [out for out in plan.unassigned if out.tier == "no_room"]
    assert claimed
    for out in explain(problem, plan, **limit).unassigned:
        if out.tier == "no_room":
            assert out.reasons == [Reason(code="no_room")]


def test_the_same_plan_is_explained_the_same():
    problem = full_day(3)
    plan = solve(problem, time_limit_s=60, iterations=20)
    assert explain(problem, plan) == explain(problem, plan)


def other_kind(problem: Problem, order: Order) -> Problem:
    """With a second van that fits every yard, and goods that only the first one may carry."""
    first = replace(problem.vehicle_types[0], length_mm=6000, capabilities=["cold_box"])
    small = replace(first, id="small", length_mm=4000, capabilities=[])
    places = [replace(p, yard_max_length_mm=4600) if p.id == "p0" else p for p in problem.places]
    return replace(
        problem,
        places=places,
        vehicle_types=[first, small],
        vehicles=[*problem.vehicles, replace(problem.vehicles[0], id="w", type="small")],
        orders=[order, *problem.orders[1:]],
    )


def test_an_impossible_order_is_told_what_stops_those_that_may_carry_it_and_no_more():
    problem = toy()
    day = other_kind(problem, replace(problem.orders[0], needs=["cold_box"]))
    plan = solve(day, time_limit_s=60, iterations=20)
    assert len(plan.unassigned[0].reasons) > 1
    (out,) = explain(day, plan, seconds=0.0).unassigned
    assert [reason.code for reason in out.reasons] == ["yard"]


def test_where_each_vehicle_lacks_something_else_all_that_would_be_enough_is_told():
    problem = with_second(toy(), payload_g=3_000_000, papers=["inspection"])
    heavy = replace(problem.orders[0], weight_g=1_500_000, units=1)
    problem = replace(problem, orders=[heavy, *problem.orders[1:]])
    (out,) = explained(problem).unassigned
    assert {reason.code for reason in out.reasons} == {"weight", "papers"}
    assert (out.remedy.code, out.remedy.detail) == ("renew_papers", {"vehicle": "w"})
