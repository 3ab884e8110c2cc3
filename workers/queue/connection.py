"""The way to Redis or Valkey."""

from __future__ import annotations

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

from workers.settings import Settings

JOBS = "jobs"
"""The queue of plan jobs: its messages are ``run(job id)`` and nothing else."""
RUN_JOB = "workers.planning.plan.run_plan_job"
"""The one function that a message may name; workers never import what a message names."""


def connect(settings: Settings) -> Redis:
    """A client; no connection is opened before its first command.

    It gives up soon: whoever needs Redis waits in its own way, and progress need not be seen.
    """
    return Redis.from_url(
        settings.redis_url,
        health_check_interval=30,
        socket_connect_timeout=2,
        retry=Retry(NoBackoff(), 1),
    )


def jobs_queue(connection: Redis) -> Queue:
    """The queue that workers listen on."""
    return Queue(JOBS, connection=connection, serializer=JSONSerializer)
