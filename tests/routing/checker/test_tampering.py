"""Whatever figure of a correct plan is changed, by however little, it is noticed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.checker import check
from tests.routing.builders import change, edited, small_city, small_plan

PROBLEM = small_city()
PLAN = small_plan(PROBLEM)
STOPS = [
    (route.vehicle, f"d{d}.t{t}.s{s}", stop)
    for route in PLAN.routes
    for d, duty in enumerate(route.duties)
    for t, trip in enumerate(duty.trips)
    for s, stop in enumerate(trip.stops)
]
SPARE = ("v1", "d0.t1.s5")
"""Charging overnight at home: it may stay plugged in for longer than it draws."""
deltas = st.integers(-5_000, 5_000).filter(bool)


def noticed(plan) -> bool:
    return check(PROBLEM, plan).verdict == "violated"


@settings(max_examples=80)
@given(st.sampled_from(STOPS), st.sampled_from(["arrive", "depart", "soc_in", "soc_out"]), deltas)
def test_times_and_charge(spot, field, delta):
    vehicle, label, stop = spot
    value = getattr(stop, field) + delta
    if (vehicle, label) == SPARE and field == "depart" and delta > 0:
        return
    if field.startswith("soc") and value < 0:
        return
    assert noticed(edited(PLAN, vehicle, label, **{field: value}))


@settings(max_examples=50)
@given(
    st.sampled_from([spot for spot in STOPS if spot[2].leg]),
    st.sampled_from(["metres", "seconds", "wh", "cost", "co2e_g"]),
    deltas,
)
def test_legs(spot, field, delta):
    vehicle, label, stop = spot
    value = getattr(stop.leg, field) + delta
    if value >= 0:
        leg = change(stop.leg, **{field: value})
        assert noticed(edited(PLAN, vehicle, label, leg=leg))


@settings(max_examples=30)
@given(st.sampled_from(STOPS), st.sampled_from(["weight_g", "volume_cm3", "unit_places"]), deltas)
def test_loads(spot, field, delta):
    vehicle, label, stop = spot
    value = getattr(stop.load, field) + delta
    if value >= 0:
        load = change(stop.load, **{field: value})
        assert noticed(edited(PLAN, vehicle, label, load=load))


@settings(max_examples=30)
@given(st.sampled_from([spot for spot in STOPS if spot[2].orders]), st.data())
def test_an_order_taken_off_a_stop(spot, data):
    vehicle, label, stop = spot
    gone = data.draw(st.sampled_from(stop.orders))
    orders = [order for order in stop.orders if order != gone]
    assert noticed(edited(PLAN, vehicle, label, orders=orders))


@settings(max_examples=20)
@given(st.sampled_from([spot for spot in STOPS if spot[2].bay or spot[2].connector]))
def test_a_bay_or_connector_taken_off_a_stop(spot):
    vehicle, label, _ = spot
    assert noticed(edited(PLAN, vehicle, label, bay=None, connector=None))
