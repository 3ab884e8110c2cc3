"""下单: a sheet through the wizard in the page, as shipper and as dispatcher."""

from __future__ import annotations

import datetime as dt
import io
import json
import re

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models.orders.tables import Order
from models.places.tables import Place, ShipperPlaceCode
from tests.webapp.conftest import CANARIES, Web, csrf

XSS = "`</script><img src=x onerror=alert(1)>'\"${1}"
DAY = dt.date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _on_20_november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.accounts.city.today", lambda *_args: dt.date(2026, 11, 20))


@pytest.fixture
def shipper(web: Web) -> FlaskClient:
    return web.client("shipper")


def sheet(rows: list[list[object]], header: list[str] | None = None) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(header or ["单号", "门店", "重量kg", "箱数", "到货日", "收货时间", "备注"])
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def store_name(web: Web) -> str:
    with web.database.read() as session:
        return session.scalar(
            select(ShipperPlaceCode.name).where(
                ShipperPlaceCode.shipper_id == web.world.organisations["shipper"].id
            )
        )


def upload(client: FlaskClient, data: bytes, name: str = "单.xlsx", **more: str) -> str:
    token = csrf(client.get("/imports/").text)
    answer = client.post(
        "/imports/",
        data={
            "csrf_token": token,
            "date": DAY.isoformat(),
            "file": (io.BytesIO(data), name),
            **more,
        },
    )
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"].split("?")[0]


def act(client: FlaskClient, address: str, **form: str):
    token = csrf(client.get(address.rsplit("/", 1)[0]).text)
    return client.post(address, data={"csrf_token": token, **form})


def orders(web: Web) -> list[Order]:
    with web.database.read() as session:
        found = list(session.scalars(select(Order).where(Order.import_id.is_not(None))))
        session.expunge_all()
        return found


def test_a_sheet_goes_through_the_wizard(web: Web, shipper: FlaskClient) -> None:
    name = store_name(web)
    data = sheet([
        ["W-1", name, "１２O", 3, "2026-11-31", "06:00-07:30", ""],
        ["W-2", "没有的店", 12, 3, DAY, "16:00-14:00", ""],
        ["合计", None, 24, 6],
    ])  # fmt: skip
    address = upload(shipper, data)
    page = shipper.get(address).text
    assert "还差 4 处" in page
    assert "第 4 行为“合计”，已识别并跳过" in page
    for cell in ("C2", "E2", "B3", "F3"):
        assert f'data-cell="{cell}"' in page
    with web.database.read() as session:
        place = session.scalar(
            select(ShipperPlaceCode.place_id).where(ShipperPlaceCode.name == name)
        )
    assert act(shipper, f"{address}/commit").status_code == 302
    assert orders(web) == []
    for form in ({"cell": "C2", "value": "120"}, {"cell": "E2", "value": "2026-11-24"},
                 {"cell": "F3", "value": "14:00-16:00"}):  # fmt: skip
        answer = shipper.post(
            f"{address}/fix",
            data={"csrf_token": csrf(page), **form},
            headers={"HX-Request": "true"},
        )
        assert answer.text.lstrip().startswith('<div id="gf-import"')
    act(shipper, f"{address}/pick", cell="B3", place=str(place))
    page = shipper.get(address).text
    assert "写入 2 单" in page
    assert act(shipper, f"{address}/commit").status_code == 302
    assert {o.reference: o.weight_g for o in orders(web)} == {"W-1": 120_000, "W-2": 12_000}
    assert act(shipper, f"{address}/commit").status_code == 302
    assert len(orders(web)) == 2
    page = shipper.get(address).text
    assert "已全部写入" in page
    assert "gf-cell-wrong" not in page
    listed = shipper.get(f"/orders/?date={DAY}").text
    assert "W-1" in listed
    assert CANARIES["shipper2"] not in listed


def test_counts_in_the_footer_add_up(web: Web, shipper: FlaskClient) -> None:
    name = store_name(web)
    rows = [[f"C-{n}", name, 10 if n % 3 else "x", 1, DAY, "", ""] for n in range(9)]
    page = shipper.get(upload(shipper, sheet(rows))).text
    foot = re.sub(r"<[^>]+>|\s", "", page[page.index('class="gf-import-sums"') :])
    assert "9行订单=通过6+有错误3" in foot
    assert "重量合计60kg" in foot


