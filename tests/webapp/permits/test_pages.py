"""The permit desk's pages through real requests: apply, correct, review, decide, end."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from models.documents.tables import Document
from models.notices.tables import Notice
from models.permits.tables import Permit, PermitApplication, PermitScheme, RoadsideCheck
from models.planning.tables import PlanVersion
from tests import factories
from tests.permit_city import LICENCE
from tests.webapp.conftest import csrf, fill_plan
from tests.webapp.things.conftest import fields
from tests.workers.documents.test_documents import jpeg
from workers.artefacts import open_store


def form(client, path: str, **more):
    """The page's form as a browser would send it, changed by ``more``."""
    page = client.get(path).text
    body = re.search(r'<form method="post" class="t-form".*?</form>', page, re.DOTALL)
    assert body, page[:500]
    return client.post(path, data={**fields(body.group(0)), **more})


def rows(office, table):
    with office.database.read() as session:
        found = session.scalars(select(table)).all()
        session.expunge_all()
        return found


def drafted(office, client) -> str:
    """An application drafted through the form and filled in."""
    answer = form(
        client, "/permits/applications/new",
        scheme=str(office.world.id("scheme")),
        vehicles=[str(office.world.id("vehicle"))],
        rules=[str(office.world.id("pass_rule"))],
        date_from=(office.day + timedelta(days=1)).isoformat(),
        date_to=(office.day + timedelta(days=30)).isoformat(),
        hours="09:00-17:00",
        trips_per_day="2",
        purpose="共同配送",
        agent_name="经办人示例",
    )  # fmt: skip
    assert answer.status_code == 302, answer.text
    path = answer.location
    assert path.endswith("/edit")
    answer = form(client, path, **LICENCE)
    assert answer.status_code == 302
    return path.split("/")[-2]


def test_a_carrier_applies_and_a_reviewer_decides(office):
    carrier, police = office.web.client("carrier"), office.web.client("police")
    key = drafted(office, carrier)
    assert key not in police.get("/permits/applications/").text
    assert police.get(f"/permits/applications/{key}").status_code == 404
    page = carrier.get(f"/permits/applications/{key}").text
    assert "没有发现问题" not in page
    assert "约束这辆车，须凭证通行" in page
    assert office.post(carrier, f"/permits/applications/{key}/submit").status_code == 302
    assert key in police.get("/permits/applications/").text
    page = police.get(f"/permits/applications/{key}").text
    for word in (
        "LZZ5CLVB8NA999001",
        "每小时有效通行证与配额",
        "申请人提供",
        "予以通过",
        "内环示例区",
    ):
        assert word in page
    for word in ("货物名称", "收货门店", "运费"):
        assert word not in page
    answer = office.post(police, f"/permits/applications/{key}/decision", target="approved")
    assert answer.status_code == 302
    [row] = rows(office, PermitApplication)
    assert row.state == "approved"
    [permit] = [p for p in rows(office, Permit) if p.application_id == row.id]
    paper = carrier.get(f"/permits/applications/{key}/paper").text
    for word in ("准予通行决定书", "行政复议", permit.number, "云汀市公安局交通警察支队"):
        assert word in paper
    assert permit.number in carrier.get(f"/permits/{permit.id}").text
    assert office.web.client("carrier2").get(f"/permits/{permit.id}").status_code == 404


def test_all_defects_are_told_at_once_and_mended(office):
    carrier, police = office.web.client("carrier"), office.web.client("police")
    key = drafted(office, carrier)
    office.post(carrier, f"/permits/applications/{key}/submit")
    office.post(
        police, f"/permits/applications/{key}/decision",
        target="correction", points=["行驶证照片不清"], points_text="缺经办人电话\n日期有误",
    )  # fmt: skip
    page = carrier.get(f"/permits/applications/{key}").text
    for told in ("行驶证照片不清", "缺经办人电话", "日期有误"):
        assert told in page
    assert form(carrier, f"/permits/applications/{key}/edit", agent_phone="1").location
    office.post(carrier, f"/permits/applications/{key}/submit")
    answer = office.post(police, f"/permits/applications/{key}/decision", target="denied")
    assert answer.status_code == 302
    [row] = rows(office, PermitApplication)
    assert row.state == "submitted"  # without reasons and remedy nothing was decided
    office.post(
        police, f"/permits/applications/{key}/decision",
        target="denied", points_text="时段已满", remedies_text="改用夜间",
    )  # fmt: skip
    page = carrier.get(f"/permits/applications/{key}/paper").text
    for told in ("不予通行决定书", "时段已满", "改用夜间"):
        assert told in page


