"""``/api/v1/executions``: list, one with estimates, events in batches that are kept once."""

from __future__ import annotations

import uuid

import pytest

from models.base import now
from tests.webapp.execution.test_driver_link import event

BASE = "/api/v1/executions"


@pytest.fixture
def client(web):
    return web.app.test_client()


def send(client, headers, key, events, **more):
    body = {"sent_at": now().isoformat(), "events": events, **more}
    return client.post(
        f"{BASE}/{key}/events",
        json=body,
        headers=headers | {"Idempotency-Key": uuid.uuid4().hex},
    )


@pytest.mark.parametrize("role", ["dispatcher", "driver"])
def test_who_may_tells_and_reads(driven, client, web, role):
    headers = web.bearer(role)
    (row,) = client.get(BASE, headers=headers).json["items"]
    key = row["id"]
    day = client.get(f"{BASE}/{key}", headers=headers).json
    assert [s["kind"] for s in day["stops"]].count("visit") == 8
    assert all(s["planned"] and s["expected"] for s in day["stops"])
    stop = driven.route.stops[1]
    sent = [event(1, "arrive", stop), event(2, "done", stop), event(2, "done", stop)]
    answer = send(client, headers, key, sent)
    assert [r["result"] for r in answer.json["results"]] == ["stored", "stored", "stored"]
    again = send(client, headers, key, sent)
    assert {r["result"] for r in again.json["results"]} == {"known"}
    events = client.get(f"{BASE}/{key}/events", headers=headers).json["items"]
    assert sorted(e["kind"] for e in events) == ["arrive", "done"]
    day = client.get(f"{BASE}/{key}", headers=headers).json
    done = next(s for s in day["stops"] if s["stop"] == stop.key)
    assert (done["state"], done["orders"][0]["outcome"]) == ("done", "delivered")
    assert day["state"] == "executing"


@pytest.mark.usefixtures("driven")
def test_others_do_not_know_of_it(client, web):
    (row,) = client.get(BASE, headers=web.bearer("dispatcher")).json["items"]
    for role in ("dispatcher2", "driver2", "shipper", "receiver", "carrier", "police"):
        headers = web.bearer(role)
        for address in (f"{BASE}/{row['id']}", f"{BASE}/{row['id']}/events"):
            assert client.get(address, headers=headers).status_code == 404
        found = client.get(BASE, headers=headers)
        assert found.status_code == 404 or found.json["items"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": "0001-01-01T00:00:00+23:59"},
        {"at": "yesterday"},
        {"kind": "dock_ready"},
        {"sequence": -1},
        {"stop": "x"},
        {"client_id": "no spaces allowed"},
    ],
)
def test_what_is_wrong_is_said(driven, client, web, wrong):
    headers = web.bearer("dispatcher")
    (row,) = client.get(BASE, headers=headers).json["items"]
    answer = send(
        client, headers, row["id"], [{**event(1, "arrive", driven.route.stops[1]), **wrong}]
    )
    assert answer.status_code in {200, 422}
    if answer.status_code == 200:
        assert answer.json["results"][0]["result"] == "refused"
        assert answer.json["results"][0]["why"]
