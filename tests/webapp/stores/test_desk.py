"""The store's desk and courier waves in the browser's and a program's hands."""

from __future__ import annotations

import io
import re
import uuid

import openpyxl
import pytest
from sqlalchemy import select

from models.orders import cutoff
from models.orders.tables import Order
from models.orders.wave_tables import WaveOrder
from models.places.tables import Place
from tests import factories
from tests.webapp.conftest import Web, csrf
from tests.webapp.orders.test_desk import Desk

DAY = "2026-11-24"


@pytest.fixture(autouse=True)
def _before_the_cut_off(monkeypatch):
    monkeypatch.setattr(cutoff, "now", lambda: factories.instant(-10))


def receiving(**more: str) -> dict[str, str]:
    return {
        "fixed_s": "15",
        "windows-0-spans": "06:00-08:00；22:00-02:00",
        "windows-0-days": "2",
        "windows-0-quiet": "y",
        "days-0-day": "2026-12-01",
        "days-0-closed": "y",
        "days-0-reason": "盘点",
        "night_contact_name": "王岚（示例）",
        "night_contact_phone": "19900000001",
        "night_hours": "22:00-02:00",
        **more,
    }


def place(web: Web) -> Place:
    with web.database.read() as session:
        row = session.get(Place, web.world.id("store"))
        assert row is not None
        _ = row.windows, row.days
        return row


@pytest.mark.parametrize("role", ["receiver", "shipper", "dispatcher"])
def test_receiver_shipper_and_dispatcher_keep_the_same_form(web, role):
    desk = Desk(web, role)
    key = web.world.id("store")
    assert str(key) in desk.get(f"/stores/?date={DAY}")
    answer = desk.post(f"/stores/{key}", **receiving())
    assert answer.status_code == 302, answer.text
    row = place(web)
    assert (row.fixed_s, row.night_contact_name, row.night_contact_to_s) == (
        900,
        "王岚（示例）",
        7200,
    )
    assert [(w.start_s, w.end_s, w.weekdays, w.night, w.needs) for w in row.windows] == [
        (-7200, 7200, [2], True, ["quiet"]),
        (21_600, 28_800, [2], False, ["quiet"]),
    ]
    assert [(d.day.isoformat(), d.closed, d.reason) for d in row.days] == [
        ("2026-12-01", True, "盘点")
    ]
    page = re.sub(r"<[^>]+>", "", desk.get(f"/stores/{key}"))
    assert "固定卸货时间：0 分钟 → 15 分钟" in page
    assert "2026-12-01 不收货" in page
    assert "19900000001" not in page, "the history says that a phone changed, not what it was"
    listed = desk.get("/stores/?date=2026-12-01")
    assert "当日不收货" in listed


def test_faults_are_said_and_what_was_typed_is_kept(web):
    desk = Desk(web, "receiver")
    wrong = receiving(night_contact_phone="", **{"windows-0-spans": "六点到八点半点"})
    answer = desk.post(f"/stores/{web.world.id('store')}", **wrong)
    assert answer.status_code == 422
    assert "六点到八点半点" in answer.text
    answer = desk.post(f"/stores/{web.world.id('store')}", **receiving(night_contact_phone=""))
    assert answer.status_code == 422
    assert "请填写夜间收货人的电话" in answer.text


def test_a_veto_needs_a_reason_is_shown_and_can_be_lifted(web):
    desk = Desk(web, "receiver")
    key = web.world.id("store")
    desk.post(f"/stores/{key}", **receiving())
    refused = desk.post(f"/stores/{key}/veto", since="2027-01-05", reason="")
    assert refused.status_code == 422
    assert "请填写原因" in refused.text
    assert desk.post(f"/stores/{key}/veto", since="2027-01-05", reason="噪声").status_code == 302
    assert "已否决夜间" in desk.get("/stores/?date=2027-01-05")
    assert "已否决夜间" not in desk.get("/stores/?date=2027-01-04")
    desk.post(f"/stores/{key}/lift")
    assert place(web).night_veto_from is None


def test_foreign_stores_are_not_found_and_public_places_only_looked_at(web):
    for role in ("receiver2", "shipper2", "dispatcher2"):
        desk = Desk(web, role)
        key = web.world.id("store")
        assert desk.client.get(f"/stores/{key}").status_code == 404
        for verb in ("", "/veto", "/lift"):
            assert desk.post(f"/stores/{key}{verb}", **receiving()).status_code == 404
    hub = web.world.id("hub")
    shipper = Desk(web, "shipper")
    assert "只能查看" in shipper.get(f"/stores/{hub}")
    shipper.post(f"/stores/{hub}", **receiving())
    with web.database.read() as session:
        assert session.get(Place, hub).fixed_s == 0


def wave(desk: Desk, web: Web, code: str = "07:00"):
    return desk.post(
        "/stores/waves/new",
        code=code,
        window="06:00-08:30",
        pickup=str(web.world.id("hub")),
        unit_kind="piece",
        goods_name="快件",
        active="y",
        **{f"station|{web.world.id('store')}": "120"},
    )


def cell(page: str, what: str) -> str:
    found = re.search(rf'name="({what}\|[^"]+)"', page)
    return found.group(1) if found else ""


