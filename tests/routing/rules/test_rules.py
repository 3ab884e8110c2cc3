from pathlib import Path

import pytest

from routing.rules import IDS, RULES, relax, text_of, used
from routing.rules.base import always
from routing.rules.table import checked, in_schema, table
from tests.routing.engine.random_problems import random_problem

ROOT = Path(__file__).parents[3]


def test_the_table_of_rules_is_current():
    assert (ROOT / "docs" / "rules.md").read_text("utf-8") == table()


@pytest.mark.parametrize("rule", IDS)
def test_a_rule_is_in_schema_and_checker_and_says_what_it_means(rule):
    meant = RULES[rule]
    assert meant.id == rule
    assert meant.zh
    assert meant.en
    assert all(in_schema(field) for field in meant.fields)
    assert checked(rule)


@pytest.mark.parametrize("rule", [r for r in IDS if RULES[r].relaxable])
def test_relaxing_drops_the_rule_and_leaves_orders_and_vehicles(rule):
    problem = random_problem(3)
    free = relax(problem, rule)
    assert [o.id for o in free.orders] == [o.id for o in problem.orders]
    assert [v.id for v in free.vehicles] == [v.id for v in problem.vehicles]
    if rule in used(problem) and RULES[rule].uses is not always:
        assert free != problem


def test_words_of_reasons_and_remedies_are_found_by_code():
    assert text_of("unit").zh.startswith("单件")
    assert "{minutes}" in text_of("widen_window", remedy=True).en
    with pytest.raises(KeyError):
        text_of("no such code")
