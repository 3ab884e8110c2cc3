"""The plan's page in Chromium: one selection everywhere, hostile names harmless."""

from __future__ import annotations

import pytest

from tests import factories
from tests.e2e.browser import CUT, SIDEWAYS, SMALL, open_page
from tests.webapp.conftest import CANARIES


@pytest.fixture
def desk(browser, server, web):
    """A dispatcher's page, logged in."""
    watched = open_page(browser, server)
    watched.log_in(web.world.rows["account:dispatcher"].login, factories.PASSWORD)
    yield watched
    watched.page.context.close()


def _open_plan(desk, web, query: str = "") -> None:
    desk.page.goto(f"{desk.base}/plans/{web.plans['plan']}{query}")
    desk.page.wait_for_selector("#p-page[data-usable]", state="attached", timeout=60_000)
    desk.page.wait_for_selector("#p-wait", state="hidden", timeout=60_000)


def test_choosing_in_one_chooses_in_all_and_in_the_address(desk, web):
    page = desk.page
    _open_plan(desk, web)
    page.click("#p-routes tr[data-key='B1']")
    assert "route=B1" in page.url
    assert page.get_attribute("#p-routes tr[data-key='B1']", "aria-selected") == "true"
    assert "B1" in page.inner_text("#p-route")
    assert page.locator(".vis-label.t-here").count() == 1
    frame = page.frame_locator("#p-frame")
    frame.locator("#m-card").wait_for()
    assert "B1" in frame.locator("#m-card").inner_text()
    frame.locator(".k-stop").first.wait_for()
    assert frame.locator(".k-stop").count() == 10
    page.keyboard.press("n")
    assert "stop=1" in page.url
    page.go_back()
    assert "stop=" not in page.url
    page.keyboard.press("Escape")
    assert "route=" not in page.url
    assert desk.troubles == []


def test_an_address_opens_with_its_selection(desk, web):
    _open_plan(desk, web, "?route=A1&stop=2")
    assert desk.page.locator("#p-route tr[aria-selected='true']").count() == 1
    assert desk.troubles == []


def test_unassigned_stand_with_reason_remedy_and_only_the_impossible_as_proven(desk, web):
    _open_plan(desk, web)
    cards = desk.page.locator("#p-left .p-out")
    assert cards.count() == 2
    texts = cards.all_inner_texts()
    assert ["已证明" in text for text in texts] == ["不可行" in text for text in texts]
    assert all("处理建议" in text for text in texts)
    assert "未核验途经路段禁限行，里程与时间为估算" in desk.page.inner_text("#p-notice")


def test_a_remedy_leads_to_the_field_where_it_is_done(desk, web):
    _open_plan(desk, web)
    remedy = desk.page.locator("#p-left .p-remedy")
    assert "收货时段放宽 60 分钟" in remedy.inner_text()
    steps = remedy.locator("a").evaluate_all("links => links.map(a => a.getAttribute('href'))")
    place, order = steps
    assert place.startswith("/places/")
    assert order.startswith("/orders/")
    field = place.split("#")[1]
    desk.page.goto(f"{desk.base}/places/{web.world.id('store')}#{field}")
    assert desk.page.locator(".gf-asked").get_attribute("data-rows") == "windows"
    assert desk.troubles == []


def test_a_line_across_a_zone_is_listed_and_leads_to_its_route(desk, web):
    _open_plan(desk, web)
    page = desk.page
    page.click("#p-notice summary")
    row = page.locator("#p-crossings tbody tr").first
    key = row.locator("td").first.inner_text()
    assert "内环货车限行" in row.inner_text()
    row.click()
    assert f"route={key}" in page.url
    assert desk.troubles == []


def test_load_and_charge_are_drawn_when_they_are_asked_for(desk, web):
    _open_plan(desk, web, "?route=A1")
    page = desk.page
    assert page.evaluate("window.echarts === undefined")
    page.click("[data-tab='charts']")
    page.locator("#p-chart svg").wait_for()
    assert "剩余电量" in page.locator("#p-chart").inner_text()
    assert desk.troubles == []


def test_what_lies_on_the_map_does_not_cover_each_other(desk, web):
    _open_plan(desk, web)
    inside = desk.page.frame(url="**/plans/map")
    inside.evaluate("greenfreightMap.setZoom(10, { animate: false })")
    frame = desk.page.frame_locator("#p-frame")
    assert frame.locator(".k-mini, .k-none").count() > 0
    shown = frame.locator(".k-van:not(.k-mini), .k-zone:not(.k-none), .k-left:not(.k-mini)")
    shown.first.wait_for()
    boxes = [box for box in (mark.bounding_box() for mark in shown.all()) if box]
    assert len(boxes) > 1
    for k, one in enumerate(boxes):
        for other in boxes[k + 1 :]:
            apart = (
                one["x"] + one["width"] <= other["x"]
                or other["x"] + other["width"] <= one["x"]
                or one["y"] + one["height"] <= other["y"]
                or other["y"] + other["height"] <= one["y"]
            )
            assert apart, (one, other)


def test_hostile_names_are_text_on_page_map_chart_sheets_and_chat(desk, web):
    page = desk.page
    plan = f"{desk.base}/plans/{web.plans['plan']}"
    _open_plan(desk, web, "?route=A1&stop=2")
    page.click("[data-tab='charts']")
    page.frame_locator("#p-frame").locator(".k-stop").first.hover(force=True)
    for address in ("", "/run-sheets", "/loading-sheets", "/arrivals", "/chat"):
        page.goto(plan + address)
        page.wait_for_load_state()
        for frame in page.frames:
            assert frame.locator("img[src='x']").count() == 0
    body = page.inner_text("body") + "".join(
        page.locator("textarea").nth(k).input_value()
        for k in range(page.locator("textarea").count())
    )
    assert "onerror=alert(1)" in body
    assert CANARIES["operator"] in body
    assert desk.troubles == []


def test_paper_chat_and_page_agree_to_the_minute(desk, web):
    page = desk.page
    plan = f"{desk.base}/plans/{web.plans['plan']}"
    _open_plan(desk, web, "?route=A1")
    shown = page.locator("#p-route .p-stops tr:has(.p-num) td.n:nth-child(3) div:first-child")
    times = [text.strip() for text in shown.all_inner_texts()]
    assert len(times) == 10
    vehicle = page.locator("#p-route a").first.get_attribute("href").split("vehicle=")[1]
    page.goto(f"{plan}/run-sheets?vehicle={vehicle}")
    rows = page.locator(".s-table tbody tr:not(.s-other) .s-time").all_inner_texts()
    assert [text.strip() for text in rows] == times
    page.goto(f"{plan}/chat?vehicle={vehicle}")
    text = page.locator("textarea").first.input_value()
    assert all(time in text for time in times)


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_scrolls_sideways_is_cut_or_too_small(browser, server, web, width):
    desk = open_page(browser, server, width=width, height=844)
    desk.log_in(web.world.rows["account:dispatcher"].login, factories.PASSWORD)
    _open_plan(desk, web, "?route=A1")
    for address in ("", "/run-sheets", "/arrivals", "/chat"):
        if address:
            desk.page.goto(f"{desk.base}/plans/{web.plans['plan']}{address}")
        assert desk.page.evaluate(SIDEWAYS) <= 0, address
        assert desk.page.evaluate(CUT) == [], address
        assert desk.page.evaluate(SMALL) == [], address
    desk.page.context.close()
