"""What the planner can be asked. Plans and problems are named by hash, so answers never age."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from routing.checker import check
from routing.formats.ours import read_plan, read_problem
from routing.problem import Problem
from routing.problem.errors import InputErrors
from workers.artefacts import ArtefactMissingError, ArtefactStore

Question = dict[str, Any]
Answer = dict[str, Any]

KEPT = 4
"""How many problems stay unpacked: a dispatcher works on one day at a time."""


class Answers:
    """Answers questions from artefacts, with the latest problems at hand."""

    def __init__(self, store: ArtefactStore) -> None:
        self._store = store
        self._problems: OrderedDict[str, Problem] = OrderedDict()
        self._known: dict[str, Callable[[Question], Answer]] = {
            "ping": lambda _question: {},
            "check": self._check,
            "common": self._common,
        }

    def to(self, question: Question) -> Answer:
        """The answer; ``{"error"}`` for a question that cannot be answered."""
        kind = self._known.get(str(question.get("do")))
        if kind is None:
            return {"error": f"unknown question {question.get('do')!r}"}
        try:
            return kind(question)
        except (ArtefactMissingError, InputErrors, KeyError) as error:
            return {"error": f"{type(error).__name__}: {error}"}

    def _check(self, question: Question) -> Answer:
        problem = self._problem(str(question["problem"]))
        plan = read_plan(self._store.get(str(question["plan"])))
        answer: Answer = json.loads(check(problem, plan).to_json())
        return answer

    def _common(self, question: Question) -> Answer:
        """What the orders that two plans both serve cost in each."""
        from workers.planning.common import common  # noqa: PLC0415 - the web needs no engine

        (p0, one), (p1, two) = question["base"], question["other"]
        pairs = [
            (self._problem(str(problem)), read_plan(self._store.get(str(plan))))
            for problem, plan in ((p0, one), (p1, two))
        ]
        orders, base, other = common(pairs[0], pairs[1])
        return {"orders": orders, "base": base, "other": other}

    def _problem(self, sha256: str) -> Problem:
        if sha256 not in self._problems:
            self._problems[sha256] = read_problem(self._store.get(sha256))
            while len(self._problems) > KEPT:
                self._problems.popitem(last=False)
        self._problems.move_to_end(sha256)
        return self._problems[sha256]
