"""A real worker whose work-horses wait to be told to finish: ``waiting_worker.py FOLDER``.

Each work-horse writes ``pid token attempt`` to the FIFO ``started``, then reads a line from the
FIFO ``finish``, then stores its pid as the job's result under its lease.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from models.db import Database
from workers.jobs.ledger import Lease, Ledger
from workers.jobs.patience import patiently
from workers.jobs.worker import LeaseWorker
from workers.queue.connection import connect
from workers.settings import Settings


def main(folder: Path) -> None:
    settings = Settings.from_env()

    def work(lease: Lease) -> None:
        with (folder / "started").open("w") as fifo:
            fifo.write(f"{os.getpid()} {lease.token} {lease.attempt}\n")
        with (folder / "finish").open() as fifo:
            fifo.readline()
        ledger = Ledger(Database(settings.database_url), settings.lease_s)

        def store() -> None:
            with ledger.holding(lease) as (session, job):
                ledger.finish(session, job, {"pid": os.getpid(), "token": lease.token})

        patiently(store)

    worker = LeaseWorker(settings, Database(settings.database_url), connect(settings), work)
    worker.work(logging_level="WARNING")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
