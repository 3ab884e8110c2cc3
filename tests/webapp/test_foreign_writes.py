"""No write reaches what is another organisation's: every route that changes something, found in the
route table, called with the ids of the other side; afterwards the database is as it was."""

from __future__ import annotations

import uuid
from itertools import product

import pytest
from sqlalchemy import select

from models.tables import Base
from tests.webapp.conftest import Web, csrf
from webapp.security.permissions import ROLE_PERMISSIONS

WRITES = ("POST", "PUT", "PATCH", "DELETE")
OWN = ("order", "plan", "vehicle", "driver", "store", "permit", "depot")
"""What one side of the small city has and the other may not know of."""
SHARED = ("bay", "zone", "rule", "site", "type")
"""What everybody sees and its owner alone may change."""
CHOICES = {"code": ("zh",), "kind": ("orders",)}
"""Parameters that are no ids."""
MOVES = {"audit_events", "api_tokens", "accounts", "idempotency_keys", "idempotency"}
"""Tables that a refused request may touch: its trail, last uses, counts of attempts."""


def everything(web: Web) -> dict[str, list[str]]:
    """All rows of all tables that a refused write must leave alone."""
    with web.database.read() as session:
        return {
            table.name: sorted(
                str([getattr(value, "desc", value) for value in row])
                for row in session.execute(select(table))
            )
            for table in Base.metadata.sorted_tables
            if table.name not in MOVES
        }


def calls(web: Web, ids: list[str]) -> list[tuple[str, str]]:
    """Method and address of every write that names a thing, with each of ``ids``."""
    adapter = web.app.url_map.bind("localhost")
    found = []
    for rule in web.app.url_map.iter_rules():
        names = sorted(rule.arguments)
        for method in set(WRITES) & (rule.methods or set()):
            for values in product(*[CHOICES.get(name, ids) for name in names]):
                if names:
                    given = dict(zip(names, values, strict=True))
                    found.append((method, adapter.build(rule.endpoint, given, method=method)))
    return found


@pytest.mark.parametrize("role", ["dispatcher2", "shipper2", "carrier2", "police", "admin"])
def test_a_write_with_a_foreign_id_is_refused_and_changes_nothing(web, role):
    rows = web.world.rows
    foreign = [str(rows[name].id) for name in OWN if name in rows]
    shared = [str(rows[name].id) for name in SHARED if name in rows]
    client, headers = web.client(role), web.bearer(role)
    token = csrf(client.get("/welcome").text)
    before = everything(web)
    refused = 0
    for mine, ids in ((False, [*foreign, str(uuid.uuid4())]), (True, shared)):
        for method, address in calls(web, ids):
            if address.startswith("/api/"):
                key = {"Idempotency-Key": uuid.uuid4().hex}
                answer = client.open(address, method=method, json={}, headers=headers | key)
            else:
                sent = {"csrf_token": token, "active": "0", "name": "改掉"}
                answer = client.open(address, method=method, data=sent)
            assert answer.status_code < 500, f"{role} {method} {address}"
            if not mine:
                assert answer.status_code in {403, 404, 410, 422}, f"{role} {method} {address}"
            refused += answer.status_code in {403, 404}
    assert refused
    after = everything(web)
    assert {name for name in before if before[name] != after[name]} == set()


def test_the_roles_that_are_tried_may_write_something():
    """A role without any permission to write would be refused for that alone."""
    for role in ("dispatcher", "shipper", "police", "admin"):
        assert any(verb.endswith((":write", ":publish")) for verb in ROLE_PERMISSIONS[role])
