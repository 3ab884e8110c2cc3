"""Orders by hand: the form, the cut-off clock, late requests, counts, requests, answers."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from models.orders import cutoff
from models.orders.tables import Order
from models.orders.wave_tables import OrderRequest
from models.planning.tables import PlanVersion
from tests.webapp.conftest import Web, csrf
from webapp.orders import pages

DAY = "2026-11-24"
LAST = datetime(2026, 11, 23, 10, tzinfo=UTC)
"""18:00 of the day before, in the city."""


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    def at(moment):
        for module in (cutoff, pages):
            monkeypatch.setattr(module, "now", lambda: moment)

    at(LAST.replace(hour=7, minute=47))
    return at


class Desk:
    """A browser that fills in forms."""

    def __init__(self, web: Web, role: str) -> None:
        self.web, self.client = web, web.client(role)

    def get(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.status_code
        return answer.text

    def post(self, path: str, **data: str):
        token = csrf(self.client.get("/welcome").text)
        return self.client.post(path, data={"csrf_token": token, **data})

    def order(self, reference: str, **more: str):
        world = self.web.world
        form = {
            "kind": "delivery",
            "reference": reference,
            "service_date": DAY,
            "store": str(world.id("store")),
            "depot": str(world.id("hub")),
            "units": "12",
            "unit_kind": "carton",
            "temperature": "ambient",
            "do": "submit",
        }
        return self.post("/orders/new", **{**form, **more})


def stored(web: Web, reference: str) -> Order:
    with web.database.read() as session:
        return session.scalars(select(Order).where(Order.reference == reference)).one()


def test_a_shipper_writes_an_order_by_hand_and_the_load_is_estimated(web):
    desk = Desk(web, "shipper")
    answer = desk.order("H1", windows="06:00-07:30；22:00-02:00", tail_lift="y")
    assert answer.status_code == 302
    order = stored(web, "H1")
    assert (order.state, order.late, order.units) == ("submitted", False, 12)
    assert order.estimated == ["weight_g", "volume_cm3"]
    assert order.weight_g > 0
    assert [(w["start"], w["end"], w["night"]) for w in order.windows] == [
        (-7200, 7200, True),
        (21_600, 27_000, False),
    ]
    assert order.windows[0]["needs"] == ["quiet"]
    assert order.needs == ["tail_lift"]
    page = desk.get(answer.headers["Location"])
    assert "H1" in page
    assert "前日 22:00–02:00" in page


def test_faults_stand_beside_their_fields_and_what_was_typed_is_kept(web):
    desk = Desk(web, "shipper")
    assert desk.order("H2").status_code == 302
    again = desk.order("H2", goods_name="冷鲜肉", weight_g="十")
    assert again.status_code == 422
    assert "不是数字" in again.text
    assert 'value="冷鲜肉"' in again.text
    taken = desk.order("H2")
    assert "单号 H2 已有有效订单" in taken.text


def test_a_pickup_goes_from_store_to_depot(web):
    desk = Desk(web, "shipper")
    assert desk.order("P1", kind="pickup", windows="14:00-16:00").status_code == 302
    order = stored(web, "P1")
    assert (order.pickup_place_id, order.delivery_place_id) == (
        web.world.id("store"),
        web.world.id("hub"),
    )
    assert (order.windows, order.pickup_windows[0]["start"]) == ([], 50_400)
    assert "揽收" in desk.get(f"/orders/?date={DAY}")


def test_the_clock_says_how_long_there_is_and_then_that_it_is_late(web, clock):
    desk = Desk(web, "shipper")
    for path in ("/orders/", "/imports/"):
        assert "距截单 02:13" in desk.get(f"{path}?date={DAY}")
    clock(LAST.replace(second=1))
    assert "已截单，现在提交为迟到申请" in desk.get(f"/orders/?date={DAY}")
    assert "距截单" not in Desk(web, "dispatcher").get(f"/orders/?date={DAY}")


def test_late_by_form_and_by_interface_waits_for_the_dispatchers_word(web, clock):
    clock(LAST.replace(second=1))
    Desk(web, "shipper").order("L1")
    assert stored(web, "L1").late
    program = web.app.test_client()
    body = {
        "reference": "L2",
        "service_date": DAY,
        "store_code": "S1",
        "pickup_place_id": str(web.world.id("hub")),
        "weight_g": 1,
        "volume_cm3": 1,
    }
    headers = {**web.bearer("shipper"), "Idempotency-Key": uuid.uuid4().hex}
    answer = program.post("/api/v1/orders", json=body, headers=headers)
    assert (answer.json["late"], answer.json["state"]) == (True, "submitted")
    dispatcher = Desk(web, "dispatcher")
    page = dispatcher.get(f"/orders/?date={DAY}")
    assert "2 单迟到申请" in page
    assert "全部受理" not in page
    dispatcher.post(f"/orders/accept?date={DAY}")
    assert stored(web, "L1").state == "submitted", "accepting all leaves late ones alone"
    order = stored(web, "L1")
    dispatcher.post(f"/orders/{order.id}/reject", reason="车辆已满")
    dispatcher.post(f"/orders/{stored(web, 'L2').id}/accept")
    assert (stored(web, "L1").state, stored(web, "L2").state) == ("rejected", "accepted")


def test_the_dispatcher_changes_a_shippers_order_and_it_stays_accepted(web):
    Desk(web, "shipper").order("C1")
    order = stored(web, "C1")
    desk = Desk(web, "dispatcher")
    desk.post(f"/orders/{order.id}/accept")
    page = desk.get(f"/orders/{order.id}/edit")
    assert f'value="{order.reference}"' in page
    seen = str(stored(web, "C1").row_version)
    form = {
        "kind": "delivery",
        "reference": "C1",
        "service_date": DAY,
        "store": str(web.world.id("store")),
        "depot": str(web.world.id("hub")),
        "units": "20",
        "unit_kind": "carton",
        "temperature": "chilled",
        "row_version": seen,
    }
    assert desk.post(f"/orders/{order.id}/edit", **form).status_code == 302
    changed = stored(web, "C1")
    assert (changed.state, changed.units, changed.version) == ("accepted", 20, 2)
    assert changed.windows == order.windows
    stale = desk.post(f"/orders/{order.id}/edit", **form)
    assert stale.status_code == 422
    assert "已被他人修改" in stale.text
    told = re.sub(r"<[^>]+>", "", Desk(web, "shipper").get(f"/orders/{order.id}"))
    assert "件数：12 → 20" in told
    assert "温度要求：常温 → 冷藏" in told
    assert "调度方" in told


def test_a_dispatcher_writes_an_order_for_one_of_its_shippers(web):
    desk = Desk(web, "dispatcher")
    assert "代哪位货主下单" in desk.get("/orders/new")
    world = web.world
    path = f"/orders/new?shipper={world.organisations['shipper'].id}"
    answer = desk.post(
        path,
        kind="delivery",
        reference="D1",
        service_date=DAY,
        store=str(world.id("store")),
        depot=str(world.id("hub")),
        units="3",
        unit_kind="piece",
        temperature="ambient",
    )
    assert answer.status_code == 302, answer.text
    assert stored(web, "D1").shipper_id == world.organisations["shipper"].id
    foreign = world.organisations["shipper2"].id
    assert desk.client.get(f"/orders/new?shipper={foreign}").status_code == 404


def test_more_than_a_published_plan_holds_is_asked_for_and_answered_on_the_orders_page(web):
    order = web.world.rows["order"]
    shipper, dispatcher = Desk(web, "shipper"), Desk(web, "dispatcher")
    shipper.post(f"/orders/{order.id}/count", units="14")
    assert "待答复" in shipper.get(f"/orders/{order.id}")
    with web.database.read() as session:
        request = session.scalars(select(OrderRequest)).one()
    path = f"/orders/{order.id}/requests/{request.id}"
    assert Desk(web, "dispatcher2").post(path, do="granted").status_code == 404
    assert shipper.post(path, do="granted").status_code == 404
    dispatcher.post(path, do="granted")
    with web.database.read() as session:
        assert session.get(Order, order.id).units == 14
        version = session.get(PlanVersion, web.world.id("plan"))
    page = dispatcher.get(f"/plans/{version.id}")
    assert "件数 10 → 14，超出排线时的货量" in page
    flag = re.search(rf"/plans/{version.id}/flags/([0-9a-f-]+)", page).group(1)
    assert "1 条提示" in dispatcher.get(f"/plans/?date={version.service_date}")
    assert Desk(web, "dispatcher2").post(f"/plans/{version.id}/flags/{flag}").status_code == 404
    dispatcher.post(f"/plans/{version.id}/flags/{flag}")
    assert "超出排线时的货量" not in dispatcher.get(f"/plans/{version.id}")


def test_by_interface_a_count_keeps_the_state_and_a_cancel_after_dispatch_is_a_request(web):
    key = web.world.id("order")
    program = web.app.test_client()

    def post(verb, **body):
        headers = {**web.bearer("shipper"), "Idempotency-Key": uuid.uuid4().hex}
        return program.post(f"/api/v1/orders/{key}/{verb}", json=body, headers=headers)

    less = post("count", units=9)
    assert (less.status_code, less.json["units"], less.json["state"]) == (200, 9, "planned")
    more = post("count", units=99)
    assert (more.status_code, more.json["asked"], more.json["units"]) == (202, True, 9)
    assert post("count", units=0).status_code == 422
    assert post("amend", units=5).status_code == 409, "a published plan holds it"
    with web.database.write() as session:
        session.get(Order, key).state = "dispatched"
    gone = post("cancel", reason="停电")
    assert (gone.status_code, gone.json["state"], gone.json["cancel_requested"]) == (
        202,
        "dispatched",
        True,
    )
