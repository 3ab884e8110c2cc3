"""The roadside officer in Chromium, with the network cut: verified, aged, told afterwards."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update
from werkzeug.serving import make_server

from models.accounts.city import zone
from models.base import now
from models.permits.roadside_code import encode, verdict_of
from models.permits.tables import Permit, RoadsideCheck
from models.rules.tables import AccessRule
from tests import factories
from tests.e2e.browser import CUT, SIDEWAYS, SMALL, open_page
from tests.e2e.test_driver import LOST
from tests.webapp.permits.conftest import office  # noqa: F401 - the fixture
from workers.permits.codes import claims_of, signer

NO_CRYPTO = "Object.defineProperty(crypto, 'subtle', { value: undefined });"


@pytest.fixture
def patrol(browser, office):  # noqa: F811
    """An officer's page, opened once with network, and the text of a good code."""
    database, world = office.web.database, office.web.world
    with database.write() as session:
        row = factories.permit(
            session,
            world.organisations["carrier"],
            [session.get(type(world.rows["vehicle"]), world.id("vehicle"))],
            [session.get(AccessRule, world.id("pass_rule"))],
            date_from=office.day,
            date_to=office.day + timedelta(days=30),
        )
        office.claims = claims_of(row, row.vehicles[0])
        office.permit = row.id
    office.key = signer(office.web.app.extensions["settings"], database)
    server = make_server("127.0.0.1", 0, office.web.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    base = f"http://127.0.0.1:{server.server_port}"
    watched = open_page(browser, base, width=390, height=844)
    cookie = office.web.client("officer").get_cookie("greenfreight")
    watched.page.context.add_cookies([{"name": "greenfreight", "value": cookie.value, "url": base}])
    yield watched
    watched.page.context.close()
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


def opened(patrol):
    patrol.page.goto(f"{patrol.base}/inspections/")
    patrol.page.wait_for_selector("body[data-usable]")


def judge(patrol, text: str, plate: str = "") -> tuple[str, str]:
    """Verdict and tone that the page comes to."""
    page = patrol.page
    page.fill("#r-seen", plate)
    page.fill("#r-code", text)
    page.click("#r-form button[type=submit]")
    expect(page.locator("#r-source")).not_to_contain_text("正在联网核验")
    box = page.locator("#r-answer")
    return box.get_attribute("data-verdict"), box.get_attribute("data-tone")


def troubles(patrol) -> list[str]:
    return [line for line in patrol.troubles if not LOST.search(line)]


def test_a_code_is_verified_without_network_as_far_as_its_data_go(patrol, office):  # noqa: F811
    page, good = patrol.page, encode(office.claims, office.key)
    opened(patrol)
    assert page.locator("#r-data").get_attribute("data-grade") == "fresh"
    page.context.set_offline(True)
    expect(page.locator("#r-answer")).to_be_hidden()
    assert judge(patrol, good, office.claims.plate) == ("valid", "good")
    expect(page.locator("#r-source")).to_contain_text("未联网")
    expect(page.locator("#r-plate")).to_have_text(office.claims.plate)
    expect(page.locator("#r-answer")).to_contain_text("本平台核验码，不替代交管12123电子通行码")
    at = good.rindex(".") + 4
    bad = good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1 :]
    day = timedelta(days=1)
    gone = replace(office.claims, first=office.day - 9 * day, last=office.day - day)
    for text, plate, verdict in (
        (bad, "", "forged"),
        (good.replace("GFP1", "GFT1"), "", "other_domain"),
        (good.replace(office.key.key.kid, "AAAAAAAA"), "", "unknown_key"),
        (encode(gone, office.key), "", "expired"),
        (good, "辽Z 00001", "other_plate"),
    ):
        assert judge(patrol, text, plate)[0] == verdict
        assert page.locator("#r-answer").get_attribute("data-tone") == "broken"
    page.clock.set_fixed_time(now() + timedelta(hours=25))
    assert judge(patrol, good) == ("offline", "attention")
    expect(page.locator("#r-word")).to_have_text("未联网核验")
    page.clock.set_fixed_time(now() + timedelta(hours=73))
    assert judge(patrol, good) == ("stale", "attention")
    expect(page.locator("#r-data-text")).to_contain_text("72 小时")
    assert page.locator("#r-data").get_attribute("data-grade") == "stale"
    for fault in (CUT, SMALL):
        assert page.evaluate(fault) == []
    assert page.evaluate(SIDEWAYS) <= 0
    page.clock.set_fixed_time(now())
    page.context.set_offline(False)
    expect(page.locator("#r-data-text")).not_to_contain_text("待上传")
    with office.web.database.read() as session:
        kept = session.scalars(select(RoadsideCheck.code_verdict)).all()
        offline = session.scalars(select(RoadsideCheck.scanned_at)).all()
    wrong = {"forged", "other_domain", "unknown_key", "expired", "other_plate"}
    assert kept.count("valid") == 3
    assert set(kept) == {"valid"} | wrong
    assert len(kept) == 8
    assert any(offline)
    assert troubles(patrol) == []


