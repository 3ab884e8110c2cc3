from __future__ import annotations

import socket
from datetime import timedelta

import pytest

from models.planning.tables import Outbox
from workers.jobs.ledger import LeaseLostError
from workers.planning.request import Wanted, cancel_plan, keep_best, request_plan, retry_plan


def test_a_job_is_taken_once_and_its_version_is_being_solved(desk):
    version, job = desk.ask()
    lease = desk.ledger.take(job, "a:1")
    assert lease.time_limit_s == 60
    assert desk.ledger.take(job, "b:2") is None
    assert desk.version(version).state == "solving"


def test_renewing_keeps_a_job_and_silence_loses_it(desk):
    _, job = desk.ask()
    lease = desk.ledger.take(job, "a:1")
    desk.clock.forward(14)
    assert desk.ledger.renew(lease)
    desk.clock.forward(14)
    assert desk.ledger.sweep() == []
    desk.clock.forward(2)
    assert desk.ledger.sweep() == [job]
    assert not desk.ledger.renew(lease)
    assert desk.ledger.wish(lease) == "lost"


def test_whoever_lost_the_lease_stores_nothing(desk):
    version, job = desk.ask()
    late = desk.ledger.take(job, "a:1")
    desk.clock.forward(16)
    desk.ledger.sweep()
    second = desk.ledger.take(job, "b:2")
    assert second.token > late.token
    with pytest.raises(LeaseLostError), desk.ledger.holding(late):
        pytest.fail("entered")
    with desk.ledger.holding(second) as (session, row):
        desk.ledger.finish(session, row, {"by": "second"})
    with pytest.raises(LeaseLostError):
        desk.ledger.fail(late, "too late")
    assert desk.job(job).state == "done"
    assert desk.job(job).result == {"by": "second"}
    assert desk.version(version).state == "solving"


def test_a_job_that_kills_its_workers_fails_with_the_reason(desk):
    version, job = desk.ask()
    for attempt in range(1, 4):
        lease = desk.ledger.take(job, f"a:{attempt}")
        assert desk.ledger.give_back(lease, "处理进程意外退出")
    assert desk.job(job).state == "failed"
    assert desk.version(version).state == "failed"
    assert "处理进程意外退出，已尝试 3 次" in desk.version(version).reason


def test_taking_back_asks_the_relay_to_enqueue_again(desk):
    _, job = desk.ask()
    lease = desk.ledger.take(job, "a:1")
    desk.ledger.give_back(lease, "x")
    with desk.database.read() as session:
        assert session.query(Outbox).filter_by(subject_id=job, sent_at=None).count() == 2


def test_a_dead_process_of_this_host_is_noticed_at_once(desk):
    _, job = desk.ask()
    desk.ledger.take(job, f"{socket.gethostname()}:999999999")
    assert desk.ledger.reclaim_dead() == [job]
    assert desk.job(job).state == "queued"


def test_a_worker_elsewhere_is_left_alone(desk):
    _, job = desk.ask()
    desk.ledger.take(job, "another-host:1")
    assert desk.ledger.reclaim_dead() == []


def test_cancelling_ends_the_lease_and_retrying_plans_anew(desk):
    version, job = desk.ask()
    lease = desk.ledger.take(job, "a:1")
    with desk.database.write() as session:
        cancel_plan(session, desk.actor, version)
    assert desk.ledger.wish(lease) == "lost"
    assert not desk.ledger.renew(lease)
    assert desk.version(version).state == "cancelled"
    with desk.database.write() as session:
        retry_plan(session, desk.actor, version)
    assert desk.version(version).state == "queued"
    assert desk.ledger.take(job, "b:2") is None


def test_stop_and_keep_reaches_whoever_solves(desk):
    version, job = desk.ask()
    lease = desk.ledger.take(job, "a:1")
    assert desk.ledger.wish(lease) == "none"
    with desk.database.write() as session:
        keep_best(session, desk.actor, version)
    assert desk.ledger.wish(lease) == "keep"
    assert desk.ledger.renew(lease)


def test_a_double_click_plans_once_and_another_wish_plans_again(desk):
    version, _ = desk.ask()
    assert desk.ask()[0] == version
    with desk.database.write() as session:
        other = request_plan(
            session, desk.actor, Wanted(service_date=desk.version(version).service_date, seed=1)
        )
    assert other.version == 2
    assert desk.version(version).queued_at - other.queued_at < timedelta(0)
