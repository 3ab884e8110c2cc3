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
from tests.e2e.keys import choose, tab_to, write


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


def test_a_sheet_is_mapped_and_stored_by_keys(person, web):
    page = person("shipper")
    page.goto("/imports/")
    store = web.world.rows["code"].code
    book = openpyxl.Workbook()
    book.active.append(["单号", "门店编码", "件数"])
    book.active.append(["SHEET-1", store, 4])
    out = io.BytesIO()
    book.save(out)
    sheet = {"name": "单.xlsx", "mimeType": "application/octet-stream", "buffer": out.getvalue()}
    page.locator('input[type="file"]').set_input_files(sheet)  # the system's own dialog
    tab_to(page, "form button[type=submit].btn-primary, form .btn-primary")
    page.keyboard.press("Enter")
    page.locator("select[name^=column-]").first.wait_for()
    tab_to(page, "select[name=column-3]")
    page.keyboard.type("件数")
    expect(page.locator("select[name=column-3]")).to_have_value("units")


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
