"""Whoever can write to Redis can make a worker run nothing: a real server, a real worker.

Forged messages go into the queue before a true one. The worker drops them, lives on, and does the
true job; what the forged ones would have done has not been done.
"""

from __future__ import annotations

import pickle
import uuid
import zlib
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer

from tests.workers.jobs.conftest import make_desk
from tests.workers.jobs.plant import Plant, until
from workers.queue.connection import JOBS, RUN_JOB


class Trap:
    """Unpickled, it writes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return (Path.touch, (self.path,))


@pytest.fixture
def plant(tmp_path, spatialite):
    plant = Plant(tmp_path, spatialite)
    try:
        yield plant
    finally:
        plant.end()


def message(redis: Redis, function: str, *args: object, **kwargs: object) -> Job:
    """A message like ours, with what the forger likes."""
    return Queue(JOBS, connection=redis, serializer=JSONSerializer).enqueue(
        function, args=args, kwargs=kwargs
    )


def forge(redis: Redis, trap: Path, job: uuid.UUID, done: uuid.UUID) -> int:
    """Every kind of forgery; how many there are."""
    message(redis, "os.mkdir", str(trap))
    message(redis, "os.mkdir", str(job))  # a true job's id, another function
    message(redis, RUN_JOB, str(trap))
    message(redis, RUN_JOB, str(uuid.uuid4()))
    message(redis, RUN_JOB, str(done))
    message(redis, RUN_JOB, str(job), str(trap))
    message(redis, RUN_JOB, str(job), hook="os.mkdir")
    message(redis, RUN_JOB)
    unread = message(redis, RUN_JOB, str(job))
    redis.hset(unread.key, "data", zlib.compress(pickle.dumps(Trap(trap))))
    meta = message(redis, RUN_JOB, str(done))  # RQ may read it in spite of this
    redis.hset(meta.key, "meta", pickle.dumps(Trap(trap)))
    broken = message(redis, RUN_JOB, str(job))
    redis.hset(broken.key, "created_at", "yesterday")
    hooked = message(redis, "os.mkdir", str(trap))
    redis.hset(hooked.key, "success_callback_name", "os.mkdir")
    redis.lpush(f"rq:queue:{JOBS}", "no-such-message")
    return 13


def test_a_forged_message_runs_nothing_and_stops_nobody(plant, spatialite, tmp_path):
    desk = make_desk(spatialite)
    plant.valkey()
    redis = Redis.from_url(plant.settings.redis_url)
    trap = tmp_path / "trap"
    worker = plant.worker()
    _version, done = desk.ask()
    message(redis, RUN_JOB, str(done))
    first = plant.next_start()
    plant.finish()
    until(lambda: desk.job(done).state == "done", "the first job is done")
    _version, job = desk.ask(scenario="二")
    forged = forge(redis, trap, job, done)
    queue = f"rq:queue:{JOBS}"
    until(lambda: redis.llen(queue) == 0, "the forged messages are taken\n" + plant.log())
    until(lambda: plant.log().count("was dropped") >= forged - 4, "they are dropped, and said so")
    assert desk.job(job).state == "queued"
    assert not trap.exists()
    assert not Path(str(job)).exists()
    message(redis, RUN_JOB, str(job))
    second = plant.next_start()
    plant.finish()
    until(lambda: desk.job(job).state == "done", "the true job is done")
    assert second.pid != first.pid
    assert desk.job(job).attempt == 1
    assert worker.poll() is None, "the worker lives on"
    assert plant.nobody_starts(0.5)
    redis.close()
