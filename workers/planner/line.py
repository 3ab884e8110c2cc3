"""The line to the planner: a private socket, one JSON line there and one back."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from models.db import Database
from models.language import active
from workers.artefacts import open_store
from workers.settings import Settings, socket_folder

Question = dict[str, Any]
Answer = dict[str, Any]

LONGEST = 4_000_000
"""Bytes of a question; an answer may be longer."""
PATIENCE_S = 60.0
TOLD_S = 1.0


def planner_socket(settings: Settings) -> Path:
    """Where the planner of this host listens."""
    return socket_folder(settings.home) / "planner.sock"


def ask(settings: Settings, question: Question) -> Answer:
    """Ask the planner; when it is away the answer is found in this process, only slower."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(PATIENCE_S)
        try:
            line.connect(str(planner_socket(settings)))
            line.sendall(msgspec.json.encode({**question, "language": active()}) + b"\n")
            answer = read_line(line, LONGEST * 16)
        except (OSError, ValueError):
            answer = None
    return answer if answer is not None else _found_here(settings, question)


def tell(settings: Settings, question: Question) -> None:
    """Say something to the planner without waiting for an answer; nothing is done if it is away."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line, suppress(OSError):
        line.settimeout(TOLD_S)
        line.connect(str(planner_socket(settings)))
        line.sendall(msgspec.json.encode({**question, "language": active()}) + b"\n")


def _found_here(settings: Settings, question: Question) -> Answer:
    # It brings the engine, which a web process has no need of while the planner is up.
    from workers.planner.answers import Answers  # noqa: PLC0415

    database = Database(settings.database_url)
    try:
        return Answers(open_store(settings, database)).to(question)
    finally:
        database.dispose()


def answers_here(settings: Settings) -> bool:
    """Whether the planner of this host takes questions."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(1.0)
        try:
            line.connect(str(planner_socket(settings)))
        except OSError:
            return False
    return True


def read_line(line: socket.socket, longest: int) -> dict[str, Any] | None:
    """One JSON object in a line; None when there is none.

    Raises:
        ValueError: what was said is no JSON.
    """
    heard = bytearray()
    until = time.monotonic() + PATIENCE_S
    while not heard.endswith(b"\n"):
        more = line.recv(65536)
        if not more or len(heard) > longest or time.monotonic() > until:
            return None
        heard += more
    try:
        content = msgspec.json.decode(heard)
    except msgspec.DecodeError as error:
        raise ValueError("no JSON") from error
    return content if isinstance(content, dict) else None
