"""Copies of a clean day side by side are a clean day, and share nothing but the city."""

from __future__ import annotations

import re

import msgspec

from routing.checker import check
from routing.formats.ours import read_plan, write_plan
from tests.e2e.large_day import several
from tests.routing.builders import change, small_city, small_plan
from workers.planning.view import build_view


def a_day():
    """The small city's day; how even its duties are would not add up over copies."""
    problem = small_city()
    problem = change(problem, objective=change(problem.objective, uneven_per_hour=0))
    plan = small_plan(problem)
    bill = plan.objective
    return problem, change(plan, objective=change(bill, uneven=0, total=bill.total - bill.uneven))


def test_three_copies_of_a_clean_day_are_clean_and_three_times_as_large():
    problem, plan = a_day()
    assert check(problem, plan).verdict == "clean"
    large, joined, labels = several(problem, plan, {"o1": "HF-1"}, 3)
    assert check(large, joined).violations == []
    one = build_view(problem, plan, {})["totals"]
    three = build_view(large, joined, labels)["totals"]
    for name in ("orders", "served", "vehicles", "stops", "metres", "cost_fen"):
        assert three[name] == 3 * one[name]
    assert sum(label == "HF-1" for label in labels.values()) == 3


def test_the_checker_would_see_copies_that_share_a_connector():
    problem, plan = a_day()
    large, joined, _labels = several(problem, plan, {}, 2)
    used = [
        stop.connector
        for route in joined.routes
        for duty in route.duties
        for trip in duty.trips
        for stop in trip.stops
        if stop.connector
    ]
    first, second = used[0], used[len(used) // 2]
    shared = read_plan(re.sub(second.encode(), first.encode(), write_plan(joined)))
    assert msgspec.to_builtins(shared) != msgspec.to_builtins(joined)
    assert "connector" in {v.rule for v in check(large, shared).violations}