def test_several_vehicles_are_one_batch_of_single_applications(office):
    carrier = office.web.client("carrier")
    with office.database.write() as session:
        more = factories.vehicle(
            session, office.world.organisations["carrier"], office.world.rows["type"],
            office.world.rows["depot"],
        )  # fmt: skip
    answer = form(
        carrier, "/permits/applications/new",
        scheme=str(office.world.id("scheme")),
        vehicles=[str(office.world.id("vehicle")), str(more.id)],
        rules=[str(office.world.id("pass_rule"))],
        date_from=(office.day + timedelta(days=1)).isoformat(),
        date_to=(office.day + timedelta(days=2)).isoformat(),
    )  # fmt: skip
    assert "/batches/" in answer.location
    page = carrier.get(answer.location).text
    assert more.plate in page
    office.post(carrier, f"{answer.location}/submit")
    assert [row.state for row in rows(office, PermitApplication)] == ["submitted", "submitted"]
    assert office.web.client("carrier2").get(answer.location).status_code == 404


def test_all_of_the_list_is_all_of_it(office):
    carrier, police = office.web.client("carrier"), office.web.client("police")
    key = drafted(office, carrier)
    office.post(carrier, f"/permits/applications/{key}/submit")
    for client in (carrier, police):
        assert key in client.get("/permits/applications?state=all").text


def test_papers_of_a_batch_go_by_the_plates_in_their_names(office):
    carrier = office.web.client("carrier")
    with office.database.write() as session:
        more = factories.vehicle(
            session, office.world.organisations["carrier"], office.world.rows["type"],
            office.world.rows["depot"],
        )  # fmt: skip
    first = office.world.rows["vehicle"]
    answer = form(
        carrier, "/permits/applications/new",
        scheme=str(office.world.id("scheme")), vehicles=[str(first.id), str(more.id)],
        rules=[str(office.world.id("pass_rule"))],
        date_from=(office.day + timedelta(days=1)).isoformat(),
        date_to=(office.day + timedelta(days=2)).isoformat(),
    )  # fmt: skip
    spaced = f"{more.plate[:2]}·{more.plate[2:]}".lower()
    names = (f"照片 {first.plate}.jpg", f"照片_{spaced}.jpg", "照片.jpg")
    path = f"{answer.location}/documents"
    files = [(io.BytesIO(jpeg()), name) for name in names]
    office.post(carrier, path, kind="vehicle_photo", file=files)
    told = carrier.get(answer.location).text
    assert "照片.jpg：文件名里没有本批车辆的号牌" in told
    assert "已上传 2 份" in told
    kept = {row.subject_id: row.kind for row in rows(office, Document) if row.kind != "letter"}
    assert {kept[first.id], kept[more.id]} == {"vehicle_photo"}
    assert office.post(carrier, path, kind="agent_id").status_code == 404


