"""A plan changed by hand: its draft, its edits, undo and redo, two dispatchers at once."""

import uuid

import pytest
from sqlalchemy import select

from models.accounts.actor import Actor
from models.errors import Conflict, Invalid, NotFound
from models.planning import edits
from models.planning.edits import Made, State
from models.planning.operations import discard
from models.planning.tables import PlanEdit, PlanEvent, PlanVersion
from tests import factories


@pytest.fixture
def desk(database):
    """A world with a solved version of the operator's, and its maker's account."""
    with database.write() as session:
        world = factories.world(session)
        operator = world.organisations["operator"]
        solved = factories.plan_version(
            session, operator, state="solved", totals={"cost_fen": 100}, check_sha256="2" * 64
        )
        world.rows["solved"] = solved
        return world


def made(mark: str, verdict: str = "clean", kind: str = "move", **more) -> Made:
    after = State(
        problem_sha256="1" * 64,
        plan_sha256=mark * 64,
        names_sha256=None,
        check_sha256="3" * 64,
        verdict=verdict,
        cost_fen=100 + int(mark, 16),
        totals={"cost_fen": 100 + int(mark, 16)},
        **more,
    )
    return Made(kind=kind, edit={"do": kind, "mark": mark}, after=after, says={"text": mark})


def keep(database, desk, version, number, what):
    with database.write() as session:
        return edits.keep_edit(session, desk.actors["dispatcher"], version, number, what).id


def plan_of(database, version):
    with database.read() as session:
        row = session.get(PlanVersion, version)
        return row.plan_sha256[0], row.edit_number, row.state


def test_the_first_edit_makes_a_draft_and_leaves_its_parent(database, desk):
    draft = keep(database, desk, desk.id("solved"), 0, made("a", "violated"))
    assert draft != desk.id("solved")
    with database.read() as session:
        row = session.get(PlanVersion, draft)
        parent = session.get(PlanVersion, desk.id("solved"))
        assert (row.state, row.parent_id, row.verdict) == ("draft", parent.id, "violated")
        assert row.version > parent.version
        assert parent.plan_sha256 == "0" * 64
        assert row.totals == {"cost_fen": 110}
        rows = edits.edits(session, desk.actors["dispatcher"], draft)
        assert [(r.number, r.follows, r.kind, r.undone) for r in rows] == [(1, 0, "move", False)]
        assert rows[0].account_id == desk.actors["dispatcher"].account_id
        begun = edits.begun_as(session, desk.actors["dispatcher"], draft)
        assert begun.plan_sha256 == parent.plan_sha256


def test_undo_and_redo_walk_and_a_new_edit_cuts_what_was_undone(database, desk):
    who = desk.actors["dispatcher"]
    draft = keep(database, desk, desk.id("solved"), 0, made("a"))
    keep(database, desk, draft, 1, made("b"))
    keep(database, desk, draft, 2, made("c"))
    seen = [plan_of(database, draft)[0]]
    number = 3
    for step in (edits.undo, edits.undo, edits.redo):
        with database.write() as session:
            step(session, who, draft, number)
        number += 1
        seen.append(plan_of(database, draft)[0])
    assert seen == ["c", "b", "a", "b"]
    keep(database, desk, draft, number, made("d"))
    with database.write() as session, pytest.raises(Conflict, match="没有可重做"):
        edits.redo(session, who, draft, number + 1)
    with database.write() as session:
        edits.undo(session, who, draft, number + 1)
        edits.redo(session, who, draft, number + 2)
    assert plan_of(database, draft)[0] == "d"
    with database.read() as session:
        rows = edits.edits(session, who, draft)
        assert {r.plan_sha256[0]: r.undone for r in rows} == {
            "a": False,
            "b": False,
            "c": True,
            "d": False,
        }


def test_all_undone_is_the_parent_again_with_its_locks(database, desk):
    who = desk.actors["dispatcher"]
    lock = {"kind": "vehicle", "orders": ["o"], "vehicle": "v"}
    draft = keep(database, desk, desk.id("solved"), 0, made("a", kind="lock", locks=[lock]))
    with database.read() as session:
        assert session.get(PlanVersion, draft).locks == [lock]
    with database.write() as session:
        edits.undo(session, who, draft, 1)
    with database.read() as session:
        row = session.get(PlanVersion, draft)
        assert (row.plan_sha256, row.locks, row.verdict) == ("0" * 64, [], "clean")
    with database.write() as session, pytest.raises(Conflict, match="没有可撤销"):
        edits.undo(session, who, draft, 2)


