"""A correct plan is clean; broken in one way, it is refused by rule, stop and amount."""

from __future__ import annotations

import msgspec
import pytest

from routing.checker import RULES, check
from routing.formats.ours import read_plan, read_problem, write_plan, write_problem
from routing.problem import Waiver
from tests.routing.builders import change, small_city, small_plan, stamped
from tests.routing.checker.breaks_on_site import CASES


def test_the_hand_made_plan_is_clean():
    problem = small_city()
    verdict = check(problem, small_plan(problem))
    assert verdict.violations == []
    assert verdict.to_json() == b'{"verdict":"clean","violations":[]}'


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}: {case.name}")
def test_broken_in_one_way(case):
    problem, plan = case.broken()
    verdict = check(problem, plan)
    told = [(item.rule, item.route, item.stop, item.amount) for item in verdict.violations]
    assert (case.rule, case.route, case.stop, case.amount) in told
    assert {row[0] for row in told} <= {case.rule} | case.also


def test_every_rule_of_the_vocabulary_is_broken_by_some_case():
    assert {case.rule for case in CASES} == set(RULES)


def test_what_is_read_back_is_judged_alike():
    problem, plan = CASES[0].broken()
    again = check(read_problem(write_problem(problem)), read_plan(write_plan(plan)))
    assert again == check(problem, plan)
    rows = msgspec.json.decode(again.to_json())["violations"]
    assert list(rows[0]) == ["rule", "route", "stop", "amount", "unit"]


@pytest.mark.parametrize(
    ("limit", "verdict"), [(50_000, "waived"), (49_999, "violated")], ids=["up to", "not beyond"]
)
def test_a_waiver_answers_for_its_rule_and_subject_up_to_its_limit(limit, verdict):
    problem, plan = CASES[0].broken()
    waiver = Waiver(rule="weight", subject="v1", limit=limit, reason="scales", who="chief")
    problem = change(problem, waivers=[waiver])
    answer = check(problem, stamped(problem, plan))
    assert answer.verdict == verdict
    assert len(answer.waived) == (verdict == "waived")


def test_a_waiver_for_another_subject_answers_for_nothing():
    problem, plan = CASES[0].broken()
    waiver = Waiver(rule="weight", subject="v2", limit=10**9, reason="scales", who="chief")
    problem = change(problem, waivers=[waiver])
    assert check(problem, stamped(problem, plan)).verdict == "violated"
