"""What is killed is not a worker: the database's process in mid-solve, a web in mid-import."""

from __future__ import annotations

import datetime as dt
import json
import sys

import pytest
from sqlalchemy import func, select

from models.orders.tables import Order
from tests.databases import Postgres, PostgresCluster
from tests.workers.jobs.conftest import make_desk
from tests.workers.jobs.plant import Plant, until
from tests.workers.sheets import foreign
from tests.workers.sheets.conftest import make_town
from workers.jobs.patience import AWAY
from workers.sheets import imports


@pytest.fixture
def durable():
    """A database on a PostgreSQL of its own that may be killed, with its cluster."""
    cluster = PostgresCluster(fast=False)
    try:
        cluster.create()
        databases = Postgres(cluster)
        databases.prepare()
        with databases.fresh() as database:
            yield cluster, database
    finally:
        cluster.stop()


def test_postgresql_killed_in_mid_solve(durable, tmp_path):
    cluster, database = durable
    desk = make_desk(database)
    plant = Plant(tmp_path, database)
    try:
        plant.valkey()
        plant.relay()
        plant.worker()
        _, job = desk.ask()
        plant.next_start()
        cluster.kill()
        cluster.start()
        # One line for the work-horse that went on, one for its successor if the lease lapsed.
        plant.finish()
        plant.finish()

        def done() -> bool:
            try:
                return desk.job(job).state == "done"
            except AWAY:
                return False

        until(done, f"the job is done\n{plant.log()}")
        row = desk.job(job)
        assert row.result["token"] == row.token
        assert row.attempt <= 2
    finally:
        plant.end()


def test_web_killed_in_mid_import(database, tmp_path):
    plant = Plant(tmp_path, database)
    town = make_town(database, tmp_path / "artefacts")
    day = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=4)
    import_id = imports.start_import(
        town.desk,
        town.shipper,
        kind="orders",
        file_name="周二.csv",
        data=foreign.gb18030_csv(day),
        service_date=day,
    )
    imports.ensure_parsed(town.desk, town.shipper, import_id)

    def stored() -> int:
        with database.read() as session:
            return session.scalar(select(func.count()).select_from(Order))

    (tmp_path / "what.json").write_text(
        json.dumps(
            {
                "account": str(town.shipper.account_id),
                "organisation": str(town.shipper.organisation_id),
                "import": str(import_id),
            }
        )
    )
    try:
        web = plant.start(sys.executable, "-m", "tests.workers.jobs.committing", str(tmp_path))
        plant.next_start()
        web.kill()
        web.wait()
        assert stored() == 0
        assert imports.commit(town.desk, town.shipper, import_id) == foreign.ROWS
        assert stored() == foreign.ROWS
        assert imports.commit(town.desk, town.shipper, import_id) == foreign.ROWS
        assert stored() == foreign.ROWS
    finally:
        plant.end()
