"""The planner's own end of the line.

Everybody who connects is heard in a thread of their own, with little patience; one thread answers,
taking turns among those who ask (:mod:`workers.planner.turns`). A question that never ends ends the
process, and the supervisor starts it anew.
"""

from __future__ import annotations

import gc
import logging
import os
import socket
import threading
import time

import msgspec

from workers.planner.answers import Answers
from workers.planner.line import LONGEST, Answer, planner_socket, read_line
from workers.planner.turns import Turns, Waiting
from workers.settings import Settings, private_folder

log = logging.getLogger(__name__)

HEARD_S = 10.0
"""How long somebody may take to say their question."""
LONGEST_ANSWER_S = 300.0
"""After this a question counts as one that never ends."""
QUIET_S = 3.0
"""After so long without a question there is time to tidy up."""
THOROUGH = 50
"""Every so many quiet times all that is kept is looked through, else what is new since the last."""
NEVER = 1_000_000
VISITORS = 64
"""How many may be connected at once; the next ones wait at the door."""


def serve(settings: Settings, answers: Answers, turns: Turns | None = None) -> None:
    """Answer questions for good; a socket left behind is replaced."""
    path = planner_socket(settings)
    private_folder(path.parent)
    path.unlink(missing_ok=True)
    desk = Desk(answers, turns or Turns())
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        door.bind(str(path))
        path.chmod(0o600)
        door.listen(VISITORS)
        desk.open()
        room = threading.BoundedSemaphore(VISITORS)
        while True:
            room.acquire()
            line, _ = door.accept()
            threading.Thread(target=_visit, args=(line, desk, room), daemon=True).start()


class Desk:
    """One thread that answers, and one that watches that it does."""

    def __init__(self, answers: Answers, turns: Turns) -> None:
        self.turns = turns
        self._answers = answers
        self._since: float | None = None

    def open(self) -> None:
        """Begin to answer."""
        threading.Thread(target=self._answer, daemon=True).start()
        threading.Thread(target=self._watch, daemon=True).start()

    def _answer(self) -> None:
        self._answers.warm()
        self._answers.between = self._in_between
        # Looking through all that is kept takes longer than an answer: only what is young is looked
        # through while somebody waits.
        young, middle, _old = gc.get_threshold()
        gc.set_threshold(young, middle, NEVER)
        patience: float | None = QUIET_S
        quiet = 0
        while True:
            waiting = self.turns.take(patience)
            if waiting is None:
                _tidy(everything=quiet % THOROUGH == 0)
                quiet += 1
                patience = None
                continue
            patience = QUIET_S
            self._work(waiting)

    def _work(self, waiting: Waiting) -> None:
        self._since = time.monotonic()
        waiting.done(self._answers.to(waiting.question))
        self._since = None

    def _in_between(self) -> None:
        """A question that takes long lets the quick ones go first, in this very thread."""
        while (waiting := self.turns.take_quick()) is not None:
            since = self._since
            self._work(waiting)
            self._since = since

    def _watch(self) -> None:
        pause = threading.Event()
        while not pause.wait(HEARD_S):
            since = self._since
            if since is not None and time.monotonic() - since > LONGEST_ANSWER_S:
                log.critical("a question was not answered in %s s", LONGEST_ANSWER_S)
                os._exit(3)  # no thread can be stopped from outside: the supervisor begins anew


def _tidy(*, everything: bool) -> None:
    """Give back what only refers to itself; what stays is not looked at again for a while."""
    if everything:
        gc.unfreeze()
    gc.collect()
    gc.freeze()


def _visit(line: socket.socket, desk: Desk, room: threading.BoundedSemaphore) -> None:
    try:
        with line:
            line.settimeout(HEARD_S)
            answer = _hear(line, desk)
            line.settimeout(HEARD_S)
            line.sendall(msgspec.json.encode(answer) + b"\n")
    except OSError:
        return  # whoever asked has gone
    finally:
        room.release()


def _hear(line: socket.socket, desk: Desk) -> Answer:
    try:
        question = read_line(line, LONGEST)
    except (ValueError, RecursionError):
        question = None
    if question is None:
        return {"error": "not a question: one JSON object in a line"}
    waiting = desk.turns.put(question)
    if waiting is None:
        return {"error": "busy: too many questions of one asker"}
    answer = waiting.wait(LONGEST_ANSWER_S)
    return answer if answer is not None else {"error": "no answer in time"}
