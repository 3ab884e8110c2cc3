"""The plan's page while it is changed by hand, without a mouse: lock, menu, undo, redo, waive."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.e2e.browser import CUT, SIDEWAYS, SMALL, open_page

PATIENCE_MS = 60_000


def opened(browser, server, web, width=1440):
    desk = open_page(browser, server, width=width)
    desk.log_in(web.world.rows["account:dispatcher"].login, factories.PASSWORD)
    desk.page.goto(f"{server}/plans/{web.plans['plan']}?route=A1&stop=1")
    desk.page.wait_for_selector("#p-page[data-usable]", state="attached", timeout=PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    return desk


def test_locked_undone_done_again_and_waived_by_keyboard(browser, server, web):
    desk = opened(browser, server, web)
    page = desk.page
    bar = page.locator("#p-hand-bar")
    page.keyboard.press("e")
    expect(page.locator("#p-menu [role='menuitem']").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#p-menu")).to_be_hidden()

    page.keyboard.press("l")
    expect(bar).to_contain_text("手工调整中：1 处改动")
    assert web.plans["plan"] not in page.url
    assert "route=A1&stop=1" in page.url
    signs = page.locator("#p-routes tr[data-key='A1'] .p-lock")
    expect(signs).to_have_count(1)
    expect(page.locator("#p-route .p-stops .p-lock")).to_have_count(1)
    expect(page.locator("#p-timeline .t-lock").first).to_be_attached()
    expect(page.frame_locator("#p-frame").locator(".k-held")).to_have_count(1)

    page.keyboard.press("Control+z")
    expect(bar).to_contain_text("没有改动")
    expect(signs).to_have_count(0)
    page.keyboard.press("Control+y")
    expect(bar).to_contain_text("1 处改动")
    expect(signs).to_have_count(1)

    page.keyboard.press("h")
    lines = page.locator("#p-hand [data-waive]")
    before = lines.count()
    lines.first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#p-waive textarea")).to_be_focused()
    page.keyboard.type("门店来电同意")
    page.locator("#p-waive button[type='submit']").focus()
    page.keyboard.press("Enter")
    expect(lines).to_have_count(before - 1)
    expect(page.locator("#p-hand")).to_contain_text("门店来电同意")
    assert desk.troubles == []
    page.context.close()


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_scrolls_sideways_is_cut_or_too_small_while_changing(browser, server, web, width):
    desk = opened(browser, server, web, width)
    page = desk.page
    page.keyboard.press("l")
    expect(page.locator("#p-hand-bar")).to_contain_text("1 处改动")
    page.keyboard.press("h")
    for key in ("", "m"):
        if key:
            page.keyboard.press(key)
            expect(page.locator("#p-pick")).to_be_visible()
        assert page.evaluate(SIDEWAYS) <= 0
        assert page.evaluate(CUT) == []
        assert page.evaluate(SMALL) == []
    assert desk.troubles == []
    page.context.close()
