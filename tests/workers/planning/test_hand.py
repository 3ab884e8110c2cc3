"""A hand-made plan of a real small day: followed, checked, priced, set beside ours."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from models.accounts.actor import Actor
from models.db import Database
from models.errors import RefusedTransition
from models.orders.tables import Order
from models.planning.tables import Claim, PlanAssignment, PlanJob, PlanVersion
from routing.formats.ours import read_plan, read_problem
from tests.e2e.whole.by_hand import hand_made, lines_of
from tests.workers.small_city import with_orders
from workers.artefacts import ArtefactStore, DirectoryStore
from workers.demo.city import City, generate
from workers.demo.load import load
from workers.jobs.ledger import Lease, Ledger
from workers.planner.answers import Answers
from workers.planning import compare
from workers.planning.hand import run_follow_job
from workers.planning.plan import run_plan_job
from workers.planning.publish import publish_plan
from workers.planning.read import ViewCache
from workers.planning.request import Wanted, request_plan
from workers.sheets import imports, queries_turns
from workers.sheets.delimited import from_grid
from workers.sheets.imports import Desk

DAY = dt.date(2026, 11, 24)
KEPT = 75


def middling_city() -> City:
    """The city with every sixth of its orders: a few vehicles with full days."""
    city = generate(1, DAY)
    kept = sorted(city.rows[Order], key=lambda row: row["reference"])[:: 300 // KEPT]
    return with_orders(city, kept)


class Quiet:
    """Progress that nobody reads."""

    def write(self, entry: dict) -> None:
        """Drop it."""


@dataclass
class Hand:
    database: Database
    store: ArtefactStore
    actor: Actor
    ours: PlanVersion

    def work(self, version_id) -> PlanVersion:
        """Do the version's newest job here."""
        with self.database.read() as session:
            query = select(PlanJob.id).where(PlanJob.plan_version_id == version_id)
            job = session.scalars(query.order_by(PlanJob.created_at.desc())).first()
        ledger = Ledger(self.database, 600)
        lease = ledger.take(job, "test:1")
        run(lease)(self.database, self.store, ledger, Quiet(), lease)
        return self.version(version_id)

    def version(self, version_id) -> PlanVersion:
        with self.database.read() as session:
            row = session.get_one(PlanVersion, version_id)
            session.expunge(row)
            return row

    def bring(self, data: bytes = b"", rows=None, **chosen) -> tuple[object, PlanVersion]:
        """Import a sheet, commit it, do its job."""
        desk = Desk(self.database, self.store)
        import_id = imports.start_import(
            desk, self.actor, kind="plans", file_name="派车.xlsx", data=data or repr(rows).encode(),
            service_date=DAY, table=from_grid(rows) if rows else None,
        )  # fmt: skip
        if chosen:
            imports.set_mapping(desk, self.actor, import_id, **chosen)
        report = imports.dry_run(desk, self.actor, import_id)
        imports.commit(desk, self.actor, import_id)
        with self.database.read() as session:
            version_id = queries_turns.version_of(session, self.actor, import_id)
        return report, self.work(version_id)

    def view(self, version: PlanVersion) -> dict:
        return ViewCache(self.store).of(version)

    def parts(self, version: PlanVersion):
        get = self.store.get
        return (
            read_problem(get(version.problem_sha256)),
            read_plan(get(version.plan_sha256)),
            json.loads(get(version.names_sha256)),
        )

    def states(self) -> set[str]:
        with self.database.read() as session:
            return set(session.scalars(select(Order.state)))


def run(lease: Lease):
    """What a work-horse does for this kind of job."""
    return {"solve": run_plan_job, "follow": run_follow_job}[lease.kind]


@pytest.fixture(scope="module")
def city() -> City:
    return middling_city()


@pytest.fixture
def hand(spatialite, tmp_path, city) -> Hand:
    store = DirectoryStore(tmp_path / "artefacts")
    loaded = load(spatialite, store, city, accounts=False)
    actor = Actor(
        account_id=None, organisation_id=loaded.operator_id, organisation_kind="operator",
        role="dispatcher",
    )  # fmt: skip
    made = Hand(spatialite, store, actor, None)
    with spatialite.write() as session:
        wish = Wanted(service_date=DAY, time_limit_s=600, iterations=20)
        version_id = request_plan(session, actor, wish).id
    made.ours = made.work(version_id)
    assert made.ours.state == "solved", made.ours.reason
    return made


def rows_of(hand: Hand, version: PlanVersion, *, backwards: bool = False) -> list[list[str]]:
    """The plan as plain rows."""
    _, plan, names = hand.parts(version)
    rows = [
        [
            names[x.order.split("#")[0]]["label"], names[x.vehicle]["label"], str(x.trip),
            names[x.driver]["code"], {"pickup": "提货", "delivery": "送货"}[x.kind],
        ]
        for x in lines_of(plan)
    ]  # fmt: skip
    return [["订单号", "车牌", "趟次", "司机", "作业"], *(rows[::-1] if backwards else rows)]


