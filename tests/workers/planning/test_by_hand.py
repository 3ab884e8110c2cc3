"""A small demo day changed by hand for real: moved, locked, waived, saved, published, replanned."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from models.accounts.actor import Actor
from models.db import Database
from models.errors import DomainError
from models.planning import edits as drafts
from models.planning.tables import Claim, PlanAssignment, PlanJob, PlanRoute, PlanVersion
from routing.checker import check
from routing.formats.ours import read_plan, read_problem
from tests.workers.small_city import DAY, small_city
from workers.artefacts import ArtefactStore, open_store
from workers.demo.load import load
from workers.jobs.ledger import Ledger
from workers.planner.answers import Answers
from workers.planning import edits, handout, save
from workers.planning.plan import run_plan_job
from workers.planning.publish import day_changes, publish_plan
from workers.planning.replan import ReplanWanted, replan
from workers.planning.request import Wanted, request_plan
from workers.planning.view import build_view
from workers.settings import Settings


class Silent:
    """Progress that nobody reads."""

    def write(self, entry: dict) -> None:
        del entry


@dataclass
class Desk:
    """A dispatcher with a solved day."""

    database: Database
    store: ArtefactStore
    settings: Settings
    actor: Actor
    solved: UUID

    def version(self, version_id) -> PlanVersion:
        with self.database.read() as session:
            row = session.get_one(PlanVersion, version_id)
            session.expunge(row)
            return row

    def day(self, version_id):
        row = self.version(version_id)
        problem = read_problem(self.store.get(row.problem_sha256))
        return problem, read_plan(self.store.get(row.plan_sha256))

    def view(self, version_id) -> dict[str, Any]:
        row = self.version(version_id)
        names = json.loads(self.store.get(row.names_sha256))
        said = json.loads(self.store.get(row.check_sha256))
        return build_view(*self.day(version_id), names, said)

    def edit(self, version_id, number, *wishes) -> tuple[UUID, edits.Asked]:
        wanted = edits.EditsWanted(version_id=version_id, number=number, edits=wishes)
        with self.database.read(self.actor) as session:
            asked = edits.ask_edit(session, self.actor, self.settings, wanted)
        with self.database.write(self.actor) as session:
            return edits.keep_asked(session, self.actor, asked).id, asked

    def save(self, version_id) -> PlanVersion:
        number = self.version(version_id).edit_number
        with self.database.read(self.actor) as session:
            checked = save.check_draft(session, self.actor, self.store, version_id, number)
        with self.database.write(self.actor) as session:
            save.keep_checked(session, self.actor, checked)
        return self.version(version_id)

    def solve(self, version_id) -> PlanVersion:
        with self.database.read() as session:
            query = select(PlanJob.id).where(PlanJob.plan_version_id == version_id)
            job = session.scalars(query.order_by(PlanJob.created_at.desc())).first()
        ledger = Ledger(self.database, 600)
        run_plan_job(self.database, self.store, ledger, Silent(), ledger.take(job, "test:1"))
        return self.version(version_id)


@pytest.fixture
def desk(spatialite, tmp_path) -> Desk:
    url = spatialite.url.render_as_string(hide_password=False)
    settings = Settings(
        home=tmp_path,
        database_url=url,
        database_owner_url=url,
        redis_url="unix:///none",
        secret=secrets.token_hex(16),
    )
    store = open_store(settings, spatialite)
    loaded = load(spatialite, store, small_city(), accounts=False)
    who = Actor(
        account_id=None,
        organisation_id=loaded.operator_id,
        organisation_kind="operator",
        role="dispatcher",
    )
    with spatialite.write() as session:
        wanted = Wanted(service_date=DAY, time_limit_s=600, iterations=5)
        solved = request_plan(session, who, wanted).id
    made = Desk(spatialite, store, settings, who, solved)
    assert made.solve(solved).state == "solved"
    return made


def stop_of(view, route=0, visit=0):
    """A route and one of its visits."""
    line = view["routes"][route]
    visits = [stop for trip in line["trips"] for stop in trip["stops"] if stop["parts"]]
    return line, visits[visit]


def test_moved_locked_undone_waived_saved_published_and_replanned(desk):
    before = desk.view(desk.solved)
    route, stop = stop_of(before)
    orders = [order for part in stop["parts"] for order in part]
    other = next(one["vehicle"] for one in before["fleet"] if one["vehicle"] != route["vehicle"])

    # moved: answered with the difference in cost, the parent left as it is
    draft, asked = desk.edit(desk.solved, 0, {"type": "move", "orders": orders, "vehicle": other})
    says = asked.made.says
    row = desk.version(draft)
    assert row.state == "draft"
    assert row.parent_id == desk.solved
    assert says["cost_before"] == before["totals"]["cost_fen"]
    assert row.totals["cost_fen"] == says["cost_after"] == asked.news["totals"]["cost_fen"]
    assert set(says["touched"]) == {route["vehicle"], other}
    assert desk.version(desk.solved).totals == before["totals"]
    verdict = check(*desk.day(draft))
    assert verdict.verdict == row.verdict
    now = {o: r["vehicle"] for r in desk.view(draft)["routes"] for o in r["order_ids"]}
    assert {now[order] for order in orders} == {other}
    # letter-numbers stay with their vehicles
    keys = {r["vehicle"]: r["key"] for r in before["routes"]}
    after = {r["vehicle"]: r["key"] for r in desk.view(draft)["routes"]}
    assert all(after[v] == key for v, key in keys.items() if v in after)

    # undone: the plan of before, byte for byte in what it says
    with desk.database.write() as session:
        drafts.undo(session, desk.actor, draft, 1)
    assert desk.day(draft)[1] == desk.day(desk.solved)[1]

    # locked: on its vehicle, and moving it away is said to be against the lock
    desk.edit(
        draft, 2, {"type": "lock", "scope": "stop", "vehicle": route["vehicle"], "orders": orders}
    )
    assert desk.version(draft).locks == [
        {
            "kind": "vehicle",
            "orders": orders,
            "vehicle": route["vehicle"],
            "time": None,
            "site": None,
        }
    ]
    assert stop_of(desk.view(draft))[1]["locked"]
    _id, asked = desk.edit(draft, 3, {"type": "move", "orders": orders, "vehicle": other})
    assert "lock" in {line["rule"] for line in asked.news["verdict"]["violations"]}
    with desk.database.read(desk.actor) as session:
        ways = edits.ways(session, desk.actor, desk.settings, draft)
    assert any(way["edits"][0]["type"] == "unlock" for way in ways)
    assert desk.save(draft).state == "draft"
    with desk.database.write() as session:
        drafts.undo(session, desk.actor, draft, 4)
    saved = desk.save(draft)
    assert (saved.state, saved.verdict) == ("solved", "clean")
    with desk.database.read() as session:
        query = select(PlanAssignment).where(PlanAssignment.plan_version_id == draft)
        served = {
            str(a.order_id): str(a.vehicle_id) for a in session.scalars(query) if a.vehicle_id
        }
        assert len(served) == saved.totals["served"]

    # published: claims, and nothing of the day counts as changed
    with desk.database.write() as session:
        publish_plan(session, desk.actor, desk.store, draft)
    with desk.database.read() as session:
        assert session.scalars(select(Claim).where(Claim.plan_version_id == draft)).all()
        changes, _hash = day_changes(session, desk.actor, desk.store, desk.version(draft))
        assert changes == []

    # replanned: the lock is still there, and kept
    with desk.database.write() as session:
        wanted = ReplanWanted(least_change=True, iterations=3, time_limit_s=600)
        again = replan(session, desk.actor, draft, wanted).id
    replanned = desk.solve(again)
    assert replanned.state == "solved", replanned.reason
    assert replanned.locks == saved.locks
    problem, plan = desk.day(again)
    assert problem.objective.published
    on = {
        order: r.vehicle
        for r in plan.routes
        for duty in r.duties
        for trip in duty.trips
        for one in trip.stops
        for order in one.orders
    }
    assert {on[order] for order in orders} == {route["vehicle"]}
    with desk.database.write() as session:
        publish_plan(session, desk.actor, desk.store, again)


def late(desk) -> tuple[UUID, dict[str, Any], int]:
    """A draft with something that is broken and may be waived, and its line."""
    view = desk.view(desk.solved)
    for route in view["routes"]:
        stop = next(s for t in route["trips"] for s in t["stops"] if s["parts"])
        orders = [order for part in stop["parts"] for order in part]
        for other in view["fleet"]:
            if other["vehicle"] == route["vehicle"]:
                continue
            wish = {"type": "move", "orders": orders, "vehicle": other["vehicle"]}
            wanted = edits.EditsWanted(version_id=desk.solved, number=0, edits=[wish])
            with desk.database.read(desk.actor) as session:
                asked = edits.ask_edit(session, desk.actor, desk.settings, wanted)
            lines = asked.news["verdict"]["violations"]
            if lines and all(line["waivable"] for line in lines):
                with desk.database.write(desk.actor) as session:
                    return edits.keep_asked(session, desk.actor, asked).id, lines, 1
    raise AssertionError("every move is lawful")


def test_an_unlawful_change_stays_a_draft_until_somebody_answers_for_it(desk):
    draft, lines, number = late(desk)
    assert desk.save(draft).state == "draft"
    for line in lines:
        waive = {"type": "waive", "rule": line["rule"], "subject": line["subject"]}
        with pytest.raises(DomainError, match="原因"):
            desk.edit(draft, number, {**waive, "reason": "  "})
        desk.edit(draft, number, {**waive, "reason": "门店\n来电同意"})
        number += 1
    saved = desk.save(draft)
    assert (saved.state, saved.verdict) == ("solved", "waived")
    view = desk.view(draft)
    marked = [text for r in view["routes"] for text in handout.waivers_of(r)]
    assert len(marked) == len(lines)
    assert all("门店 来电同意" in text for text in marked)
    papers = "".join(
        str(handout.run_sheet(view, r)) + str(handout.loading_sheet(r)) + handout.chat_text(view, r)
        for r in view["routes"]
    )
    assert papers.count("门店 来电同意") >= 3 * len(lines)
    with desk.database.read() as session:
        assert session.scalars(select(PlanRoute).where(PlanRoute.plan_version_id == draft)).all()
    with desk.database.write() as session:
        publish_plan(session, desk.actor, desk.store, draft)


def test_a_wish_that_cannot_be_changes_nothing(desk):
    route, stop = stop_of(desk.view(desk.solved))
    order = stop["parts"][0][0]
    for wish in (
        {"type": "move", "orders": ["nobody"], "vehicle": route["vehicle"]},
        {"type": "move", "orders": [order], "vehicle": "none"},
        {"type": "move", "orders": [order], "vehicle": route["vehicle"], "trip": 99},
        {"type": "lock", "scope": "trip", "vehicle": route["vehicle"], "trip": 99},
        {"type": "unlock", "orders": [order]},
        {"type": "waive", "rule": "weight", "subject": route["vehicle"], "reason": "因为"},
        {"type": "fly"},
        {"type": "move", "orders": [order], "vehicle": route["vehicle"], "colour": "red"},
    ):
        with pytest.raises(DomainError):
            desk.edit(desk.solved, 0, wish)
    with desk.database.read() as session:
        assert len(session.scalars(select(PlanVersion)).all()) == 1 + neighbours(session, desk)


def neighbours(session, desk) -> int:
    """Versions of other operators, which the demo has."""
    query = select(PlanVersion).where(PlanVersion.operator_id != desk.actor.organisation_id)
    return len(session.scalars(query).all())


def test_a_price_is_told_without_changing_anything(desk):
    view = desk.view(desk.solved)
    route, stop = stop_of(view)
    wish = {"type": "remove", "orders": stop["parts"][0]}
    with desk.database.read(desk.actor) as session:
        found = edits.prices(
            session, desk.actor, desk.settings, desk.solved, tries=[[wish], [wish]]
        )
    assert found[0] == found[1]
    assert found[0]["cost_fen"] < 0
    assert (found[0]["fresh"], found[0]["gone"]) == (found[0]["violations"], 0)
    assert route["vehicle"]
    _draft, asked = desk.edit(desk.solved, 0, wish)
    says = asked.made.says
    assert says["cost_after"] - says["cost_before"] == found[0]["cost_fen"]


def test_a_start_set_by_hand_holds_through_later_changes_until_it_is_undone(desk):
    view = desk.view(desk.solved)
    vehicle, trip = next(
        (route["vehicle"], trip)
        for route in view["routes"]
        for trip in route["trips"]
        if trip["orders"] >= 2
    )
    orders = [o for stop in trip["stops"] for part in stop["parts"] for o in part]

    def loading(version_id):
        _problem, plan = desk.day(version_id)
        mine = next(one for one in plan.routes if one.vehicle == vehicle)
        trips = [one for duty in mine.duties for one in duty.trips]
        return next(s for s in trips[trip["n"] - 1].stops if s.kind == "depot").start

    time = loading(desk.solved) + 420
    start = {"type": "start", "vehicle": vehicle, "trip": trip["n"] - 1, "time": time}
    draft, _asked = desk.edit(desk.solved, 0, start)
    assert loading(draft) == time
    lock = {"type": "lock", "scope": "stop", "vehicle": vehicle, "orders": orders[:1]}
    desk.edit(draft, 1, lock)
    desk.edit(draft, 2, {"type": "remove", "orders": orders[-1:]})
    assert loading(draft) == time
    with desk.database.write(desk.actor) as session:
        for number in (3, 4, 5):
            drafts.undo(session, desk.actor, draft, number)
    desk.edit(draft, 6, {"type": "remove", "orders": orders[-1:]})
    assert loading(draft) != time


def test_what_is_ready_is_changed_without_being_read_again(desk):
    row = desk.version(desk.solved)
    _route, stop = stop_of(desk.view(desk.solved))
    day = edits.day_of(row)
    answers = Answers(desk.store)
    assert answers.to({"do": "ready", "day": day}) == {}
    for name in day.values():
        (desk.settings.home / "artefacts" / name[:2] / name).unlink()
    wish = {"type": "remove", "orders": stop["parts"][0]}
    said = answers.to({"do": "edit", "day": day, "edits": [wish]})
    assert said["state"]["cost_fen"] < row.totals["cost_fen"]
    assert "error" in Answers(desk.store).to({"do": "edit", "day": day, "edits": [wish]})


def test_whole_vehicles_and_trips_are_locked_as_they_are(desk):
    route, _stop = stop_of(desk.view(desk.solved))
    draft, _ = desk.edit(
        desk.solved, 0, {"type": "lock", "scope": "trip", "vehicle": route["vehicle"], "trip": 0}
    )
    desk.edit(draft, 1, {"type": "lock", "scope": "vehicle", "vehicle": route["vehicle"]})
    view = desk.view(draft)
    assert view["routes"][0]["locked"]
    assert view["routes"][0]["trips"][0]["locked"] or len(route["trips"][0]["stops"]) < 4
    assert desk.save(draft).verdict == "clean"
    again, _ = desk.edit(draft, 0, {"type": "unlock", "vehicle": route["vehicle"]})
    assert not desk.view(again)["routes"][0]["locked"]
