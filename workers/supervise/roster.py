"""Which processes an installation runs, and with what environment."""

from __future__ import annotations

import os
import sys

from workers.queue.valkey import server_command
from workers.settings import Settings
from workers.supervise.children import Child


def child_environment(settings: Settings) -> dict[str, str]:
    """The environment of all children: this process's, with the settings made explicit."""
    env = dict(os.environ)
    env.update(
        {
            "GREENFREIGHT_HOME": str(settings.home),
            "GREENFREIGHT_DEMO": "1" if settings.demo else "0",
            "GREENFREIGHT_HOST": settings.host,
            "PORT": str(settings.port),
            "PYTHONUNBUFFERED": "1",
            # A pool of threads in a library would be inherited, dead, by every work-horse.
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
        }
    )
    env.setdefault("NUMBA_CACHE_DIR", str(settings.home / "cache" / "numba"))
    return env


def valkey(settings: Settings) -> Child:
    """The embedded queue server; a socket left behind is removed before each start."""
    command = server_command(settings)
    return Child("valkey", command, before=lambda: server_command(settings))


def web(settings: Settings) -> Child:
    """The web."""
    return Child("web", _gunicorn(settings))


def jobs(settings: Settings) -> list[Child]:
    """Workers, relay, planner."""
    python = sys.executable
    workers = [
        Child(f"worker-{number}", [python, "-m", "workers.jobs", "worker"])
        for number in range(1, settings.workers + 1)
    ]
    return [
        *workers,
        Child("relay", [python, "-m", "workers.jobs", "relay"]),
        Child("planner", [python, "-m", "workers.planner"]),
    ]


def _gunicorn(settings: Settings) -> list[str]:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "--bind",
        f"{host}:{settings.port}",
        "--workers",
        "1",
        "--worker-class",
        "gthread",
        "--threads",  # an open event stream holds one
        str(settings.web_threads),
        "--graceful-timeout",
        "2",
        "--no-control-socket",
        "--access-logfile",
        "-",
        "wsgi:app",
    ]