def test_hostile_names_are_only_text(web: Web, shipper: FlaskClient) -> None:
    with web.database.write() as session:
        place = session.get(Place, web.world.id("store"))
        place.name = XSS
        code = session.get(ShipperPlaceCode, web.world.id("code"))
        code.name = XSS
    data = sheet(
        [[XSS, XSS + "二", XSS, 1, XSS, XSS, XSS], ["H-2", XSS, 1, 1, DAY, "", "+cmd|1"]],
        ["单号", "门店", "重量kg", "箱数", "到货日", "收货时间", XSS],
    )
    address = upload(shipper, data, f"{XSS}.xlsx")
    for page in (
        shipper.get(address).text,
        shipper.get("/imports/").text,
        shipper.get(f"{address}?only=wrong").text,
    ):
        assert "onerror=alert" not in page.replace("&lt;img src=x onerror=alert", "")
        assert "<img src=x" not in page
    spots = shipper.get(f"{address}/stores.json")
    assert spots.content_type == "application/json"
    marked = shipper.get(f"{address}/marked.xlsx")
    assert "attachment" in marked.headers["Content-Disposition"]
    assert openpyxl.load_workbook(io.BytesIO(marked.data)).active["G3"].value == "'+cmd|1"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"%PDF-1.7", "不是 XLSX"),
        ("只是一段话，没有表格。".encode(), "不是 XLSX"),
        (b"PK\x03\x04broken", "已损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "旧式 .xls"),
    ],
)
def test_a_refused_file_says_why_and_what_to_do(
    shipper: FlaskClient, data: bytes, told: str
) -> None:
    page = shipper.get(upload(shipper, data, "表.xlsx")).text
    assert told in page
    assert "重新选择文件" in page
    assert "Traceback" not in page


def test_an_empty_file_is_told_at_once(shipper: FlaskClient) -> None:
    address = upload(shipper, b"", "空.xlsx")
    assert address.startswith("/imports/")
    assert "文件是空的" in shipper.get("/imports/").text


def test_a_dispatcher_imports_for_its_shipper_and_a_rival_sees_nothing(web: Web) -> None:
    dispatcher = web.client("dispatcher")
    name = store_name(web)
    owner = str(web.world.organisations["shipper"].id)
    address = upload(dispatcher, sheet([["D-1", name, 1, 1, DAY, "", ""]]), shipper=owner)
    assert "写入 1 单" in dispatcher.get(address).text
    for role in ("shipper2", "dispatcher2"):
        other = web.client(role)
        for path in ("", "/marked.xlsx", "/stores.json"):
            assert other.get(address + path).status_code == 404
        token = csrf(other.get("/imports/").text)
        for path in ("fix", "row", "pick", "mapping", "commit", "discard"):
            answer = other.post(f"{address}/{path}", data={"csrf_token": token, "cell": "A2"})
            assert answer.status_code == 404
    foreign = str(web.world.organisations["shipper2"].id)
    token = csrf(dispatcher.get("/imports/").text)
    answer = dispatcher.post(
        "/imports/",
        data={
            "csrf_token": token,
            "shipper": foreign,
            "file": (io.BytesIO(b"a,b\n1,2\n"), "x.csv"),
        },
    )
    assert answer.status_code == 404


def test_pasted_rows_are_checked_like_a_file(web: Web, shipper: FlaskClient) -> None:
    name = store_name(web)
    token = csrf(shipper.get("/imports/paste").text)
    rows = [["订单号", "收货门店", "重量（kg）"], ["P-1", name, "12"], ["P-2", name, "-1"]]
    answer = shipper.post("/imports/paste", data={"csrf_token": token, "rows": json.dumps(rows)})
    page = shipper.get(answer.headers["Location"]).text
    assert 'data-cell="C3"' in page
    text = "订单号\t收货门店\t重量\nP-9\t" + name + "\t5\n"
    answer = shipper.post("/imports/paste", data={"csrf_token": token, "text": text})
    assert "写入 1 单" in shipper.get(answer.headers["Location"]).text
    answer = shipper.post("/imports/paste", data={"csrf_token": token, "rows": "{"})
    assert "读不出来" in shipper.get(answer.headers["Location"]).text


