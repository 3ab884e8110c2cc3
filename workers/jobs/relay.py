"""The relay: carries ids from the outbox to the queue, and sees to it that none is lost."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue

from models.accounts.idempotency import forget_expired
from models.base import now
from models.db import Database
from models.planning.tables import Outbox
from workers.execution.forgetting import forget
from workers.jobs import queries
from workers.jobs.ledger import TOPIC, Ledger
from workers.jobs.patience import AWAY
from workers.queue.connection import RUN_JOB, jobs_queue
from workers.queue.heartbeats import beat
from workers.settings import Settings

log = logging.getLogger(__name__)

POLL_S = 0.25
HOUSEKEEPING_S = 3600.0


class Relay:
    """One is enough; several do no harm, for taking a job is decided in the database."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        redis: Redis,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._database = database
        self._redis = redis
        self._ledger = Ledger(database, settings.lease_s)

    @property
    def _queue(self) -> Queue:
        return jobs_queue(self._redis)

    def relay(self) -> int:
        """Enqueue what committed transactions asked for; the number sent.

        An id is enqueued before its row is marked: a crash between the two sends it twice, which
        does no harm, and never not at all.
        """
        with self._database.read() as session:
            rows = [(row.id, row.topic, row.subject_id) for row in queries.unsent(session)]
        for row_id, topic, subject in rows:
            if topic == TOPIC:
                self._enqueue(subject)
            with self._database.write() as session:
                row = session.get(Outbox, row_id)
                if row is not None:
                    row.sent_at = now()
                    row.attempts += 1
        return len(rows)

    def mend(self) -> list[UUID]:
        """Take back lapsed jobs, and enqueue again whatever waits but is not in the queue."""
        lapsed = self._ledger.sweep()
        if lapsed:
            log.warning("lease lapsed, queued again: %s", ", ".join(map(str, lapsed)))
            self.relay()
        before = now() - timedelta(seconds=self._settings.sweep_s)
        with self._database.read() as session:
            waiting = queries.waiting_jobs(session, before)
        if not waiting:
            return []
        carried = {name.partition("_")[0] for name in self._queue.job_ids}
        lost = [job for job in waiting if str(job) not in carried]
        for job in lost:
            self._enqueue(job)
        return lost

    def keep_house(self) -> None:
        """What is due by the calendar: drivers' traces and kept answers are forgotten."""
        changed = forget(self._database, self._settings.trace_days, self._clock)
        if changed:
            log.warning("forgot whose phone told %s events", changed)
        with self._database.write() as session:
            forget_expired(session, self._clock())

    def _enqueue(self, job: UUID) -> None:
        # The id in front lets `mend` see it in the queue; the rest lets a job be there twice.
        self._queue.enqueue(
            RUN_JOB,
            str(job),
            job_id=f"{job}_{time.time_ns():x}",
            result_ttl=0,
            failure_ttl=60,
            ttl=24 * 3600,
        )

    def run(self, stopped: Callable[[float], bool]) -> None:
        """Relay until ``stopped(wait_s)``; outages of Redis or the database are waited out."""
        due = house = 0.0
        while True:
            try:
                self.relay()
                if time.monotonic() >= due:
                    beat(self._redis, "relay")
                    self.mend()
                    due = time.monotonic() + self._settings.sweep_s
                if time.monotonic() >= house:
                    self.keep_house()
                    house = time.monotonic() + HOUSEKEEPING_S
            except (RedisError, *AWAY) as error:
                log.warning("relay: %s; trying again", type(error).__name__)
            if stopped(POLL_S):
                return
