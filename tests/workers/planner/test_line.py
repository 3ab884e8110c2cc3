"""The planner hears everybody, answers in turns, and survives what is no question."""

from __future__ import annotations

import json
import socket
import threading

import pytest

from routing.formats.ours import write_plan, write_problem
from tests.webapp.made_plan import made
from workers.artefacts import DirectoryStore
from workers.planner import serving
from workers.planner.answers import Answers
from workers.planner.line import ask, planner_socket, tell
from workers.planner.turns import MOST_WAITING, Turns
from workers.settings import Settings


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings.from_env({"GREENFREIGHT_HOME": str(tmp_path / "home")})


class Slow(Answers):
    """Answers that wait at a gate, and say who was answered when."""

    def __init__(self, store) -> None:
        super().__init__(store)
        self.held = threading.Event()
        self.gate = threading.Event()
        self.order: list[str] = []
        self.turns = Turns()

    def to(self, question):
        if question.get("do") == "hold":
            self.held.set()
            self.gate.wait(60)
            return {}
        self.order.append(question.get("for", ""))
        return super().to(question)


@pytest.fixture
def planner(settings):
    """A planner of this home, in a thread."""
    answers = Slow(DirectoryStore(settings.home / "artefacts"))
    up = threading.Event()
    listen = socket.socket.listen

    def listening(door, backlog=0):
        listen(door, backlog)
        up.set()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "listen", listening)
        threading.Thread(
            target=serving.serve, args=(settings, answers, answers.turns), daemon=True
        ).start()
        assert up.wait(30)
    return answers


def say(settings, data: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(30)
        line.connect(str(planner_socket(settings)))
        line.sendall(data)
        line.shutdown(socket.SHUT_WR)
        return line.recv(65536)


@pytest.mark.usefixtures("planner")
@pytest.mark.parametrize(
    "data", [b"\n", b"no json\n", b"[1, 2]\n", b'"text"\n', b"\xff\xfe\n", b"{" * 90_000 + b"\n"]
)
def test_what_is_no_question_is_told_so_and_the_next_one_answered(settings, data):
    assert "error" in json.loads(say(settings, data))
    assert ask(settings, {"do": "ping"}) == {}


@pytest.mark.usefixtures("planner")
@pytest.mark.parametrize(
    "question",
    [
        {"do": "nothing"},
        {"do": "check"},
        {"do": "check", "problem": "0" * 64, "plan": "0" * 64},
        {"do": "edit", "day": {}, "edits": []},
        {"do": "edit", "day": 7, "edits": 7},
        {"do": "price", "day": {"problem": "x", "plan": "y"}, "tries": None},
    ],
)
def test_a_question_that_cannot_be_answered_harms_nobody(settings, question):
    assert "error" in ask(settings, question)
    assert ask(settings, {"do": "ping"}) == {}


@pytest.mark.usefixtures("planner")
def test_who_connects_and_says_nothing_holds_nobody_up(settings):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as silent:
        silent.connect(str(planner_socket(settings)))
        assert ask(settings, {"do": "ping"}) == {}


def test_one_with_many_questions_does_not_hold_up_another(settings, planner):
    def asked(who):
        return threading.Thread(target=ask, args=(settings, {"do": "ping", "for": who}))

    hold = threading.Thread(target=ask, args=(settings, {"do": "hold", "for": "busy"}))
    hold.start()
    assert planner.held.wait(30)
    many = [asked("busy") for _ in range(6)]
    for one in many:
        one.start()
    other = asked("other")
    other.start()
    until_in_line(planner)
    planner.gate.set()
    for one in (hold, other, *many):
        one.join(30)
    assert planner.order.index("other") <= 1


def until_in_line(planner) -> None:
    """Until all seven stand in line: the desk's lines are looked at, not the clock."""
    pause = threading.Event()
    for _ in range(600):
        lines = planner.turns.waiting()
        if lines.get("busy", 0) >= 6 and lines.get("other", 0) >= 1:
            return
        pause.wait(0.05)
    raise AssertionError("they never stood in line")


def test_what_is_told_is_heard_though_nobody_waits_and_is_lost_without_a_planner(
    settings, planner, tmp_path
):
    tell(settings, {"do": "ping", "for": "told"})
    pause = threading.Event()
    for _ in range(600):
        if planner.order:
            break
        pause.wait(0.05)
    assert planner.order == ["told"]
    tell(Settings.from_env({"GREENFREIGHT_HOME": str(tmp_path / "other")}), {"do": "ping"})


def test_what_takes_long_lets_quick_questions_go_first(settings, planner):
    def asked(question):
        thread = threading.Thread(target=ask, args=(settings, question))
        thread.start()
        return thread

    begun, here = threading.Event(), threading.Event()

    def long_work(_question):
        begun.set()
        assert here.wait(30)
        planner.between()
        planner.order.append("long work done")
        return {}

    planner._known["ways"] = long_work
    threads = [asked({"do": "ways", "for": "a"})]
    assert begun.wait(30)
    threads += [asked({"do": "ways", "for": "c"}), asked({"do": "ping", "for": "b"})]
    pause = threading.Event()
    for _ in range(600):
        if len(planner.turns.waiting()) == 2:
            break
        pause.wait(0.05)
    here.set()
    for one in threads:
        one.join(30)
    # the quick one in between; the other long one not before the first is done
    assert planner.order == ["a", "b", "long work done", "c", "long work done"]


def test_turns_go_round_and_a_crowd_of_one_is_refused():
    turns = Turns()
    for who in ("a", "a", "a", "b", "c", "b"):
        turns.put({"for": who})
    assert [turns.take().question["for"] for _ in range(6)] == ["a", "b", "c", "a", "b", "a"]
    for _ in range(MOST_WAITING):
        assert turns.put({"for": "a"}) is not None
    assert turns.put({"for": "a"}) is None
    assert turns.put({"for": "b"}) is not None


def test_without_a_planner_the_answer_is_found_here(settings):
    store = DirectoryStore(settings.home / "artefacts")
    problem, plan, _names = made(1)
    question = {
        "do": "check",
        "problem": store.put(write_problem(problem)),
        "plan": store.put(write_plan(plan)),
    }
    assert ask(settings, question)["verdict"] == "violated"
