"""The line to the planner: a private socket, one JSON line there and one back."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

from models.db import Database
from models.language import SOURCE, active, speaking
from workers.artefacts import open_store
from workers.planner.answers import Answer, Answers, Question
from workers.settings import Settings, private_folder, socket_folder

LONGEST = 1_000_000
PATIENCE_S = 60.0


def planner_socket(settings: Settings) -> Path:
    """Where the planner of this host listens."""
    return socket_folder(settings.home) / "planner.sock"


def ask(settings: Settings, question: Question) -> Answer:
    """Ask the planner; when it is away the answer is found in this process, only slower."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(PATIENCE_S)
        try:
            line.connect(str(planner_socket(settings)))
            line.sendall(json.dumps({**question, "language": active()}).encode() + b"\n")
            answer = _read_line(line)
        except OSError:
            answer = None
    if answer is not None:
        return answer
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


def serve(settings: Settings, answers: Answers) -> None:
    """Answer one question after another for good; a socket left behind is replaced."""
    path = planner_socket(settings)
    private_folder(path.parent)
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        door.bind(str(path))
        path.chmod(0o600)
        door.listen(16)
        while True:
            line, _ = door.accept()
            with line:
                line.settimeout(PATIENCE_S)
                _answer(line, answers)


def _answer(line: socket.socket, answers: Answers) -> None:
    try:
        question = _read_line(line)
        if question is not None:
            with speaking(str(question.pop("language", SOURCE))):
                answer = answers.to(question)
            line.sendall(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
    except (OSError, ValueError):
        return  # whoever asked has gone, or did not speak JSON


def _read_line(line: socket.socket) -> dict[str, Any] | None:
    heard = b""
    while not heard.endswith(b"\n"):
        more = line.recv(65536)
        if not more or len(heard) > LONGEST:
            return None
        heard += more
    content = json.loads(heard)
    return content if isinstance(content, dict) else None
