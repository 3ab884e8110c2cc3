"""Oversized orders: cut into whole units that fit, and nothing lost."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.problem import Compartment, Lock
from routing.problem.split import split_oversized
from routing.problem.validate import validate
from tests.routing.builders import at, change, changed, order, small_city


def city_with(*goods, **fields):
    return change(small_city(), orders=[*small_city().orders, *goods], **fields)


def parts(problem, parent):
    return [item for item in problem.orders if item.id.startswith(f"{parent}#")]


def big(order_id="big", **fields):
    given = {"weight_g": 2_500_000, "volume_cm3": 5_000_003, "units": 25, "unit_places": 7,
             "prize": 100, **fields}  # fmt: skip
    return order(order_id, at("dc"), at("s3"), **given)


def test_nothing_oversized_nothing_changed():
    problem = small_city()
    assert split_oversized(problem) is problem


def test_children_are_whole_units_of_nearly_equal_size_and_sum_to_the_order():
    problem = split_oversized(city_with(big()))
    children = parts(problem, "big")
    assert [item.id for item in children] == ["big#1", "big#2", "big#3"]
    assert [item.units for item in children] == [8, 8, 9]
    assert [item.weight_g for item in children] == [800_000, 800_000, 900_000]
    for name, total in (("volume_cm3", 5_000_003), ("unit_places", 7), ("prize", 100)):
        assert sum(getattr(item, name) for item in children) == total
    assert "big" not in [item.id for item in problem.orders]


def test_only_compatible_vehicles_count():
    # v2 alone may serve the dairy's chilled goods, and its cold room holds 500 kg
    chilled = big(temperature="chilled", unit_places=0)
    assert len(parts(split_oversized(city_with(chilled)), "big")) == 5
    # the yard at s2 takes the van only
    yard = order("yard", at("dc"), at("s2"), weight_g=1_500_000, units=15, unit_places=15)
    assert len(parts(split_oversized(city_with(yard)), "yard")) == 4


def test_one_unit_too_large_is_left_for_the_plan_to_report():
    assert parts(split_oversized(city_with(big(units=2))), "big") == []
    assert parts(split_oversized(city_with(big(needs=["crane"]))), "big") == []


def test_references_follow_the_children():
    later = order("later", at("dc"), at("s3"), after=["big"])
    back = order("back", at("s3"), at("dc"), return_of="big")
    city = city_with(big(), later, back, locks=[Lock(kind="vehicle", orders=["big"], vehicle="v1")])
    city = change(city, objective=change(city.objective, published={"big": "v1", "o3": "v1"}))
    problem = split_oversized(city)
    names = ["big#1", "big#2", "big#3"]
    found = {item.id: item for item in problem.orders}
    assert found["later"].after == names
    assert found["back"].return_of == "big#1"
    assert problem.locks[0].orders == names
    assert problem.objective.published == {"o3": "v1", **dict.fromkeys(names, "v1")}
    assert validate(problem) == []


def fits(sizes, limits):
    return all(size <= limit for size, limit in zip(sizes, limits, strict=True))


@settings(max_examples=30)
@given(
    units=st.integers(1, 60),
    weight=st.integers(0, 9_000_000),
    volume=st.integers(0, 40_000_000),
    places=st.integers(0, 60),
    cold=st.booleans(),
)
def test_every_child_fits_and_the_children_are_the_order(units, weight, volume, places, cold):
    goods = order(
        "g", at("dc"), at("s3"), units=units, weight_g=weight, volume_cm3=volume,
        unit_places=places, temperature="chilled" if cold else "ambient",
    )  # fmt: skip
    room = Compartment(
        id="all", temperatures=["ambient", "chilled"], payload_g=900_000, volume_cm3=5_000_000,
        unit_places=5,
    )  # fmt: skip
    city = city_with(goods)
    city = change(city, vehicle_types=changed(city.vehicle_types, "van", compartments=[room]))
    children = parts(split_oversized(city), "g")
    for child in children:
        sizes = (child.weight_g, child.volume_cm3, child.unit_places)
        assert fits(sizes, (900_000, 5_000_000, 4)) or (
            not cold and fits(sizes, (1_000_000, 8_000_000, 6))
        )
    if children:
        assert sum(child.units for child in children) == units
        assert sum(child.weight_g for child in children) == weight
        assert sum(child.volume_cm3 for child in children) == volume
        assert sum(child.unit_places for child in children) == places
