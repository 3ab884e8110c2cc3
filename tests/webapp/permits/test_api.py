"""Applications and decisions over HTTP, by token."""

from __future__ import annotations

import uuid
from datetime import timedelta

from tests.permit_city import LICENCE


def post(office, path: str, who: str, body=None, scopes=("*",)):
    headers = office.web.bearer(who, scopes) | {"Idempotency-Key": uuid.uuid4().hex}
    return office.web.app.test_client().post(f"/api/v1{path}", json=body or {}, headers=headers)


def get(office, path: str, who: str):
    client = office.web.app.test_client()
    return client.get(f"/api/v1{path}", headers=office.web.bearer(who))


def wanted(office, **more):
    return {
        "scheme": str(office.world.id("scheme")),
        "vehicle": str(office.world.id("vehicle")),
        "rules": [str(office.world.id("pass_rule"))],
        "date_from": (office.day + timedelta(days=1)).isoformat(),
        "date_to": (office.day + timedelta(days=9)).isoformat(),
        "hours": [{"start": 32_400, "end": 61_200}],
        "licence": LICENCE,
        "submit": True,
        **more,
    }


def test_apply_decide_and_end_over_http(office):
    made = post(office, "/applications", "carrier", wanted(office))
    assert made.status_code == 201, made.text
    key = made.json["id"]
    assert made.json["state"] == "submitted"
    assert get(office, f"/applications/{key}", "carrier2").status_code == 404
    read = get(office, f"/applications/{key}", "police").json
    assert {check["tone"] for check in read["checks"]} == {"good"}
    listed = get(office, "/applications?state=submitted", "police").json["items"]
    assert [one["id"] for one in listed] == [key]
    decision = {"decision": "approved"}
    for who in ("officer", "carrier", "dispatcher"):
        assert post(office, f"/applications/{key}/decision", who, decision).status_code in {
            403,
            404,
        }
    narrow = post(office, f"/applications/{key}/decision", "police", decision, ("permits:read",))
    assert narrow.status_code == 403  # a token that may only read decides nothing
    done = post(office, f"/applications/{key}/decision", "police", decision)
    assert done.status_code == 200, done.text
    permit = done.json["permit"]
    assert get(office, f"/permits/{permit}", "carrier").json["state"] == "approved"
    again = post(office, f"/applications/{key}/decision", "police", decision)
    assert again.status_code == 409
    ended = {"decision": "ended", "act": "annulled", "reason": "骗取许可"}
    assert post(office, f"/permits/{permit}/decision", "reviewer", ended).status_code in {403, 404}
    unnamed = post(office, f"/permits/{permit}/decision", "approver", {**ended, "act": None})
    assert unnamed.status_code == 422
    told = post(office, f"/permits/{permit}/decision", "approver", ended)
    assert (told.status_code, told.json["ended_act"]) == (200, "annulled")


def test_what_cannot_be_handed_in_is_told_whole_and_nothing_is_kept(office):
    body = wanted(office, date_to=office.day.isoformat())
    refused = post(office, "/applications", "carrier", body)
    assert refused.status_code == 422
    assert "截止日期" in refused.json["detail"]
    assert get(office, "/applications", "carrier").json["items"] == []
    foreign = post(office, "/applications", "carrier", wanted(office, vehicle=str(uuid.uuid4())))
    assert foreign.status_code == 404
