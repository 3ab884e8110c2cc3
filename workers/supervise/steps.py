"""What the supervisor does once before all is up: lock, ports, probes of the children."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import urllib.error
import urllib.request
from pathlib import Path

from redis.exceptions import RedisError

from workers.queue.connection import connect
from workers.settings import Settings, SettingsError, private_folder


class HomeLock:
    """One supervisor per home. The lock dies with its process, so none is ever stale."""

    def __init__(self, home: Path) -> None:
        path = private_folder(home / "run") / "supervisor.lock"
        self._file = path.open("a+", encoding="ascii")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.seek(0)
            holder = self._file.read().strip() or "?"
            self._file.close()
            raise SettingsError(
                f"{home}: already in use by process {holder}; stop it, or set GREENFREIGHT_HOME"
            ) from None
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        """Let another supervisor in."""
        self._file.close()


def check_port(settings: Settings) -> None:
    """See that the web's address is free.

    Raises:
        SettingsError: it is taken, or not ours to take.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            why = "is in use" if error.errno == errno.EADDRINUSE else os.strerror(error.errno or 0)
            raise SettingsError(
                f"PORT: {settings.host}:{settings.port} {why}; set PORT to a free one"
            ) from None


def redis_answers(settings: Settings) -> bool:
    """Whether Redis answers a ping."""
    connection = connect(settings)
    try:
        return bool(connection.ping())
    except RedisError:
        return False
    finally:
        connection.close()


def web_answers(settings: Settings) -> bool:
    """Whether the web says that it is healthy."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    if host == "0.0.0.0":  # noqa: S104 - compared with, not bound to
        host = "127.0.0.1"
    try:
        with urllib.request.urlopen(f"http://{host}:{settings.port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
