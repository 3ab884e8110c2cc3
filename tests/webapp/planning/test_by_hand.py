"""手工调整 over HTTP: by the API with keys, by the page as JSON and as parts of the page."""

from __future__ import annotations

import json
import re
import uuid

import pytest

from models.planning.tables import PlanVersion
from tests.webapp.conftest import csrf
from tests.webapp.made_plan import uid

VEHICLE = uid("vehicle", 0)
LOCK = {"type": "lock", "scope": "stop", "vehicle": VEHICLE, "orders": [uid("order", 0)]}


@pytest.fixture
def api(web):
    """POST and GET below the dispatcher's plan, by token."""
    client, headers = web.app.test_client(), web.bearer("dispatcher")

    def call(path, body=None, plan=web.plans["plan"], key=None):
        address = f"/api/v1/plans/{plan}/{path}"
        if body is None:
            return client.get(address, headers=headers)
        sent = {**headers, "Idempotency-Key": key or uuid.uuid4().hex}
        return client.post(address, json=body, headers=sent)

    return call


@pytest.fixture
def page(web):
    """The dispatcher's browser and its form token."""
    client = web.client("dispatcher")
    return client, {"X-CSRFToken": csrf(client.get("/welcome").text)}


def test_the_first_edit_answers_with_a_draft_its_cost_and_what_is_broken(web, api):
    answer = api("edits", {"number": 0, "edits": [LOCK]})
    assert answer.status_code == 201, answer.text
    said = answer.json
    assert said["id"] != web.plans["plan"]
    assert (said["state"], said["parent"], said["number"]) == ("draft", web.plans["plan"], 1)
    assert said["difference_fen"] == 0
    assert said["cost_before_fen"] == said["cost_after_fen"] == said["totals"]["cost_fen"]
    assert said["violations"]
    assert all(line["text"] and line["rule"] for line in said["violations"])
    assert isinstance(said["ways"], list)
    assert said["locks"][0]["kind"] == "vehicle"
    listed = api("edits", plan=said["id"]).json
    assert [(row["number"], row["edits"], row["undone"]) for row in listed["items"]] == [
        (1, [LOCK | {"trip": None}], False)
    ]
    assert api("edits").json == {"items": [], "next": None}


def test_a_repeated_post_edits_once_and_another_number_is_refused(web, api):
    first = api("edits", {"number": 0, "edits": [LOCK]}, key="k1")
    again = api("edits", {"number": 0, "edits": [LOCK]}, key="k1")
    assert again.data == first.data
    assert again.headers["Idempotency-Replayed"] == "true"
    draft = first.json["id"]
    late = api("edits", {"number": 0, "edits": [LOCK]}, plan=draft)
    assert (late.status_code, late.json["code"]) == (409, "changed_meanwhile")
    other = api("edits", {"number": 0, "edits": [LOCK]})
    assert (other.status_code, other.json["code"]) == (409, "changed_meanwhile")
    with web.database.read() as session:
        parent = uuid.UUID(web.plans["plan"])
        assert session.query(PlanVersion).filter_by(parent_id=parent).count() == 1


def test_undo_redo_save_and_discard(api):
    draft = api("edits", {"number": 0, "edits": [LOCK]}).json["id"]
    undone = api("undo", {"number": 1}, plan=draft).json
    assert (undone["number"], undone["edits"], undone["redo"], undone["locks"]) == (2, 0, True, [])
    redone = api("redo", {"number": 2}, plan=draft).json
    assert (redone["number"], redone["edits"], len(redone["locks"])) == (3, 1, 1)
    # the plan that this test makes breaks rules, so the checker lets nobody save it as solved
    saved = api("save", {"number": 3}, plan=draft).json
    assert (saved["state"], saved["verdict"]) == ("draft", "violated")
    assert api("save", {"number": 0}).status_code == 409
    assert api("discard", {}, plan=draft).json["state"] == "discarded"
    assert api("undo", {"number": 3}, plan=draft).status_code == 409


def test_replanning_keeps_locks_and_says_so(api):
    draft = api("edits", {"number": 0, "edits": [LOCK]}).json
    answer = api("replan", {"least_change": True, "time_limit_s": 30}, plan=draft["id"])
    assert answer.status_code == 202, answer.text
    assert answer.json["parent"] == draft["id"]
    assert answer.json["locks"] == draft["locks"]
    assert answer.json["state"] == "queued"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"edits": []},
        {"edits": [{"type": "fly"}]},
        {"edits": [{"type": "move"}]},
        {"number": -1, "edits": [LOCK]},
        {"edits": [{**LOCK, "scope": "world"}]},
        {"edits": [{**LOCK, "colour": "red"}]},
        {"edits": [{"type": "waive", "rule": "weight", "subject": "x", "reason": ""}]},
        {"edits": [LOCK, LOCK]},
    ],
)
def test_what_cannot_be_read_is_refused_and_begins_no_draft(web, api, body):
    answer = api("edits", body)
    assert answer.status_code == 422, answer.text
    assert answer.mimetype == "application/problem+json"
    with web.database.read() as session:
        parent = uuid.UUID(web.plans["plan"])
        assert session.query(PlanVersion).filter_by(parent_id=parent).count() == 0