def test_a_foreign_vehicle_or_reversed_dates_are_refused_by_the_form(office):
    carrier = office.web.client("carrier")
    answer = form(
        carrier, "/permits/applications/new",
        scheme=str(office.world.id("scheme")),
        vehicles=[str(office.world.id("vehicle2"))],
        rules=[str(office.world.id("rule"))],
        date_from="2026-12-02",
        date_to="2026-12-01",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "车辆不在本单位名下" in answer.text
    assert "截止日期早于起始日期" in answer.text
    assert not rows(office, PermitApplication)


def test_a_document_goes_in_clean_and_comes_out_as_an_attachment_to_those_who_may(office):
    carrier, police = office.web.client("carrier"), office.web.client("police")
    key = drafted(office, carrier)
    token = csrf(carrier.get("/welcome").text)
    sent = {"csrf_token": token, "kind": "official_pass"}
    files = {"file": (io.BytesIO(jpeg()), "../证.png")}
    assert carrier.post(
        f"/permits/applications/{key}/documents", data={**sent, **files}
    ).location.endswith(key)
    [row] = [d for d in rows(office, Document) if d.kind == "official_pass"]
    assert police.get(f"/permits/documents/{row.id}").status_code == 404
    office.post(carrier, f"/permits/applications/{key}/submit")
    answer = police.get(f"/permits/documents/{row.id}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert b"SECRETCAMERA" not in answer.data
    for other in ("carrier2", "shipper"):
        assert office.web.client(other).get(f"/permits/documents/{row.id}").status_code == 404
    bad = {"file": (io.BytesIO(b"MZ virus"), "a.jpg")}
    carrier.post(f"/permits/applications/{key}/documents", data={**sent, **bad})
    assert "只接收 PDF、JPEG、PNG" in carrier.get(f"/permits/applications/{key}").text


@pytest.mark.parametrize("act", ["withdrawn_by_authority", "annulled", "revoked", "deregistered"])
def test_four_acts_each_with_ground_and_facts_and_the_dispatcher_is_told(office, act):
    police = office.web.client("police")
    permit = str(office.world.id("permit"))
    with office.database.write() as session:
        session.execute(update(PlanVersion).values(service_date=office.day))
        session.execute(
            update(Permit).values(date_from=office.day, date_to=office.day + timedelta(days=9))
        )
    page = police.get(f"/permits/{permit}").text
    for word in ("撤回", "撤销", "吊销", "注销", "第六十九条"):
        assert word in page
    office.post(police, f"/permits/{permit}/change", target="ended", act=act, facts="事实")
    assert [p.state for p in rows(office, Permit) if str(p.id) == permit] == ["approved"]
    office.post(
        police,
        f"/permits/{permit}/change",
        target="ended",
        act=act,
        ground="法定事由",
        facts="事实",
    )
    [ended] = [p for p in rows(office, Permit) if str(p.id) == permit]
    assert (ended.state, ended.ended_act) == ("ended", act)
    assert len(rows(office, Notice)) == 1
    dispatcher = office.web.client("dispatcher")
    assert ended.number in dispatcher.get("/notices/").text
    assert "提醒 1 条" in dispatcher.get("/notices/").text
    store = open_store(office.web.app.extensions["settings"], office.database)
    with office.database.write() as session:
        plan = fill_plan(session, store, office.world, "")
    assert ended.number in dispatcher.get(f"/plans/{plan}").text
    [notice] = rows(office, Notice)
    assert office.post(dispatcher, f"/notices/{notice.id}/read").status_code == 302
    assert "提醒 0 条" in dispatcher.get("/notices/").text
    other = office.web.client("dispatcher2")
    assert office.post(other, f"/notices/{notice.id}/read").status_code == 404


def test_passes_that_end_soon_are_told_ahead(office):
    with office.database.write() as session:
        session.execute(
            update(Permit).values(date_from=office.day, date_to=office.day + timedelta(days=14))
        )
    page = office.web.client("carrier").get("/notices/").text
    with office.database.read() as session:
        own = session.get(Permit, office.world.id("permit")).number
        other = session.get(Permit, office.world.id("permit2")).number
    assert own in page
    assert other not in page
    with office.database.write() as session:
        session.execute(update(Permit).values(date_to=office.day + timedelta(days=15)))
    assert own not in office.web.client("carrier").get("/notices/").text


def test_an_officer_looks_a_plate_up_and_it_is_recorded(office):
    officer = office.web.client("officer")
    vehicle = office.world.rows["vehicle"]
    with office.database.write() as session:
        session.execute(
            update(Permit).values(date_from=office.day, date_to=office.day + timedelta(days=1))
        )
    page = office.post(
        officer, "/inspections/", plate=f" {vehicle.plate.lower()} ", note="内环"
    ).text
    assert "本次核查已记录" in page
    page = office.post(officer, "/inspections/", plate="辽A00000").text
    assert "平台没有登记这辆车" in page
    assert office.post(officer, "/inspections/", plate=" ").status_code == 422
    assert {c.result for c in rows(office, RoadsideCheck)} == {"valid", "unknown"}
    for other in ("reviewer", "carrier", "dispatcher"):
        assert office.web.client(other).get("/inspections/").status_code == 404


def test_a_kind_of_pass_keeps_what_its_form_shows(office):
    police = office.web.client("police")
    path = f"/permits/schemes/{office.world.id('scheme')}"
    [before] = rows(office, PermitScheme)
    assert form(police, path).status_code == 302
    [after] = rows(office, PermitScheme)
    for name in ("mode", "steps", "authorisation", "zones", "papers", "clauses", "answers"):
        assert getattr(after, name) == getattr(before, name), name
    answer = form(police, path, number="")
    assert answer.status_code == 422
    assert "签发方式须登记授权" in answer.text
    assert office.web.client("carrier").get(path).status_code == 404


def test_a_reviewer_alone_takes_in_and_an_approver_alone_ends(office):
    carrier = office.web.client("carrier")
    key = drafted(office, carrier)
    office.post(carrier, f"/permits/applications/{key}/submit")
    approver, reviewer = office.web.client("approver"), office.web.client("reviewer")
    office.post(approver, f"/permits/applications/{key}/decision", target="in_review")
    assert rows(office, PermitApplication)[0].state == "submitted"
    permit = office.world.id("permit")
    assert office.post(reviewer, f"/permits/{permit}/change", target="suspended").status_code == 404
    office.post(reviewer, f"/permits/applications/{key}/decision", target="in_review")
    assert rows(office, PermitApplication)[0].state == "in_review"
    for who in ("officer", "carrier2", "dispatcher"):
        client = office.web.client(who)
        answer = office.post(client, f"/permits/applications/{key}/decision", target="approved")
        assert answer.status_code == 404
    assert rows(office, PermitApplication)[0].state == "in_review"
