"""The whole of ``make run`` without the demo: up, mended, refused twice, stopped, killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.workers.jobs.plant import ROOT, gone, until
from workers.settings import Settings
from workers.supervise.steps import redis_answers, web_answers


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Supervisor:
    def __init__(self, home: Path, port: int) -> None:
        self.env = {
            key: value
            for key, value in os.environ.items()
            if key not in {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY"}
        } | {"GREENFREIGHT_HOME": str(home), "PORT": str(port), "GREENFREIGHT_DEMO": "0"}
        self.settings = Settings.from_env(self.env)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "workers.supervise"],
            env=self.env,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self.reader = threading.Thread(target=lambda: self.lines.extend(self.process.stdout))
        self.reader.start()

    def up(self) -> None:
        until(lambda: web_answers(self.settings) or self.ended(), "the web answers", 90)
        until(lambda: self.said("http://") or self.ended(), "the address is printed", 30)
        assert not self.ended(), self.lines

    def ended(self) -> bool:
        return self.process.poll() is not None

    def said(self, text: str) -> bool:
        return any(text in line for line in self.lines)

    def children(self) -> dict[str, int]:
        """The processes that it started, by a word of their command."""
        found = {}
        pids = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        for pid in pids.split():
            command = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
            if "valkey-server" in command[0]:
                found["valkey"] = int(pid)
            for word in ("worker", "relay", "workers.planner", "gunicorn"):
                if word in command:
                    found[word] = int(pid)
        return found

    def end(self) -> None:
        if not self.ended():
            self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()


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


def test_production_needs_its_urls_and_a_secret(home):
    ended = subprocess.run(
        [sys.executable, "-m", "workers.supervise", "--serve"],
        env=os.environ | {"GREENFREIGHT_HOME": str(home)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "DATABASE_URL" in ended.stderr
