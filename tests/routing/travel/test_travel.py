"""The compiled travel interface against plain arithmetic."""

import math
from fractions import Fraction

import msgspec
import pytest

from routing.problem import DailyHours, Permit, TableSlice, TableTravel, When
from routing.problem.problem import Problem
from routing.travel import Travel
from tests.routing.engine.random_problems import at, random_problem

HOUR = 3600


def plain_seconds(problem: Problem, metres: int, depart: int) -> int:
    steps = problem.travel.profiles["truck"]
    left, now = Fraction(metres), Fraction(depart)
    for k, step in enumerate(steps):
        end = steps[k + 1].start if k + 1 < len(steps) else math.inf
        if end <= now:
            continue
        speed = Fraction(step.metres_per_hour, 3600)
        if end == math.inf or left <= speed * (end - now):
            return math.ceil(now + left / speed - depart)
        left -= speed * (end - now)
        now = Fraction(end)
    raise AssertionError


def test_seconds_are_those_of_exact_fractions_across_slices():
    problem = random_problem(1)
    travel = Travel(problem)
    names = [place.id for place in problem.places]
    for k, name in enumerate(names[1:]):
        for depart in (0, at(6.9), at(7) - 1, at(7), at(8.97), at(16.95), at(20)):
            metres = travel.metres("truck", names[k], name, depart)
            got = travel.seconds("truck", names[k], name, depart)
            assert got == plain_seconds(problem, metres, depart)


def test_arrive_never_decreases_and_waits_for_a_ban_to_end():
    problem = random_problem(1)
    travel = Travel(problem)
    diesel = next(v.id for v in problem.vehicles if v.type == "diesel")
    inside = min(travel.access.inside["core"] - {"depot"})
    outside = next(p.id for p in problem.places if p.id not in travel.access.inside["core"])
    last = -1
    for t in range(at(5), at(22), 97):
        reached = travel.arrive(diesel, outside, inside, t)
        assert reached is not None
        assert reached >= last
        assert not at(7) <= reached <= at(20)
        last = reached
    assert travel.arrive(diesel, outside, inside, at(12)) == at(20) + 1
    by = at(21)
    latest = travel.latest_departure(diesel, outside, inside, by)
    assert latest is not None
    assert travel.arrive(diesel, outside, inside, latest) <= by
    assert travel.arrive(diesel, outside, inside, latest + 1) > by


def test_a_pass_opens_the_zone_in_its_hours_only():
    problem = random_problem(1)
    van = next(v.id for v in problem.vehicles if v.type == "reefer")
    rules = [r for r in problem.rules if r.id == "peak-pass"]
    pass_ = Permit(
        id="p",
        vehicles=[van],
        rules=["peak-pass"],
        date_from="2026-11-24",
        date_to="2026-11-24",
        hours=[DailyHours(start=8 * HOUR, end=9 * HOUR)],
    )
    held = msgspec.structs.replace(problem, rules=rules, permits=[pass_])
    travel = Travel(held)
    profile = travel.access.profiles[travel.access.of[van]]
    place = min(travel.access.inside["core"])
    assert (at(7), at(8)) in profile.move[place]
    assert not any(start <= at(8.5) < end for start, end in profile.move[place])


def test_hours_past_midnight_belong_to_the_date_on_which_they_fall():
    problem = random_problem(1)
    rule = msgspec.structs.replace(
        problem.rules[0],
        when=When(
            date_from="2026-11-24",
            date_to="2026-11-24",
            hours=[DailyHours(start=22 * HOUR, end=6 * HOUR)],
        ),
    )
    travel = Travel(msgspec.structs.replace(problem, rules=[rule], permits=[]))
    diesel = next(v.id for v in problem.vehicles if v.type == "diesel")
    profile = travel.access.profiles[travel.access.of[diesel]]
    place = min(travel.access.inside["core"])
    assert profile.move[place] == ((at(0), at(6)), (at(22), at(24)))


def test_a_table_waits_rather_than_be_overtaken():
    problem = random_problem(1)
    pair = [problem.places[0].id, problem.places[1].id]
    slow = TableSlice(start=0, seconds=[[0, 3000], [3000, 0]], metres=[[0, 9000], [9000, 0]])
    fast = TableSlice(start=1000, seconds=[[0, 600], [600, 0]], metres=[[0, 8000], [8000, 0]])
    table = TableTravel(places=pair, profiles={"truck": [slow, fast]})
    travel = Travel(msgspec.structs.replace(problem, travel=table, rules=[], permits=[]))
    van = problem.vehicles[0].id
    assert travel.departure(van, *pair, 0) == 1000
    assert travel.arrive(van, *pair, 0) == 1600
    assert travel.metres("truck", *pair, 1000) == 8000


@pytest.mark.parametrize("seed", range(3))
def test_zone_borders_are_inside(seed):
    problem = random_problem(seed)
    corner = problem.zones[0].polygons[0][0][1]
    place = msgspec.structs.replace(problem.places[0], lon=corner[0], lat=corner[1])
    moved = msgspec.structs.replace(problem, places=[place, *problem.places[1:]])
    assert place.id in Travel(moved).access.inside["core"]
