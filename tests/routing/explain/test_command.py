"""The command line writes reasons and remedies into the plan of our own problem format."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from routing.cli import main
from routing.engines.ortools.warm import toy
from routing.formats.ours import read_plan, write_problem
from routing.plan import Reason


@pytest.fixture
def instance(tmp_path, monkeypatch):
    monkeypatch.setenv("GREENFREIGHT_HOME", str(tmp_path / "home"))
    problem = toy()
    crane = replace(problem.orders[0], needs=["crane"])
    path = tmp_path / "problem.json"
    path.write_bytes(write_problem(replace(problem, orders=[crane, *problem.orders[1:]])))
    return path


def solved(instance, *more):
    out = instance.with_name("plan.json")
    assert main(["solve", str(instance), "--output", str(out), *more]) == 1
    return out


def test_a_plan_file_has_reasons_and_tried_remedies_and_checks_clean(instance, capsys):
    out = solved(instance, "--iterations", "20")
    (left,) = read_plan(out.read_bytes()).unassigned
    assert left.reasons == [Reason(code="needs", detail={"vehicles": 1, "needs": "crane"})]
    assert (left.remedy.code, left.remedy.verified) == ("drop_needs", True)
    assert main(["check", str(instance), str(out)]) == 0
    assert "clean" in capsys.readouterr().out


def test_the_same_iterations_give_the_same_plan_reasons_and_remedies_included(instance):
    plans = []
    for _ in range(2):
        plan = json.loads(solved(instance, "--iterations", "20", "--seed", "3").read_bytes())
        plan.pop("run")
        plans.append(plan)
    assert plans[0] == plans[1]


def test_a_time_limit_too_short_for_remedies_still_writes_the_plan(instance):
    out = solved(instance, "--time-limit", "0.01")
    (left,) = read_plan(out.read_bytes()).unassigned
    assert left.reasons[0].code == "needs"
    assert left.remedy is None
    assert main(["check", str(instance), str(out)]) == 0
