"""A small demo day for real: requested, solved, checked, published, and what changed since."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import select, update

from models.accounts.actor import Actor
from models.db import Database
from models.errors import Conflict, RefusedTransition
from models.orders.tables import Order
from models.planning.tables import Claim, PlanAssignment, PlanJob, PlanRoute, PlanVersion
from routing.checker import check
from routing.formats.ours import read_plan, read_problem
from tests.workers.small_city import DAY, KEPT, small_city
from workers.artefacts import ArtefactStore, DirectoryStore
from workers.demo.load import load
from workers.jobs.ledger import Lease, Ledger
from workers.planning.plan import run_plan_job
from workers.planning.publish import DayChangedError, publish_plan
from workers.planning.request import Wanted, cancel_plan, keep_best, request_plan, retry_plan
from workers.planning.violations import contract


@pytest.fixture(scope="module", name="small_city")
def made_once():
    return small_city()


class Written:
    """Progress as it is written."""

    def __init__(self, when: str = "", then=None) -> None:
        self.entries: list[dict] = []
        self._when, self._then = when, then

    def write(self, entry: dict) -> None:
        self.entries.append(entry)
        if entry["stage"] == self._when:
            self._then()


@dataclass
class Day:
    database: Database
    store: ArtefactStore
    actor: Actor

    def ask(self, **wanted):
        with self.database.write() as session:
            wish = Wanted(service_date=DAY, **({"time_limit_s": 600, "iterations": 5} | wanted))
            return request_plan(session, self.actor, wish).id

    def take(self, version_id) -> tuple[Ledger, Lease]:
        with self.database.read() as session:
            query = select(PlanJob.id).where(PlanJob.plan_version_id == version_id)
            job = session.scalars(query.order_by(PlanJob.created_at.desc())).first()
        ledger = Ledger(self.database, 600)
        return ledger, ledger.take(job, "test:1")

    def solve(self, version_id, when: str = "", then=None) -> Written:
        """Do its job here; ``then`` is called once it has come to the stage ``when``."""
        ledger, lease = self.take(version_id)
        written = Written(when, then)
        run_plan_job(self.database, self.store, ledger, written, lease)
        return written

    def version(self, version_id) -> PlanVersion:
        with self.database.read() as session:
            row = session.get_one(PlanVersion, version_id)
            session.expunge(row)
            return row

    def order_states(self) -> set[str]:
        return {order.state for order in self.all(Order)}

    def claims(self, *versions) -> list[Claim]:
        """Claims of these versions; the neighbour's in force are not ours."""
        return [claim for claim in self.all(Claim) if claim.plan_version_id in versions]

    def all(self, table, **where):
        with self.database.read() as session:
            rows = session.query(table).filter_by(**where).all()
            session.expunge_all()
            return rows


@pytest.fixture
def day(database, tmp_path, small_city) -> Day:
    store = DirectoryStore(tmp_path / "artefacts")
    loaded = load(database, store, small_city, accounts=False)
    dispatcher = Actor(
        account_id=None,
        organisation_id=loaded.operator_id,
        organisation_kind="operator",
        role="dispatcher",
    )
    return Day(database, store, dispatcher)


def test_requested_solved_published_and_replaced(day):
    first = day.ask()
    written = day.solve(first)
    version = day.version(first)
    assert version.state == "solved", version.reason
    assert written.entries[-1]["stage"] == "done"
    assert sum(entry["stage"] == "done" for entry in written.entries) == 1

    problem = read_problem(day.store.get(version.problem_sha256))
    plan = read_plan(day.store.get(version.plan_sha256))
    verdict = check(problem, plan)
    assert verdict.verdict == version.verdict == "clean"
    kept = json.loads(day.store.get(version.check_sha256))
    assert contract(kept) == json.loads(verdict.to_json())
    served = [row for row in day.all(PlanAssignment, plan_version_id=first) if row.vehicle_id]
    assert len(served) == version.totals["served"] > 0
    assert version.totals["orders"] == KEPT
    assert len(day.all(PlanRoute, plan_version_id=first)) == len(plan.routes)

    others = len(day.all(Claim))
    with day.database.write() as session:
        publish_plan(session, day.actor, day.store, first)
    claims = day.claims(first)
    assert {"vehicle", "driver"} <= {claim.thing for claim in claims}
    assert {claim.thing_id for claim in claims if claim.thing == "vehicle"} == {
        UUID(route.vehicle) for route in plan.routes
    }
    assert day.order_states() <= {"planned", "accepted"}

    second = day.ask(seed=1)
    day.solve(second)
    with day.database.write() as session:
        publish_plan(session, day.actor, day.store, second)
    assert day.claims(first) == []
    assert len(day.all(Claim)) == others + len(day.claims(second)) > others
    assert day.version(first).state == "superseded"
    with pytest.raises(RefusedTransition), day.database.write() as session:
        publish_plan(session, day.actor, day.store, first)


