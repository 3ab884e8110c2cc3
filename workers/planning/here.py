"""Planning in this process, for the command line: no server, no queue."""

from __future__ import annotations

import threading
from uuid import UUID

from models.accounts.actor import Actor
from models.db import Database
from models.language import kept
from models.planning.tables import PlanVersion
from workers.jobs.ledger import Lease, Ledger, worker_name
from workers.jobs.patience import AWAY
from workers.planning.plan import PlanRunner
from workers.planning.queries import newest_job
from workers.planning.request import Wanted, request_plan
from workers.settings import Settings

LOOK_EVERY_S = 0.5


def plan_here(settings: Settings, database: Database, actor: Actor, wanted: Wanted) -> UUID:
    """Request a plan and wait for it; the version's id.

    A worker that is running may take the job first: then its result is waited for.

    Raises:
        DomainError: the request was refused.
    """
    with database.write() as session:
        version_id = request_plan(session, actor, wanted).id
        job_id = newest_job(session, version_id)
    ledger = Ledger(database, settings.lease_s)
    pause = threading.Event()
    while True:
        lease = ledger.take(job_id, worker_name()) if job_id else None
        if lease is not None:
            _work(settings, ledger, lease)
        with database.read() as session:
            state = session.get_one(PlanVersion, version_id).state
        if state not in {"queued", "solving"}:
            return version_id
        ledger.sweep()
        pause.wait(LOOK_EVERY_S)


def _work(settings: Settings, ledger: Ledger, lease: Lease) -> None:
    """Do the job while a thread keeps the lease."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(settings.heartbeat_s):
            try:
                if not ledger.renew(lease):
                    return
            except AWAY:
                continue

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        PlanRunner(settings)(lease)
    finally:
        over.set()
        thread.join()
        ledger.give_back(lease, kept("命令被中断"))
