"""Compiled kernels against plain references."""

import random

import msgspec

from routing.checker import check
from routing.engines.ortools import solve
from routing.engines.ortools.claims import bay_end_of_conflict, charge_seconds
from routing.engines.ortools.compile import compile_problem
from routing.engines.ortools.data import B_AFTER, B_BEFORE, B_SPACES, BAY, BAY_HELD, BAY_N
from routing.engines.ortools.state import spot
from routing.engines.ortools.warm import toy
from routing.engines.ortools.write import most_gain
from routing.explain import commitments_of
from routing.travel.flat import tab
from tests.routing.engine.random_problems import random_problem


def test_charging_takes_just_long_enough():
    problem = random_problem(0)
    compiled = compile_problem(problem)
    plug = problem.chargers[0].connectors[0]
    rng = random.Random(1)  # noqa: S311 - not for secrets
    for ty in (0, 1):
        kind = problem.vehicle_types[ty]
        power = min(plug.power_w, kind.max_charge_w)
        for _ in range(60):
            soc = rng.randrange(0, kind.battery_wh - 200)
            gain = rng.randrange(100, kind.battery_wh - soc)
            seconds = charge_seconds(compiled.data, ty, power, soc, gain)
            assert most_gain(kind, plug, soc, seconds) >= gain
            assert most_gain(kind, plug, soc, seconds - 2) < gain


def test_a_full_bay_says_when_to_try_again():
    compiled = compile_problem(random_problem(2))
    d = compiled.data
    rng = random.Random(2)  # noqa: S311 - not for secrets
    for b in range(3):
        claims = compiled.claims()
        spans = []
        for k in range(12):
            start = rng.randrange(0, 20_000)
            end = start + rng.randrange(600, 4_000)
            at = spot(claims, BAY_HELD, b, k)
            claims[at : at + 3] = (start, end, 7)
            spans.append((start, end))
        claims[claims[4 * BAY_N] + b] = len(spans)
        before, after = tab(d, BAY, b, B_BEFORE), tab(d, BAY, b, B_AFTER)
        for _ in range(40):
            start = rng.randrange(0, 22_000)
            end = start + rng.randrange(300, 2_400)
            low, high = start - before, end + after
            marks = [low, *(s for s, _ in spans if low < s < high)]
            most = max(sum(s <= t < e for s, e in spans) for t in marks)
            free = most < tab(d, BAY, b, B_SPACES)
            assert (bay_end_of_conflict(d, claims, b, 0, start, end) == 0) == free
            assert bay_end_of_conflict(d, claims, b, 7, start, end) == 0
            plain = bay_end_of_conflict.py_func(d, claims, b, 0, start, end)
            assert plain == bay_end_of_conflict(d, claims, b, 0, start, end)


def test_what_a_plan_holds_is_kept_free_by_the_next():
    problem = random_problem(3, 20, 5)
    half = [order for k, order in enumerate(problem.orders) if k % 2]
    rest = [order for k, order in enumerate(problem.orders) if k % 2 == 0]
    first = msgspec.structs.replace(problem, orders=half)
    plan = solve(first, time_limit_s=60, iterations=10)
    held = commitments_of(first, plan)
    assert {item.thing for item in held} >= {"vehicle", "driver"}
    second = msgspec.structs.replace(problem, orders=rest, commitments=held)
    assert check(second, solve(second, time_limit_s=60, iterations=10)).verdict == "clean"


def test_the_toy_day_is_planned_whole():
    assert solve(toy(), time_limit_s=60, iterations=2).unassigned == []