def test_publishing_asks_when_the_day_has_changed(day):
    version = day.ask()
    day.solve(version)
    with day.database.write() as session:
        kept = select(Order).where(Order.state == "accepted").order_by(Order.reference)
        one = session.scalars(kept).first()
        session.execute(update(Order).where(Order.id == one.id).values(weight_g=one.weight_g + 1))
    with pytest.raises(DayChangedError) as asked, day.database.write() as session:
        publish_plan(session, day.actor, day.store, version)
    assert [change.text() for change in asked.value.changes] == [f"订单 {one.reference} 已修改"]
    assert day.claims(version) == []
    with day.database.write() as session:
        publish_plan(session, day.actor, day.store, version, seen=asked.value.now_sha256)
    assert day.version(version).state == "published"


def test_a_second_attempt_solves_the_stored_snapshot_and_a_retry_takes_a_new_one(day):
    version = day.ask()
    ledger, lease = day.take(version)
    run_plan_job(day.database, _Full(day.store), ledger, Written(), lease)
    assert day.version(version).state == "failed"
    assert "OSError" in day.version(version).reason
    snapshot = day.version(version).problem_sha256
    assert snapshot is not None
    with day.database.write() as session:
        retry_plan(session, day.actor, version)
    assert day.version(version).problem_sha256 is None
    day.solve(version)
    assert day.version(version).state == "solved"
    assert day.version(version).problem_sha256 == snapshot


def test_an_order_that_is_out_is_stored_with_its_cause_and_a_tried_remedy(day):
    version = day.ask()
    stages = [entry["stage"] for entry in day.solve(version).entries]
    assert stages.index("explain") < stages.index("check") < stages.index("done")
    plan = read_plan(day.store.get(day.version(version).plan_sha256))
    (out,) = plan.unassigned
    assert (out.tier, out.reasons[0].code) == ("impossible", "needs")
    assert (out.remedy.code, out.remedy.verified) == ("drop_needs", True)
    again = day.ask(parent_id=version, warm=True, iterations=0)
    day.solve(again)
    assert day.version(again).state == "solved", day.version(again).reason
    assert day.version(again).totals["served"] == KEPT - 1
    assert day.version(again).totals["cost_fen"] <= day.version(version).totals["cost_fen"]


def test_a_cancel_and_a_stop_are_obeyed_while_remedies_are_looked_for(day):
    def asked(what, version):
        def then():
            with day.database.write() as session:
                what(session, day.actor, version)

        return then

    version = day.ask()
    day.solve(version, "explain", asked(cancel_plan, version))
    assert day.version(version).state == "cancelled"
    assert day.version(version).plan_sha256 is None
    assert day.all(PlanRoute, plan_version_id=version) == []
    kept = day.ask(seed=1)
    day.solve(kept, "explain", asked(keep_best, kept))
    assert day.version(kept).state == "solved"
    (out,) = read_plan(day.store.get(day.version(kept).plan_sha256)).unassigned
    assert out.reasons
    assert out.remedy is None


def test_a_stop_that_comes_before_the_first_plan_waits_for_it(day):
    """As after a kill: the successor of the work-horse finds the wish when it begins."""

    def then():
        with day.database.write() as session:
            keep_best(session, day.actor, version)

    version = day.ask(iterations=None)
    day.solve(version, "snapshot", then)
    assert day.version(version).state == "solved"
    assert day.version(version).totals["served"] == KEPT - 1


class _Full:
    """A store whose disk is full once the snapshot is there."""

    def __init__(self, store) -> None:
        self._store = store
        self._left = 2

    def put(self, data):
        if self._left == 0:
            raise OSError("no space left on device")
        self._left -= 1
        return self._store.put(data)

    def get(self, sha256):
        return self._store.get(sha256)


def test_a_scenario_touches_no_order_and_cannot_be_published(day):
    with day.database.write() as session:
        kept = update(Order).where(Order.state == "accepted")
        session.execute(kept.values(state="submitted"))
    scenario = day.ask(scenario="少两辆车")
    assert day.order_states() == {"submitted"}
    real = day.ask()
    assert day.order_states() == {"accepted"}
    day.solve(scenario)
    with pytest.raises(Conflict, match="对比方案"), day.database.write() as session:
        publish_plan(session, day.actor, day.store, scenario)
    assert day.version(real).state == "queued"
