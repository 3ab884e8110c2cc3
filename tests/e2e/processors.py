"""How much of the processors the processes that we started have used."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")


def processors_ms(*words: str) -> float:
    """Milliseconds that our own descendants have run whose command holds one of ``words``."""
    parents = _parents()
    total = 0
    for pid in parents:
        if not _ours(pid, parents):
            continue
        with suppress(OSError):
            command = (PROC / str(pid) / "cmdline").read_text("utf-8", "replace")
            if any(word in command for word in words):
                total += sum(_run_ns(task) for task in (PROC / str(pid) / "task").iterdir())
    return total / 1e6


def _parents() -> dict[int, int]:
    found: dict[int, int] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                stat = (entry / "stat").read_text("utf-8", "replace")
                found[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    return found


def _ours(pid: int, parents: dict[int, int]) -> bool:
    while pid in parents:
        pid = parents[pid]
        if pid == os.getpid():
            return True
    return False


def _run_ns(task: Path) -> int:
    try:
        return int((task / "schedstat").read_text("ascii").split()[0])
    except OSError:
        return 0
