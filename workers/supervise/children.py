"""Child processes that are started together, restarted when they die, stopped together."""

from __future__ import annotations

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, TextIO

STOP_S = 8.0
LONGEST_PAUSE_S = 5.0
STEADY_S = 30.0
LARGEST_LOG = 20 * 1024 * 1024
_PR_SET_PDEATHSIG = 1


class StoppedError(Exception):
    """Somebody asked to stop (Ctrl-C or SIGTERM)."""


class TooSlowError(Exception):
    """What was waited for did not come: the message says what."""


def die_with_parent(sign: int = signal.SIGTERM) -> None:
    """Ask Linux to send this process ``sign`` when its parent dies, however it dies."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, sign, 0, 0, 0)


@dataclass(slots=True)
class Child:
    """One kind of process: its command, and the process that runs it now."""

    name: str
    command: Sequence[str]
    before: Callable[[], object] | None = None
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.0
    due: float = 0.0
    restarts: int = field(default=0)


class Household:
    """The children of one supervisor; use it from the main thread, as a context manager."""

    def __init__(self, logs: Path, env: Mapping[str, str], out: TextIO = sys.stdout) -> None:
        self._logs = logs
        self._env = dict(env)
        self._out = out
        self._children: list[Child] = []
        self._asked_to_stop = False
        self._pipe: tuple[int, int] = (-1, -1)

    def __enter__(self) -> Self:
        self._logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._pipe = os.pipe()
        for end in self._pipe:
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._pipe[1], warn_on_full_buffer=False)
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, self._ask_to_stop)
        signal.signal(signal.SIGCHLD, lambda _sign, _frame: None)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        signal.set_wakeup_fd(-1)
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(sign, signal.SIG_DFL)
        for end in self._pipe:
            os.close(end)

    def _ask_to_stop(self, _sign: int, _frame: object) -> None:
        self._asked_to_stop = True

    def say(self, text: str) -> None:
        """Tell whoever watches the terminal."""
        print(text, file=self._out, flush=True)

    def add(self, child: Child) -> Child:
        """Start ``child`` and keep it up from now on."""
        self._children.append(child)
        self._start(child)
        return child

    def _start(self, child: Child) -> None:
        if child.before is not None:
            child.before()
        log = self._logs / f"{child.name}.log"
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as stream:
            child.process = subprocess.Popen(  # noqa: S603 - our own commands
                child.command,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches us alone; we stop them in order
                preexec_fn=die_with_parent,  # noqa: PLW1509 - this process has one thread
            )
        child.started = time.monotonic()

    def tick(self, wait_s: float) -> None:
        """Wait for a signal or ``wait_s``, then restart whoever died.

        Raises:
            StoppedError: when somebody asked to stop.
        """
        if not self._asked_to_stop and select.select([self._pipe[0]], [], [], wait_s)[0]:
            os.read(self._pipe[0], 4096)
        if self._asked_to_stop:
            raise StoppedError
        for child in self._children:
            self._mend(child)

    def _mend(self, child: Child) -> None:
        clock = time.monotonic()
        if child.process is not None:
            code = child.process.poll()
            if code is None:
                return
            child.process = None
            steady = clock - child.started >= STEADY_S
            child.pause = 0.0 if steady else min(LONGEST_PAUSE_S, child.pause * 2 + 0.25)
            child.due = clock + child.pause
            child.restarts += 1
            how = f"signal {-code}" if code < 0 else f"exit {code}"
            self.say(f"{child.name}: ended ({how}); starting it again. {self._tail(child)}")
        if clock >= child.due:
            self._start(child)

    def _tail(self, child: Child) -> str:
        log = self._logs / f"{child.name}.log"
        return f"Log: {log}"

    def until(self, done: Callable[[], bool], limit_s: float, what: str) -> None:
        """Keep everybody up until ``done()``.

        Raises:
            TooSlowError: if that takes longer than ``limit_s``; the message is ``what``.
            StoppedError: when somebody asked to stop.
        """
        deadline = time.monotonic() + limit_s
        while not done():
            if time.monotonic() > deadline:
                raise TooSlowError(f"{what}: not within {limit_s:.0f} s; logs are in {self._logs}")
            self.tick(0.1)

    def stop(self) -> None:
        """Stop all, whoever was started first last; whoever does not go is killed."""
        for group in (self._children[1:], self._children[:1]):
            running = [c.process for c in group if c.process and c.process.poll() is None]
            for process in running:
                process.terminate()
            deadline = time.monotonic() + STOP_S
            for process in running:
                try:
                    process.wait(max(0.0, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        self._children.clear()
