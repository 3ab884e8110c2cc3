"""Opening what strangers send: a process of its own that holds no secret and dies at its limits."""

from __future__ import annotations

import os
import subprocess
import sys

WALL_SECONDS = 40
_KEPT = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "SYSTEMROOT")


def run_limited(module: str, data: bytes) -> tuple[bytes, bytes, int]:
    """Give ``data`` to ``python -m module``, which sets its own limits first.

    Returns:
        The first line that it answers, what follows it, and its exit code (negative: a signal).

    Raises:
        TimeoutError: it took longer than ``WALL_SECONDS``.
    """
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - our own module, our own arguments
            [sys.executable, "-m", module],
            input=data,
            capture_output=True,
            timeout=WALL_SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(module) from error
    line, _, rest = done.stdout.partition(b"\n")
    return line, rest, done.returncode
