"""``kill -9`` in the middle of work: nothing is lost, nothing is done twice."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from models.planning.tables import Outbox
from tests.workers.jobs.plant import Plant, gone, until
from workers.planning.request import cancel_plan


@pytest.fixture
def plant(tmp_path, database):
    plant = Plant(tmp_path, database)
    try:
        yield plant
    finally:
        plant.end()


@pytest.fixture
def running(plant, desk):
    """A plant at work: (plant, worker, the job's id, its work-horse)."""
    plant.valkey()
    plant.relay()
    worker = plant.worker()
    _, job = desk.ask()
    return plant, worker, job, plant.next_start()


def sent(desk, job):
    with desk.database.read() as session:
        rows = session.query(Outbox).filter_by(subject_id=job).all()
        return rows and all(row.sent_at for row in rows)


def finished_by(desk, job):
    until(lambda: desk.job(job).state == "done", "the job is done")
    return desk.job(job).result["pid"]


def test_worker_and_work_horse_killed(running, desk):
    plant, worker, job, horse = running
    threads = list(Path(f"/proc/{worker.pid}/task").iterdir())
    assert len(threads) == 1, "a worker forks from a single thread"
    worker.kill()
    os.kill(horse.pid, signal.SIGKILL)
    plant.worker()
    second = plant.next_start()
    assert second.token > horse.token
    plant.finish()
    assert finished_by(desk, job) == second.pid
    assert desk.job(job).attempt == 2
    assert plant.nobody_starts(1.5)


def test_worker_alone_killed_takes_its_work_horse_along(running, desk):
    plant, worker, job, horse = running
    worker.kill()
    worker.wait()
    until(lambda: gone(horse.pid), "the orphan ends")
    plant.worker()
    second = plant.next_start()
    plant.finish()
    assert finished_by(desk, job) == second.pid


def test_work_horse_killed_is_replaced_by_the_same_worker(running, desk):
    plant, worker, job, horse = running
    os.kill(horse.pid, signal.SIGKILL)
    second = plant.next_start()
    assert worker.poll() is None
    plant.finish()
    assert finished_by(desk, job) == second.pid


def test_a_worker_that_is_told_to_stop_gives_its_job_back(running, desk):
    _, worker, job, horse = running
    worker.terminate()
    worker.wait(15)
    until(lambda: gone(horse.pid), "the work-horse ends")
    assert desk.job(job).state == "queued"


def test_cancelling_ends_the_work_horse_and_the_worker_goes_on(running, desk):
    plant, _, job, horse = running
    version = desk.job(job).plan_version_id
    with desk.database.write() as session:
        cancel_plan(session, desk.actor, version)
    until(lambda: gone(horse.pid), "the work-horse ends")
    _, other = desk.ask()
    second = plant.next_start()
    plant.finish()
    assert finished_by(desk, other) == second.pid
    assert desk.job(job).state == "cancelled"


def test_queue_server_killed_in_mid_work_and_with_work_waiting(plant, desk):
    server = plant.valkey()
    plant.relay()
    worker = plant.worker()
    _, first = desk.ask()
    horse = plant.next_start()
    _, waiting = desk.ask(seed=1)
    until(lambda: sent(desk, waiting), "the second id is in the queue")
    server.kill()
    server.wait()
    plant.finish()
    assert finished_by(desk, first) == horse.pid
    plant.valkey()
    if worker.poll() is not None:  # as the supervisor would
        plant.worker()
    second = plant.next_start()
    plant.finish()
    assert finished_by(desk, waiting) == second.pid
    assert desk.job(first).attempt == desk.job(waiting).attempt == 1