def test_the_second_dispatcher_is_told_and_by_whom(database, desk):
    with database.write() as session:
        second = factories.account(session, desk.organisations["operator"], "dispatcher")
        other = factories.actor(second)
        name = session.get(type(second), desk.actors["dispatcher"].account_id).name
    draft = keep(database, desk, desk.id("solved"), 0, made("a"))
    for version, number in ((draft, 0), (desk.id("solved"), 0)):
        with database.write() as session, pytest.raises(Conflict) as told:
            edits.keep_edit(session, other, version, number, made("b"))
        assert told.value.code == "changed_meanwhile"
        assert name in told.value.message
    assert plan_of(database, draft) == ("a", 1, "draft")
    with database.write() as session:
        edits.keep_edit(session, other, draft, 1, made("b"))
    with database.write() as session, pytest.raises(Conflict, match="刚刚改动"):
        edits.undo(session, desk.actors["dispatcher"], draft, 1)


def test_saving_needs_the_checkers_word(database, desk):
    who = desk.actors["dispatcher"]
    draft = keep(database, desk, desk.id("solved"), 0, made("a", "violated"))
    with database.write() as session:
        edits.save(session, who, draft, 1, made("a", "violated").after)
    assert plan_of(database, draft) == ("a", 1, "draft")
    with database.write() as session:
        edits.save(session, who, draft, 1, made("a", "waived").after)
    assert plan_of(database, draft) == ("a", 1, "solved")
    with database.read() as session:
        events = session.scalars(select(PlanEvent).where(PlanEvent.plan_version_id == draft))
        assert {(e.from_state, e.to_state) for e in events} == {
            (None, "draft"),
            ("draft", "solved"),
        }
    with database.write() as session, pytest.raises(Conflict):
        edits.undo(session, who, draft, 1)


def test_a_discarded_draft_makes_room_for_another(database, desk):
    draft = keep(database, desk, desk.id("solved"), 0, made("a"))
    with database.write() as session:
        discard(session, desk.actors["dispatcher"], draft)
    again = keep(database, desk, desk.id("solved"), 0, made("b"))
    assert again != draft
    with pytest.raises(Conflict, match="不能手工调整"):
        keep(database, desk, draft, 1, made("c"))


def test_nobody_else_edits_and_no_one_sees_the_edits(database, desk):
    draft = keep(database, desk, desk.id("solved"), 0, made("a"))
    for name, who in desk.actors.items():
        if name == "dispatcher":
            continue
        with database.write() as session, pytest.raises((NotFound, Conflict, Exception)) as told:
            edits.keep_edit(session, who, draft, 1, made("b"))
        assert told.value.code in {"not_found", "forbidden"}
        with database.read(who) as session, pytest.raises(NotFound):
            edits.edits(session, who, draft)


def test_row_security_hides_edits_from_a_select_that_forgot_to_filter(postgresql):
    with postgresql.write() as session:
        world = factories.world(session)
        solved = factories.plan_version(
            session, world.organisations["operator"], state="solved", check_sha256="2" * 64
        )
        draft = edits.keep_edit(session, world.actors["dispatcher"], solved.id, 0, made("a"))
        assert draft.id
    for name in ("dispatcher2", "carrier", "shipper", "police"):
        with postgresql.read(world.actors[name]) as session:
            assert not session.scalars(select(PlanEdit)).all()
    with postgresql.read(world.actors["dispatcher"]) as session:
        assert len(session.scalars(select(PlanEdit)).all()) == 2


@pytest.mark.parametrize("reason", ["", "  \n ", "长" * 201])
def test_a_waiver_needs_a_reason_that_can_be_printed(reason):
    with pytest.raises(Invalid):
        edits.check_reason(reason)


def test_an_actor_without_rights_is_no_editor(database, desk):
    nobody = Actor(
        account_id=uuid.uuid4(),
        organisation_id=desk.organisations["operator"].id,
        organisation_kind="operator",
        role="carrier",
    )
    with database.write() as session, pytest.raises(Exception, match="角色"):
        edits.keep_edit(session, nobody, desk.id("solved"), 0, made("a"))
