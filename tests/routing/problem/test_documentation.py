"""The formats' page knows every field, rule and error number that the code knows."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from routing.plan import Plan
from routing.problem import Problem
from routing.problem.vocabulary import RULES

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "problem-format.md").read_text(encoding="utf-8")


def field_names(kind) -> set[str]:
    schema = msgspec.json.schema(kind)
    return {name for part in schema["$defs"].values() for name in part.get("properties", {})}


@pytest.mark.parametrize("kind", [Problem, Plan])
def test_every_field_is_on_the_page(kind):
    words = set(re.findall(r"[a-z_0-9]+", PAGE))
    assert field_names(kind) - words == set()


def test_every_rule_has_its_row():
    table = PAGE.split("## Rules")[1].split("## Input errors")[0]
    rows = re.findall(r"^\| ([a-z_, ]+) \|", table, re.MULTILINE)
    named = {name for row in rows for name in row.split(", ")} - {"rule"}
    assert named == set(RULES)


def test_every_error_number_is_explained():
    sources = [*ROOT.glob("routing/problem/*.py"), ROOT / "routing/formats/ours.py"]
    used = {code for path in sources for code in re.findall(r'"(E\d{4})"', path.read_text())}
    assert used == set(re.findall(r"E\d{4}", PAGE.split("## Input errors")[1]))
