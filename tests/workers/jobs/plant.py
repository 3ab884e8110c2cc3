"""The processes of jobs, started for real on a database: queue server, relay, workers."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from redis import Redis
from redis.exceptions import RedisError

from models.db import Database
from workers.queue.valkey import server_command
from workers.settings import Settings

ROOT = Path(__file__).parents[3]
DEADLINE_S = 30.0


class Started(NamedTuple):
    """What a work-horse says when it begins."""

    pid: int
    token: int
    attempt: int


def until(true: Callable[[], object], what: str, deadline_s: float = DEADLINE_S) -> None:
    """Ask again and again until ``true()``, at most ``deadline_s``."""
    end = time.monotonic() + deadline_s
    pause = threading.Event()
    while not true():
        assert time.monotonic() < end, f"not within {deadline_s} s: {what}"
        pause.wait(0.02)


def gone(pid: int) -> bool:
    """Whether the process has ended (a zombie has)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


class Plant:
    """Starts processes, kills them in tests, ends whatever is left."""

    def __init__(self, home: Path, database: Database) -> None:
        self.settings = Settings.from_env(
            {
                "GREENFREIGHT_HOME": str(home),
                "DATABASE_URL": database.url.render_as_string(hide_password=False),
                "GREENFREIGHT_LEASE_S": "2",
                "GREENFREIGHT_HEARTBEAT_S": "0.5",
                "GREENFREIGHT_SWEEP_S": "0.5",
            }
        )
        self.home = home
        self._processes: list[subprocess.Popen[bytes]] = []
        for name in ("started", "finish"):
            os.mkfifo(home / name)
        # Held open both ways: a work-horse that is killed leaves no end of file behind.
        self._started = os.open(home / "started", os.O_RDWR)
        self._finish = os.open(home / "finish", os.O_RDWR)
        self._unread = b""

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        env = os.environ | {
            "GREENFREIGHT_HOME": str(self.home),
            "DATABASE_URL": self.settings.database_url,
            "REDIS_URL": self.settings.redis_url,
            "GREENFREIGHT_LEASE_S": "2",
            "GREENFREIGHT_HEARTBEAT_S": "0.5",
            "GREENFREIGHT_SWEEP_S": "0.5",
            "OPENBLAS_NUM_THREADS": "1",
        }
        # Compiled kernels are shared with whatever else runs from this checkout.
        env.setdefault("NUMBA_CACHE_DIR", str(ROOT / "var" / "cache" / "numba"))
        log = (self.home / "processes.log").open("ab")
        with log:
            process = subprocess.Popen(
                command, env=env, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )
        self._processes.append(process)
        return process

    def valkey(self) -> subprocess.Popen[bytes]:
        process = self.start(*server_command(self.settings))
        client = Redis.from_url(self.settings.redis_url)

        def answers() -> bool:
            try:
                return bool(client.ping())
            except RedisError:
                return False

        until(answers, "the queue server answers")
        client.close()
        return process

    def relay(self) -> subprocess.Popen[bytes]:
        return self.start(sys.executable, "-m", "workers.jobs", "relay")

    def worker(self) -> subprocess.Popen[bytes]:
        return self.start(sys.executable, "-m", "tests.workers.jobs.waiting_worker", str(self.home))

    def real_worker(self) -> subprocess.Popen[bytes]:
        """A worker as it is in production, with the engine."""
        return self.start(sys.executable, "-m", "workers.jobs", "worker")

    def next_start(self, deadline_s: float = DEADLINE_S) -> Started:
        """Wait for a work-horse to begin."""
        end = time.monotonic() + deadline_s
        while b"\n" not in self._unread:
            left = end - time.monotonic()
            ready = select.select([self._started], [], [], max(left, 0))[0]
            assert ready, f"no work-horse within {deadline_s} s\n{self.log()}"
            self._unread += os.read(self._started, 4096)
        line, _, self._unread = self._unread.partition(b"\n")
        return Started(*map(int, line.split()))

    def finish(self) -> None:
        """Let one waiting work-horse finish."""
        os.write(self._finish, b"\n")

    def nobody_starts(self, within_s: float) -> bool:
        """Whether no further work-horse begins for ``within_s``."""
        return b"\n" not in self._unread and not select.select([self._started], [], [], within_s)[0]

    def log(self) -> str:
        path = self.home / "processes.log"
        return path.read_text() if path.exists() else ""

    def end(self) -> None:
        for process in self._processes:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait()
        os.close(self._started)
        os.close(self._finish)
