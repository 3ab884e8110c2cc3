"""A driver's day in Chromium: twenty stops, the network cut twice, no service worker."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from models.execution.tables import ExecutionEvent
from models.orders.tables import Order
from tests import factories
from tests.e2e.browser import CUT, SIDEWAYS, SMALL, Watched
from tests.street import PHONE
from tests.webapp.execution.conftest import on_the_street

PHONE_SIZE = {"width": 390, "height": 844}
LOST = re.compile(r"ERR_INTERNET_DISCONNECTED|Failed to load resource")


@pytest.fixture
def driven(web):
    return on_the_street(web, per_trip=10)


@pytest.fixture
def phone(browser, server, driven):
    """A phone in a chat app's browser: service workers blocked, the link opened."""
    context = browser.new_context(
        locale="zh-CN", viewport=PHONE_SIZE, has_touch=True, service_workers="block"
    )
    watched = Watched(page=context.new_page(), base=server).watch()
    watched.page.goto(f"{server}/d/{driven.tokens[0]}")
    watched.page.fill("#plate", driven.street.plate)
    watched.page.fill("#digits", PHONE[-4:])
    watched.page.get_by_role("button", name="打开今日任务").tap()
    watched.page.wait_for_selector("body[data-usable]")
    yield watched
    context.close()


def tap(phone, selector, taps):
    """Tap, and count it."""
    phone.page.locator(selector).tap()
    taps.append(selector)


def sent(phone):
    """Wait until nothing waits any more."""
    phone.page.wait_for_selector("#d-net[data-waiting='0']", state="attached", timeout=30_000)


def troubles(phone):
    """What went wrong beside the connection that the test itself cut."""
    return [line for line in phone.troubles if not LOST.search(line)]


def heading(phone):
    return phone.page.inner_text("#d-card h1")


def test_twenty_stops_with_the_network_cut_twice(phone, driven, web):
    page, context = phone.page, phone.page.context
    taps: list[str] = []
    visits = [stop for stop in driven.route.stops if stop.kind == "visit"]
    assert len(visits) == 20
    cuts = {4: True, 8: False, 13: True, 17: False}
    most = per_stop = 0
    number = 0
    while page.locator("#d-arrive:not([hidden]), #d-done:not([hidden]):not([disabled])").count():
        title = heading(phone)
        if number in cuts and title == visits[number].shown["name"]:
            context.set_offline(cuts.pop(number))
        before = len(taps)
        if page.locator("#d-arrive:not([hidden])").count():
            tap(phone, "#d-arrive", taps)
        if page.locator("#d-done:not([hidden]):not([disabled])").count():
            tap(phone, "#d-done", taps)
        per_stop = len(taps) - before
        most = max(most, per_stop)
        number += title in {stop.shown["name"] for stop in visits}
        if number == 7:
            assert "离线" in page.inner_text("#d-net")
            assert int(page.get_attribute("#d-net", "data-waiting")) >= 4
    assert number == 20
    assert most <= 3, "taps of a normal stop"
    assert "全部完成" in heading(phone)
    sent(phone)
    with web.database.read() as session:
        events = session.scalars(select(ExecutionEvent)).all()
        assert len({event.client_id for event in events}) == len(events) == len(taps)
        assert [e.sequence for e in sorted(events, key=lambda e: e.at)] == sorted(
            event.sequence for event in events
        )
        states = {
            row.id: row.state
            for row in session.scalars(select(Order))
            if row.id in {order.id for order in driven.street.orders[:20]}
        }
    assert set(states.values()) == {"delivered"}
    assert len(states) == 20
    assert troubles(phone) == []


def test_taps_made_offline_outlive_the_page(phone, driven, web):
    """The page is closed while it is offline; opened again with a signal, it sends what it kept."""
    page = phone.page
    page.context.set_offline(True)
    page.locator("#d-arrive").tap()
    page.locator("#d-done").tap()
    page.wait_for_selector("#d-net[data-waiting='2']")
    other = page.context.new_page()
    page.close()
    page.context.set_offline(False)
    other.goto(f"{phone.base}/d/{driven.tokens[0]}")
    other.wait_for_selector("#d-net[data-waiting='0']", state="attached")
    with web.database.read() as session:
        kinds = [e.kind for e in session.scalars(select(ExecutionEvent))]
    assert sorted(kinds) == ["arrive", "done"]


