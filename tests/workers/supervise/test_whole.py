"""The whole of ``make run`` without the demo: up, mended, refused twice, stopped, killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tests.workers.jobs.plant import ROOT, gone, until
from tests.workers.supervise.supervisor import Supervisor, free_port
from workers.supervise.steps import redis_answers


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def test_up_mended_refused_killed_and_up_again(home):
    port = free_port()
    first = Supervisor(home, port)
    try:
        first.up()
        began = first.children()
        assert set(began) == {"worker", "relay", "workers.planner", "gunicorn", "valkey"}
        assert (home / "run").stat().st_mode & 0o777 == 0o700
        assert (home / "secrets" / "secret_key").stat().st_mode & 0o777 == 0o600

        os.kill(began["worker"], signal.SIGKILL)
        os.kill(began["valkey"], signal.SIGKILL)
        until(lambda: first.said("worker-1: ended (signal 9)"), "the worker's end is said")
        until(lambda: first.children().get("worker", 0) not in {0, began["worker"]}, "a new worker")
        until(lambda: redis_answers(first.settings), "the queue answers again")

        again = subprocess.run(
            [sys.executable, "-m", "workers.supervise"],
            env=first.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert again.returncode == 2
        assert again.stderr.count("\n") == 1
        assert "already in use" in again.stderr

        now = first.children()
        first.process.kill()
        until(lambda: all(gone(pid) for pid in now.values()), "the children die with it")
    finally:
        first.end()

    second = Supervisor(home, port)
    try:
        second.up()
        last = second.children()
        second.process.send_signal(signal.SIGINT)
        assert second.process.wait(30) == 0
        assert all(gone(pid) for pid in last.values())
    finally:
        second.end()
    assert second.said("stopped.")


@pytest.mark.parametrize(
    ("env", "names"),
    [
        ({"PORT": "http"}, "PORT"),
        ({"GREENFREIGHT_LEASE_S": "-1"}, "GREENFREIGHT_LEASE_S"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_in_one_line(home, env, names):
    ended = subprocess.run(
        [sys.executable, "-m", "workers.supervise"],
        env=os.environ | {"GREENFREIGHT_HOME": str(home)} | env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert names in ended.stderr
    assert ended.stderr.count("\n") == 1
