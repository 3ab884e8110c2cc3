"""Whose question is next: those who ask take turns, so that nobody's many hold up another's one."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from typing import Any

Question = dict[str, Any]

SLOW = frozenset({"ways", "price", "common", "ready"})
"""Questions that may take long: while one is worked on, the others are answered in between."""
MOST_WAITING = 64
"""Of one asker: who has more in line is told to come again."""


class Waiting:
    """A question in line, and the answer once it is there."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.answer: dict[str, Any] | None = None
        self._there = threading.Event()

    def done(self, answer: dict[str, Any]) -> None:
        """Give the answer to whoever waits for it."""
        self.answer = answer
        self._there.set()

    def wait(self, seconds: float) -> dict[str, Any] | None:
        """The answer; None when it does not come in time."""
        self._there.wait(seconds)
        return self.answer


class Turns:
    """Questions by asker, taken one of each in turn."""

    def __init__(self) -> None:
        self._lines: OrderedDict[str, deque[Waiting]] = OrderedDict()
        self._some = threading.Condition()

    def put(self, question: Question) -> Waiting | None:
        """Stand in line; None when the asker has too many in it already."""
        waiting = Waiting(question)
        asker = str(question.get("for") or "")
        with self._some:
            line = self._lines.setdefault(asker, deque())
            if len(line) >= MOST_WAITING:
                return None
            line.append(waiting)
            self._some.notify()
        return waiting

    def waiting(self) -> dict[str, int]:
        """How many questions of each asker stand in line."""
        with self._some:
            return {asker: len(line) for asker, line in self._lines.items()}

    def take(self, patience_s: float | None = None) -> Waiting | None:
        """The next question; its asker goes to the end of the round. None when none comes in time.

        Without ``patience_s`` it waits for as long as it takes.
        """
        with self._some:
            if not self._some.wait_for(lambda: bool(self._lines), patience_s):
                return None
            asker, line = next(iter(self._lines.items()))
            return self._taken(asker, line[0])

    def take_quick(self) -> Waiting | None:
        """The next question that does not take long, None if no asker's next one is such."""
        with self._some:
            for asker, line in self._lines.items():
                if line[0].question.get("do") not in SLOW:
                    return self._taken(asker, line[0])
        return None

    def _taken(self, asker: str, waiting: Waiting) -> Waiting:
        line = self._lines.pop(asker)
        line.popleft()
        if line:
            self._lines[asker] = line
        return waiting