def _same(parts):
    """Without the forms' tokens, which differ from answer to answer."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", parts)


def test_the_page_gets_what_it_draws_and_the_parts_that_changed(web, page):
    client, headers = page
    said = client.post(
        f"/plans/{web.plans['plan']}/edits", json={"number": 0, "edits": [LOCK]}, headers=headers
    )
    assert said.status_code == 201, said.text
    draft, news = said.json["plan"], said.json["news"]
    assert [route["vehicle"] for route in news["routes"]] == [VEHICLE]
    stops = [stop for trip in news["routes"][0]["trips"] for stop in trip["stops"]]
    assert sum(stop["locked"] for stop in stops) == 1
    parts = said.json["parts"]
    assert _same(parts) == _same(client.get(f"/plans/{draft}/hand").text)
    assert "手工调整中：1 处改动" in parts
    assert 'data-hand="save"' in parts
    assert "锁定 1 项" in parts
    view = client.get(f"/plans/{draft}/view.json").json
    assert view["routes"][0]["key"] == news["routes"][0]["key"]
    refused = client.post(
        f"/plans/{draft}/edits", json={"number": 0, "edits": [LOCK]}, headers=headers
    )
    assert (refused.status_code, refused.json["code"]) == (409, "changed_meanwhile")
    told = client.post(
        f"/plans/{web.plans['plan']}/edits", json={"number": 0, "edits": [LOCK]}, headers=headers
    )
    assert (told.status_code, told.json["draft"]) == (409, f"/plans/{draft}")
    undone = client.post(f"/plans/{draft}/undo", json={"number": 1}, headers=headers).json
    assert undone["news"]["routes"][0]["vehicle"] == VEHICLE
    assert _same(undone["parts"]) == _same(client.get(f"/plans/{draft}/hand").text)
    assert "没有改动" in undone["parts"]
    assert (
        client.post(f"/plans/{draft}/edits", json={"number": 2}, headers=headers).status_code == 422
    )
    assert (
        client.post(f"/plans/{draft}/edits", json={"number": 2, "edits": [LOCK]}).status_code == 400
    )


def test_only_a_violation_that_is_there_is_waived_under_a_name_and_printed(web, api, page):
    client, _headers = page
    draft = api("edits", {"number": 0, "edits": [LOCK], "ways": False}).json
    line = next(v for v in draft["violations"] if v["waivable"])
    wish = {
        "type": "waive",
        "rule": line["rule"],
        "subject": line["subject"],
        "reason": "已电话确认",
    }
    said = api("edits", {"number": 1, "edits": [wish], "ways": False}, plan=draft["id"]).json
    assert [w["reason"] for w in said["waived"]] == ["已电话确认"]
    name = web.world.rows["account:dispatcher"].name
    assert said["waived"][0]["who"] == name
    for below in ("run-sheets", "loading-sheets", "chat"):
        text = client.get(f"/plans/{draft['id']}/{below}").text
        assert "已电话确认" in text, below
        assert name in text, below
    csv = client.get(f"/plans/{draft['id']}/export.csv").get_data().decode("utf-8-sig")
    geo = json.loads(client.get(f"/plans/{draft['id']}/export.geojson").get_data())
    marks = [m for f in geo["features"] for m in f["properties"]["waivers"]]
    assert "已电话确认" in csv + str(marks)
    none = api("edits", {"number": 2, "edits": [wish], "ways": False}, plan=draft["id"])
    assert (none.status_code, none.json["code"]) == (422, "waive")


def test_versions_tell_parent_changes_and_what_is_newer_than_published(web, api, page):
    client, _headers = page
    date = {"date": web.world.rows["plan"].service_date}
    assert "下发后有改动" not in client.get("/plans/", query_string=date).text
    draft = api("edits", {"number": 0, "edits": [LOCK]}).json["id"]
    listed = client.get("/plans/", query_string=date).text
    assert "下发后有改动" in listed
    assert "1 处" in listed
    assert "锁定停靠点" in listed
    assert "下发后有改动" in client.get(f"/plans/{draft}").text
    assert client.get("/plans/changed", query_string=date).status_code == 200
