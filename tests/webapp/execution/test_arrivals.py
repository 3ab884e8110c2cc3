"""Where is it? Shippers and receivers see their own deliveries move; the public sees one window."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.base import now
from models.execution.tables import Execution, ExecutionEvent, TrackingLink
from models.orders.tables import Order
from models.planning.tables import PlanVersion
from tests.webapp.conftest import csrf
from tests.webapp.execution.test_driver_link import event, post
from webapp.duties.days import days


def token_of(client, address="/welcome"):
    return csrf(client.get(address).text)


@pytest.fixture
def receiver(web):
    return web.client("receiver")


def test_a_receiver_sees_its_own_deliveries_with_a_masked_plate(driven, receiver):
    page = receiver.get("/arrivals/").text
    mine = [driven.street.orders[k].reference for k in (0, 2, 4, 6)]
    theirs = [driven.street.orders[k].reference for k in (1, 3, 5, 7)]
    assert all(f">{ref} ·" in page or f"{ref} ·" in page for ref in mine)
    assert not any(f"{ref} ·" in page for ref in theirs)
    assert driven.street.plate not in page
    assert "待发车" in page
    assert "月台已备好" in page


def test_what_the_driver_tells_moves_the_window_and_done_ones_come_last(driven, receiver):
    client = driven.driver()
    stops = driven.route.stops
    post(client, driven.tokens[0], [event(1, "done", stops[0]), event(2, "arrive", stops[1])])
    page = receiver.get("/arrivals/").text
    assert "已到达" in page
    assert "等待" in page
    post(client, driven.tokens[0], [event(3, "done", stops[1])])
    page = receiver.get("/arrivals/").text
    first, last = driven.street.orders[2].reference, driven.street.orders[0].reference
    assert page.index(f"{first} ·") < page.index(f"{last} ·")
    assert "已签收" in page


def test_a_ready_dock_is_told_to_the_driver_and_a_foreign_one_refused(driven, receiver, web):
    order, foreign = driven.street.orders[0], driven.street.orders[1]
    sent = {"csrf_token": token_of(receiver)}
    answer = receiver.post(f"/arrivals/{order.id}/ready", data=sent, follow_redirects=True)
    assert "已告知司机" in answer.text
    data = driven.driver().get(f"/d/{driven.tokens[0]}/day.json").json
    assert [e["kind"] for e in data["events"]] == ["dock_ready"]
    assert data["events"][0]["stop"] == driven.route.stops[1].key
    assert data["state"] == "published"  # only what comes from the vehicle sets the plan going
    assert receiver.post(f"/arrivals/{foreign.id}/ready", data=sent).status_code == 404
    shipper = web.client("shipper")
    sent = {"csrf_token": token_of(shipper)}
    assert shipper.post(f"/arrivals/{order.id}/ready", data=sent).status_code == 404


def test_a_shipper_sees_where_its_orders_are_and_no_others(driven, web):
    shipper = web.client("shipper")
    stop = driven.route.stops[1]
    post(driven.driver(), driven.tokens[0], [event(1, "arrive", stop), event(2, "done", stop)])
    page = shipper.get("/arrivals/").text
    assert driven.street.orders[2].reference in page
    assert f"{driven.street.orders[1].reference} ·" not in page
    assert driven.street.plate not in page
    listed = shipper.get(
        "/orders/", query_string={"date": driven.street.version.service_date.isoformat()}
    ).text
    assert re.search(r"\d\d:\d\d–\d\d:\d\d", listed)
    one = shipper.get(f"/orders/{driven.street.orders[0].id}").text
    assert "已签收" in one
    assert driven.street.plate not in one


def make_link(client, order):
    sent = {"csrf_token": token_of(client)}
    answer = client.post(f"/orders/{order.id}/tracking", data=sent, follow_redirects=True)
    return re.search(r'value="http://localhost(/t/[\w-]{22})"', answer.text).group(1)


def test_public_tracking_says_window_and_state_and_nothing_else(driven, web):
    shipper = web.client("shipper")
    order = driven.street.orders[2]
    path = make_link(shipper, order)
    stranger = web.app.test_client()
    page = stranger.get(path)
    assert re.search(r"\d\d:\d\d–\d\d:\d\d", page.text)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.headers["X-Robots-Tag"]
    for told in (
        order.reference,
        driven.street.plate,
        "辽Z***",
        driven.street.stores[2].name,
        "CANARY",
        "公司",
    ):
        assert told not in page.text
    stop = driven.route.stops[3]
    post(driven.driver(), driven.tokens[0], [event(1, "done", stop)])
    assert "已签收" in stranger.get(path).text


def test_public_tracking_ends_is_revoked_and_its_token_is_not_kept(driven, web):
    shipper = web.client("shipper")
    order = driven.street.orders[0]
    path = make_link(shipper, order)
    stranger = web.app.test_client()
    with web.database.write() as session:
        link = session.scalars(select(TrackingLink)).one()
        assert path.rsplit("/", 1)[1] not in str(vars(link))
        assert timedelta(days=6) < link.expires_at - now() <= timedelta(days=7)
        link.created_at, link.expires_at = now() - timedelta(days=8), now() - timedelta(days=1)
    gone = stranger.get(path)
    none = stranger.get("/t/AAAAAAAAAAAAAAAAAAAAAA")
    assert (gone.status_code, gone.data) == (none.status_code, none.data) == (404, none.data)
    path = make_link(shipper, order)
    with web.database.read() as session:
        live = select(TrackingLink).where(TrackingLink.expires_at > now())
        key = session.scalars(live).one().id
    rival = web.client("shipper2")
    address = f"/orders/{order.id}/tracking/{key}/revoke"
    assert rival.post(address, data={"csrf_token": token_of(rival)}).status_code == 404
    assert stranger.get(path).status_code == 200
    shipper.post(address, data={"csrf_token": token_of(shipper)})
    assert stranger.get(path).status_code == 404
    sent = {"csrf_token": token_of(rival)}
    assert rival.post(f"/orders/{order.id}/tracking", data=sent).status_code == 404


def test_telling_ready_twice_is_one_row_each_and_no_order_moves(driven, receiver, web):
    order = driven.street.orders[0]
    sent = {"csrf_token": token_of(receiver)}
    for _ in range(2):
        receiver.post(f"/arrivals/{order.id}/ready", data=sent)
    with web.database.read() as session:
        assert len(session.scalars(select(Execution)).all()) == 1
        assert {e.kind for e in session.scalars(select(ExecutionEvent))} == {"dock_ready"}


def test_a_stores_page_shows_waiting_as_it_was_and_says_when_nothing_was_told(
    driven, receiver, web
):
    stop, store = driven.route.stops[1], driven.street.stores[0]
    page = receiver.get(f"/stores/{store.id}").text
    assert "没有可以计算等待的送货记录" in page
    taps = [event(1, "arrive", stop), event(31, "done", stop)]
    post(driven.driver(), driven.tokens[0], taps)
    service = (stop.depart - stop.start) / 60
    said = f"1 次送货，等待中位 {30 - service:.0f} 分钟"
    for role in ("receiver", "shipper", "dispatcher"):
        assert said in web.client(role).get(f"/stores/{store.id}").text
    assert f"中位 {30 - service:.0f} 分钟 · 1 次" in web.client("dispatcher").get("/stores/").text


def signing(client, order, address=None, **typed):
    """Send the receipt of a visit: ``units``, ``reason``, ``note`` of one order."""
    sent = {f"{name}|{order.id}": value for name, value in typed.items()}
    sent["csrf_token"] = token_of(client)
    return client.post(address or f"/arrivals/{order.id}/receipt", data=sent)


def state_of(web, order):
    with web.database.read() as session:
        row = session.get(Order, order.id)
        return row.state, row.reason


def test_a_receiver_signs_for_what_came_and_all_three_see_where_it_differs(driven, receiver, web):
    order, stop = driven.street.orders[0], driven.route.stops[1]
    post(driven.driver(), driven.tokens[0], [event(1, "arrive", stop), event(2, "done", stop)])
    assert state_of(web, order) == ("delivered", None)
    page = receiver.get(f"/arrivals/{order.id}/receipt").text
    assert "司机：已签收" in page
    kept = signing(receiver, order, units="6", reason="damaged", note="两箱压坏")
    assert kept.status_code == 302, kept.text
    assert "差异或拒收 1 单，已告知调度和货主" in receiver.get("/arrivals/").text
    assert state_of(web, order) == ("partly_delivered", "货物破损：两箱压坏")
    with web.database.read() as session:
        told = session.scalars(select(ExecutionEvent).order_by(ExecutionEvent.received_at)).all()
        assert [(e.kind, e.source) for e in told] == [
            ("arrive", "link"),
            ("done", "link"),
            ("partial", "receiver"),
        ]
    for role, address in (("shipper", f"/orders/{order.id}"), ("receiver", "/arrivals/")):
        shown = re.sub(r"<[^>]+>", "", web.client(role).get(address).text)
        assert "收货方：差异签收 6/8 货物破损 两箱压坏" in shown
        assert "说法不一致" in shown
    with web.database.read() as session:
        key = session.scalars(select(Execution.id)).one()
    desk = re.sub(r"<[^>]+>", "", web.client("dispatcher").get(f"/execution/{key}").text)
    assert "说法不一致" in desk
    assert re.search(r"收货方 \S+ \S+ 差异签收 6/8", desk)
    day = driven.driver().get(f"/d/{driven.tokens[0]}/day.json").json
    assert [e["kind"] for e in day["events"] if e["source"] == "receiver"] == ["partial"]


def test_refusing_needs_a_reason_and_what_was_typed_stays(driven, receiver, web):
    order, stop = driven.street.orders[0], driven.route.stops[1]
    post(driven.driver(), driven.tokens[0], [event(1, "arrive", stop)])
    for typed, said in (
        ({"units": "0"}, "少收或拒收请选择原因"),
        ({"units": "九"}, "“九”不是件数"),
        ({"units": "99", "reason": "missing"}, "实收须为 0–8 的整数"),
    ):
        answer = signing(receiver, order, **typed)
        assert answer.status_code == 422
        assert said in answer.text
        assert f'value="{typed["units"]}"' in answer.text
    assert state_of(web, order)[0] == "dispatched"
    signing(receiver, order, units="0", reason="temperature")
    assert "与现有记录不同" not in receiver.get("/arrivals/").text
    assert state_of(web, order) == ("refused", "温度不达标")
    signing(receiver, order, units="8")
    assert state_of(web, order)[0] == "delivered", "the receiver's last word counts"
    refusal = event(3, "refused", stop, orders=[{"id": str(order.id)}], reason="damaged")
    post(driven.driver(), driven.tokens[0], [refusal])
    signing(receiver, order, units="8")
    assert "1 单与现有记录不同，由调度核实" in receiver.get("/arrivals/").text
    assert state_of(web, order)[0] == "refused", "a difference that one of the two tells stands"


def test_nobody_else_signs_and_nothing_is_signed_before_it_can_have_come(driven, receiver, web):
    order, foreign = driven.street.orders[0], driven.street.orders[1]
    assert signing(receiver, foreign).status_code == 404
    assert receiver.get(f"/arrivals/{foreign.id}/receipt").status_code == 404
    for role in ("shipper", "dispatcher", "receiver2"):
        client = web.client(role)
        assert signing(client, order).status_code in {403, 404}
    assert state_of(web, order)[0] == "planned"


def test_a_receipt_far_ahead_of_the_plan_is_refused(driven, receiver, web, monkeypatch):
    order, stop = driven.street.orders[0], driven.route.stops[1]
    early = days_clock(driven).at(stop.arrive) - timedelta(hours=3)
    monkeypatch.setattr("workers.execution.receipt.now", lambda: early)
    answer = signing(receiver, order, units="8")
    assert answer.status_code == 422
    assert "到货后再签收" in answer.text
    assert state_of(web, order)[0] == "planned"


def days_clock(driven):
    with driven.web.app.app_context(), driven.web.database.read() as session:
        return days().of(session.get(PlanVersion, driven.street.version.id)).clock
