"""Edits of a plan: what is touched, what stays, what it costs and breaks."""

import random

import pytest

from routing.checker import check
from routing.edits import Move, Pin, Remove, Start, Workbench, apply, ways
from routing.edits.ways import found_ways
from routing.problem.errors import InputErrors
from tests.routing.edits.days import on_vehicle, planned, sequence


def others(plan, touched):
    return [route for route in plan.routes if route.vehicle not in touched]


@pytest.mark.parametrize("seed", range(4))
def test_only_touched_vehicles_change(seed):
    problem, plan = planned(seed)
    one, other = plan.routes[0].vehicle, plan.routes[-1].vehicle
    order = on_vehicle(plan, one)[0]
    done = apply(problem, plan, [Move(orders=[order], vehicle=other, trip=0, position=0)])
    assert set(done.touched) == {one, other}
    assert others(done.plan, done.touched) == others(plan, done.touched)
    assert sequence(done.plan)[other][0][0][1] == order
    assert done.cost_before == plan.objective.total
    assert done.cost_after == done.plan.objective.total
    verdict = check(problem, done.plan)
    assert (done.verdict, done.violations) == (verdict.verdict, verdict.violations)


def test_an_order_removed_is_unassigned_with_a_reason():
    problem, plan = planned(1)
    order = on_vehicle(plan, plan.routes[0].vehicle)[0]
    done = apply(problem, plan, [Remove(orders=[order])])
    out = {item.order: item for item in done.plan.unassigned}
    assert out[order].reasons
    assert order not in on_vehicle(done.plan, plan.routes[0].vehicle)


def test_without_a_place_the_cheapest_lawful_one_is_found():
    problem, plan = planned(2)
    vehicle = plan.routes[0].vehicle
    order = on_vehicle(plan, vehicle)[1]
    out = apply(problem, plan, [Remove(orders=[order])])
    back = apply(problem, out.plan, [Move(orders=[order], vehicle=vehicle)])
    assert back.verdict == "clean"
    assert back.cost_after <= plan.objective.total


def test_a_trips_start_is_kept_to_the_second():
    problem, plan = planned(1)
    vehicle = plan.routes[0].vehicle
    before = plan.routes[0].duties[0].trips[0].stops[0]
    done = apply(problem, plan, [Start(vehicle=vehicle, trip=0, time=before.start - 600)])
    after = next(route for route in done.plan.routes if route.vehicle == vehicle)
    loading = next(s for s in after.duties[0].trips[0].stops if s.kind == "depot")
    assert loading.start == before.start - 600


def _loading(plan, vehicle, trip=0):
    route = next(one for one in plan.routes if one.vehicle == vehicle)
    trips = [one for duty in route.duties for one in duty.trips]
    return next(stop for stop in trips[trip].stops if stop.kind == "depot").start


def test_a_start_set_before_holds_through_later_edits_while_the_trip_is_that_trip():
    problem, plan = planned(1)
    vehicle = plan.routes[0].vehicle
    orders = on_vehicle(plan, vehicle)
    time = _loading(plan, vehicle) - 600
    first = apply(problem, plan, [Start(vehicle=vehicle, trip=0, time=time)], want_ways=False).plan
    stops = first.routes[0].duties[0].trips[0].stops
    mine = list(dict.fromkeys(order for stop in stops for order in stop.orders))
    pin = Pin(vehicle=vehicle, time=time, orders=mine)
    bench = Workbench(problem).pinning([pin])
    gone = [Remove(orders=mine[-1:])]
    assert len(mine) >= 2
    assert _loading(apply(bench, first, gone, want_ways=False).plan, vehicle) == time
    assert _loading(apply(problem, first, gone, want_ways=False).plan, vehicle) != time
    again = apply(bench, first, [Start(vehicle=vehicle, trip=0, time=time - 300)], want_ways=False)
    assert _loading(again.plan, vehicle) == time - 300
    whole = apply(bench, first, [Remove(orders=mine)], want_ways=False).plan
    left = [order for order in orders if order not in mine]
    assert not left or _loading(whole, vehicle) != time


def test_what_the_plan_lacks_is_refused_by_name():
    problem, plan = planned(1)
    with pytest.raises(InputErrors) as refused:
        apply(problem, plan, [Move(orders=["none"], vehicle="nobody")])
    assert len(refused.value.errors) == 2
    with pytest.raises(InputErrors):
        apply(problem, plan, [Start(vehicle=plan.routes[0].vehicle, trip=99, time=0)])


def test_every_way_out_is_lawful_as_told_and_the_cheapest_comes_first():
    seen = set()
    for seed in range(4):
        problem, plan = planned(seed)
        for vehicle in ("v2", "v3"):
            order = on_vehicle(plan, plan.routes[0].vehicle)[0]
            edits = [Move(orders=[order], vehicle=vehicle, trip=0, position=0)]
            done = apply(problem, plan, edits)
            if done.verdict != "violated":
                assert done.ways == []
                continue
            costs = [way.cost for way in done.ways if way.kind != "remove"]
            assert costs == sorted(costs)
            for way in done.ways:
                after = apply(problem, done.plan, way.edits, want_ways=False)
                assert check(problem, after.plan).verdict == "clean"
                assert after.cost_after - plan.objective.total == way.cost
                seen.add(way.kind)
    assert {"vehicle", "remove"} <= seen


@pytest.mark.parametrize("seed", range(3))
def test_no_way_is_lost_by_giving_up_early(seed):
    def patiently(bench, plan, edits):
        done = apply(bench, plan, edits, want_ways=False)
        return None if done.verdict == "violated" else done

    problem, plan = planned(seed)
    bench = Workbench(problem)
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    tried = 0
    for _ in range(8):
        order = rng.choice(on_vehicle(plan, rng.choice(plan.routes).vehicle))
        vehicle = rng.choice(problem.vehicles).id
        edits = [Move(orders=[order], vehicle=vehicle, trip=0, position=0)]
        done = apply(bench, plan, edits, want_ways=False)
        if done.verdict == "violated":
            tried += 1
            assert ways(bench, plan, done, edits) == found_ways(bench, plan, done, edits, patiently)
    assert tried


@pytest.mark.parametrize("seed", [0, 3])
def test_a_day_with_one_order_less_begins_when_it_did_where_it_must(seed):
    problem, plan = planned(seed)
    broken = 0
    orders = [o for route in plan.routes for o in on_vehicle(plan, route.vehicle)]
    for order in orders:
        broken += apply(problem, plan, [Remove(orders=[order])], want_ways=False).verdict != "clean"
    assert broken <= len(orders) // 10
