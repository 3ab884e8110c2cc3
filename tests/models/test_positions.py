"""A role decides whose rows, a position what may be done with them."""

import uuid

import pytest
from sqlalchemy import inspect, text

from models import db
from models.accounts.actor import system_actor
from models.accounts.operations import create_account, create_organisation
from models.accounts.tables import Account
from models.accounts.visibility import require
from models.errors import Forbidden, Invalid


def test_a_position_is_asked_of_the_roles_that_know_it(spatialite_world):
    database, world = spatialite_world
    with database.read() as session:
        for name, passes in (("reviewer", True), ("approver", False), ("dispatcher", True)):
            if passes:
                require(session, world.actors[name], "police", "dispatcher", position="reviewer")
            else:
                with pytest.raises(Forbidden):
                    require(session, world.actors[name], "police", position="reviewer")
        require(session, world.actors["approver"], "police", position=("reviewer", "approver"))
        require(session, system_actor(), "police", position="reviewer")
        with pytest.raises(Forbidden):
            require(session, world.actors["dispatcher"], "police", position="reviewer")


def test_positions_fit_the_role_and_have_a_usual_one(spatialite_world):
    database, world = spatialite_world
    admin, of = world.actors["admin"], world.organisations["shipper"].id
    given = {"name": "新", "role": "shipper", "organisation_id": of, "password": "long-enough-1"}
    with database.write() as session:
        usual = create_account(session, admin, login="one", **given)
        both = ["auditor", "clerk", "auditor"]
        chosen = create_account(session, admin, login="two", positions=both, **given)
        assert (usual.positions, chosen.positions) == (["clerk"], ["clerk", "auditor"])
        with pytest.raises(Invalid):
            create_account(session, admin, login="three", positions=["reviewer"], **given)


def test_only_a_bureau_answers_for_a_field(spatialite_world):
    database, world = spatialite_world
    admin = world.actors["admin"]
    with database.write() as session:
        made = create_organisation(
            session, admin, kind="bureau", name="交通局", authority="transport", level="district"
        )
        assert (made.authority, made.level) == ("transport", "district")
        for wrong in ({"kind": "shipper"}, {"authority": "weather"}):
            with pytest.raises(Invalid):
                create_organisation(
                    session,
                    admin,
                    **{"kind": "bureau", "name": "局", "authority": "postal", **wrong},
                )


BEFORE = {
    "organisations": {"kind": "traffic_police", "name": "交警", "short_name": ""},
    "accounts": {
        "login": "jj",
        "name": "警",
        "password_hash": "x",
        "role": "police",
        "organisation_id": 1,
        "language": "zh",
        "session_epoch": 0,
        "failed_attempts": 0,
    },
}
"""A row of each table as it was before there were positions, beside what every row has."""
SHARED = {
    "id": 1,
    "active": True,
    "demo": False,
    "created_at": "2026-01-01",
    "updated_at": "2026-01-01",
    "row_version": 1,
}


def test_who_was_there_before_positions_keeps_what_the_role_could_do(databases):
    key = uuid.UUID(int=1)
    with databases.fresh(empty=True) as database:
        db.upgrade(database.owner_url, "0004")
        engine = db.make_engine(database.owner_url).execution_options(greenfreight_write=True)
        with engine.begin() as connection:
            for table, values in BEFORE.items():
                row = {**SHARED, **values}
                given = {n: key.hex if n.endswith("id") and v == 1 else v for n, v in row.items()}
                columns, marks = ", ".join(given), ", ".join(f":{name}" for name in given)
                connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({marks})"), given)  # noqa: S608
        engine.dispose()
        database.upgrade()
        with database.read() as session:
            held = session.query(Account).one().positions
        assert {"reviewer", "approver", "officer", "rule_keeper"} <= set(held)
        db.downgrade(database.owner_url, "0004")
        columns = {c["name"] for c in inspect(database.engine).get_columns("accounts")}
        assert "positions" not in columns
