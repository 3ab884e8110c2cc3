"""What the planner can be asked. Plans and problems are named by hash, so answers never age."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import msgspec

from models.errors import DomainError
from models.language import SOURCE, speaking
from models.language import gettext as _
from routing.checker import check
from routing.problem.errors import InputErrors
from workers.artefacts import ArtefactMissingError, ArtefactStore
from workers.planner import editing
from workers.planner.kept import Day, Kept

log = logging.getLogger(__name__)

Question = dict[str, Any]
Answer = dict[str, Any]


class Answers:
    """Answers questions from artefacts, with the latest problems and plans at hand."""

    def __init__(self, store: ArtefactStore) -> None:
        self.kept = Kept(store)
        self.between: Callable[[], None] | None = None
        """Called now and then while a question takes long."""
        self._known: dict[str, Callable[[Question], Answer]] = {
            "ping": lambda _question: {},
            "check": self._check,
            "common": self._common,
            "edit": lambda question: editing.edit(self.kept, question),
            "price": lambda question: editing.price(self.kept, question, self._pause),
            "ways": lambda question: editing.ways(self.kept, question, self._pause),
            "ready": lambda question: editing.ready(self.kept, question, self._pause),
            "show": lambda question: editing.show(self.kept, question),
        }

    def _pause(self) -> None:
        if self.between is not None:
            self.between()

    def warm(self) -> None:
        """Load what the first edit would otherwise wait for."""
        editing.warm()

    def to(self, question: Question) -> Answer:
        """The answer; ``{"refused"}`` for a wish that cannot be, ``{"error"}`` for no question."""
        kind = self._known.get(str(question.get("do")))
        if kind is None:
            return {"error": f"unknown question {question.get('do')!r}"}
        with speaking(str(question.get("language") or SOURCE)):
            return self._answered(kind, question)

    def _answered(self, kind: Callable[[Question], Answer], question: Question) -> Answer:
        try:
            return kind(question)
        except DomainError as error:
            return {
                "refused": {"code": error.code, "message": error.message, "remedy": error.remedy}
            }
        except InputErrors as error:
            return {
                "refused": {
                    "code": "input",
                    "message": _("此改动所指的订单、车辆、趟次或位置不存在"),
                    "remedy": _("请刷新后重试"),
                    "errors": [str(item) for item in error.errors[:5]],
                }
            }
        except (ArtefactMissingError, msgspec.ValidationError, KeyError, TypeError) as error:
            return {"error": f"{type(error).__name__}: {error}"}
        except Exception as error:  # whatever it is, the next question is answered
            log.exception("question %s", question.get("do"))
            return {"error": f"{type(error).__name__}"}

    def _check(self, question: Question) -> Answer:
        day = Day(problem=str(question["problem"]), plan=str(question["plan"]))
        answer: Answer = json.loads(
            check(self.kept.problem(day.problem), self.kept.plan(day.plan)).to_json()
        )
        return answer

    def _common(self, question: Question) -> Answer:
        """What the orders that two plans both serve cost in each."""
        from workers.planning.common import common  # noqa: PLC0415 - the web needs no engine

        (p0, one), (p1, two) = question["base"], question["other"]
        pairs = [
            (self.kept.problem(str(problem)), self.kept.plan(str(plan)))
            for problem, plan in ((p0, one), (p1, two))
        ]
        orders, base, other = common(pairs[0], pairs[1])
        return {"orders": orders, "base": base, "other": other}
