"""Reading what commands are given, with errors fit for one line."""

from __future__ import annotations

import os
import time
from pathlib import Path

from routing.benchmarks.instance import BenchmarkInstance
from routing.formats import read_any
from routing.problem import Problem
from routing.problem.errors import InputErrors


class CommandError(Exception):
    """A command cannot go on; ``code`` is the exit code, the text is one line."""

    def __init__(self, text: str, code: int = 2) -> None:
        super().__init__(" ".join(text.split()))
        self.code = code


def read_bytes(path: Path) -> bytes:
    """The file's bytes.

    Raises:
        CommandError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or error}") from error


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        CommandError: it cannot be written.
    """
    part = path.with_name(f"{path.name}.part{os.getpid()}")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or error}") from error


def read_instance(path: Path) -> Problem | BenchmarkInstance:
    """Read an instance of any format.

    Raises:
        CommandError: naming file, place and cause.
    """
    data = read_bytes(path)
    try:
        return read_any(data, name=path.stem)
    except InputErrors as error:
        raise CommandError(f"{path}: {summary(error)}") from error
    except ValueError as error:
        raise CommandError(f"{path}: {error}") from error


def summary(error: InputErrors) -> str:
    """The first error and how many more there are."""
    more = len(error.errors) - 1
    return f"{error.errors[0]}" + (f" and {more} more errors" if more else "")


def seconds_since_start() -> float:
    """Wall seconds since this process began; 0 where the system does not tell."""
    try:
        fields = Path("/proc/self/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        began = int(fields[19]) / os.sysconf("SC_CLK_TCK")
        return max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - began)
    except (OSError, ValueError, IndexError, AttributeError):
        return 0.0
