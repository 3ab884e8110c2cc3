"""Reasons lead with their cause; a remedy called verified, applied and solved again, holds."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from routing.checker import check
from routing.engines.ortools import solve
from routing.engines.ortools.warm import toy
from routing.explain import apply_remedy, explain, try_remedy
from routing.explain.remedies import CODES
from routing.plan import Plan, Remedy
from routing.problem import (
    AccessRule,
    Bay,
    Interval,
    Lock,
    Objective,
    Paper,
    Problem,
    When,
    Who,
    Window,
    Zone,
)
from routing.rules import text_of
from tests.routing.engine.random_problems import random_problem

DAY = Interval(start=0, end=36 * 3600)


def planned(problem: Problem, seed: int = 0, rounds: int = 150) -> Plan:
    return explain(problem, solve(problem, time_limit_s=60, iterations=rounds, seed=seed))


def served_again(problem: Problem, plan: Plan, order: str, remedy: Remedy) -> bool:
    """Whether the mended day, solved again from the plan, serves the order and is clean.

    The other left-out orders stay out, so that they do not take what was made for this one.
    """
    others = {out.order for out in plan.unassigned} - {order}
    alone = replace(problem, orders=[o for o in problem.orders if o.id not in others])
    mended = apply_remedy(alone, order, remedy)
    again = solve(mended, time_limit_s=60, iterations=100, start=plan)
    left = {out.order for out in again.unassigned}
    ids = {o.id for o in mended.orders if o.id == order or o.id.startswith(f"{order}#")}
    return bool(ids) and not ids & left and check(mended, again).verdict == "clean"


@pytest.mark.parametrize("seed", range(12))
def test_a_verified_remedy_applied_and_solved_again_serves_the_order(seed):
    problem = random_problem(seed, 20, 3, 1.5)
    plan = planned(problem, seed)
    assert check(problem, plan).verdict == "clean"
    for out in plan.unassigned:
        assert out.reasons
        if out.remedy is None:
            assert out.tier == "impossible"
        elif out.remedy.verified:
            assert out.remedy.cost is not None
            assert served_again(problem, plan, out.order, out.remedy), out
        else:
            assert out.remedy == Remedy(code="roll_over")


def test_the_random_days_call_for_remedies_of_several_kinds():
    found = {
        out.remedy.code
        for seed in range(6)
        for out in planned(random_problem(seed, 20, 3, 1.5), seed).unassigned
        if out.remedy and out.remedy.verified
    }
    assert len(found) >= 3, found


def with_order(problem: Problem, **fields) -> Problem:
    return replace(problem, orders=[replace(problem.orders[0], **fields), *problem.orders[1:]])


def crane() -> Problem:
    return with_order(toy(), needs=["crane"])


def one_boulder() -> Problem:
    return with_order(toy(), weight_g=9_000_000, units=1)


def many_boxes() -> Problem:
    return with_order(toy(), weight_g=1_500_000, units=30)


def lapsed() -> Problem:
    problem = toy()
    kinds = [replace(kind, papers=["inspection"]) for kind in problem.vehicle_types]
    old = [Paper(kind="inspection", valid_to="2026-01-01")]
    vehicles = [replace(vehicle, papers=old) for vehicle in problem.vehicles]
    return replace(problem, vehicle_types=kinds, vehicles=vehicles, orders=problem.orders[:1])


def banned() -> Problem:
    problem = toy()
    x, y = 133.06, 21.02
    ring = [(x - 0.005, y - 0.005), (x + 0.005, y - 0.005), (x + 0.005, y + 0.005)]
    zone = Zone(id="core", polygons=[[[*ring, (x - 0.005, y + 0.005)]]])
    rule = AccessRule(id="ban", zone="core", effect="no_driving", who=[Who()], when=When())
    orders = [order for order in problem.orders if order.delivery[0].place == "p3"]
    return replace(problem, zones=[zone], rules=[rule], orders=orders)


def no_yard() -> Problem:
    problem = toy()
    places = [replace(p, yard=False) if p.id == "p0" else p for p in problem.places]
    return replace(problem, places=places)


def early_night() -> Problem:
    problem = toy()
    way = problem.orders[0].delivery[0]
    window = Window(start=36_000, end=43_200, night=True, needs=["quiet"])
    return with_order(problem, delivery=[replace(way, windows=[window])])


def late_release() -> Problem:
    return with_order(toy(), release=80_600)


def short_shift() -> Problem:
    problem = toy()
    duties = [replace(d, shift=Interval(start=0, end=29_000)) for d in problem.duties]
    return replace(problem, duties=duties, orders=problem.orders[:1])


IMPOSSIBLE = {
    "needs": (crane, "drop_needs"),
    "unit": (one_boulder, None),
    "weight": (many_boxes, "split"),
    "papers": (lapsed, "renew_papers"),
    "access": (banned, "permit"),
    "yard": (no_yard, None),
    "night": (early_night, "day_window"),
    "release_due": (late_release, "widen_window"),
    "shift": (short_shift, "widen_window"),
}
"""Cause: a day in which the first order is impossible by it alone, and what mends it."""


@pytest.mark.parametrize("cause", IMPOSSIBLE)
def test_an_impossible_order_is_told_its_cause_first_and_what_mends_it(cause):
    make, mend = IMPOSSIBLE[cause]
    problem = make()
    plan = planned(problem)
    (out,) = plan.unassigned
    assert (out.order, out.tier, out.reasons[0].code) == (problem.orders[0].id, "impossible", cause)
    assert (out.remedy and out.remedy.code) == mend
    if out.remedy:
        assert out.remedy.verified
        assert served_again(problem, plan, out.order, out.remedy)


def test_a_bay_in_walking_distance_mends_a_store_without_a_yard():
    problem = no_yard()
    bay = Bay(id="b", place="kerb", spaces=1, hours=[DAY], longest_stay_s=3600, max_length_mm=9000)
    kerb = replace(problem.places[1], id="kerb", kind="bay", lon=problem.places[1].lon + 0.002)
    problem = replace(problem, bays=[bay], places=[*problem.places, kerb])
    (out,) = planned(problem).unassigned
    assert (out.remedy.code, out.remedy.detail["bay"]) == ("bay", "b")
    assert 200 < out.remedy.detail["metres"] < 300


def test_an_order_that_finds_no_room_is_given_a_further_vehicle():
    problem = toy()
    # One duty that is long enough for one of two heavy orders, due at the same time far apart.
    window = [Window(start=36_000, end=36_060)]
    orders = [
        replace(o, weight_g=900_000, delivery=[replace(o.delivery[0], windows=window)])
        for o in (problem.orders[1], problem.orders[3])
    ]
    problem = replace(problem, orders=orders)
    plan = planned(problem)
    (out,) = plan.unassigned
    assert out.tier == "no_room"
    assert out.remedy.verified
    assert served_again(problem, plan, out.order, out.remedy)
    further = Remedy(code="vehicle", detail={"vehicle": "v"})
    assert served_again(problem, plan, out.order, further)


def test_a_day_in_which_no_order_has_anywhere_to_stand_is_planned():
    problem = toy()
    places = [replace(place, yard=False) for place in problem.places]
    plan = planned(replace(problem, places=places))
    assert {(out.tier, out.reasons[0].code) for out in plan.unassigned} == {("impossible", "yard")}
    assert len(plan.unassigned) == len(problem.orders)


def test_a_remedy_that_does_not_hold_is_not_called_verified():
    problem = crane()
    plan = planned(problem)
    order = plan.unassigned[0].order
    assert try_remedy(problem, plan, order, Remedy(code="parts")) is None
    assert try_remedy(problem, plan, order, Remedy(code="drop_needs")).verified


def test_rolled_over_an_order_leaves_with_all_that_waits_for_it():
    problem = toy()
    one, two, three, four = problem.orders
    chain = replace(
        problem,
        orders=[one, replace(two, after=[one.id]), replace(three, after=[two.id]), four],
        locks=[
            Lock(kind="vehicle", orders=[one.id, four.id], vehicle="v"),
            Lock(kind="vehicle", orders=[two.id], vehicle="v"),
        ],
        objective=Objective(published={one.id: "v", four.id: "v"}),
    )
    left = apply_remedy(chain, one.id, Remedy(code="roll_over"))
    assert left.orders == [four]
    assert left.locks == [Lock(kind="vehicle", orders=[four.id], vehicle="v")]
    assert left.objective.published == {four.id: "v"}
    with pytest.raises(KeyError):
        apply_remedy(problem, "nobody's", Remedy(code="roll_over"))


def test_parts_of_a_split_order_are_mended_together():
    problem = toy()
    parts = [replace(o, id=f"big#{k + 1}", needs=["crane"]) for k, o in enumerate(problem.orders)]
    problem = replace(problem, orders=parts)
    plan = planned(problem)
    assert {out.remedy.code for out in plan.unassigned} == {"drop_needs"}
    mended = apply_remedy(problem, "big#2", plan.unassigned[1].remedy)
    assert all(order.needs == [] for order in mended.orders)
    assert not solve(mended, time_limit_s=60, iterations=5).unassigned


def test_a_stop_ends_the_trials_and_leaves_what_is_true_without_them():
    problem = random_problem(0, 20, 3, 1.5)
    plan = solve(problem, time_limit_s=60, iterations=20)
    quick = explain(problem, plan, lambda: True)
    for out in quick.unassigned:
        assert out.remedy == (None if out.tier == "impossible" else Remedy(code="roll_over"))
    asked = []
    explain(problem, plan, lambda: bool(asked.append(1)) or len(asked) > 3)
    assert len(asked) <= 5


def test_every_remedy_has_words():
    for code in CODES:
        assert text_of(code, remedy=True).zh
