"""Each remedy changes the one thing that it names; what it mends is served."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from routing.checker import check
from routing.engines.ortools import solve
from routing.engines.ortools.warm import toy
from routing.explain import apply_remedy, explain
from routing.plan import Plan, Remedy, Unassigned
from routing.problem import Driver, Duty, Interval, Lock, Problem, Window
from routing.problem.validate import validate

DAY = Interval(start=0, end=36 * 3600)


def mended(problem: Problem) -> tuple[Unassigned, Plan]:
    """The one left-out order, and the plan of the day in which its remedy holds."""
    plan = explain(problem, solve(problem, time_limit_s=60, iterations=20))
    (out,) = plan.unassigned
    assert out.remedy
    assert out.remedy.verified
    day = apply_remedy(problem, out.order, out.remedy)
    assert validate(day) == []
    again = solve(day, time_limit_s=60, iterations=20, start=plan)
    assert again.unassigned == []
    assert check(day, again).verdict == "clean"
    return out, again


def of_first(problem: Problem, **fields) -> Problem:
    return replace(problem, orders=[replace(problem.orders[0], **fields), *problem.orders[1:]])


def evening() -> Problem:
    """Goods that are ready when the only shift is over; a driver of the night is at hand."""
    problem = toy()
    way = replace(problem.orders[0].delivery[0], windows=[Window(start=91_800, end=95_400)])
    duties = [
        Duty(id="duty", driver="d", shift=Interval(start=30_000, end=81_000), longest_s=36_000),
        Duty(id="night", driver="n", shift=Interval(start=0, end=40_000), longest_s=30_600),
    ]
    drivers = [*problem.drivers, Driver(id="n", home="depot", available=DAY)]
    problem = replace(problem, duties=duties, drivers=drivers)
    return of_first(problem, delivery=[way], release=86_400)


def test_after_the_last_shift_a_driver_who_has_been_off_takes_a_further_duty():
    out, plan = mended(evening())
    assert out.reasons[0].code == "shift"
    assert (out.remedy.code, out.remedy.detail["like"]) == ("duty", "night")
    assert out.remedy.detail["hours"] == "15:30–24:00"
    assert "night+" in {duty.duty for route in plan.routes for duty in route.duties}


def test_a_driver_is_not_asked_for_a_further_duty_within_eight_hours_of_another():
    problem = evening()
    duties = [replace(d, shift=Interval(start=30_000, end=81_000)) for d in problem.duties]
    plan = explain(problem, solve(problem, time_limit_s=60, iterations=5))
    late = replace(problem, duties=duties)
    plan = explain(late, solve(late, time_limit_s=60, iterations=5))
    assert plan.unassigned[0].remedy is None


def test_only_the_shift_that_serves_the_order_is_lengthened():
    problem = toy()
    way = replace(problem.orders[1].delivery[0], windows=[])
    duties = [
        replace(problem.duties[0], shift=Interval(start=20_000, end=50_000)),
        Duty(id="early", driver="n", shift=Interval(start=0, end=19_000), longest_s=19_000),
    ]
    drivers = [*problem.drivers, Driver(id="n", home="depot", available=DAY)]
    order = replace(problem.orders[1], delivery=[way], units=1, unit_s=30_000)
    problem = replace(problem, duties=duties, drivers=drivers, orders=[order])
    out, _ = mended(problem)
    detail = out.remedy.detail
    assert (out.remedy.code, detail["duty"], detail["vehicle"]) == ("longer_shift", "duty", "v")
    day = apply_remedy(problem, out.order, out.remedy)
    assert day.duties[1] == problem.duties[1]
    assert day.duties[0].shift.end == 50_000 + 60 * detail["minutes"]


def test_a_lock_that_leaves_an_order_out_is_taken_off_for_it_alone():
    problem = toy()
    small = replace(problem.vehicle_types[0], id="small", payload_g=50_000)
    problem = replace(
        problem,
        vehicle_types=[*problem.vehicle_types, small],
        vehicles=[*problem.vehicles, replace(problem.vehicles[0], id="w", type="small")],
        locks=[
            Lock(kind="vehicle", orders=["o0"], vehicle="w"),
            Lock(kind="vehicle", orders=["o1", "o2"], vehicle="v"),
        ],
    )
    out, _ = mended(problem)
    assert (out.order, out.remedy.code) == ("o0", "unlock")
    assert apply_remedy(problem, "o0", out.remedy).locks == problem.locks[1:]
    assert apply_remedy(problem, "o1", out.remedy).locks[1].orders == ["o2"]


def test_goods_that_may_ride_no_longer_than_the_way_takes_may_ride_longer():
    problem = toy()
    way = replace(problem.orders[3].delivery[0], windows=[])
    out, _ = mended(of_first(problem, longest_ride_s=1, delivery=[way]))
    assert out.remedy.code == "longer_ride"


def test_what_spoke_of_a_split_order_speaks_of_its_parts():
    problem = of_first(toy(), weight_g=1_500_000, units=30)
    problem = replace(
        problem,
        locks=[Lock(kind="vehicle", orders=["o0", "o1"], vehicle="v")],
        objective=replace(problem.objective, published={"o0": "v", "o1": "v"}),
    )
    day = apply_remedy(problem, "o0", Remedy(code="split", detail={"parts": 2}))
    assert day.locks[0].orders == ["o0#1", "o0#2", "o1"]
    assert day.objective.published == {"o0#1": "v", "o0#2": "v", "o1": "v"}
    assert sum(order.units for order in day.orders[:2]) == 30
    assert validate(day) == []


@pytest.mark.parametrize("way", ["never_with", "share_with"])
def test_shippers_may_agree_to_share(way):
    problem = of_first(toy(), **{way: ["t"] if way == "never_with" else []})
    day = apply_remedy(problem, "o0", Remedy(code="share"))
    assert (day.orders[0].never_with, day.orders[0].share_with) == ([], None)