def test_what_is_odd_is_said_in_a_few_taps_and_a_wrong_tap_is_taken_back(phone, driven, web):
    page = phone.page
    page.locator("#d-arrive").tap()
    page.locator("#d-done").tap()  # the depot
    order = driven.street.orders[0]
    page.locator("#d-arrive").tap()
    page.locator("#d-exception").tap()
    page.get_by_role("button", name="差异签收").tap()
    page.get_by_role("button", name=f"{order.reference} −1").tap()
    page.get_by_role("button", name="件数短少").tap()
    page.wait_for_selector("#d-says >> text=差异签收")
    sent(phone)
    with web.database.read() as session:
        row = session.get(Order, order.id)
        assert (row.state, row.reason) == ("partly_delivered", "件数短少")
    second = driven.street.orders[1]
    page.locator("#d-arrive").tap()
    page.locator("#d-done").tap()
    sent(phone)
    page.locator("#d-says").get_by_role("button", name="撤销").tap()
    sent(phone)
    page.locator("#d-exception").tap()
    page.get_by_role("button", name="拒收").tap()
    page.get_by_role("button", name="货物破损").tap()
    sent(phone)
    with web.database.read() as session:
        assert session.get(Order, second.id).state == "refused"
        assert session.get(Order, second.id).reason == "货物破损"
    assert troubles(phone) == []


def test_navigation_is_one_tap_once_an_app_is_chosen(phone):
    page = phone.page
    page.locator("#d-arrive").tap()
    page.locator("#d-done").tap()
    page.get_by_role("button", name="导航", exact=True).tap()
    link = page.locator("#d-sheet a", has_text="高德地图")
    assert link.get_attribute("href").startswith("https://uri.amap.com/navigation?to=")
    link.evaluate("node => node.addEventListener('click', event => event.preventDefault())")
    link.tap()
    shown = page.locator("#d-card a", has_text="导航")
    assert shown.get_attribute("href").startswith("https://uri.amap.com/")
    assert page.locator("#d-card a[href^='tel:']").count() == 1


def test_nothing_is_cut_small_or_hard_to_hit_by_day_and_by_night(phone):
    page = phone.page
    page.locator("#d-arrive").tap()
    page.locator("#d-done").tap()
    for mode in ("light", "dark"):
        if page.evaluate("document.documentElement.dataset.mode") != mode:
            page.locator("#d-dark").tap()
        assert page.evaluate(SIDEWAYS) <= 0
        assert page.evaluate(CUT) == []
        assert page.evaluate(SMALL) == []
        low = page.evaluate(
            """() => [...document.querySelectorAll('button, a, summary, input')]
            .filter((node) => node.offsetParent && node.id !== 'd-net')
            .map((node) => [node.textContent.trim().slice(0, 20), node.getBoundingClientRect()])
            .filter(([, box]) => box.height < 48 || box.width < 48).map(([text]) => text)"""
        )
        assert low == [], mode
    assert page.locator("#d-arrive").bounding_box()["height"] >= 72


def test_a_logged_in_driver_has_the_same_page(browser, server, driven, web):
    context = browser.new_context(locale="zh-CN", viewport=PHONE_SIZE, has_touch=True)
    watched = Watched(page=context.new_page(), base=server).watch()
    watched.log_in(web.world.rows["account:driver"].login, factories.PASSWORD)
    watched.page.wait_for_selector("body[data-usable]")
    assert watched.page.inner_text("#d-plate") == driven.street.plate
    watched.page.locator("#d-arrive").tap()
    sent(watched)
    assert watched.troubles == []
    context.close()


def test_a_phone_that_forgot_its_cookie_says_so_and_keeps_its_taps(phone, driven, web):
    page = phone.page
    page.context.clear_cookies()
    page.locator("#d-arrive").tap()
    again = page.locator("#d-says a", has_text="重新验证")
    again.wait_for()
    assert page.get_attribute("#d-net", "data-waiting") == "1"
    again.tap()
    page.fill("#plate", driven.street.plate)
    page.fill("#digits", PHONE[-4:])
    page.get_by_role("button", name="打开今日任务").tap()
    page.wait_for_selector("body[data-usable]")
    sent(phone)
    with web.database.read() as session:
        assert [event.kind for event in session.scalars(select(ExecutionEvent))] == ["arrive"]
