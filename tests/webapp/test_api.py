"""The HTTP interface: tokens, scopes, problems, pages, POSTs done once, its own description."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select

from models.planning.tables import PlanVersion


def test_openapi_describes_every_route_and_only_those(web):
    described = web.app.test_client().get("/api/v1/openapi.json").json
    assert described["openapi"].startswith("3.1")
    routes = {
        rule.rule.replace("<", "{").replace(">", "}")
        for rule in web.app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and not rule.rule.endswith("openapi.json")
    }
    routes = {"/".join(_plain(part) for part in rule.split("/")) for rule in routes}
    assert set(described["paths"]) == routes
    for path, methods in described["paths"].items():
        for method, about in methods.items():
            if method != "parameters":
                assert about.get("summary"), f"{method} {path}"


def _plain(part: str) -> str:
    return part.replace("{uuid:", "{").replace("{string:", "{")


def test_a_cookie_is_no_token(web):
    client = web.client("dispatcher")
    answer = client.get("/api/v1/plans")
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert answer.json["code"] == "token_missing"


def test_a_token_in_the_address_is_not_looked_at(web):
    secret = web.bearer("dispatcher")["Authorization"].split()[1]
    answer = web.app.test_client().get("/api/v1/plans", query_string={"token": secret})
    assert answer.status_code == 401


def test_a_token_does_what_its_scopes_say_and_no_more(web):
    client = web.app.test_client()
    headers = web.bearer("dispatcher", ("plans:read",))
    assert client.get("/api/v1/plans", headers=headers).status_code == 200
    answer = client.get("/api/v1/vehicles", headers=headers)
    assert answer.status_code == 403
    assert answer.json["code"] == "scope"


def test_plans_do_not_exist_for_a_shipper(web):
    client = web.app.test_client()
    mine, none = web.plans["plan"], str(uuid.uuid4())
    headers = web.bearer("shipper")
    for below in ("", "/check", "/events", "/export.xlsx"):
        foreign = client.get(f"/api/v1/plans/{mine}{below}", headers=headers)
        missing = client.get(f"/api/v1/plans/{none}{below}", headers=headers)
        assert foreign.status_code == missing.status_code == 404
        assert foreign.data == missing.data


def test_a_plan_carries_what_the_contract_names(web):
    answer = web.app.test_client().get(
        f"/api/v1/plans/{web.plans['plan']}", headers=web.bearer("dispatcher")
    )
    plan = answer.json
    assert {"id", "state", "service_date", "version", "parent", "totals", "routes"} <= set(plan)
    totals = plan["totals"]
    assert {"orders", "served", "vehicles", "metres", "seconds", "wh", "cost_fen"} <= set(totals)
    assert totals["orders"] == totals["served"] + len(plan["unassigned"])
    assert sum(r["cost_fen"] for r in plan["routes"]) == totals["cost_fen"]
    check = web.app.test_client().get(
        f"/api/v1/plans/{web.plans['plan']}/check", headers=web.bearer("dispatcher")
    )
    assert check.json == {"verdict": "clean", "violations": []}


def test_lists_are_pages_by_cursor(web):
    client, headers = web.app.test_client(), web.bearer("dispatcher")
    first = client.get("/api/v1/places?limit=1", headers=headers).json
    assert len(first["items"]) == 1
    seen = [first["items"][0]["id"]]
    cursor = first["next"]
    while cursor:
        page = client.get(
            "/api/v1/places", query_string={"limit": 1, "cursor": cursor}, headers=headers
        ).json
        seen += [row["id"] for row in page["items"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen)) > 1


def test_a_bad_limit_and_a_bad_cursor_are_problems_with_their_field(web):
    client, headers = web.app.test_client(), web.bearer("dispatcher")
    answer = client.get("/api/v1/places?limit=1000", headers=headers)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "query.limit"
    answer = client.get("/api/v1/places?cursor=nonsense", headers=headers)
    assert (answer.status_code, answer.json["code"]) == (422, "cursor")


def _count(web) -> int:
    with web.database.read() as session:
        return session.scalar(select(func.count()).select_from(PlanVersion)) or 0


def test_a_post_with_one_key_is_done_once(web):
    client, headers = web.app.test_client(), web.bearer("dispatcher")
    wanted = {"service_date": "2027-01-05", "time_limit_s": 30}
    before = _count(web)
    missing = client.post("/api/v1/plans", json=wanted, headers=headers)
    assert (missing.status_code, missing.json["code"]) == (422, "idempotency_key")
    headers["Idempotency-Key"] = str(uuid.uuid4())
    first = client.post("/api/v1/plans", json=wanted, headers=headers)
    second = client.post("/api/v1/plans", json=wanted, headers=headers)
    assert first.status_code == second.status_code == 202
    assert first.data == second.data
    assert second.headers["Idempotency-Replayed"] == "true"
    assert _count(web) == before + 1
    other = client.post("/api/v1/plans", json={**wanted, "seed": 7}, headers=headers)
    assert (other.status_code, other.json["code"]) == (422, "idempotency_mismatch")


def test_a_key_is_its_owners_alone(web):
    key = str(uuid.uuid4())
    wanted = {"service_date": "2027-01-05", "time_limit_s": 30}
    answers = [
        web.app.test_client().post(
            "/api/v1/plans", json=wanted, headers={**web.bearer(who), "Idempotency-Key": key}
        )
        for who in ("dispatcher", "dispatcher2")
    ]
    assert [a.status_code for a in answers] == [202, 202]
    assert answers[0].json["id"] != answers[1].json["id"]


def test_what_was_refused_may_come_again(web):
    client = web.app.test_client()
    headers = {**web.bearer("dispatcher"), "Idempotency-Key": str(uuid.uuid4())}
    address = f"/api/v1/plans/{uuid.uuid4()}/cancel"
    assert client.post(address, headers=headers).status_code == 404
    assert client.post(address, headers=headers).status_code == 404