def test_a_stopped_pass_is_known_without_network_and_told_by_the_platform(patrol, office):  # noqa: F811
    page, good = patrol.page, encode(office.claims, office.key)
    opened(patrol)
    with office.web.database.write() as session:
        session.execute(update(Permit).where(Permit.id == office.permit).values(state="suspended"))
    assert judge(patrol, good) == ("suspended", "broken")  # its own data do not say so yet
    expect(page.locator("#r-source")).to_contain_text("已联网核验")
    expect(page.locator("#r-record tbody tr")).to_contain_text("通行证已暂停")
    page.reload()
    page.wait_for_selector("body[data-usable]")
    page.context.set_offline(True)
    assert judge(patrol, good) == ("suspended", "broken")


def test_a_browser_that_cannot_verify_says_so_and_shows_no_green(patrol, office):  # noqa: F811
    patrol.page.add_init_script(NO_CRYPTO)
    opened(patrol)
    patrol.page.context.set_offline(True)
    assert judge(patrol, encode(office.claims, office.key)) == ("unverifiable", "attention")
    expect(patrol.page.locator("#r-word")).to_have_text("此浏览器不能核验签名")


CAMERA = """window.BarcodeDetector = class {
    async detect() { return window.shownCode ? [{ rawValue: window.shownCode }] : []; }
};
navigator.mediaDevices.getUserMedia = async () => {
    const canvas = document.createElement("canvas");
    canvas.getContext("2d").fillRect(0, 0, 8, 8);
    window.stream = canvas.captureStream(5);
    return window.stream;
};"""
"""A camera and a decoder, which this Chromium has not."""


def test_a_code_before_the_camera_is_judged_and_the_camera_let_go(patrol, office):  # noqa: F811
    page = patrol.page
    page.add_init_script(CAMERA)
    opened(patrol)
    page.click("#r-camera")
    expect(page.locator("#r-video")).to_be_visible()
    page.evaluate("(text) => { window.shownCode = text; }", encode(office.claims, office.key))
    expect(page.locator("#r-answer")).to_have_attribute("data-verdict", "valid")
    expect(page.locator("#r-video")).to_be_hidden()
    assert page.evaluate("window.stream.getTracks().every((track) => track.readyState === 'ended')")
    assert troubles(patrol) == []


def test_an_officer_whose_log_in_ended_is_told_and_loses_no_scan(patrol, office):  # noqa: F811
    page, good = patrol.page, encode(office.claims, office.key)
    opened(patrol)
    cookies = page.context.cookies()
    page.context.clear_cookies()
    assert judge(patrol, good) == ("valid", "good")
    expect(page.locator("#r-log-in")).to_be_visible()
    expect(page.locator("#r-data-text")).to_contain_text("1 次核查待上传")
    page.context.add_cookies(cookies)
    page.reload()
    page.wait_for_selector("body[data-usable]")
    expect(page.locator("#r-log-in")).to_be_hidden()
    with office.web.database.read() as session:
        assert session.scalars(select(RoadsideCheck.code_verdict)).all() == ["valid"]


def test_page_and_platform_judge_alike(patrol, office):  # noqa: F811
    """Every quarter of an hour about the edges of dates and hours, daytime and past midnight."""
    opened(patrol)
    with office.web.database.read() as session:
        city = zone(session)
    start = datetime.combine(office.day, time(), city) - timedelta(hours=26)
    moments = [start + timedelta(minutes=15 * n, seconds=-1) for n in range(4 * 78)]
    for hours in ((), ((32_400, 61_200),), ((79_200, 18_000),)):
        claims = replace(office.claims, hours=hours, last=office.day + timedelta(days=1))
        found = patrol.page.evaluate(
            """async ([text, moments, key]) => {
                const carried = JSON.parse(localStorage.getItem(key));
                return Promise.all(moments.map(async (ms) => (await GF.judgeCode(
                    text, { ...carried, made_at: new Date(ms).toISOString() }, ms)).verdict));
            }""",
            [
                encode(claims, office.key),
                [moment.timestamp() * 1000 for moment in moments],
                "greenfreight-roadside",
            ],
        )
        assert found == [verdict_of(claims, moment) for moment in moments]
        assert len(set(found)) == (4 if hours else 3)
