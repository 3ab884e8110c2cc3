"""Open a foreign file in a process of its own that holds no secret and dies at its limits."""

from __future__ import annotations

import os
import subprocess
import sys

from workers.sheets.errors import refusal
from workers.sheets.opening import MAX_BYTES
from workers.sheets.table import Table, decode

WALL_SECONDS = 40
_KEPT = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "SYSTEMROOT")


def parse(data: bytes) -> Table:
    """Read bytes as a table, under memory and time limits.

    Raises:
        SheetError: what is wrong with the file, or ``time_limit`` / ``memory_limit``.
    """
    if len(data) > MAX_BYTES:
        raise refusal("too_large")
    if not data:
        raise refusal("empty")
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "workers.sheets.child"],
            input=data,
            capture_output=True,
            timeout=WALL_SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise refusal("time_limit") from error
    word, _, body = done.stdout.partition(b"\n")
    if word == b"ok":
        return decode(body)
    if word == b"no":
        raise refusal(body.decode("ascii"))
    # killed: a negative code is the signal; SIGXCPU and SIGKILL come from the CPU limit
    raise refusal("time_limit" if done.returncode in {-9, -24} else "memory_limit")
