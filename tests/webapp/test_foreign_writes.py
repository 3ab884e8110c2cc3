"""No write reaches what is another's: every route that changes something, found in the route table,
called by everybody with ids that they may not know of. It reads exactly as an id of nothing, and
afterwards the database is as it was. What everybody sees is changed by its owner alone."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import select

from models.tables import Base
from tests.factories import NARROW
from tests.webapp.conftest import Web, csrf
from tests.webapp.filling import filled_web
from tests.webapp.routes import WRITES, Routes
from webapp.security.permissions import ROLE_PERMISSIONS

NARROWER = {name for name, _organisation, _role in NARROW}
SHARED = {"bays", "zones", "access_rules", "charging_sites", "vehicle_types", "tariffs"}
"""What everybody sees and its owner alone may change."""
MOVES = {"audit_events", "api_tokens", "accounts", "idempotency_keys", "login_throttles"}
"""Tables that a refused request may touch: its trail, last uses, counts of attempts."""
REFUSED = {400, 403, 404, 410, 422}
FORM = {"active": "0", "name": "改掉", "reason": "原因", "target": "approved", "positions": "clerk"}
"""What a form is sent beside its token: enough that refusing is no matter of a missing field."""


@pytest.fixture(scope="module")
def filled(spatialite_databases, tmp_path_factory) -> Iterator[Web]:
    """The small city with something in every table."""
    folder = tmp_path_factory.mktemp("foreign")
    with spatialite_databases.fresh() as database, filled_web(database, folder) as web:
        yield web


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


def sample(schema: Mapping[str, Any], parts: Mapping[str, Any]) -> Any:
    """The smallest value that a schema of the interface's description allows."""
    if "$ref" in schema:
        return sample(parts[schema["$ref"].rpartition("/")[2]], parts)
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object" or "properties" in schema:
        wanted = schema.get("required", ())
        return {name: sample(schema["properties"][name], parts) for name in wanted}
    if kind == "array":
        return [sample(schema["items"], parts)] * schema.get("minItems", 0)
    if kind in {"integer", "number"}:
        return schema.get("minimum", 1)
    if kind == "boolean":
        return False
    formats = {"uuid": str(uuid.uuid4()), "date": "2026-11-24", "date-time": "2026-11-24T00:00:00Z"}
    return formats.get(schema.get("format", ""), "x" * max(1, schema.get("minLength", 1)))


class Caller:
    """One person's writes, by page and by token."""

    def __init__(self, web: Web, name: str, description: Mapping[str, Any]) -> None:
        self._client, self._headers = web.client(name), web.bearer(name)
        self._token = csrf(self._client.get("/account/").text)
        self._paths = description["paths"]
        self._parts = description.get("components", {}).get("schemas", {})

    def call(self, rule: Any, method: str, address: str) -> Any:
        """The answer to a write with the smallest body that the view takes."""
        if not rule.rule.startswith("/api/"):
            sent = {"csrf_token": self._token, **FORM}
            return self._client.open(address, method=method, data=sent)
        key = {"Idempotency-Key": uuid.uuid4().hex}
        return self._client.open(
            address, method=method, json=self._body(rule, method), headers=self._headers | key
        )

    def _body(self, rule: Any, method: str) -> Any:
        path = "".join(
            part if not dynamic else "{" + part + "}" for dynamic, part in rule._trace
        ).lstrip("|")
        about = self._paths.get(path, {}).get(method.lower(), {})
        content = about.get("requestBody", {}).get("content", {}).get("application/json", {})
        return sample(content["schema"], self._parts) if "schema" in content else {}


def test_a_write_with_a_foreign_id_reads_as_one_of_nothing_and_changes_nothing(filled):
    description = filled.app.test_client().get("/api/v1/openapi.json").json
    before = everything(filled)
    wrong, tried = [], 0
    for name, actor in filled.world.actors.items():
        caller = Caller(filled, name, description)
        with filled.database.read() as session:
            routes = Routes(filled.app, session)
            calls = [
                (rule, method, pair)
                for rule, method in routes.rules(*WRITES)
                if rule.arguments and routes.may(actor, rule, method)
                for pair in routes.foreign(actor, rule, method)
            ]
        for rule, method, (theirs, nothing) in calls:
            answers = [caller.call(rule, method, address) for address in (theirs, nothing)]
            tried += 1
            said = f"{name} {method} {theirs}: {[a.status_code for a in answers]}"
            if answers[0].status_code not in REFUSED:
                wrong.append(said)
            elif answers[0].status_code != answers[1].status_code:
                wrong.append(f"{said}, unlike an id of nothing")
            elif rule.rule.startswith("/api/") and answers[0].data != answers[1].data:
                wrong.append(f"{said}, another body than for an id of nothing")
    assert not wrong, "\n".join(wrong)
    assert tried > 50
    after = everything(filled)
    assert {name for name in before if before[name] != after[name]} == set()


def test_a_role_without_the_verb_is_refused_and_changes_nothing(filled):
    before = everything(filled)
    wrong = []
    description = filled.app.test_client().get("/api/v1/openapi.json").json
    for name, actor in filled.world.actors.items():
        if name.endswith("2") or (name in NARROWER and name != "auditor"):
            continue  # the same role on the other side, or less of it
        caller = Caller(filled, name, description)
        with filled.database.read() as session:
            routes = Routes(filled.app, session)
            calls = []
            for rule, method in routes.rules(*WRITES):
                if not routes.may(actor, rule, method):
                    calls.append((rule, method, next(routes.reads(actor, rule, method))))
        for rule, method, address in calls:
            answer = caller.call(rule, method, address)
            if answer.status_code != 404:
                wrong.append(f"{name} {method} {address}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    after = everything(filled)
    assert {name for name in before if before[name] != after[name]} == set()


@pytest.mark.parametrize("name", ["dispatcher2", "shipper2", "carrier2", "admin", "officer"])
def test_what_everybody_sees_is_changed_by_its_owner_alone(filled, name):
    actor = filled.world.actors[name]
    caller = Caller(filled, name, {"paths": {}})
    with filled.database.read() as session:
        routes = Routes(filled.app, session)
        others: dict[str, set[str]] = {}
        for table in Base.metadata.sorted_tables:
            if table.name in SHARED:
                found = session.execute(select(table.c.id, table.c.organisation_id))
                others[table.name] = {str(key) for key, of in found if of != actor.organisation_id}
        calls = []
        for rule, method in routes.rules(*WRITES):
            named = {n: t.name for n, t in routes.rows(rule).items() if t.name in SHARED}
            if len(rule.arguments) == 1 and named:
                (parameter, table_name), *_more = named.items()
                calls += [
                    (rule, method, routes.address(rule, method, {parameter: key}))
                    for key in sorted(others[table_name])[:2]
                ]
    before = everything(filled)
    for rule, method, address in calls:
        answer = caller.call(rule, method, address)
        assert answer.status_code < 500, address
    after = everything(filled)
    assert {table for table in before if before[table] != after[table]} == set()


def test_the_roles_that_are_tried_may_write_something():
    """A role without any permission to write would be refused for that alone."""
    for role in ("dispatcher", "shipper", "police", "admin"):
        assert any(verb.endswith((":write", ":publish")) for verb in ROLE_PERMISSIONS[role])
