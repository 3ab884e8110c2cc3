"""The pages on which a dispatcher brings a hand-made plan, in the small city."""

from __future__ import annotations

import io
import json
import re

import openpyxl
from sqlalchemy import select

from models.fleet.tables import Vehicle
from models.orders.tables import Order
from models.planning.tables import PlanJob, PlanVersion
from tests.webapp.conftest import CANARIES, Web, csrf


def bring(web: Web, client, rows: list[list[str]]) -> str:
    """Paste rows as a hand-made plan; the address of its page."""
    token = csrf(client.get("/imports/paste?kind=plans").text)
    day = web.world.rows["order"].service_date.isoformat()
    form = {"csrf_token": token, "rows": json.dumps(rows), "kind": "plans", "date": day}
    answer = client.post("/imports/paste", data=form)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"].split("?")[0]


def act(client, path: str, **form):
    return client.post(path, data={"csrf_token": csrf(client.get("/plans/").text), **form})


def rows_of(web: Web, *more: list[str]) -> list[list[str]]:
    with web.database.read() as session:
        order = session.get(Order, web.world.id("order")).reference
        plate = session.get(Vehicle, web.world.id("vehicle")).plate
    return [["单号", "车牌", "趟次", "顺序"], [order, plate.lower(), "第１趟", "1"], *more]


def test_pasted_chosen_committed_and_waited_for(web: Web) -> None:
    dispatcher = web.client("dispatcher")
    address = bring(web, dispatcher, rows_of(web, ["X-404", "辽Z00000D", "1", "2"]))
    page = dispatcher.get(address).text
    assert "当日没有订单 X-404" in page
    assert "仅对照" in page
    assert "排入 1 行并校验" in page
    chosen = re.findall(r'name="(column-\d+)".*?value="(\w+)" selected', page, re.DOTALL)
    form = {"purpose": "plan", "strict": "on"} | dict(chosen)
    act(dispatcher, f"{address}/mapping", **form)
    page = dispatcher.get(address).text
    assert "还差 2 处" in page
    act(dispatcher, f"{address}/row", row="3")
    answer = act(dispatcher, f"{address}/commit")
    assert answer.headers["Location"].endswith("/following")
    for asked in ({}, {"HX-Request": "true"}):
        waiting = dispatcher.get(answer.headers["Location"], headers=asked).text
        assert "正在推算时间、校验和计价" in waiting
    with web.database.read() as session:
        version = session.scalars(select(PlanVersion).where(PlanVersion.engine == "hand")).one()
        job = session.scalars(select(PlanJob).where(PlanJob.plan_version_id == version.id)).one()
        assert (version.state, version.scenario, job.kind) == ("draft", None, "follow")
        state = session.get(Order, web.world.id("order")).state
    assert state == web.world.rows["order"].state, "orders are touched by publishing alone"
    again = dispatcher.get(address).text
    assert f"/plans/{version.id}" in again
    with web.database.write() as session:
        session.get(PlanJob, job.id).state = "failed"
        session.get(PlanVersion, version.id).reason = "导入的人工排线没有校验成：x"
    failed = dispatcher.get(f"/plans/{version.id}/following").text
    assert "没有校验成" in failed
    assert address in failed


def test_an_order_that_the_sheet_does_not_name_is_told(web: Web) -> None:
    dispatcher = web.client("dispatcher")
    head, mine = rows_of(web)
    page = dispatcher.get(bring(web, dispatcher, [head, ["X-404", *mine[1:]]])).text
    assert "表里没有的当日订单 1" in page
    assert mine[0] in page


def test_the_example_goes_in_again_and_the_template_too(web: Web) -> None:
    dispatcher = web.client("dispatcher")
    day = web.world.rows["order"].service_date.isoformat()
    page = dispatcher.get(f"/imports/?kind=plans&date={day}").text
    assert "下载示例：昨日人工排线" in page
    answer = dispatcher.get(f"/imports/example/plans.xlsx?date={day}")
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.data)).active.values)
    assert "模拟数据" in rows[0][0]
    assert rows[1][:3] == ("号牌号码", "趟次", "顺序")
    assert sum(row[3] == "送货" for row in rows) > 5
    assert any(row[0] == "小计" for row in rows)
    empty = dispatcher.get("/imports/example/plans.xlsx?date=2031-01-01")
    assert empty.status_code == 302
    book = openpyxl.load_workbook(io.BytesIO(dispatcher.get("/imports/template/plans.xlsx").data))
    assert book.active.max_row == 2
    assert [cell.value for cell in book.active[1]][:3] == ["订单号", "货主", "号牌号码"]


def test_it_is_the_dispatchers_alone(web: Web) -> None:
    dispatcher = web.client("dispatcher")
    address = bring(web, dispatcher, rows_of(web))
    act(dispatcher, f"{address}/commit")
    with web.database.read() as session:
        version = session.scalars(select(PlanVersion).where(PlanVersion.engine == "hand")).one()
    for role in ("dispatcher2", "shipper", "carrier", "police"):
        client = web.client(role)
        for path in (address, f"/plans/{version.id}/following"):
            answer = client.get(path)
            assert answer.status_code in {403, 404}, (role, path)
            assert not [word for word in CANARIES.values() if word in answer.text]
    assert web.client("shipper").get("/imports/?kind=plans").status_code == 404