def test_our_own_plan_written_down_comes_back_solved_and_equal(hand: Hand) -> None:
    before = hand.states()
    rows = rows_of(hand, hand.ours)
    first = next(n for n, row in enumerate(rows) if row[-1] == "送货")
    rows = [[*row, ""] for row in rows]
    rows[0][-1], rows[first][-1] = "计划到达", "次日 03:00"
    report, version = hand.bring(rows=rows)
    assert report.problems == []
    assert (version.state, version.verdict, version.engine) == ("solved", "clean", "hand")
    assert version.scenario == "人工排线"
    assert version.totals["served"] == hand.ours.totals["served"]
    assert version.totals["vehicles"] == hand.ours.totals["vehicles"]
    assert hand.states() == before, "no order was touched"
    found = compare.compare(hand.view(hand.ours), hand.view(version))
    assert found["orders"]["both"] == hand.ours.totals["served"]
    assert found["orders"]["only_base"] == found["orders"]["only_other"] == []
    assert {"vehicle", "trip", "sequence"} & {
        w for r in found["changed"] for w in r["what"]
    } == set()
    lines = {row["name"]: row for row in found["lines"]}
    assert lines["vehicles"]["difference"] == 0
    assert lines["cost_fen"]["base"] == hand.ours.totals["cost_fen"]
    (late,) = compare.off_the_sheet(hand.view(version), version.options["hand"])
    assert (late["reference"], late["meant_text"]) == (rows[first][0], "次日 03:00")
    assert late["minutes"] < -15
    with hand.database.read() as session:
        assert session.scalars(select(Claim).where(Claim.plan_version_id == version.id)).all() == []
        assigned = session.scalars(
            select(PlanAssignment).where(PlanAssignment.plan_version_id == version.id)
        ).all()
    served = sum(row.vehicle_id is not None for row in assigned)
    assert served == version.totals["served"] - version.totals["parts"]


def test_exactly_the_five_planted_faults_are_told(hand: Hand) -> None:
    made = hand_made(*hand.parts(hand.ours))
    assert len(made.faults) == 5
    report, version = hand.bring(made.data, purpose="plan")
    assert {(p.cell, p.rule) for p in report.problems} == {
        (fault.cell, fault.rule) for fault in made.told_by("sheet")
    }
    assert (version.state, version.verdict) == ("draft", "violated")
    assert version.scenario is None
    verdict = json.loads(hand.store.get(version.check_sha256))
    found = {(row["rule"], row["route"]) for row in verdict["violations"]}
    assert {rule for rule, _ in found} == made.rules
    assert {vehicle for rule, vehicle in found if rule != "driver"} == {
        vehicle
        for fault in made.told_by("check")
        if fault.rule != "driver"
        for vehicle in fault.vehicles
    }
    assert "by_hand" in {
        reason["code"] for out in hand.view(version)["unassigned"] for reason in out["reasons"]
    }
    with hand.database.write() as session, pytest.raises(RefusedTransition, match="草稿"):
        publish_plan(session, hand.actor, hand.store, version.id)


def test_on_the_orders_that_both_serve_the_figures_are_of_these_alone(hand: Hand) -> None:
    rows = rows_of(hand, hand.ours)
    gone = {row[0] for row in rows[-3:]}
    report, version = hand.bring(rows=[row for row in rows if row[0] not in gone])
    assert gone <= {out.reference for out in report.absent}
    ours = [hand.ours.problem_sha256, hand.ours.plan_sha256]
    theirs = [version.problem_sha256, version.plan_sha256]
    answer = Answers(hand.store).to({"do": "common", "base": ours, "other": theirs})
    assert answer["orders"] == version.totals["served"] < hand.ours.totals["served"]
    assert answer["other"]["cost_fen"] == version.totals["cost_fen"]
    costs = answer["base"]["cost_fen"], answer["other"]["cost_fen"]
    assert abs(costs[0] - costs[1]) < costs[0] / 200, "the same days, cut alike"
    assert answer["base"]["metres"] <= hand.ours.totals["metres"]


def test_a_day_that_was_driven_is_compared_and_its_orders_stay_as_they_ended(hand: Hand) -> None:
    rows = rows_of(hand, hand.ours)
    named = sorted({row[0] for row in rows[1:]})
    ends = ("delivered", "partly_delivered", "refused", "failed", "dispatched")
    with hand.database.write() as session:
        for number, order in enumerate(session.scalars(select(Order).order_by(Order.reference))):
            if order.reference in named:
                order.state = ends[number % len(ends)]
    before = hand.states()
    assert set(ends) <= before
    report, version = hand.bring(rows=rows)
    assert report.problems == []
    assert (version.state, version.verdict) == ("solved", "clean"), version.reason
    assert version.totals["served"] == hand.ours.totals["served"]
    assert hand.states() == before
    desk = Desk(hand.database, hand.store)
    import_id = imports.start_import(
        desk, hand.actor, kind="plans", file_name="y", data=b"y", service_date=DAY,
        table=from_grid(rows),
    )  # fmt: skip
    told = imports.set_mapping(desk, hand.actor, import_id, purpose="plan")
    assert {problem.rule for problem in told.problems} == {"order_not_open"}


def test_a_job_taken_again_finds_nothing_to_do_and_one_without_orders_says_why(hand: Hand) -> None:
    rows = rows_of(hand, hand.ours)
    desk = Desk(hand.database, hand.store)
    import_id = imports.start_import(
        desk, hand.actor, kind="plans", file_name="x", data=b"x", service_date=DAY,
        table=from_grid(rows[:4]),
    )  # fmt: skip
    imports.commit(desk, hand.actor, import_id)
    with hand.database.write() as session:
        session.query(Order).update({"state": "cancelled"})
        version_id = queries_turns.version_of(session, hand.actor, import_id)
    version = hand.work(version_id)
    assert (version.state, version.plan_sha256) == ("draft", None)
    assert "现在都不能排了" in version.reason
    with hand.database.read() as session:
        job = session.scalars(select(PlanJob).where(PlanJob.plan_version_id == version_id)).one()
    assert job.state == "failed"
    assert Ledger(hand.database, 600).take(job.id, "test:2") is None
