"""The reviewer's desk by keyboard alone, in Chromium: returned, denied, approved, and the paper."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update
from werkzeug.serving import make_server

from models.permits.applications import draft_application
from models.permits.tables import PermitApplication, PermitScheme
from tests.e2e.browser import open_page
from tests.permit_city import asked
from tests.webapp.permits.conftest import office  # noqa: F401 - the fixture
from workers.permits import desk as verbs

ANSWERS = [
    {"target": "denied", "text": "该时段配额已满", "remedy": "改用 20:00 以后进入"},
    {"target": "correction", "text": "行驶证照片不清", "remedy": ""},
]


@pytest.fixture
def reviewing(browser, office):  # noqa: F811
    """A reviewer before three applications."""
    carrier = office.world.actors["carrier"]
    with office.database.write() as session:
        session.execute(update(PermitScheme).values(answers=ANSWERS))
    for n in range(3):
        hours = [{"start": 3_600 * (3 * n + 7), "end": 3_600 * (3 * n + 9)}]
        with office.database.write(carrier) as session:
            more = asked(office.world, office.day, hours=hours)
            key = draft_application(session, carrier, **more).id
        with office.database.write(carrier) as session:
            verbs.submit(session, carrier, key)
    server = make_server("127.0.0.1", 0, office.web.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    base = f"http://127.0.0.1:{server.server_port}"
    watched = open_page(browser, base)
    cookie = office.web.client("police").get_cookie("greenfreight")
    watched.page.context.add_cookies([{"name": "greenfreight", "value": cookie.value, "url": base}])
    yield watched
    watched.page.context.close()
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


def states(office) -> list[str]:  # noqa: F811
    with office.database.read() as session:
        order = PermitApplication.submitted_at
        return list(session.scalars(select(PermitApplication.state).order_by(order)))


def test_three_decisions_by_keys_alone(reviewing, office):  # noqa: F811
    page = reviewing.page
    page.goto(f"{reviewing.base}/permits/applications")
    page.locator("table a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/permits/applications/*")
    expect(page.frame_locator("#d-frame").locator("canvas").first).to_be_attached()
    page.keyboard.press("b")
    expect(page.locator("#d-correction")).to_be_visible()
    page.keyboard.press("Tab")
    page.locator("#d-correction input[value='行驶证照片不清']").focus()
    page.keyboard.press("Space")
    page.locator("#d-correction button[type=submit]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".gf-says")).to_contain_text("补正")
    page.wait_for_load_state()  # keys are heard once the page's scripts have run
    page.keyboard.press("n")
    reason = page.locator("#d-denied input[value='该时段配额已满']")
    reason.focus()
    page.keyboard.press("Space")
    assert page.input_value("#d-denied [name=remedies_text]") == "改用 20:00 以后进入"
    page.locator("#d-denied button[type=submit]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".gf-says")).to_contain_text("不予通过")
    page.wait_for_load_state()  # keys are heard once the page's scripts have run
    page.keyboard.press("a")
    expect(page.locator("#d-approved [name=until]")).to_have_value(
        (office.day + timedelta(days=30)).isoformat()
    )
    page.keyboard.press("Enter")  # the decision has the focus
    expect(page.locator(".gf-says")).to_contain_text("予以通过")
    assert states(office) == ["correction", "denied", "approved"]
    assert reviewing.troubles == []
