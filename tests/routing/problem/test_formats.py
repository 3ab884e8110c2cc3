"""Problems and plans as JSON: strict reading, one canonical form, one name."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.formats.ours import read_plan, read_problem, write_plan, write_problem
from routing.plan import Run
from routing.problem import Lock
from routing.problem.hashing import (
    ProblemBytes,
    plan_bytes_without_run,
    plan_sha256,
    problem_sha256,
)
from routing.problem.schema import schema_text
from routing.problem.validate import InputErrors
from tests.routing.builders import change, small_city, small_plan

SCHEMAS = Path(__file__).parents[3] / "docs" / "schemas"


def refused(reader, data) -> list[tuple[str, str]]:
    with pytest.raises(InputErrors) as caught:
        reader(data if isinstance(data, bytes) else json.dumps(data).encode())
    assert all(error.cause and error.remedy for error in caught.value.errors)
    return [(error.code, error.path) for error in caught.value.errors]


@pytest.fixture
def data():
    return json.loads(write_problem(small_city()))


def test_what_is_written_is_read_back():
    problem = small_city()
    plan = small_plan(problem)
    assert read_problem(write_problem(problem)) == problem
    assert read_plan(write_plan(plan)) == plan


def test_the_hash_is_that_of_the_bytes_written_and_does_not_mind_order_or_defaults(data):
    problem = small_city()
    assert problem_sha256(problem) == hashlib.sha256(write_problem(problem)).hexdigest()
    del data["calendar"]  # all defaults
    shuffled = json.dumps(dict(reversed(data.items())), indent=3).encode()
    assert problem_sha256(read_problem(shuffled)) == problem_sha256(problem)


def test_bytes_kept_by_member_are_those_of_the_whole():
    problem = small_city()
    first = ProblemBytes(problem)
    assert first.data == write_problem(problem)
    assert first.sha256 == problem_sha256(problem)
    lock = Lock(kind="vehicle", vehicle=problem.vehicles[0].id, orders=[problem.orders[0].id])
    other = change(problem, locks=[lock])
    assert ProblemBytes(other, first).data == write_problem(other)
    assert ProblemBytes(problem, ProblemBytes(other, first)).data == first.data


def test_one_changed_figure_changes_the_hash():
    problem = small_city()
    places = [change(problem.places[0], fixed_s=51), *problem.places[1:]]
    assert problem_sha256(change(problem, places=places)) != problem_sha256(problem)


def test_a_plan_is_compared_without_its_run_block():
    plan = small_plan(small_city())
    later = change(plan, run=Run(seconds=9.5, host="elsewhere"))
    assert write_plan(later) != write_plan(plan)
    assert plan_bytes_without_run(later) == plan_bytes_without_run(plan)
    assert plan_sha256(later) == plan_sha256(plan)
    assert b'"run"' not in plan_bytes_without_run(plan)


def test_not_json():
    assert refused(read_problem, b"{") == [("E1001", "$")]
    assert refused(read_problem, b"\xff\xfe{}") == [("E1001", "$")]


@pytest.mark.parametrize("head", [{"format": "greenfreight-plan"}, {"version": 2}])
def test_another_format_or_version(data, head):
    assert refused(read_problem, {**data, **head}) == [("E1002", "$.format")]
    assert refused(read_problem, [data]) == [("E1002", "$.format")]


def test_a_mistyped_key_is_named_and_not_taken_for_a_default(data):
    data["orders"][3]["delivery"][0]["windows"][0]["nihgt"] = True
    path = "$.orders[3].delivery[0].windows[0]"
    assert refused(read_problem, data) == [("E1003", path)]


def test_a_missing_key(data):
    del data["vehicles"][1]["home"]
    assert refused(read_problem, data) == [("E1004", "$.vehicles[1]")]


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [("weight_g", "12", "E1006"), ("weight_g", -1, "E1006"), ("temperature", "hot", "E1005")],
)
def test_a_value_of_another_kind(data, key, value, code):
    data["orders"][0][key] = value
    assert refused(read_problem, data) == [(code, f"$.orders[0].{key}")]


def test_a_number_that_json_cannot_carry(data):
    data["orders"][0]["prize"] = 2**60
    assert refused(read_problem, data) == [("E1007", "$")]


def test_reading_validates(data):
    data["orders"][0]["pickup"][0]["place"] = "nowhere"
    assert refused(read_problem, data) == [("E2002", "$.orders[0].pickup[0].place")]


def test_a_plan_is_read_as_strictly():
    data = json.loads(write_plan(small_plan(small_city())))
    data["routes"][0]["duties"][0]["trips"][0]["stops"][1]["leg"]["meters"] = 1
    path = "$.routes[0].duties[0].trips[0].stops[1].leg"
    assert refused(read_plan, data) == [("E1003", path)]


@pytest.mark.parametrize("name", ["problem", "plan"])
def test_the_published_schema_is_that_of_the_records(name):
    published = (SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")
    assert published == schema_text(name), "run: python -m routing.problem.schema docs/schemas"


names = st.text(min_size=1, max_size=8)
whole = st.integers(0, 2**53 - 1)


@settings(max_examples=40)
@given(
    name=names,
    prize=whole,
    lon=st.floats(-180, 180),
    lat=st.floats(-90, 90),
    needs=st.lists(names, max_size=3),
)
def test_any_values_survive_the_round_trip_with_their_hash(name, prize, lon, lat, needs):
    problem = small_city()
    moved = change(problem.places[-1], lon=lon, lat=lat)
    goods = change(problem.orders[-1], prize=prize, needs=needs, shipper=name, goods=name)
    problem = change(
        problem,
        places=[*problem.places[:-1], moved],
        orders=[*problem.orders[:-1], goods],
        objective=msgspec.structs.replace(problem.objective, published={name: "v1"}),
    )
    again = read_problem(write_problem(problem))
    assert again == problem
    assert problem_sha256(again) == problem_sha256(problem)
