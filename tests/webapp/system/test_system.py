"""The administrator's page, and TLS that ends at a proxy."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.base import now
from models.planning.tables import PlanJob
from tests.webapp.conftest import csrf
from webapp import create_app
from workers.backup import back_up


def test_what_is_away_is_told_and_what_is_there_too(web):
    page = web.client("admin").get("/system/").text
    assert "SpatiaLite" in page
    assert page.count("故障") >= 3  # queue, relay, worker: nothing of it runs here
    assert "没有收到心跳" in page
    assert "（已是最新）" in page
    assert "尚未备份" in page
    assert "停滞的任务" not in page


def test_the_last_backup_and_stuck_jobs_are_told(web):
    settings = web.app.extensions["settings"]
    back_up(settings, web.database)
    with web.database.write() as session:
        organisation = web.world.organisations["operator"].id
        for state, lease in (("running", now() - timedelta(minutes=9)), ("done", None)):
            session.add(PlanJob(organisation_id=organisation, state=state, lease_until=lease))
    page = web.client("admin").get("/system/").text
    assert "backups/greenfreight-" in page
    assert page.count("无人续期，将自动重新排队") == 1


@pytest.mark.parametrize("role", ["dispatcher", "shipper", "police", "bureau"])
def test_it_is_the_administrators_alone(web, role):
    assert web.client(role).get("/system/").status_code == 404


FORWARDED = {
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "203.0.113.9, 198.51.100.7",
    "X-Forwarded-Host": "freight.example",
}


def test_a_trusted_proxy_is_believed(web):
    settings = web.app.extensions["settings"].with_(trusted_proxies=1)
    app = create_app(settings, TESTING=True, RATELIMIT_ENABLED=False)
    answer = app.test_client().get("/login", headers=FORWARDED)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    cookie = answer.headers["Set-Cookie"]
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    app.extensions["database"].dispose()


def test_nobody_is_believed_by_default(web):
    answer = web.app.test_client().get("/login", headers=FORWARDED)
    assert "Strict-Transport-Security" not in answer.headers
    assert "Secure" not in answer.headers["Set-Cookie"]
    assert csrf(answer.text)