def test_a_day_of_waves_expected_in_the_evening_counted_in_the_morning(web):
    desk = Desk(web, "shipper")
    assert "当日没有班次" in desk.get(f"/stores/waves?date={DAY}")
    assert wave(desk, web).status_code == 302
    page = desk.get(f"/stores/waves?date={DAY}")
    assert 'value="120"' in page
    desk.post("/stores/waves", day=DAY, **{cell(page, "expected"): "131"})
    page = desk.get(f"/stores/waves?date={DAY}")
    assert cell(page, "expected") == "", "what was sent is not typed again"
    desk.post("/stores/waves", day=DAY, **{cell(page, "actual"): "140"})
    with web.database.read() as session:
        row = session.scalars(select(WaveOrder)).one()
        order = session.get(Order, row.order_id)
        assert (row.expected_units, order.units, order.state) == (131, 140, "submitted")
    wrong = desk.post("/stores/waves", day=DAY, **{cell(page, "actual"): "一百"})
    assert wrong.status_code == 302
    assert "不是件数" in desk.get(f"/stores/waves?date={DAY}")
    dispatcher = Desk(web, "dispatcher").get(f"/stores/waves?date={DAY}")
    assert "131" in dispatcher


def test_waves_by_interface(web):
    desk = Desk(web, "shipper")
    wave(desk, web)
    program = web.app.test_client()

    def post(role: str = "shipper", **body: object):
        headers = {**web.bearer(role), "Idempotency-Key": uuid.uuid4().hex}
        given = {"service_date": DAY, **body}
        return program.post("/api/v1/waves/counts", json=given, headers=headers)

    row = {"wave": "07:00", "store_code": "S1"}
    sent = post(items=[{**row, "expected": 90}])
    assert sent.json == {"made": 1, "submitted": 1, "counted": 0, "asked": 0, "late": 0}
    counted = post(items=[{**row, "actual": 97}])
    assert counted.json["counted"] == 1
    listed = program.get(f"/api/v1/waves?service_date={DAY}", headers=web.bearer("shipper")).json[
        "items"
    ]
    assert [(r["usual"], r["expected"], r["actual"], r["state"]) for r in listed] == [
        (120, 90, 97, "submitted")
    ]
    wrong = post(items=[{**row, "wave": "19:00", "expected": 1}, {**row, "store_code": "X"}])
    assert wrong.status_code == 422
    assert [(e["index"], e["field"]) for e in wrong.json["errors"]] == [
        (0, "wave"),
        (1, "store_code"),
    ]


def test_receiving_by_interface(web):
    key = web.world.id("store")
    program = web.app.test_client()

    def post(verb: str, role: str = "shipper", **body: object):
        headers = {**web.bearer(role), "Idempotency-Key": uuid.uuid4().hex}
        return program.post(f"/api/v1/places/{key}/{verb}", json=body, headers=headers)

    window = {"start_s": 21_600, "end_s": 30_000, "weekdays": [1, 2]}
    day = {"day": "2026-12-01", "windows": [{"start": 0, "end": 3600}], "reason": "早收"}
    kept = post("receiving", windows=[window], days=[day], fixed_s=300)
    assert (kept.status_code, kept.json["fixed_s"]) == (200, 300)
    assert kept.json["windows"][0]["weekdays"] == [1, 2]
    assert kept.json["days"][0]["reason"] == "早收"
    assert post("receiving", "shipper2", windows=[]).status_code == 404
    vetoed = post("night-veto", reason="噪声", since="2027-01-05")
    assert vetoed.json["night_veto_from"] == "2027-01-05"
    assert post("night-veto", lift=True).json["night_veto_from"] is None
    assert post("night-veto").status_code == 422


def test_waves_by_sheet_all_or_none(web):
    desk = Desk(web, "shipper")
    wave(desk, web)
    given = desk.client.get(f"/stores/waves/sheet.xlsx?date={DAY}")
    sheet = openpyxl.load_workbook(io.BytesIO(given.data)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["站点编码", "站点名称", "07:00 预计", "07:00 实际"]
    assert (rows[1][0], rows[1][2:]) == ("S1", [120, None])

    def send(text: str):
        token = csrf(desk.client.get("/welcome").text)
        file = (io.BytesIO(text.encode("gb18030")), "班次.csv")
        data = {"csrf_token": token, "day": DAY, "file": file}
        desk.client.post("/stores/waves/sheet", data=data, content_type="multipart/form-data")
        return re.sub(r"<[^>]+>", "", desk.get(f"/stores/waves?date={DAY}"))

    wrong = send("某某快递\n站点编码,07:00预计\nS1,十二\nS9,5\n")
    assert "B3：“十二”不是件数" in wrong
    assert "A4：没有站点 S9" in wrong
    with web.database.read() as session:
        assert session.scalars(select(WaveOrder)).all() == []
    assert "已提交 1 单" in send("站点编码,07:00预计\nS1,133\n合计,133\n")
    assert "1 单的实际件数已保存" in send("站点编码,07:00 实际\nS1,140\n")
    with web.database.read() as session:
        row = session.scalars(select(WaveOrder)).one()
        assert (row.expected_units, session.get(Order, row.order_id).units) == (133, 140)
    assert "没有找到表头" in send("甲,乙\n1,2\n")
