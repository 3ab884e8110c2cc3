"""A zone drawn with the mouse and mended by keyboard, a store set by a click: in Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from models.rules.tables import Zone
from models.spatial import polygons
from tests import factories
from tests.e2e.browser import open_page


@pytest.fixture
def desk(browser, server, web):
    """A dispatcher's page, logged in."""
    watched = open_page(browser, server, height=1100)
    watched.log_in(web.world.rows["account:dispatcher"].login, factories.PASSWORD)
    yield watched
    watched.page.context.close()


def test_a_zone_is_drawn_reshaped_by_text_and_kept(desk, web):
    page = desk.page
    page.goto(f"{desk.base}/rules/zones/new")
    page.fill("#code", "DRAWN")
    page.fill("#name", "画出来的区")
    frame = page.frame_locator("#t-draw")
    frame.locator(".leaflet-pm-icon-polygon").click()
    assert "完成" in frame.locator(".leaflet-pm-toolbar").first.inner_text(), (
        "its words are Chinese"
    )
    page.locator("#t-draw").scroll_into_view_if_needed()
    box = page.locator("#t-draw").bounding_box()
    corners = ((300, 120), (480, 130), (470, 300), (310, 280))
    for x, y in (*corners, corners[0]):
        page.mouse.click(box["x"] + x, box["y"] + y)
    expect(page.locator("#t-count")).to_have_text("4 个点")
    typed = page.input_value("#area")
    assert len(typed.split(";")) == 4
    page.fill("#area", ";".join(typed.split(";")[:3]))
    assert page.inner_text("#t-count") == "3 个点"
    page.click("form.t-form > .gf-form-do .btn-primary")
    page.wait_for_url("**/rules/zones/")
    with web.database.read() as session:
        zone = session.query(Zone).filter_by(code="DRAWN").one()
        shown = "; ".join(f"{x!r},{y!r}" for x, y in polygons(zone.area)[0][0][:-1])
    assert shown == ";".join(typed.split(";")[:3])
    page.click("text=DRAWN")
    page.click("text=修改区域")
    expect(page.locator("#t-count")).to_have_text("3 个点")
    frame.locator("path.leaflet-interactive").first.wait_for()
    assert desk.troubles == []


def test_a_click_sets_where_a_store_is(desk):
    page = desk.page
    page.goto(f"{desk.base}/places/new")
    page.locator("#t-draw").scroll_into_view_if_needed()
    frame = page.frame_locator("#t-draw")
    frame.locator(".m-tools").wait_for()
    frame.locator(".folium-map").click(position={"x": 300, "y": 200})
    frame.locator(".k-pin").wait_for()
    assert float(page.input_value("#lon"))
    page.fill("#lat", "21.5")
    assert frame.locator(".k-pin").count() == 1
    assert desk.troubles == []
