"""The web on a small city: everybody in it, a plan with artefacts, a canary in each one's data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.accounts import second_factor
from models.accounts.city import today
from models.accounts.tables import Account, Organisation
from models.accounts.tokens import create_token
from models.db import Database
from routing.formats.ours import write_plan, write_problem
from tests import factories
from tests.webapp.made_plan import made
from webapp import create_app
from workers.artefacts import open_store
from workers.planning.view import build_view
from workers.settings import Settings

CANARIES = {
    name: f"CANARY{name}X"
    for name in ("shipper", "shipper2", "carrier", "carrier2", "operator", "operator2")
}
FREE_TEXTS = (
    ("shipper", "order", ("goods_name", "notes", "expected_plate", "reason")),
    ("shipper", "store", ("name", "address", "contact_name", "contact_phone", "notes")),
    ("shipper", "code", ("name", "address")),
    ("carrier", "vehicle", ("code", "notes")),
    ("carrier", "driver", ("code", "name", "phone")),
    ("carrier", "permit", ("number",)),
)
"""Whose canary stands in which texts of which rows; names and plates are set apart below."""
LONGEST = {"expected_plate": 20}
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Web:
    """The application, its city, and ways in."""

    app: Flask
    database: Database
    world: factories.World
    plans: dict[str, str] = field(default_factory=dict)

    def client(self, role: str) -> FlaskClient:
        """A browser in which ``role`` (as in ``World.actors``) has logged in."""
        client = self.app.test_client()
        with self.database.read() as session:
            login = session.get(Account, self.world.actors[role].account_id).login
        page = client.get("/login").text
        answer = client.post(
            "/login",
            data={"login": login, "password": factories.PASSWORD, "csrf_token": csrf(page)},
        )
        assert answer.status_code == 302, answer.text
        if answer.headers["Location"].endswith("/login/code"):
            self._second_step(client, role)
        return client

    def _second_step(self, client: FlaskClient, role: str) -> None:
        """Show the second factor; a test that logs in twice within a step may do so."""
        with self.database.write() as session:
            account = session.get(Account, self.world.actors[role].account_id)
            account.totp_last_step = None
            code = pyotp.TOTP(second_factor.secret_of(session, account)).now()
        page = client.get("/login/code").text
        answer = client.post("/login/code", data={"code": code, "csrf_token": csrf(page)})
        assert answer.status_code == 302, answer.text

    def bearer(self, role: str, scopes: tuple[str, ...] = ("*",)) -> dict[str, str]:
        """The header of a fresh token of ``role``."""
        with self.database.write() as session:
            _row, secret = create_token(
                session, self.world.actors[role], name="test", scopes=scopes
            )
        return {"Authorization": f"Bearer {secret}"}


def csrf(page: str) -> str:
    """The form token in a page."""
    found = TOKEN.search(page)
    assert found, page[:300]
    return found.group(1)


def _mark(session: Any, world: factories.World) -> None:
    """Put each organisation's canary into what is its own."""
    for suffix in ("", "2"):
        mine, theirs = CANARIES[f"shipper{suffix}"], CANARIES[f"carrier{suffix}"]
        for owner, name, fields in FREE_TEXTS:
            thing = world.rows[name]
            row = session.get(type(thing), world.id(f"{name}{suffix}"))
            word = mine if owner == "shipper" else theirs
            for field_name in fields:
                setattr(row, field_name, f"{word} {field_name}"[: LONGEST.get(field_name)])
        order = session.get(type(world.rows["order"]), world.id(f"order{suffix}"))
        order.reference = f"{mine}-1"
        firm = session.get(Organisation, world.organisations[f"shipper{suffix}"].id)
        firm.name, firm.short_name, firm.address = f"{mine} 公司", f"{mine} 简称", f"{mine} 楼"
        vehicle = session.get(type(world.rows["vehicle"]), world.id(f"vehicle{suffix}"))
        vehicle.plate = f"辽Z{theirs}"


def fill_plan(session: Any, store: Any, world: factories.World, suffix: str) -> str:
    """Give a plan of the small city its artefacts; its id."""
    problem, plan, names = made(2)
    canary = CANARIES[f"operator{suffix}"]
    marked = {
        key: {**value, "label": f"{canary} {value['label']}"} if isinstance(value, dict) else canary
        for key, value in names.items()
    }
    check = {"verdict": "clean", "violations": []}
    row = session.get(type(world.rows["plan"]), world.id(f"plan{suffix}"))
    row.problem_sha256 = store.put(write_problem(problem))
    row.plan_sha256 = store.put(write_plan(plan))
    row.names_sha256 = store.put(json.dumps(marked).encode())
    row.check_sha256 = store.put(json.dumps(check).encode())
    row.totals = build_view(problem, plan, marked, check)["totals"]
    return str(row.id)


@pytest.fixture
def web(spatialite, tmp_path) -> Iterator[Web]:
    with made_web(spatialite, tmp_path) as made_here:
        yield made_here


@contextmanager
def made_web(database: Database, folder: Path) -> Iterator[Web]:
    """The application on an empty database, with the small city and its canaries in it."""
    settings = Settings(
        home=folder,
        database_url=database.url.render_as_string(hide_password=False),
        database_owner_url=database.url.render_as_string(hide_password=False),
        redis_url=f"unix://{folder}/none.sock",
        secret=database.secrets[0],
        demo=True,
    )
    with database.write() as session:
        factories.city(session, name="早先")
        day = today(session)
        session.rollback()
        world = factories.world(session, day)
    store = open_store(settings, database)
    with database.write() as session:
        _mark(session, world)
        plans = {name: fill_plan(session, store, world, name[4:]) for name in ("plan", "plan2")}
    app = create_app(settings, TESTING=True, RATELIMIT_ENABLED=False)
    web = Web(app=app, database=database, world=world, plans=plans)
    try:
        yield web
    finally:
        app.extensions["database"].dispose()
