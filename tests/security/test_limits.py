"""Limits hold across processes: counted in the Redis they share; without it, each by itself."""

from __future__ import annotations

import subprocess

import pytest
from redis import Redis
from redis.exceptions import RedisError

from tests.webapp.conftest import csrf
from tests.workers.jobs.plant import until
from webapp import create_app
from workers.queue.valkey import server_command
from workers.settings import Settings

LIMIT = 30
"""POSTs of log-ins that an address may send in a minute."""


@pytest.fixture
def settings(spatialite, tmp_path):
    url = spatialite.url.render_as_string(hide_password=False)
    return Settings(
        home=tmp_path,
        database_url=url,
        database_owner_url=url,
        redis_url=f"unix://{tmp_path}/shared.sock",
        secret="the same for both",  # noqa: S106 - of this test alone
        embedded_redis=False,
    )


@pytest.fixture
def redis(settings):
    process = subprocess.Popen(server_command(settings))
    client = Redis.from_url(settings.redis_url)

    def answers() -> bool:
        try:
            return bool(client.ping())
        except RedisError:
            return False

    until(answers, "the server answers")
    yield client
    client.close()
    process.kill()
    process.wait()


def tries(app, count) -> list[int]:
    client = app.test_client()
    token = csrf(client.get("/login").text)
    sent = {"login": "", "password": "", "csrf_token": token}
    return [client.post("/login", data=sent).status_code for _ in range(count)]


def closing(app):
    app.extensions["database"].dispose()


def test_two_processes_count_together(settings, redis):
    one, other = create_app(settings, TESTING=True), create_app(settings, TESTING=True)
    assert redis.ping()
    assert set(tries(one, LIMIT - 5)) == {200}
    assert tries(other, 6) == [200] * 5 + [429]
    closing(one)
    closing(other)


def test_without_redis_the_limit_still_holds(settings):
    app = create_app(settings, TESTING=True)
    assert tries(app, LIMIT + 1) == [200] * LIMIT + [429]
    closing(app)
