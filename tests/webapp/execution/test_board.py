"""The dispatcher's board: who has not started, what is late, what went wrong; links, closing."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.base import now
from models.execution.links import find_driver_link, usable
from models.execution.tables import DriverLink, Execution
from models.orders.tables import Order
from models.planning.tables import PlanVersion
from tests.webapp.conftest import csrf
from tests.webapp.execution.test_driver_link import event, post


@pytest.fixture
def desk(web):
    return web.client("dispatcher")


def send(desk, address, **data):
    token = csrf(desk.get("/execution/").text)
    return desk.post(address, data={"csrf_token": token, **data}, follow_redirects=True)


def execution(web):
    with web.database.read() as session:
        return session.scalars(select(Execution)).one().id


def test_the_board_shows_who_has_not_started_and_what_went_wrong(driven, desk, web):
    page = desk.get("/execution/").text
    assert "过点未发车" in page
    assert "0 / 8" in page
    stop = driven.route.stops[1]
    order = driven.street.orders[0]
    refusal = event(2, "refused", stop, orders=[{"id": str(order.id)}], reason="damaged")
    post(driven.driver(), driven.tokens[0], [event(1, "arrive", stop), refusal])
    page = desk.get("/execution/").text
    assert "1 / 8" in page
    assert order.reference in page
    assert "货物破损" in page
    show = desk.get(f"/execution/{execution(web)}").text
    assert "拒收" in show
    assert "司机链接" in show


def test_two_phones_that_disagree_are_told_to_the_dispatcher(driven, desk, web):
    stop = driven.route.stops[1]
    client = driven.driver()
    post(client, driven.tokens[0], [event(1, "done", stop)])
    other = event(2, "refused", stop, orders=[{"id": stop.tasks[0].order}], reason="damaged")
    post(client, driven.tokens[0], [{**other, "device_id": "phone-b-0"}])
    page = desk.get(f"/execution/{execution(web)}").text
    assert "说法不一致" in page
    assert "说法不一致 1 处" in desk.get("/execution/").text


def test_what_a_driver_says_by_telephone_and_what_was_wrong(driven, desk, web):
    key = execution(web)
    stop = driven.route.stops[1]
    page = send(desk, f"/execution/{key}/tell", kind="done", stop=stop.key)
    assert "已记录" in page.text
    with web.database.read() as session:
        assert session.get(Order, driven.street.orders[0].id).state == "delivered"
    mine = page.text.split('name="of" value="')[1].split('"')[0]
    send(desk, f"/execution/{key}/tell", kind="undo", of=mine)
    with web.database.read() as session:
        assert session.get(Order, driven.street.orders[0].id).state == "planned"


def test_links_are_renewed_revoked_and_stand_on_paper_and_in_the_chat(driven, desk, web):
    key = execution(web)
    plan = web.plans["plan"]
    token = driven.tokens[0]
    assert f"/d/{token}" in desk.get(f"/plans/{plan}/chat").text
    assert "扫码打开今日任务" in desk.get(f"/plans/{plan}/run-sheets").text
    assert f"/d/{token}" in desk.get(f"/execution/{key}").text
    send(desk, f"/execution/{key}/link")
    page = desk.get(f"/execution/{key}").text
    assert f"/d/{token}" not in page
    assert "/d/" in page
    send(desk, f"/execution/{key}/link/revoke")
    assert "/d/" not in desk.get(f"/execution/{key}").text
    assert "扫码看电子派车单" in desk.get(f"/plans/{plan}/run-sheets").text
    with web.database.read() as session:
        rows = session.scalars(select(DriverLink)).all()
        assert len(rows) == 2
        assert not any(usable(row) for row in rows)
        assert find_driver_link(session, token) is not None
    send(desk, "/execution/links", date=driven.street.version.service_date.isoformat())
    assert "/d/" in desk.get(f"/execution/{key}").text


def test_another_operator_does_not_know_of_it(driven, web):
    rival = web.client("dispatcher2")
    key = execution(web)
    assert rival.get(f"/execution/{key}").status_code == 404
    assert driven.street.plate not in rival.get("/execution/").text
    for way in ("tell", "link", "link/revoke"):
        token = csrf(rival.get("/execution/").text)
        answer = rival.post(f"/execution/{key}/{way}", data={"csrf_token": token, "kind": "done"})
        assert answer.status_code == 404
    for role in ("shipper", "receiver", "carrier", "driver"):
        assert web.client(role).get(f"/execution/{key}").status_code == 404


def test_closing_asks_for_a_reason_and_late_news_is_marked(driven, desk, web):
    plan = web.plans["plan"]
    stop = driven.route.stops[1]
    client = driven.driver()
    post(client, driven.tokens[0], [event(1, "done", stop)])
    assert "没有签收结果" in send(desk, f"/execution/close/{plan}").text
    assert "已收车" in send(desk, f"/execution/close/{plan}", reason="司机手机没电").text
    with web.database.read() as session:
        assert session.get(PlanVersion, web.world.id("plan")).state == "closed"
    late = post(client, driven.tokens[0], [event(2, "done", driven.route.stops[2])])
    assert late.json["results"][0]["result"] == "stored"
    page = desk.get(f"/execution/{execution(web)}").text
    assert "收车后" in page


def closed_with_late_news(driven, desk, web):
    """The first order told after closing, the third never loaded as far as anybody knew."""
    send(desk, f"/execution/close/{web.plans['plan']}", reason="司机手机没电")
    client, stops = driven.driver(), driven.route.stops
    orders = [{"id": stops[2].tasks[0].order, "units": 3}]
    taps = [event(1, "done", stops[0]), event(2, "done", stops[1])]
    taps.append(event(3, "partial", stops[2], orders=orders, reason="missing"))
    post(client, driven.tokens[0], taps)
    return [uuid.UUID(stops[number].tasks[0].order) for number in (1, 2)]


def states_of(web, keys):
    with web.database.read() as session:
        return [session.get(Order, key).state for key in keys]


def test_late_news_is_applied_or_dismissed_by_the_dispatcher_with_a_reason(driven, desk, web):
    plan = web.plans["plan"]
    client, stops = driven.driver(), driven.route.stops
    post(client, driven.tokens[0], [event(9, "arrive", stops[0])])  # sets the plan going
    keys = closed_with_late_news(driven, desk, web)
    assert states_of(web, keys) == ["accepted", "accepted"], "never loaded, as far as was known"
    page = desk.get("/execution/").text
    assert "收车后补传的回报" in page
    path = f"/execution/late/{plan}"
    assert "请填写原因" in send(desk, path, order=str(keys[0]), do="apply").text
    assert "没有选择" in send(desk, path, reason="核实", do="apply").text
    assert states_of(web, keys) == ["accepted", "accepted"]
    assert (
        "已按回报更正 1 单"
        in send(desk, path, order=str(keys[0]), do="apply", reason="门店确认收到").text
    )
    assert (
        "1 单保持不变" in send(desk, path, order=str(keys[1]), do="dismiss", reason="司机点错").text
    )
    assert states_of(web, keys) == ["delivered", "accepted"]
    assert "收车后补传的回报" not in desk.get("/execution/").text
    assert "门店确认收到" in desk.get(f"/orders/{keys[0]}").text
    assert "不采用：司机点错" in desk.get(f"/orders/{keys[1]}").text
    post(client, driven.tokens[0], [event(4, "refused", stops[2], reason="damaged")])
    assert "收车后补传的回报" in desk.get("/execution/").text, "new news asks anew"


def test_late_news_is_the_own_dispatchers_to_decide(driven, desk, web):
    post(driven.driver(), driven.tokens[0], [event(9, "arrive", driven.route.stops[0])])
    (key, _other) = closed_with_late_news(driven, desk, web)
    for role in ("dispatcher2", "shipper", "driver"):
        client = web.client(role)
        sent = {"csrf_token": csrf(client.get("/welcome").text), "order": str(key)}
        sent |= {"do": "apply", "reason": "x"}
        answer = client.post(f"/execution/late/{web.plans['plan']}", data=sent)
        assert answer.status_code == 404
    assert states_of(web, [key]) == ["accepted"]


def test_a_day_without_a_plan_says_so(desk):
    page = desk.get("/execution/", query_string={"date": "2031-01-01"})
    assert "没有已下发的方案" in page.text


def test_times_of_a_phone_with_a_wrong_clock_are_shown_right(driven, desk, web):
    client = driven.driver()
    data = client.get(f"/d/{driven.tokens[0]}/day.json").json
    off = timedelta(hours=5)
    tap = event(1, "arrive", driven.route.stops[1])
    tap["at"] = (now() - timedelta(minutes=30) + off).isoformat()
    client.post(
        f"/d/{driven.tokens[0]}/events",
        json={"sent_at": (now() + off).isoformat(), "events": [tap]},
        headers={"X-CSRFToken": data["csrf"]},
    )
    page = desk.get(f"/execution/{execution(web)}").text
    local = (now() - timedelta(minutes=30) + timedelta(hours=8)).strftime("%m-%d %H:%M")
    before = (now() - timedelta(minutes=31) + timedelta(hours=8)).strftime("%m-%d %H:%M")
    assert local in page or before in page
