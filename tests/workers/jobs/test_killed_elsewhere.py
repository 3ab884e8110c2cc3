"""What is killed is not a worker but a web, in mid-import."""

from __future__ import annotations

import datetime as dt
import os
import signal
import socket
import sys
import threading
from http.client import HTTPConnection, HTTPException

import pytest
from sqlalchemy import func, select, update

from models.accounts.idempotency import IN_FLIGHT
from models.accounts.tables import IdempotencyKey
from models.accounts.tokens import create_token
from models.base import now
from models.orders.tables import Order
from tests.workers.jobs.plant import Plant, gone, until
from tests.workers.sheets import foreign
from tests.workers.sheets.conftest import make_town
from workers.supervise.steps import web_answers


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Web:
    """gunicorn on a port, as the supervisor starts it."""

    def __init__(self, plant: Plant, application: str) -> None:
        self.port = free_port()
        bind = f"127.0.0.1:{self.port}"
        self.process = plant.start(
            *(sys.executable, "-m", "gunicorn", "--bind", bind, "--worker-class", "gthread"),
            *("--threads", "4", "--no-control-socket", application),
        )
        settings = plant.settings.with_(port=self.port)
        until(lambda: web_answers(settings), f"the web answers\n{plant.log()}")

    def post(self, path: str, body: bytes, **headers: str) -> int:
        """The status of the answer."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("POST", path, body, headers)
            return connection.getresponse().status
        finally:
            connection.close()

    def kill(self) -> None:
        """``kill -9`` of all its processes, as of the one that serves."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def plant(database, tmp_path):
    plant = Plant(tmp_path, database)
    yield plant
    plant.end()


def test_web_killed_in_mid_import(plant, database, tmp_path):
    town = make_town(database, tmp_path / "artefacts")
    day = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=4)
    with database.write() as session:
        token = create_token(session, town.shipper, name="ERP", scopes=("*",))[1]
    sheet = foreign.gb18030_csv(day)
    sent = {"Authorization": f"Bearer {token}", "Content-Type": "text/csv", "Idempotency-Key": "1"}

    def stored() -> int:
        with database.read() as session:
            return session.scalar(select(func.count()).select_from(Order))

    answers = []

    def cut_off() -> None:
        try:
            answers.append(first.post("/api/v1/orders/import", sheet, **sent))
        except (OSError, HTTPException) as error:
            answers.append(type(error))

    first = Web(plant, "tests.workers.jobs.stopping_web:app")
    asking = threading.Thread(target=cut_off)
    asking.start()
    plant.next_start()
    first.kill()
    asking.join()
    assert answers != [201]
    assert gone(first.process.pid)
    assert stored() == 0
    with database.write() as session:  # half a minute later
        session.execute(update(IdempotencyKey).values(created_at=now() - IN_FLIGHT))
    second = Web(plant, "wsgi:app")
    assert second.post("/api/v1/orders/import", sheet, **sent) == 201
    assert stored() == foreign.ROWS
    assert second.post("/api/v1/orders/import", sheet, **sent) == 201
    again = sent | {"Idempotency-Key": "2"}
    assert second.post("/api/v1/orders/import", sheet, **again) == 422
    assert stored() == foreign.ROWS
