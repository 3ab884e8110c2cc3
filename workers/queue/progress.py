"""How far a job is: a list per job for whoever comes late, a channel for whoever listens.

Progress is a kindness, not state: when Redis is away the job goes on unseen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID

from redis import Redis
from redis.client import PubSub
from redis.exceptions import RedisError

KEPT_S = 24 * 3600
LONGEST = 2000

Entry = dict[str, Any]
"""``{"seconds", "iterations", "objective", "served", "orders", "vehicles", "stage", "attempt"}``;
``objective`` in fen. A job's last entry has ``stage`` ``done``, ``failed`` or ``cancelled``."""

LAST_STAGES = frozenset({"done", "failed", "cancelled"})


def _listen(redis: Redis, key: str) -> PubSub:
    channel: PubSub = redis.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
    channel.subscribe(key)
    return channel


def _key(job: UUID) -> str:
    return f"greenfreight:progress:{job}"


class ProgressWriter:
    """Writes one attempt's progress; a new attempt begins a new list."""

    def __init__(self, redis: Redis, job: UUID, attempt: int) -> None:
        self._redis = redis
        self._key = _key(job)
        self._attempt = attempt
        with suppress(RedisError):
            redis.delete(self._key)

    def write(self, entry: Entry) -> None:
        """Append ``entry`` and tell the listeners."""
        text = json.dumps({**entry, "attempt": self._attempt}, ensure_ascii=False)
        with suppress(RedisError), self._redis.pipeline(transaction=False) as pipeline:
            pipeline.rpush(self._key, text)
            pipeline.ltrim(self._key, -LONGEST, -1)
            pipeline.expire(self._key, KEPT_S)
            pipeline.publish(self._key, text)
            pipeline.execute()


def history(redis: Redis, job: UUID) -> list[Entry]:
    """All entries so far; empty when there are none or Redis is away."""
    try:
        return [json.loads(text) for text in redis.lrange(_key(job), 0, -1)]
    except RedisError:
        return []


def follow(redis: Redis, job: UUID, *, wait_s: float = 1.0) -> Iterator[Entry | None]:
    """Every entry from the first on, then new ones as they come, up to a last stage.

    Yields None whenever ``wait_s`` passed without one, so that the caller can look at the
    database (which alone knows the job's state) or write a keep-alive; it never ends by itself
    while the job is silent. Ends when Redis goes away.
    """
    key = _key(job)
    with suppress(RedisError), _listen(redis, key) as channel:
        # Subscribed first, then read: an entry between the two is seen twice, never missed.
        seen: set[str] = set()
        for raw in redis.lrange(key, 0, -1):
            text = raw.decode() if isinstance(raw, bytes) else str(raw)
            seen.add(text)
            entry: Entry = json.loads(text)
            yield entry
            if entry.get("stage") in LAST_STAGES:
                return
        while True:
            message = channel.get_message(timeout=wait_s)
            if message is None:
                yield None
                continue
            text = message["data"].decode()
            if text in seen:
                continue
            entry = json.loads(text)
            yield entry
            if entry.get("stage") in LAST_STAGES:
                return
