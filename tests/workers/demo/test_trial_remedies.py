"""The trial of remedies says what holds and what does not."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from routing.engines.ortools import solve
from routing.engines.ortools.warm import toy
from routing.explain import explain
from routing.plan import Remedy
from workers.demo.trial_remedies import remedy_rows, table


@pytest.fixture(scope="module")
def day():
    """One order that asks for a crane, one that is a single piece too heavy for any van."""
    problem = toy()
    first, second, *rest = problem.orders
    orders = [replace(first, needs=["crane"]), replace(second, weight_g=9_000_000, units=1), *rest]
    problem = replace(problem, orders=orders)
    return problem, explain(problem, solve(problem, time_limit_s=60, iterations=20))


def rows(day, **more):
    problem, plan = day
    known = {"o0": "needs", "o1": "weight"}
    return remedy_rows(problem, plan, iterations=5, day="toy", impossible=known, **more)


def test_remedies_are_applied_and_solved_again(day):
    crane, boulder = rows(day)
    assert (crane.holds, crane.mended.served, crane.mended.dropped) == (True, True, 0)
    assert (boulder.holds, boulder.mended, boulder.out.remedy) == (True, None, None)
    text = table([crane, boulder])
    assert "| toy | o0 | impossible | needs | needs | drop_needs crane |" in text
    assert "| none found |" in text


def test_a_remedy_that_does_not_serve_and_a_wrong_cause_do_not_hold(day):
    problem, plan = day
    crane, boulder = plan.unassigned
    useless = replace(crane, remedy=Remedy(code="share", verified=True))
    wrong = replace(boulder, reasons=crane.reasons)
    bad = rows((problem, replace(plan, unassigned=[useless, wrong])))
    assert [row.holds for row in bad] == [False, False]
    assert not bad[0].mended.served
    assert "| out, clean, 0 dropped | NO |" in table(bad)
