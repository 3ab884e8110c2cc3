"""Each task without a mouse: only keys, the focus always to be seen."""

from __future__ import annotations

import io
from uuid import UUID

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from models.orders.tables import Order
from models.planning.tables import PlanVersion
from models.rules.tables import Zone
from tests.e2e import access
from tests.e2e.keys import choose, give_files, press, tab_to, write


@pytest.fixture
def person(browser, server, web):
    visitors = []

    def log_in(role: str) -> Page:
        visitors.append(access.visit(browser, web, server, role))
        return visitors[-1].page

    yield log_in
    for visitor in visitors:
        visitor.context.close()


def test_the_first_key_skips_to_the_content(person):
    page = person("dispatcher")
    page.goto("/orders/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_an_order_is_made_by_keys(person, web):
    page = person("shipper")
    page.goto("/orders/new")
    write(page, "#reference", "KEYS-1")
    choose(page, "#store", 1)
    choose(page, "#depot", 1)
    write(page, "#units", "12")
    tab_to(page, "form .btn-primary, form button[name=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/orders/new" not in address)
    with web.database.read() as session:
        order = session.query(Order).filter_by(reference="KEYS-1").one()
    assert order.units == 12


def test_a_zone_is_made_by_coordinates(person, web):
    page = person("police")
    page.goto("/rules/zones/new")
    write(page, "#code", "KEYS")
    write(page, "#name", "按键画的区")
    write(page, "#area", "133.01,21.02; 133.03,21.02; 133.03,21.04")
    tab_to(page, "form.t-form .btn-primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rules/zones/")
    with web.database.read() as session:
        assert session.query(Zone).filter_by(code="KEYS").one().name == "按键画的区"


def test_a_sheet_is_mapped_mended_and_stored_by_keys(person, web):
    page = person("shipper")
    page.goto("/imports/")
    book = openpyxl.Workbook()
    book.active.append(["单号", "门店编码", "毛重", "箱数"])
    book.active.append(["SHEET-1", web.world.rows["code"].code, "18O", 4])
    out = io.BytesIO()
    book.save(out)
    sheet = {"name": "单.xlsx", "mimeType": "application/octet-stream", "buffer": out.getvalue()}
    give_files(page, 'input[type="file"]', sheet)
    press(page, "form .btn-primary")
    page.locator("select[name^=column-]").first.wait_for()
    tab_to(page, "select[name=column-4]")
    page.keyboard.type("件数")
    expect(page.locator("select[name=column-4]")).to_have_value("units")
    press(page, ".gf-sheet-scroll", "j")
    problem = page.locator(".gf-problem")
    expect(problem).to_be_focused()
    page.keyboard.press("Enter")  # what the page proposes
    expect(problem).to_have_count(0)
    press(page, ".gf-import-do form .btn-primary")
    expect(page.locator(".gf-says")).to_contain_text("已写入 1 行")
    with web.database.read() as session:
        order = session.query(Order).filter_by(reference="SHEET-1").one()
    assert (order.units, order.weight_g) == (4, 180_000)


def test_what_lies_on_the_map_is_chosen_in_its_list_by_keys(person):
    page = person("dispatcher")
    page.goto("/places/")
    page.frame_locator("#t-frame").locator("canvas, .leaflet-marker-icon").first.wait_for()
    tab_to(page, "#t-table tbody a")
    here = page.locator("#t-table tr[aria-current=true]")
    expect(here).to_have_count(1)
    first = here.get_attribute("data-id")
    page.keyboard.press("Tab")
    expect(here).not_to_have_attribute("data-id", first)
    assert f"chosen={here.get_attribute('data-id')}" in page.url
    name = here.locator("td").nth(1).inner_text()
    expect(page.frame_locator("#t-frame").locator("body")).to_contain_text(name)
    page.keyboard.press("Enter")
    expect(page.locator("form.t-form [name=name]")).to_be_visible()


def test_a_store_says_by_keys_when_it_receives_and_vetoes_its_night(person, web):
    page = person("receiver")
    page.goto(f"/stores/{web.world.id('store')}")
    rows = page.locator("section[data-rows=windows] tbody tr")
    before = rows.count()
    press(page, "section[data-rows=windows] [data-add]")
    expect(rows).to_have_count(before + 1)
    write(page, "section[data-rows=windows] tbody tr:last-child [name$=spans]", "06:00-07:30")
    press(page, ".gf-form-do .btn-primary")
    expect(page.locator(".gf-says")).to_be_visible()
    expect(page.locator("body")).to_contain_text("06:00–07:30")
    write(page, "#veto [name$=reason]", "邻居投诉噪声")
    press(page, "#veto form button")
    expect(page.locator("#veto")).to_contain_text("邻居投诉噪声")


def test_an_indicator_opens_to_its_list_by_keys(person):
    page = person("bureau")
    page.goto("/indicators/")
    tab_to(page, ".i-table tbody a[href*='/indicators/PJ']")
    title = page.evaluate("document.activeElement.innerText")
    page.keyboard.press("Enter")
    expect(page.locator(".gf-head h1")).to_contain_text(title)
    press(page, "main a[href^='/indicators/?']")
    expect(page.locator(".i-table")).to_be_visible()


def test_menus_and_dialogs_open_and_close_by_keys(person):
    page = person("dispatcher")
    page.goto("/orders/")
    tab_to(page, ".gf-me > summary")
    page.keyboard.press("Enter")
    expect(page.locator(".gf-me-menu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".gf-me-menu")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.locator("#gf-keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#gf-keys")).to_be_hidden()


def test_a_plan_is_read_and_published_by_keys(person, web):
    with web.database.write() as session:
        session.get_one(PlanVersion, UUID(web.plans["plan"])).state = "solved"
    page = person("dispatcher")
    page.goto(f"/plans/{web.plans['plan']}")
    tab_to(page, "#p-routes tr")
    page.keyboard.press("Enter")
    expect(page.locator("#p-routes tr[aria-selected=true]")).to_have_count(1)
    expect(page.locator("#p-route .p-stops").first).to_be_visible()
    tab_to(page, 'form[action$="/publish"] button')
    page.keyboard.press("Enter")
    expect(page.locator("#gf-ask")).to_be_visible()
    assert page.evaluate("document.activeElement.matches('#gf-ask [data-no]')")
    page.keyboard.press("Escape")
    expect(page.locator("#gf-ask")).to_be_hidden()


def test_the_language_is_chosen_by_keys(person):
    page = person("shipper")
    page.goto("/orders/")
    tab_to(page, ".gf-language button")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "en")
