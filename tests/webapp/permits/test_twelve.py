"""Twelve vehicles by sheet, two rows wrong; one returned, one denied, ten approved; the next plan
uses the ten: through the pages, on a real database."""

from __future__ import annotations

import io
import re
from datetime import timedelta

from openpyxl import Workbook
from sqlalchemy import select, update

from models.accounts.tables import City
from models.fleet.tables import Vehicle
from models.permits.tables import ApplicationEvent, Permit, PermitApplication, PermitScheme
from tests import factories
from tests.permit_city import document, papers
from tests.webapp.conftest import csrf
from workers.planning.snapshot import build_problem

HEADER = (
    "车牌号 证件种类 规则编码 开始日期 结束日期 时段 次数 车架号 所有人 注册日期".split()  # noqa: SIM905
)


def fleet(office) -> list[Vehicle]:
    """Eleven more vehicles with their papers, and no quota in the way."""
    world, of = office.world, office.world.organisations
    with office.database.write() as session:
        session.execute(update(PermitScheme).values(zones=[]))
        speeds = {"van": [{"start": 0, "metres_per_hour": 30_000}]}
        session.execute(update(City).values(travel={"detour_permille": 1300, "profiles": speeds}))
        made = [world.rows["vehicle"]]
        for _n in range(11):
            one = factories.vehicle(
                session, of["carrier"], world.rows["type"], world.rows["depot"],
                operator_id=of["operator"].id,
            )  # fmt: skip
            papers(session, one, office.day + timedelta(days=300))
            for kind in ("vehicle_licence", "letter"):
                document(session, of["carrier"], ("vehicle", one.id), kind)
            made.append(one)
        return made


def sheet(office, vehicles: list[Vehicle]) -> io.BytesIO:
    scheme, rule = office.world.rows["scheme"].code, office.world.rows["pass_rule"].code
    first, last = office.day + timedelta(days=1), office.day + timedelta(days=20)
    rows = [
        [
            v.plate,
            scheme,
            rule,
            first,
            last,
            "09:00-17:00",
            2,
            f"LZZ5CLVB8NA9990{n:02d}",
            "示例",
            "2024-05-06",
        ]
        for n, v in enumerate(vehicles)
    ]
    rows[2][0] = "辽Z0000XD"
    rows[5][4] = first - timedelta(days=1)
    book = Workbook()
    for row in (HEADER, *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def test_twelve_by_sheet_end_in_ten_passes_that_the_next_plan_uses(office):
    vehicles = fleet(office)
    carrier, police = office.web.client("carrier"), office.web.client("police")
    sent = {"csrf_token": csrf(carrier.get("/welcome").text), "kind": "permit_applications"}
    answer = carrier.post(
        "/imports/", data={**sent, "file": (sheet(office, vehicles), "十二辆.xlsx")}
    )
    path = answer.location.partition("?")[0]
    page = carrier.get(path).text
    assert "A4" in page
    assert "E7" in page
    office.post(carrier, f"{path}/fix", cell="A4", value=vehicles[2].plate)
    last = office.day + timedelta(days=20)
    office.post(carrier, f"{path}/fix", cell="E7", value=last.isoformat())
    office.post(carrier, f"{path}/commit")
    with office.database.read() as session:
        rows = session.scalars(select(PermitApplication)).all()
        batch = {row.batch_id for row in rows}.pop()
        keys = {row.vehicle_id: str(row.id) for row in rows}
    assert len(keys) == 12
    assert carrier.get(f"/permits/batches/{batch}").text.count("没有发现问题") == 12
    office.post(carrier, f"/permits/batches/{batch}/submit")
    queue = police.get("/permits/applications/").text
    assert len(re.findall(r'name="application"', queue)) == 12
    order = [keys[v.id] for v in vehicles]
    decide = "/permits/applications/{}/decision".format
    office.post(police, decide(order[0]), target="correction", points_text="照片不清")
    told = {"points_text": "时段重叠", "remedies_text": "改用夜间"}
    office.post(police, decide(order[1]), target="denied", **told)
    office.post(police, "/permits/applications/approve", application=order[2:])
    with office.database.read() as session:
        states = {str(r.id): r.state for r in session.scalars(select(PermitApplication))}
        assert [states[key] for key in order] == ["correction", "denied", *["approved"] * 10]
        approved = select(ApplicationEvent).where(ApplicationEvent.to_state == "approved")
        assert len(session.scalars(approved).all()) == 10
        given = session.scalars(select(Permit.id).where(Permit.application_id.is_not(None))).all()
    dispatcher = office.world.actors["dispatcher"]
    with office.database.read(dispatcher) as session:
        problem, _names = build_problem(session, dispatcher, office.day + timedelta(days=2))
    used = [permit for permit in problem.permits if permit.id in {str(key) for key in given}]
    assert {v for permit in used for v in permit.vehicles} == {str(v.id) for v in vehicles[2:]}
