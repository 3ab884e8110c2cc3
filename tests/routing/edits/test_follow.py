"""A plan made by hand keeps its sequence, and is refuted only for what the sequence breaks."""

import pytest
from msgspec.structs import replace

from routing.checker import check
from routing.edits import HandDay, HandStop, HandTrip, follow
from routing.problem import Vehicle, VehicleAvailability, Window
from routing.problem.errors import InputErrors
from tests.routing.builders import at, order, small_city
from tests.routing.edits.days import by_hand, planned, sequence


@pytest.mark.parametrize("seed", range(4))
def test_a_lawful_plan_written_down_by_hand_comes_back_lawful(seed):
    problem, plan = planned(seed)
    again = follow(problem, by_hand(plan), plan)
    assert check(problem, again).verdict == "clean"
    assert sequence(again) == sequence(plan)
    assert {out.order for out in again.unassigned} == {out.order for out in plan.unassigned}


@pytest.mark.parametrize("seed", range(3))
def test_backwards_it_keeps_the_sequence_and_breaks_no_bookkeeping(seed):
    problem, plan = planned(seed)
    days = [
        replace(day, trips=[replace(trip, stops=trip.stops[::-1]) for trip in day.trips])
        for day in by_hand(plan)
    ]
    again = follow(problem, days, plan)
    wanted = {
        day.vehicle: [
            [(stop.kind, order) for stop in trip.stops for order in stop.orders]
            for trip in day.trips
        ]
        for day in days
    }
    assert sequence(again) == wanted
    broken = {violation.rule for violation in check(problem, again).violations}
    assert not broken & {"structure", "travel", "objective", "precedence"}


@pytest.mark.parametrize("turn", [("v2", "v3"), ("v3", "v2")])
def test_whoever_can_wait_lets_the_other_have_the_bay(turn):
    """One bay, one space: the order in which a sheet names the vehicles makes nobody late."""
    opens = 52_000
    patient = Window(start=opens, end=opens + 7_200)
    hurried = Window(start=opens, end=opens + 60)
    city = small_city(
        rules=[],
        permits=[],
        commitments=[],
        orders=[
            order("late", at("dc"), at("s1", patient, bay="b1")),
            order("soon", at("dc"), at("s1", hurried, bay="b1")),
        ],
        vehicles=[
            Vehicle(
                id=name, type="van", home="dc", available=VehicleAvailability(start=0, place="dc")
            )
            for name in ("v2", "v3")
        ],
    )
    days = {
        name: HandDay(
            vehicle=name,
            driver=driver,
            trips=[HandTrip(stops=[HandStop(kind="delivery", orders=[what])])],
        )
        for name, driver, what in (("v2", "d2", "late"), ("v3", "d3", "soon"))
    }
    assert check(city, follow(city, [days[name] for name in turn])).violations == []


def test_what_is_too_heavy_is_named_and_nothing_else():
    problem, plan = planned(1)
    heavy = next(iter(by_hand(plan)))
    names = [order for trip in heavy.trips for stop in trip.stops for order in stop.orders]
    kind = next(v.type for v in problem.vehicles if v.id == heavy.vehicle)
    tight = replace(
        problem,
        vehicle_types=[
            replace(item, payload_g=1_000, compartments=[]) if item.id == kind else item
            for item in problem.vehicle_types
        ],
        orders=[replace(order, temperature="ambient") for order in problem.orders],
    )
    found = check(tight, follow(tight, [heavy], plan)).violations
    assert names
    assert {violation.rule for violation in found} == {"weight"}
    assert {violation.route for violation in found} == {heavy.vehicle}


def test_orders_in_no_day_are_left_out_with_a_reason():
    problem, _ = planned(1)
    nothing = follow(problem, [], None)
    assert nothing.routes == []
    assert len(nothing.unassigned) == len(problem.orders)
    assert check(problem, nothing).verdict == "clean"


def test_an_order_served_twice_is_told_by_name():
    problem, plan = planned(1)
    day = by_hand(plan)[0]
    stop = day.trips[0].stops[0]
    doubled = replace(day, trips=[*day.trips, HandTrip(stops=[stop])])
    found = check(problem, follow(problem, [doubled], plan)).violations
    assert ("orders", stop.orders[0]) in {
        (violation.rule, subject) for violation in found for subject in violation.subjects
    }


def test_unknown_ids_are_named_with_their_path():
    problem, _ = planned(1)
    day = HandDay(
        vehicle="nobody",
        driver="nowhere",
        trips=[HandTrip(stops=[HandStop(kind="delivery", orders=["nothing"])])],
    )
    with pytest.raises(InputErrors) as refused:
        follow(problem, [day])
    paths = [error.path for error in refused.value.errors]
    assert paths == ["$[0].vehicle", "$[0].driver", "$[0].trips[0].stops[0].orders[0]"]
