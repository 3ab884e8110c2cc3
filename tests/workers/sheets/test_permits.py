"""Applications by sheet: wrong rows told by cell, right rows drafted as one batch."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from models.accounts.city import today
from models.errors import Invalid
from models.permits.tables import PermitApplication
from tests import factories
from tests.permit_city import permit_city
from workers.artefacts import DirectoryStore
from workers.sheets import imports

HEADER = (
    "车牌号 证件种类 规则编码 开始日期 结束日期 时段 次数 车架号 所有人 注册日期".split()  # noqa: SIM905
)


def sheet(rows: list[list[object]]) -> bytes:
    book = Workbook()
    page = book.active
    page.append(["云汀市货车通行证申请表"])
    page.append(HEADER)
    for row in rows:
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_twelve_vehicles_with_two_wrong_rows(spatialite, tmp_path):
    with spatialite.write() as session:
        world = permit_city(session)
        day = today(session)
        fleet = [world.rows["vehicle"]] + [
            factories.vehicle(
                session, world.organisations["carrier"], world.rows["type"], world.rows["depot"]
            )
            for _ in range(11)
        ]
        rule, scheme = world.rows["pass_rule"].code, world.rows["scheme"].code
    first, last = day + timedelta(days=1), day + timedelta(days=30)
    asked = [scheme, rule, first, last, "09:00-17:00", 2]
    rows = [
        [v.plate, *asked, f"LZZ5CLVB8NA9990{n:02d}", "示例", "2024-05-06"]
        for n, v in enumerate(fleet)
    ]
    rows[3][0] = world.rows["vehicle2"].plate  # another carrier's
    rows[7][4] = first - timedelta(days=5)
    carrier = world.actors["carrier"]
    desk = imports.Desk(spatialite, DirectoryStore(tmp_path))
    key = imports.start_import(
        desk, carrier, kind="permit_applications", file_name="申请.xlsx", data=sheet(rows)
    )
    report = imports.dry_run(desk, carrier, key)
    assert [(p.cell, p.rule) for p in report.problems] == [
        ("A6", "unknown_word"),
        ("E10", "date_reversed"),
    ]
    with pytest.raises(Invalid):
        imports.commit(desk, carrier, key)
    imports.fix_cell(desk, carrier, key, cell="A6", value=fleet[3].plate)
    report = imports.fix_cell(desk, carrier, key, cell="E10", value=last.isoformat())
    assert report.ready, report.problems
    assert imports.commit(desk, carrier, key) == 12
    with spatialite.read() as session:
        made = session.scalars(select(PermitApplication)).all()
        assert {row.state for row in made} == {"draft"}
        assert len({row.batch_id for row in made}) == 1
        assert {row.vehicle_id for row in made} == {v.id for v in fleet}
        assert made[0].hours == [{"start": 32_400, "end": 61_200}]
        assert made[0].content["vehicle"]["vin"].startswith("LZZ5CLVB8NA9990")
        assert made[0].content["rules"] == [str(world.id("pass_rule"))]


def test_who_applies_for_nothing_imports_nothing(spatialite, tmp_path):
    with spatialite.write() as session:
        world = permit_city(session)
    police = world.actors["police"]
    desk = imports.Desk(spatialite, DirectoryStore(tmp_path))
    row = [world.rows["vehicle"].plate, world.rows["scheme"].code, world.rows["pass_rule"].code]
    key = imports.start_import(
        desk, police, kind="permit_applications", file_name="x.xlsx", data=sheet([row])
    )
    assert not imports.dry_run(desk, police, key).ready
