"""A city loaded into either database gives the same problem, without input errors."""

import json

import pytest
from sqlalchemy import func, select

from models.accounts.actor import Actor, system_actor
from models.accounts.passwords import matches
from models.accounts.tables import Account, City
from models.errors import Conflict, Forbidden
from models.orders.tables import Order
from routing.problem.hashing import problem_sha256
from routing.problem.validate import validate
from workers.artefacts import DirectoryStore
from workers.demo.load import load
from workers.demo.memory import problem_of
from workers.demo.network import Network
from workers.planning.snapshot import build_problem


def test_loaded_snapshot_is_valid_and_the_same_as_in_memory(database, city, tmp_path):
    store = DirectoryStore(tmp_path / "artefacts")
    loaded = load(database, store, city)
    actor = system_actor(loaded.operator_id)
    with database.read(actor) as session:
        problem, names = build_problem(session, actor, city.service_date)
        row = session.scalars(select(City)).one()
        assert row.demo
        drawn_from, roads = row.map_sha256, row.network_sha256
        hashes = {a.login: (a.password_hash, a.demo) for a in session.scalars(select(Account))}
    assert validate(problem) == []
    expected, labels = problem_of(city)
    assert problem_sha256(problem) == problem_sha256(expected)
    assert names == labels
    assert json.loads(store.get(drawn_from))["simulated"] is True
    assert len(Network.from_bytes(store.get(roads)).x) == len(city.network.x)
    roles = [account.role for account in loaded.accounts]
    assert roles.count("shipper") >= 2
    assert {"dispatcher", "police", "admin"} <= set(roles)
    second = {account.role for account in loaded.accounts if account.totp_secret}
    assert second == {"police", "admin"}
    first = loaded.accounts[0]
    kept, demo = hashes[first.login]
    assert demo
    assert matches(kept, first.password)
    assert first.token.startswith("gf_")


def test_a_second_city_is_refused_and_changes_nothing(spatialite, city, tmp_path):
    store = DirectoryStore(tmp_path)
    load(spatialite, store, city, accounts=False)
    with pytest.raises(Conflict):
        load(spatialite, store, city, accounts=False)
    with spatialite.read() as session:
        assert session.scalar(select(func.count()).select_from(Order)) == 300


def test_only_accepted_orders_of_the_date_are_planned(spatialite, city, tmp_path):
    loaded = load(spatialite, DirectoryStore(tmp_path), city, accounts=False)
    actor = system_actor(loaded.operator_id)
    with spatialite.write(actor) as session:
        some = session.scalars(select(Order).order_by(Order.reference).limit(3)).all()
        some[0].state = "draft"
        some[1].state = "cancelled"
        some[2].state = "planned"
    with spatialite.read(actor) as session:
        problem, _ = build_problem(session, actor, city.service_date)
    ids = {order.id for order in problem.orders}
    assert [str(order.id) in ids for order in some] == [False, False, True]


def test_a_shipper_plans_nothing(spatialite, city, tmp_path):
    loaded = load(spatialite, DirectoryStore(tmp_path), city, accounts=False)
    shipper = Actor(
        account_id=None,
        organisation_id=loaded.operator_id,
        organisation_kind="shipper",
        role="shipper",
    )
    with spatialite.read() as session, pytest.raises(Forbidden):
        build_problem(session, shipper, city.service_date)
