"""A driver's link: who it lets in, what it shows, what it takes."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.base import now
from models.execution.links import TRIES, ensure_links, renew_link, revoke_link
from models.execution.tables import DriverLink, Execution, ExecutionEvent
from models.orders.tables import Order
from models.planning.tables import PlanVersion
from tests.street import PHONE
from tests.webapp.conftest import csrf
from workers.planning.handout import chat_text, run_sheet


def event(number, kind, stop, **more):
    return {
        "client_id": f"phone-a-{number:04d}",
        "device_id": "phone-a-0",
        "kind": kind,
        "stop": stop.key,
        "at": (now() - timedelta(minutes=60 - number)).isoformat(),
        "sequence": number,
        **more,
    }


def post(client, token, events, address="/d/{}/events"):
    data = client.get(f"/d/{token}/day.json")
    headers = {"X-CSRFToken": data.json["csrf"]} if data.is_json and "csrf" in data.json else {}
    body = {"sent_at": now().isoformat(), "events": events}
    return client.post(address.format(token), json=body, headers=headers)


def test_the_database_keeps_no_token(driven):
    token = driven.tokens[0]
    assert len(token) == 22  # 132 bits
    with driven.web.database.read() as session:
        rows = session.scalars(select(DriverLink)).all()
    assert all(token not in str(vars(row)) for row in rows)


def test_it_asks_before_it_shows_anything(driven):
    client = driven.web.app.test_client()
    page = client.get(f"/d/{driven.tokens[0]}")
    assert page.status_code == 200
    assert driven.street.plate not in page.text
    assert "不读取您的位置" in page.text
    assert page.headers["X-Robots-Tag"].startswith("noindex")
    assert page.headers["Referrer-Policy"] == "same-origin"
    data = client.get(f"/d/{driven.tokens[0]}/day.json")
    assert (data.status_code, data.json) == (401, {"code": "open_again"})


@pytest.mark.parametrize("written", ["{}", " {} ", "{0[0]}{0[1]}·{0[2]}"])
def test_plate_and_phone_open_it(driven, written):
    client = driven.web.app.test_client()
    plate = driven.street.plate
    typed = f"{plate[:2]}·{plate[2:].lower()}" if "·" in written else written.format(plate)
    assert driven.open(client, driven.tokens[0], typed).status_code == 302
    page = client.get(f"/d/{driven.tokens[0]}")
    day = json.loads(re.search(r'id="d-data">(.*?)</script>', page.text).group(1))
    assert day["day"]["plate"] == plate
    assert [s["n"] for s in day["day"]["stops"] if s["kind"] == "visit"] == list(range(1, 9))


def test_the_cookie_is_for_this_link_alone(driven, web):
    client = driven.driver()
    assert client.get(f"/d/{driven.tokens[0]}").status_code == 200
    assert client.get("/orders/").status_code == 302
    with web.database.write() as session:
        row = session.scalars(select(Execution)).one()
        secret = web.app.extensions["settings"].secret
        renew_link(session, web.world.actors["dispatcher"], row.id, secret)
    assert client.get(f"/d/{driven.tokens[0]}").status_code == 410


def test_five_wrong_answers_lock_it_for_the_right_one_too(driven):
    client = driven.web.app.test_client()
    for left in range(TRIES - 1, 0, -1):
        answer = driven.open(client, driven.tokens[0], digits="0000")
        assert answer.status_code == 403
        assert f"还可再试 {left} 次" in answer.text
    answer = driven.open(client, driven.tokens[0], digits="0000")
    assert "已锁定" in answer.text
    assert client.get(f"/d/{driven.tokens[0]}").status_code == 410


def test_a_wrong_plate_counts_as_well_and_a_right_answer_forgets_the_count(driven, web):
    client = driven.web.app.test_client()
    for _ in range(TRIES - 1):
        assert driven.open(client, driven.tokens[0], plate="辽Z00000").status_code == 403
    assert driven.open(client, driven.tokens[0]).status_code == 302
    with web.database.read() as session:
        assert session.scalars(select(DriverLink)).one().tries == 0


def test_revoked_expired_and_unknown_links_show_nothing(driven, web):
    client = driven.driver()
    assert client.get("/d/AAAAAAAAAAAAAAAAAAAAAA").status_code == 404
    with web.database.write() as session:
        link = session.scalars(select(DriverLink)).one()
        link.created_at, link.expires_at = now() - timedelta(days=3), now() - timedelta(days=1)
    assert client.get(f"/d/{driven.tokens[0]}").status_code == 410
    assert client.get(f"/d/{driven.tokens[0]}/day.json").status_code == 410
    with web.database.write() as session:
        link = session.scalars(select(DriverLink)).one()
        link.expires_at = now() + timedelta(days=1)
    assert client.get(f"/d/{driven.tokens[0]}").status_code == 200
    with web.database.write() as session:
        revoke_link(session, web.world.actors["dispatcher"], link.execution_id)
    assert client.get(f"/d/{driven.tokens[0]}").status_code == 410


def test_events_are_taken_once_and_reach_orders_and_plan(driven, web):
    client = driven.driver()
    stop = driven.route.stops[1]
    sent = [event(1, "arrive", stop), event(2, "done", stop)]
    first = post(client, driven.tokens[0], sent)
    again = post(client, driven.tokens[0], sent)
    assert [r["result"] for r in first.json["results"]] == ["stored", "stored"]
    assert [r["result"] for r in again.json["results"]] == ["known", "known"]
    assert len(again.json["events"]) == 2
    with web.database.read() as session:
        assert len(session.scalars(select(ExecutionEvent)).all()) == 2
        assert session.get(PlanVersion, web.world.id("plan")).state == "executing"
        assert session.get(Order, driven.street.orders[0].id).state == "delivered"


def test_events_need_the_cookie_and_the_form_token(driven):
    stranger = driven.web.app.test_client()
    stop = driven.route.stops[1]
    token = driven.tokens[0]
    stranger.get(f"/d/{token}")
    page = csrf(stranger.get(f"/d/{token}").text)
    answer = stranger.post(
        f"/d/{token}/events",
        json={"events": [event(1, "arrive", stop)]},
        headers={"X-CSRFToken": page},
    )
    assert answer.status_code == 401
    client = driven.driver()
    assert client.post(f"/d/{token}/events", json={"events": []}).status_code == 400


@pytest.mark.parametrize("body", [[], {}, {"events": "x"}, {"events": [1], "sent_at": "soon"}])
def test_a_body_that_is_none_is_refused_in_words(driven, body):
    client = driven.driver()
    headers = {"X-CSRFToken": client.get(f"/d/{driven.tokens[0]}/day.json").json["csrf"]}
    answer = client.post(f"/d/{driven.tokens[0]}/events", json=body, headers=headers)
    assert answer.status_code == 422
    assert answer.json["message"]


def test_a_driver_with_an_account_sees_the_same_day_and_nobody_elses(driven, web):
    client = web.client("driver")
    page = client.get("/duties/", follow_redirects=True)
    assert driven.street.plate[2:] in page.text
    with web.database.read() as session:
        key = session.scalars(select(Execution)).one().id
    data = client.get(f"/duties/{key}/day.json").json
    link = driven.driver().get(f"/d/{driven.tokens[0]}/day.json").json
    assert data["day"] == link["day"]
    stop = driven.route.stops[1]
    answer = client.post(
        f"/duties/{key}/events",
        json={"sent_at": now().isoformat(), "events": [event(1, "arrive", stop)]},
        headers={"X-CSRFToken": data["csrf"]},
    )
    assert answer.json["results"][0]["result"] == "stored"
    other = web.client("driver2")
    assert other.get(f"/duties/{key}").status_code == 404
    assert other.get("/duties/").status_code == 200


def test_phone_paper_and_chat_agree_to_the_minute(driven):
    data = driven.driver().get(f"/d/{driven.tokens[0]}/day.json").json["day"]
    view = driven.route.shown
    sheet = run_sheet({"zones": [], "service_date": ""}, view)
    paper = [s["arrive_text"] for t in sheet["trips"] for s in t["stops"] if s["orders"]]
    phone = [s["arrive_text"] for s in data["stops"] if s["kind"] == "visit"]
    assert phone == paper
    chat = chat_text({"service_date": ""}, view)
    assert all(text in chat for text in phone)
    turns = [line["turn"] for line in data["loading"][0]["lines"]]
    assert turns == [1, 2, 3, 4]
    assert [line["n"] for line in data["loading"][0]["lines"]] == [4, 3, 2, 1]


def test_only_who_must_call_gets_a_number_and_every_app_its_datum(driven):
    data = driven.driver().get(f"/d/{driven.tokens[0]}/day.json").json["day"]
    stop = next(s for s in data["stops"] if s["kind"] == "visit" and s["contacts"])
    assert stop["contacts"][0]["phone"].startswith("1990001")
    assert PHONE not in json.dumps(data)
    apps = {one["app"]: one["address"] for one in stop["navigation"]}
    assert set(apps) == {"amap", "baidu", "tencent", "apple", "geo"}
    lon, lat = stop_at(driven, stop["key"])
    assert f"to={lon:.6f}%2C{lat:.6f}%2C" in apps["amap"]  # at sea: handed over as it is
    assert f"location={lat:.6f}%2C{lon:.6f}" in apps["baidu"]


def stop_at(driven, key):
    return next(s.shown["at"] for s in driven.route.stops if s.key == key)


@pytest.mark.usefixtures("driven")
def test_links_are_made_once(web):
    secret = web.app.extensions["settings"].secret
    with web.database.write() as session:
        version = session.get(PlanVersion, web.world.id("plan"))
        assert ensure_links(session, web.world.actors["dispatcher"], version, secret) == []
