"""The worker: takes jobs under a lease and has a work-horse process do each.

RQ brings the ids, the waiting and the fork; its own bookkeeping of jobs is left aside, because
the database owns the state of work. The worker renews the lease while the work-horse runs, kills
it when the lease is lost or its time is over, and gives the job back when it dies.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from types import FrameType
from typing import Any
from uuid import UUID

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.exceptions import DeserializationError, StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus

from models.db import Database
from models.language import kept
from workers.jobs.ledger import Lease, Ledger, worker_name
from workers.jobs.patience import AWAY
from workers.queue.connection import RUN_JOB, jobs_queue
from workers.queue.heartbeats import beat
from workers.settings import Settings
from workers.supervise.children import die_with_parent

log = logging.getLogger(__name__)

HorseWork = Callable[[Lease], None]
"""What a work-horse does with its lease; it stores its own result or failure."""


def _named(job: Job) -> UUID | None:
    """The job of the database that a message names, None for every other message."""
    try:
        if job.func_name != RUN_JOB or len(job.args) != 1 or job.kwargs:
            return None
        return UUID(str(job.args[0]))
    except (DeserializationError, ValueError, TypeError):
        return None


class LeaseWorker(Worker):
    """An RQ worker whose jobs are leases from the database."""

    max_connection_wait_time = 2.0  # a restarted Redis is found again within seconds

    def __init__(
        self, settings: Settings, database: Database, redis: Redis, work: HorseWork
    ) -> None:
        super().__init__(
            [jobs_queue(redis)],
            connection=redis,
            serializer=JSONSerializer,
            worker_ttl=60,
            log_job_description=False,
        )
        self._settings = settings
        self._database = database
        self._work = work
        self._ledger = Ledger(database, settings.lease_s)
        self._lease: Lease | None = None

    def subscribe(self) -> None:
        """Listen to no commands: RQ would start a thread, and a worker that forks has none."""

    def unsubscribe(self) -> None:
        """Nothing to end; see :meth:`subscribe`."""

    @property
    def should_run_maintenance_tasks(self) -> bool:
        """Never: nothing of RQ's own is kept in Redis that would need it."""
        return False

    def check_for_suspension(self, burst: bool) -> None:  # noqa: FBT001 - RQ's signature
        """Never suspended: nobody asks RQ for that, and Redis may be away when it would look."""

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """Say in Redis that the worker lives; Redis being away is no reason to die."""
        with suppress(RedisError):
            super().heartbeat(timeout, pipeline=pipeline)
        beat(self.connection, "worker")

    def set_state(self, state: str, pipeline: Any = None) -> None:
        """Say in Redis what the worker does; Redis being away is no reason to die."""
        with suppress(RedisError):
            super().set_state(state, pipeline=pipeline)

    def teardown(self) -> None:
        """Sign off."""
        with suppress(RedisError):
            super().teardown()  # type: ignore[no-untyped-call]

    def dequeue_job_and_maintain_ttl(
        self, timeout: int | None, max_idle_time: int | None = None
    ) -> tuple[Job, Queue] | None:
        """The next message; one that RQ cannot even read is dropped, not a reason to die.

        Whoever can write to Redis can put anything there: nothing of a message is run or unpickled,
        it only names a job of the database.
        """
        while True:
            try:
                return super().dequeue_job_and_maintain_ttl(timeout, max_idle_time)
            except (RedisError, StopRequested):
                raise
            except Exception as error:  # noqa: BLE001 - whatever a forged message breaks in RQ
                log.warning("a message that cannot be read was dropped: %s", type(error).__name__)

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Take the lease of the job that ``job`` names, and see its work-horse through."""
        job_id = _named(job)
        if job_id is None:
            log.warning("a message that names no job was dropped")
        with suppress(RedisError):  # the message has served; what it asked for is in the database
            self.connection.lrem(queue.intermediate_queue_key, 1, job.id)
            job.delete(remove_from_queue=False)
        if job_id is None:
            return
        lease = self._take(job_id)
        if lease is None:
            return
        self._lease = lease
        self.set_state(WorkerStatus.BUSY)
        self._database.dispose()  # no connection is shared with the work-horse
        try:
            self.fork_work_horse(job, queue)
            self.monitor_work_horse(job, queue)
        finally:
            self._end_horse()
            self._give_back(lease)
            self._lease = None
            self.set_state(WorkerStatus.IDLE)

    def _take(self, job_id: UUID) -> Lease | None:
        try:
            return self._ledger.take(job_id, worker_name())
        except AWAY:
            log.warning("job %s: not taken, the database is away", job_id)
            return None  # it stays queued there; the relay sends its id again

    def _give_back(self, lease: Lease) -> None:
        try:
            if self._ledger.give_back(lease, kept("处理进程意外退出")):
                log.warning("job %s: its work-horse died; queued again", lease.job_id)
        except AWAY:
            log.warning("job %s: its lease lapses, the database is away", lease.job_id)

    def monitor_work_horse(self, job: Job, queue: Queue) -> None:
        """Renew the lease while the work-horse runs; kill it when the lease or its time is over."""
        del job, queue
        lease = self._held()
        end = time.monotonic() + lease.time_limit_s + self._settings.plan_grace_s
        descriptor = os.pidfd_open(self.horse_pid)
        try:
            ended = select.poll()
            ended.register(descriptor, select.POLLIN)
            while not ended.poll(self._settings.heartbeat_s * 1000):
                if time.monotonic() > end:
                    self._ledger.fail(lease, kept("处理超过时限，已停止"))
                    return
                if not self._renewed(lease):
                    return
                self.heartbeat()
        finally:
            os.close(descriptor)

    def _held(self) -> Lease:
        if self._lease is None:
            raise RuntimeError("no lease is held")
        return self._lease

    def _renewed(self, lease: Lease) -> bool:
        try:
            return self._ledger.renew(lease)
        except AWAY:  # perhaps for less than a lease: the work-horse goes on, fenced by its token
            log.warning("job %s: its lease was not renewed, the database is away", lease.job_id)
            return True

    def _end_horse(self) -> None:
        if not self.horse_pid:
            return
        with suppress(ProcessLookupError):
            os.kill(self.horse_pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.horse_pid, 0)
        self._horse_pid = 0

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """The work-horse's life, without RQ's bookkeeping before and after."""
        del job, queue
        code = 1
        try:
            die_with_parent(signal.SIGKILL)
            self.setup_work_horse_signals()  # type: ignore[no-untyped-call]
            self._is_horse = True
            self._work(self._held())
            code = 0
        except BaseException:
            log.exception("work-horse")
        finally:
            logging.shutdown()
            os._exit(code)

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Stop now: the work-horse is ended and its job goes back to the queue."""
        del signum, frame
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, signal.SIG_IGN)  # giving the job back is not interrupted
        self._shutdown_requested_date = datetime.now().astimezone()
        self._stop_requested = True
        raise StopRequested
