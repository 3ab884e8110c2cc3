"""Locks of every kind are kept, from nothing and from a plan that keeps them."""

import pytest
from msgspec.structs import replace

from routing.checker import check
from routing.engines.ortools import CAPABILITIES, solve
from routing.problem import Lock
from routing.problem.validate import validate
from tests.routing.edits.days import by_hand, on_vehicle, planned, sequence
from tests.routing.engine.random_locks import deliveries, locks_of


def left_out(plan):
    return {out.order for out in plan.unassigned}


def test_every_kind_is_among_what_the_engine_keeps():
    assert "lock" in CAPABILITIES


@pytest.mark.parametrize("seed", range(6))
def test_what_a_plan_has_and_a_lock_fixes_stays(seed):
    problem, plan = planned(seed)
    kept = replace(problem, locks=locks_of(problem, plan, seed, count=4))
    assert validate(kept) == []
    for start, rounds in ((plan, 0), (plan, 20), (None, 20)):
        again = solve(kept, time_limit_s=60, iterations=rounds, seed=seed, start=start)
        assert check(kept, again).verdict == "clean", kept.locks
        if start is not None and rounds:
            missed = {o.id for o in problem.orders if o.mandatory} & left_out(again)
            assert missed <= left_out(plan)


def test_a_whole_trip_is_locked_to_the_second():
    problem, plan = planned(3)
    route = plan.routes[0]
    trip = max((t for d in route.duties for t in d.trips), key=lambda t: len(deliveries(t)))
    served = deliveries(trip)
    starts = {o: s.start for s in trip.stops if s.kind == "delivery" for o in s.orders}
    locks = [
        Lock(kind="vehicle", orders=served, vehicle=route.vehicle),
        Lock(kind="sequence", orders=served),
        *(Lock(kind="start_time", orders=[o], time=starts[o]) for o in served),
    ]
    kept = replace(problem, locks=locks)
    again = solve(kept, time_limit_s=60, iterations=20, seed=9, start=plan)
    now = {
        order: (route.vehicle, stop.start)
        for route in again.routes
        for duty in route.duties
        for trip in duty.trips
        for stop in trip.stops
        if stop.kind == "delivery"
        for order in stop.orders
    }
    assert {o: now[o] for o in served} == {o: (route.vehicle, starts[o]) for o in served}
    assert any(
        served == [o for _, o in t][: len(served)] or set(served) <= {o for _, o in t}
        for t in sequence(again)[route.vehicle]
    )


def test_a_sequence_across_two_vehicles_is_brought_together_or_left_out_whole():
    problem, plan = planned(4)
    one = on_vehicle(plan, plan.routes[0].vehicle)[0]
    other = on_vehicle(plan, plan.routes[-1].vehicle)[-1]
    kept = replace(problem, locks=[Lock(kind="sequence", orders=[one, other])])
    again = solve(kept, time_limit_s=60, iterations=20, seed=1, start=plan)
    assert check(kept, again).verdict == "clean"
    assert len({one, other} & left_out(again)) in {0, 2}


def test_sequences_against_each_other_leave_their_orders_out_with_the_lock_as_reason():
    problem, plan = planned(4)
    a, b, c = on_vehicle(plan, plan.routes[0].vehicle)[:3]
    round_about = [Lock(kind="sequence", orders=pair) for pair in ([a, b], [b, c], [c, a])]
    kept = replace(problem, locks=round_about)
    again = solve(kept, time_limit_s=60, iterations=5, seed=1)
    reasons = {out.order: out.reasons[0].code for out in again.unassigned}
    assert {reasons[o] for o in (a, b, c)} == {"lock"}
    assert check(kept, again).verdict == "clean"


def test_a_frozen_prefix_is_laid_from_nothing():
    problem, plan = planned(1)
    route = plan.routes[-1]
    first = deliveries(route.duties[0].trips[0])[:2]
    kept = replace(problem, locks=[Lock(kind="frozen_prefix", orders=first, vehicle=route.vehicle)])
    again = solve(kept, time_limit_s=60, iterations=10, seed=5)
    assert check(kept, again).verdict == "clean"
    days = {day.vehicle: day for day in by_hand(again)}
    stops = [stop for trip in days[route.vehicle].trips for stop in trip.stops]
    down = [o for stop in stops if stop.kind == "delivery" for o in stop.orders]
    assert down[: len(first)] == first