def test_a_day_is_copied_with_only_quantities_to_edit(web: Web, shipper: FlaskClient) -> None:
    name = store_name(web)
    data = sheet([[f"X-1124-{n}", name, 10, 2, DAY, "06:00-07:30", ""] for n in range(3)])
    act(shipper, f"{upload(shipper, data)}/commit")
    page = shipper.get(f"/imports/copy?from={DAY}").text
    ids = re.findall(r'name="units-([^"]+)"', page)
    assert len(ids) == 3
    form = {"csrf_token": csrf(page), "from": str(DAY), "to": "2026-11-25"}
    form |= {f"units-{ids[0]}": "4", f"units-{ids[1]}": "2", f"units-{ids[2]}": ""}
    answer = shipper.post("/imports/copy", data=form)
    address = answer.headers["Location"].split("?")[0]
    assert "还差" not in shipper.get(address).text
    act(shipper, f"{address}/commit")
    page = shipper.get(address).text
    assert "已写入 2 行" in page, page[page.index("gf-says") :][:900]
    copied = {o.reference: o for o in orders(web) if o.service_date == dt.date(2026, 11, 25)}
    assert set(copied) == {"X-1125-0", "X-1125-1"}
    assert copied["X-1125-0"].weight_g == 20_000
    assert copied["X-1125-0"].windows[0]["start"] == 21600


def test_templates_open_and_go_back_in(web: Web) -> None:
    dispatcher = web.client("dispatcher")
    for kind in ("orders", "vehicles", "drivers", "places", "chargers", "bays"):
        answer = dispatcher.get(f"/imports/template/{kind}.xlsx")
        book = openpyxl.load_workbook(io.BytesIO(answer.data))
        assert book.active.max_row == 2
        assert dispatcher.get(f"/imports/?kind={kind}").status_code == 200
    shipper = web.client("shipper")
    assert shipper.get("/imports/template/vehicles.xlsx").status_code == 404
    assert shipper.get("/imports/?kind=bays").status_code == 404


def test_one_order_is_shown_cancelled_accepted_and_rejected(web: Web, shipper: FlaskClient) -> None:
    name = store_name(web)
    data = sheet([[f"O-{n}", name, 10, 2, DAY, "22:00-02:00", "按铃"] for n in range(3)])
    act(shipper, f"{upload(shipper, data)}/commit")
    by_reference = {o.reference: f"/orders/{o.id}" for o in orders(web)}
    page = shipper.get(by_reference["O-0"]).text
    assert "前日 22:00–02:00" in page
    assert "按铃" in page
    token = csrf(page)
    shipper.post(f"{by_reference['O-0']}/cancel", data={"csrf_token": token})
    assert (
        shipper.post(f"{by_reference['O-1']}/accept", data={"csrf_token": token}).status_code == 404
    )
    dispatcher = web.client("dispatcher")
    token = csrf(dispatcher.get(by_reference["O-1"]).text)
    dispatcher.post(f"{by_reference['O-1']}/reject", data={"csrf_token": token, "reason": "缺资料"})
    dispatcher.post(f"/orders/accept?date={DAY}", data={"csrf_token": token})
    states = {o.reference: o.state for o in orders(web)}
    assert states == {"O-0": "cancelled", "O-1": "rejected", "O-2": "accepted"}
    assert web.client("shipper2").get(by_reference["O-2"]).status_code == 404


def test_the_police_bring_their_zones_and_nothing_else(web: Web) -> None:
    police = web.client("police")
    for kind in ("orders", "vehicles", "places"):
        assert police.get(f"/imports/?kind={kind}").status_code == 404
    page = police.get("/imports/?kind=zones").text
    assert "GeoJSON" in page
    square = [[[133.01, 21.02], [133.03, 21.02], [133.03, 21.04], [133.01, 21.02]]]
    feature = {
        "type": "Feature",
        "properties": {"code": "JG-1", "name": f"区{XSS}"},
        "geometry": {"type": "Polygon", "coordinates": square},
    }
    data = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    answer = police.post(
        "/imports/?kind=zones",
        data={
            "csrf_token": csrf(police.get("/imports/?kind=zones").text),
            "file": (io.BytesIO(data), "区.geojson"),
        },
    )
    address = answer.headers["Location"].split("?")[0]
    page = police.get(address).text
    assert "没有错误，可以写入" in page
    assert "<img src=x" not in page
    assert act(police, f"{address}/commit").status_code == 302
    assert "JG-1" in police.get("/rules/zones/").text
    assert web.client("dispatcher").get(address).status_code == 404, "another's import"
