"""Starts the whole product, demo city included, as ``make run`` does, on a home of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
UP_S = 600.0
"""The longest that a start may take on a machine that does other things besides."""


@dataclass(frozen=True)
class Account:
    """A log-in of the demo."""

    role: str
    login: str
    password: str
    token: str
    totp_secret: str | None = None


@dataclass(frozen=True)
class Product:
    """A running product: its address, its solved demo plan, its log-ins."""

    url: str
    plan: str
    accounts: tuple[Account, ...]
    home: Path

    def account(self, role: str) -> Account:
        """The first log-in of a role."""
        return next(account for account in self.accounts if account.role == role)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def read(home: Path) -> Product | None:
    """The product whose home this is, once it has said that it is up."""
    try:
        told = json.loads((home / "demo.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    accounts = tuple(
        Account(a["role"], a["login"], a["password"], a["token"], a.get("totp_secret"))
        for a in told["accounts"]
    )
    return Product(told["url"], told["plan"], accounts, home)


@contextmanager
def running(home: Path, *, plan_s: int) -> Iterator[Product]:
    """The product on ``home`` until the end of the block; its demo day is solved in ``plan_s``.

    Raises:
        RuntimeError: it did not come up; the message holds what it printed.
    """
    given = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY"}
    env = {name: value for name, value in os.environ.items() if name not in given} | {
        "GREENFREIGHT_HOME": str(home),
        "GREENFREIGHT_PLAN_TIME_LIMIT_S": str(plan_s),
        "PORT": str(_free_port()),
    }
    # Compiled kernels are shared with whatever else runs from this checkout.
    env.setdefault("NUMBA_CACHE_DIR", str(ROOT / "var" / "cache" / "numba"))
    process = subprocess.Popen(
        [sys.executable, "-m", "workers.supervise"],
        env=env,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: list[str] = []
    up = threading.Event()

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if "Ctrl-C stops everything" in line:
                up.set()
        up.set()  # it has ended

    reader = threading.Thread(target=listen)
    reader.start()
    try:
        up.wait(UP_S)
        product = read(home)
        if product is None or process.poll() is not None:
            raise RuntimeError("".join(lines))
        yield product
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        reader.join()
        if process.stdout is not None:
            process.stdout.close()
