"""Indicators in a bureau's browser and program: figures, lists, exports, and nobody else's eyes."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from sqlalchemy import select

from models.accounts.tables import Organisation
from models.audit.tables import AuditEvent
from models.indicators.tables import IndicatorTarget
from models.places.tables import District, Place
from models.spatial import multipolygon
from tests.webapp.conftest import CANARIES, Web, csrf


@pytest.fixture
def city(web: Web) -> Web:
    with web.database.write() as session:
        hub = session.get(Place, web.world.id("hub"))
        hub.operating, hub.evidence, hub.name = "open", "=cmd|'/c calc'!A1", "=北岭枢纽"
        session.add(
            IndicatorTarget(
                code="PJ1",
                source="某市（征求意见稿）",
                status="draft",
                basis="表 1",
                comparison="at_least",
                value="2",
                valid_to=web.world.rows["plan"].service_date.replace(year=2025),
            )
        )
    return web


def test_the_table_has_figures_targets_and_what_is_awaited(city):
    page = re.sub(r"<[^>]+>", "", city.client("bureau").get("/indicators/").text)
    assert "干支衔接型货运枢纽" in page
    assert "≥ 2" in page
    assert "已过期" in page
    assert page.count("待接入") >= 10
    assert "征求意见稿" in page


def test_each_figure_opens_to_its_list_and_both_are_exported_neutralised(city):
    client = city.client("bureau")
    for code in ("PJ1", "PJ2", "PJ3", "PJ6", "PJ7", "PJ11", "PJ12"):
        assert client.get(f"/indicators/{code}").status_code == 200
    assert client.get("/indicators/PJ4").status_code == 404
    assert "=北岭枢纽" in client.get("/indicators/PJ1").text
    for path, what in (("export.xlsx", "table"), ("PJ1/export.xlsx", "PJ1")):
        answer = client.get(f"/indicators/{path}")
        assert answer.status_code == 200
        book = openpyxl.load_workbook(io.BytesIO(answer.data))
        cells = [cell for row in book.active.iter_rows() for cell in row if cell.value is not None]
        assert not [c.value for c in cells if c.data_type == "f"]
        with city.database.read() as session:
            last = session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc())).first()
            assert (last.action, last.entity_id) == ("export", what)
    texts = [str(cell.value) for cell in cells]
    assert "'=北岭枢纽" in texts
    assert any("模拟数据" in text for text in texts)


def test_no_rivals_or_owners_name_reaches_a_bureau(city):
    client = city.client("bureau")
    for path in ("", "PJ1", "PJ6", "PJ11", "PJ12"):
        page = client.get(f"/indicators/{path}").text
        assert not any(word in page for word in CANARIES.values()), path


def test_by_interface(city):
    program = city.app.test_client()
    answer = program.get("/api/v1/indicators", headers=city.bearer("bureau"))
    assert len(answer.json["items"]) == 17
    first = answer.json["items"][0]
    assert (first["code"], first["value"], first["target"]["lapsed"], first["met"]) == (
        "PJ1",
        1.0,
        True,
        None,
    )
    assert answer.json["items"][3]["status"] == "pending"
    one = program.get("/api/v1/indicators/PJ1", headers=city.bearer("bureau")).json
    assert one["rows"][0][1] == "=北岭枢纽"
    assert program.get("/api/v1/indicators/PJ4", headers=city.bearer("bureau")).status_code == 404


@pytest.mark.parametrize("role", ["dispatcher", "shipper", "police", "admin", "receiver"])
def test_other_roles_find_no_indicators(city, role):
    client = city.client(role)
    for path in ("", "PJ1", "export.xlsx"):
        assert client.get(f"/indicators/{path}").status_code == 404


def setting(client, code, **typed):
    given = {"status": "issued", "comparison": "at_least", "source": "市实施方案（示例）", **typed}
    page = client.get("/indicators/").text
    return client.post(f"/indicators/{code}/target", data={"csrf_token": csrf(page), **given})


def test_a_target_keeper_sets_a_target_with_its_document_and_the_page_shows_it(city):
    client = city.client("bureau")
    for typed, said in (
        ({"value": "很多"}, "目标值须为数字"),
        ({"value": "2.5"}, "目标值须为不小于 0 的整数"),
        ({"value": "3", "source": ""}, "请填写目标出自哪份文件"),
        ({"value": "3", "valid_from": "2027-01-02", "valid_to": "2027-01-01"}, "结束日期不能早于"),
    ):
        answer = setting(client, "PJ1", **typed)
        assert answer.status_code == 422
        assert said in answer.text
    assert setting(client, "PJ1", value="1", basis="表 2").status_code == 302
    page = re.sub(r"<[^>]+>", "", client.get("/indicators/").text)
    assert "≥ 1" in page
    assert "市实施方案（示例）（已印发）" in page
    assert "达到目标" in page
    assert setting(client, "PJ7", value="0.5%").status_code == 302
    assert "≥ 0.5%" in client.get("/indicators/PJ7").text
    with city.database.read() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.action == "set_target"))
        assert [row.entity_id for row in rows] == ["PJ1", "PJ7"]
        key = session.scalars(
            select(IndicatorTarget.id).where(IndicatorTarget.source == "市实施方案（示例）")
        ).first()
    token = csrf(client.get("/indicators/").text)
    client.post(f"/indicators/targets/{key}/drop", data={"csrf_token": token})
    assert "≥ 1" not in client.get("/indicators/").text


def test_a_viewer_sets_nothing_and_a_district_only_its_own(city):
    assert city.client("viewer").get("/indicators/PJ1/target").status_code == 404
    assert "设定" not in re.sub(r"<[^>]+>", "", city.client("viewer").get("/indicators/").text)
    setting(city.client("bureau"), "PJ2", value="4")
    with city.database.write() as session:
        firm = session.get(Organisation, city.world.organisations["bureau"].id)
        firm.level, firm.district = "district", "云东区"
        session.add(District(code="YD", name="云东区", area=multipolygon([SQUARE])))
    district = city.client("bureau")
    assert setting(district, "PJ2", value="1").status_code == 422, "the city's stays the city's"
    assert setting(district, "PJ2", value="1", source="云东区方案").status_code == 302
    assert "≥ 1" in district.get("/indicators/").text


SQUARE = [[(132.9, 20.9), (133.1, 20.9), (133.1, 21.1), (132.9, 21.1), (132.9, 20.9)]]
