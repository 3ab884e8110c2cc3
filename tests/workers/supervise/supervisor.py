"""The supervisor started as ``make`` starts it, without the demo."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

from tests.workers.jobs.plant import ROOT, until
from workers.settings import Settings
from workers.supervise.steps import web_answers


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Supervisor:
    """The process of ``make run`` or, with ``--serve``, of ``make serve``; what it says."""

    def __init__(self, home: Path, port: int, *options: str, **given: str) -> None:
        self.env = {
            key: value
            for key, value in os.environ.items()
            if key not in {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY"}
        } | {"GREENFREIGHT_HOME": str(home), "PORT": str(port), "GREENFREIGHT_DEMO": "0", **given}
        # Compiled kernels are shared with whatever else runs from this checkout.
        self.env.setdefault("NUMBA_CACHE_DIR", str(ROOT / "var" / "cache" / "numba"))
        self.settings = Settings.from_env(self.env)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "workers.supervise", *options],
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
