"""A dispatcher's steps on the pages, by keys alone."""

from __future__ import annotations

import datetime as dt
import re

from playwright.sync_api import Page, expect

from tests.e2e.keys import agree, press, tab_to

SOLVED_MS = 150_000.0
READY = "#p-page[data-usable][data-running='0']"


def demo_day(page: Page) -> dt.date:
    """The day of which the demo has most orders, as the page that copies a day offers it."""
    page.goto("/imports/copy")
    options = page.get_by_label("从哪一天复制").locator("option[value]:not([value=''])")
    many = {
        one.get_attribute("value"): int(re.search(r"（(\d+)）", one.inner_text()).group(1))
        for one in options.all()
    }
    return dt.date.fromisoformat(max(many, key=many.get))


def copy_orders(page: Page, shipper: str, source: dt.date, day: dt.date) -> None:
    """Enter a shipper's orders of one day again for another."""
    page.goto("/imports/copy")
    key = page.get_by_label("货主").locator("option", has_text=shipper).get_attribute("value")
    page.goto(f"/imports/copy?shipper={key}&from={source}")
    page.get_by_label("新的服务日期").fill(day.isoformat())
    page.get_by_role("button", name=re.compile("^检查这")).press("Enter")
    page.get_by_role("button", name=re.compile("^写入")).press("Enter")
    expect(page.get_by_role("link", name="看这些订单")).to_be_visible()


def plan(page: Page, day: dt.date) -> None:
    """Ask for a plan of the day, watch until it serves something, keep the best so far."""
    page.goto(f"/plans/?date={day}")
    tab_to(page, "select[name=time_limit]")
    page.keyboard.type("30")
    press(page, "form.p-start button[type=submit]")
    keep_best(page)


def keep_best(page: Page) -> None:
    """Watch a search until it serves something and keep that, by its button."""
    page.wait_for_url(re.compile(r"/plans/[0-9a-f-]{36}"))
    page.wait_for_load_state("load")
    served = page.locator("#p-progress [data-live=served]")
    expect(served.or_(page.locator(READY)).first).to_have_text(
        re.compile(r"[1-9]"), timeout=SOLVED_MS
    )
    if page.get_by_role("button", name="停止并采用").is_visible():
        press(page, "[data-keep] button")
    over = page.locator(f"{READY}, main .gf-empty")
    over.wait_for(timeout=SOLVED_MS)
    expect(page.locator(".gf-head")).to_contain_text("校验通过", timeout=5_000)


def choose(page: Page, key: str, stop: int) -> None:
    """Choose a stop of a route."""
    page.keyboard.press("Escape")
    rows = page.locator("#p-routes tr")
    row = page.locator(f"#p-routes tr[data-key='{key}']")
    for _ in range(rows.count()):
        if row.get_attribute("aria-selected") == "true":
            break
        page.keyboard.press("j")
    for _ in range(stop):
        page.keyboard.press("n")
    expect(page.locator('#p-route tr[aria-selected="true"] .p-num')).to_have_text(str(stop))


def move(page: Page, plate: str, order: str) -> str:
    """Move an order of what is chosen to a vehicle, priced first; what the price says."""
    before = int(page.locator("#p-at").get_attribute("data-number"))
    page.keyboard.press("m")
    expect(page.locator("#p-pick-filter")).to_be_focused()
    for box in page.locator("#p-pick-orders input").all():
        if box.get_attribute("value") != order:
            press(page, f"#p-pick-orders input[value='{box.get_attribute('value')}']", "Space")
    tab_to(page, "#p-pick-filter")
    page.keyboard.type(plate)
    expect(page.locator("#p-pick-list input")).to_have_count(1)
    press(page, "#p-pick-try")
    price = page.locator("#p-pick-price")
    expect(price).to_contain_text("元")
    said = price.inner_text()
    page.keyboard.press("Tab")
    expect(page.locator("#p-pick-ok")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#p-at")).to_have_attribute("data-number", str(before + 1))
    return said


def replan(page: Page) -> None:
    """Plan again from the version on the page."""
    press(page, "[data-open=p-replan]")
    tab_to(page, "#p-replan select[name=time_limit]")
    page.keyboard.type("30")
    before = page.url
    press(page, "#p-replan button[type=submit]")
    page.wait_for_url(lambda address: address != before)
    keep_best(page)


def publish(page: Page) -> None:
    """Put the version on the page in force."""
    press(page, "form[action$='/publish'] button")
    agree(page)
    expect(page.locator(".gf-head")).to_contain_text("已下发")
    page.locator("#p-page[data-usable]").wait_for()


def copied(page: Page) -> dict[str, str]:
    """What each vehicle's copy button puts on the clipboard."""
    texts = {}
    for card in page.locator(".p-chats .gf-card").all():
        card.get_by_role("button", name="复制").press("Enter")
        expect(card.locator("button")).to_contain_text("已复制")
        key = card.locator(".chip").inner_text()
        texts[key] = page.evaluate("navigator.clipboard.readText()")
    return texts
