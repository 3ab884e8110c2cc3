"""``kill -9`` while the real engine searches: the day is planned once, checked, published once."""

from __future__ import annotations

import os
import signal
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import pytest
from sqlalchemy import func, select

from models.accounts.actor import Actor, system_actor
from models.db import Database
from models.planning.tables import Claim, PlanAssignment, PlanJob, PlanRoute, PlanVersion
from routing.checker import check
from routing.formats.ours import read_plan, read_problem
from tests.workers.jobs.plant import Plant, until
from tests.workers.small_city import DAY, KEPT, small_city
from workers.artefacts import ArtefactStore, open_store
from workers.demo.load import load
from workers.jobs.patience import AWAY
from workers.planning.publish import publish_plan
from workers.planning.request import Wanted, keep_best, request_plan
from workers.queue.connection import connect
from workers.queue.progress import history

FOR_EVER_S = 600
"""A search that is never over by itself while a test runs."""


@pytest.fixture(scope="module")
def city():
    return small_city()


@dataclass
class Searching:
    """A day that real workers plan."""

    plant: Plant
    database: Database
    store: ArtefactStore
    actor: Actor
    version: object = None
    job: object = None

    def ask(self) -> None:
        with self.database.write() as session:
            wish = Wanted(service_date=DAY, time_limit_s=FOR_EVER_S)
            self.version = request_plan(session, self.actor, wish).id
        with self.database.read() as session:
            self.job = session.scalar(select(PlanJob.id))

    def row(self) -> PlanJob:
        with self.database.read() as session:
            row = session.get_one(PlanJob, self.job)
            session.expunge(row)
            return row

    def found(self) -> Counter[int]:
        """By attempt: how often a better plan or the way to it was told."""
        redis = connect(self.plant.settings)
        told = history(redis, self.job)
        redis.close()
        return Counter(entry["attempt"] for entry in told if entry["stage"] == "improve")

    def in_mid_search(self, attempt: int) -> int:
        """Wait until this attempt's engine improves its plan; the pid of its worker."""
        until(lambda: self.found()[attempt], f"attempt {attempt} searches\n{self.plant.log()}")
        row = self.row()
        assert (row.state, row.attempt) == ("running", attempt)
        return int(row.worker.rpartition(":")[2])

    def keep(self) -> None:
        """Stop the search, keep its best, wait for it to be stored."""
        with self.database.write() as session:
            keep_best(session, self.actor, self.version)
        until(lambda: self.row().state == "done", f"the job is done\n{self.plant.log()}")

    def published_once(self) -> None:
        """One version, whose plan the checker passes and whose rows and claims are its own."""
        with self.database.read() as session:
            mine = {"operator_id": self.actor.organisation_id, "service_date": DAY}
            version = session.scalars(select(PlanVersion).filter_by(**mine)).one()
            others = session.scalar(select(func.count()).select_from(Claim))
        assert (version.id, version.state, version.verdict) == (self.version, "solved", "clean")
        plan = read_plan(self.store.get(version.plan_sha256))
        problem = read_problem(self.store.get(version.problem_sha256))
        assert check(problem, plan).verdict == "clean"
        assert version.totals["served"] == KEPT - 1
        with self.database.write() as session:
            publish_plan(session, self.actor, self.store, version.id)
        with self.database.read() as session:
            mine = {"plan_version_id": version.id}
            routes = session.scalars(select(PlanRoute).filter_by(**mine)).all()
            rows = session.scalars(select(PlanAssignment).filter_by(**mine)).all()
            claims = session.scalars(select(Claim).filter_by(**mine)).all()
            assert session.scalar(select(func.count()).select_from(Claim)) == others + len(claims)
        assert sorted(str(r.vehicle_id) for r in routes) == sorted(r.vehicle for r in plan.routes)
        assert len({row.order_id for row in rows}) == len(rows) == KEPT
        vehicles = [str(claim.thing_id) for claim in claims if claim.thing == "vehicle"]
        assert sorted(vehicles) == sorted(route.vehicle for route in plan.routes)
        spans = [(c.thing, c.thing_id, c.space, c.starts_at, c.ends_at) for c in claims]
        assert len(set(spans)) == len(spans)


def horse_of(worker: int) -> int:
    """The work-horse of a worker at work."""
    return int(Path(f"/proc/{worker}/task/{worker}/children").read_text().split()[0])


def searching(plant: Plant, database: Database, city) -> Searching:
    store = open_store(plant.settings, database)
    loaded = load(database, store, city, accounts=False)
    return Searching(plant, database, store, system_actor(loaded.operator_id))


def end(workers: list[Popen[bytes]], pid: int) -> None:
    """``kill -9`` the worker with this pid."""
    (worker,) = [worker for worker in workers if worker.pid == pid]
    worker.kill()
    worker.wait()


def test_queue_server_then_worker_then_worker_and_work_horse(database, tmp_path, city):
    plant = Plant(tmp_path, database)
    try:
        day = searching(plant, database, city)
        server = plant.valkey()
        plant.relay()
        workers = [plant.real_worker(), plant.real_worker()]
        day.ask()
        first = day.in_mid_search(1)
        horse = horse_of(first)

        server.kill()
        server.wait()
        plant.valkey()
        # What was told is gone with the server; the same engine tells on.
        assert day.in_mid_search(1) == first
        assert horse_of(first) == horse
        workers += [plant.real_worker() for worker in workers if worker.poll() is not None]

        end(workers, first)
        second = day.in_mid_search(2)
        horse = horse_of(second)
        workers.append(plant.real_worker())
        end(workers, second)
        os.kill(horse, signal.SIGKILL)
        assert day.in_mid_search(3) not in {first, second}
        day.keep()
        day.published_once()
        assert day.row().attempt == 3
    finally:
        plant.end()


def test_postgresql(postgres_cluster, durable, tmp_path, city):
    plant = Plant(tmp_path, durable)
    try:
        day = searching(plant, durable, city)
        plant.valkey()
        plant.relay()
        plant.real_worker()
        day.ask()
        day.in_mid_search(1)
        postgres_cluster.kill()
        postgres_cluster.start()

        def goes_on() -> bool:
            try:
                row = day.row()
            except AWAY:
                return False
            return row.state == "running" and bool(day.found()[row.attempt])

        until(goes_on, f"the search goes on\n{plant.log()}")
        day.keep()
        day.published_once()
        assert day.row().attempt <= 2
    finally:
        plant.end()
