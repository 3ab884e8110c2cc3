"""Who is alive: each process says so in Redis now and then; silence is noticed."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from redis import Redis
from redis.exceptions import RedisError

KEPT_S = 120
_PREFIX = "greenfreight:alive:"


@dataclass(frozen=True)
class Beat:
    """A process that was heard: what it does, on which host, its id, when (UTC)."""

    what: str
    host: str
    process: int
    at: datetime


def beat(redis: Redis, what: str) -> None:
    """Say that this process, which does ``what``, is alive; an absent Redis hears it later."""
    name = f"{_PREFIX}{what}:{socket.gethostname()}:{os.getpid()}"
    with suppress(RedisError):
        redis.set(name, datetime.now(UTC).isoformat(), ex=KEPT_S)


def heard(redis: Redis) -> list[Beat]:
    """All processes heard lately, by what they do.

    Raises:
        RedisError: Redis is away.
    """
    found: list[Beat] = []
    for raw in redis.scan_iter(match=f"{_PREFIX}*", count=500):
        key = raw.decode()
        said = redis.get(key)
        what, _, rest = key.removeprefix(_PREFIX).partition(":")
        host, _, process = rest.rpartition(":")
        if isinstance(said, bytes) and process.isdigit():
            at = datetime.fromisoformat(said.decode())
            found.append(Beat(what, host, int(process), at))
    return sorted(found, key=lambda one: (one.what, one.host, one.process))
