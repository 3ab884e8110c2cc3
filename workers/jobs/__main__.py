"""``python -m workers.jobs worker`` and ``python -m workers.jobs relay``: the processes of jobs."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from types import FrameType

from models.db import Database
from workers.jobs.relay import Relay
from workers.queue.connection import connect
from workers.settings import Settings, SettingsError

log = logging.getLogger("workers.jobs")


def run_worker(settings: Settings) -> None:
    """Work until told to stop. Engines and kernels are loaded before the first fork."""
    from workers.planning.warm import prepare  # noqa: PLC0415 - the relay needs none of this

    prepare()
    from workers.jobs.worker import LeaseWorker  # noqa: PLC0415 - the same
    from workers.planning.plan import PlanRunner  # noqa: PLC0415 - loads engines and kernels

    database = Database(settings.database_url)
    worker = LeaseWorker(settings, database, connect(settings), PlanRunner(settings))
    threads = len(os.listdir("/proc/self/task"))  # noqa: PTH208 - a count is all that is wanted
    log.warning("worker %s ready, %d thread", os.getpid(), threads)
    worker.work(logging_level="WARNING")


def run_relay(settings: Settings) -> None:
    """Relay until told to stop."""
    signals = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)

    def stopped(wait_s: float) -> bool:
        return signal.sigtimedwait(signals, wait_s) is not None

    Relay(settings, Database(settings.database_url), connect(settings)).run(stopped)


def main(arguments: list[str]) -> int:
    """Run one process; 2 and a line when the settings cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m workers.jobs", description=__doc__)
    parser.add_argument("process", choices=("worker", "relay"))
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    try:
        settings = Settings.from_env()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if chosen.process == "worker":
        run_worker(settings)
    else:
        run_relay(settings)
    return 0


def _quit(_sign: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _quit)  # until the process has its own way to stop
    sys.exit(main(sys.argv[1:]))
