"""Everyone's first desk as one story: a dispatcher who never touches a mouse re-creates tomorrow's
plan from a sheet, is told its slips, changes it, replans and publishes; a driver taps through it
with a bad signal; shipper, receiver and whoever has a link see it."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import CUT, SIDEWAYS, SMALL
from tests.e2e.keys import agree, give_files, press, tab_to
from tests.e2e.whole import papers, steps
from tests.e2e.whole.browsing import People, watched
from tests.e2e.whole.by_hand import MISFITS, HandMade, hand_made
from tests.e2e.whole.kept import Kept, id_of, on_vehicles
from tests.e2e.whole.product import Product

SHIPPERS = ("禾丰超市", "鲜到冷链", "速达快递")
CITY = dt.timezone(dt.timedelta(hours=8))
FOLLOWED_MS = 180_000.0
STOPS = 20
TAPS = 3
PHONE = {"width": 390, "height": 844}
SAYS = {
    "weight": "超载", "volume": "超容积", "unit_places": "超板位",
    "temperature": "温层不符", "needs": "车辆能力不符", "goods": "不可混装", "yard": "场地限制",
    "time_window": "不在收货时段", "driver": "司机安排",
}  # fmt: skip


@dataclass
class Desk:
    """The dispatcher at work: the page, and what has been done on it."""

    page: Page
    kept: Kept
    day: dt.date
    plates: dict[str, str]
    locked: str = ""
    """The order whose stop was locked."""

    def keys(self) -> dict[str, str]:
        """Vehicle to its route's key, as the page has them."""
        return self.page.evaluate(
            "Object.fromEntries(GF.page.view.routes.map(r => [r.vehicle, r.key]))"
        )

    def stop_of(self, order: str) -> tuple[str, int]:
        """Route and number of the stop that delivers an order."""
        key, number = self.page.evaluate(
            """order => GF.page.view.routes.flatMap(route => route.trips.flatMap(trip => trip.stops
               .filter(stop => stop.kind === "delivery" && stop.parts.flat().includes(order))
               .map(stop => [route.key, stop.n])))[0]""",
            order,
        )
        return str(key), int(number)

    def broken(self) -> set[tuple[str, str]]:
        """Route and rule of everything that the page calls broken."""
        tab_to(self.page, "[data-side=check]")
        self.page.keyboard.press("Enter")
        lines = self.page.locator("#p-check .gf-red:not(p)")
        expect(lines.first).to_be_visible()
        found = set()
        for text in lines.all_inner_texts():
            rules = [rule for rule, words in SAYS.items() if words in text]
            assert len(rules) == 1, text
            found.add((text.split(" · ")[0], rules[0]))
        return found


@dataclass(frozen=True)
class Street:
    """The published day: its date, its plan, what its papers say, each vehicle's link."""

    day: dt.date
    plan: str
    said: Mapping[str, papers.Said]
    links: Mapping[str, str]
    vehicles: Mapping[str, str]
    """By the route's key."""
    plates: Mapping[str, str]


def bring(page: Page, made: HandMade, day: dt.date) -> None:
    """The dispatcher's sheet becomes a plan of the day; what does not fit is told by cell."""
    page.goto(f"/imports/?kind=plans&date={day}")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    sheet = {"name": "明日派车.xlsx", "mimeType": kind, "buffer": made.data}
    give_files(page, "input[type=file]", sheet)
    press(page, ".gf-import-start button[type=submit]")
    told = page.locator(".gf-problem")
    expect(told).to_have_count(len(made.told_by("sheet")))
    assert {one.get_attribute("data-cell") for one in told.all()} == {
        fault.cell for fault in made.told_by("sheet")
    }
    tab_to(page, "input[name=purpose]")
    with page.expect_response(re.compile("/mapping$")):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_label("作为当日方案")).to_be_focused()
    press(page, ".gf-import-do .btn-primary")
    page.wait_for_url(re.compile(r"/plans/[0-9a-f-]{36}$"), timeout=FOLLOWED_MS)
    page.locator(steps.READY).wait_for()
    expect(page.locator(".gf-head")).to_contain_text("方案校验未通过")


def slips(desk: Desk, made: HandMade) -> list[set[tuple[str, str]]]:
    """Route and rule of each planted slip; two vehicles that share a driver are two ways to say it,
    and what is too heavy may be too large as well."""
    keys = desk.keys()
    return [
        {
            (keys.get(vehicle, ""), rule)
            for vehicle in fault.vehicles
            for rule in (MISFITS if fault.rule in MISFITS else (fault.rule,))
        }
        for fault in made.told_by("check")
    ]


def set_beside(page: Page) -> None:
    """The plan of the sheet beside the day's own one, and back."""
    press(page, "a[href*='/compare?b=']")
    expect(page.locator(".c-broken")).to_contain_text("项违规")
    expect(page.locator("tr.c-total").first).to_contain_text("成本合计")
    page.go_back()
    page.locator(steps.READY).wait_for()


def mend(desk: Desk, made: HandMade) -> None:
    """Three orders go where they belong: too much for its vehicle, too late, on nobody's."""
    page = desk.page
    heavy, late, _driver = made.told_by("check")
    stray = made.told_by("sheet")[0]
    for fault in (heavy, late):
        steps.choose(page, *desk.stop_of(fault.order))
        assert "解除" in steps.move(page, desk.plates[fault.home], fault.order)
    page.keyboard.press("u")
    press(page, f".p-out[data-order='{stray.order}'] [role=button]")
    assert "不新增违规" in steps.move(page, desk.plates[stray.home], stray.order)
    expect(page.locator("#p-hand-bar")).to_contain_text("3 处改动")


def lock(desk: Desk, order: str) -> None:
    key, number = desk.stop_of(order)
    steps.choose(desk.page, key, number)
    desk.page.keyboard.press("l")
    expect(desk.page.locator(f"#p-routes tr[data-key='{key}'] .p-lock")).to_have_count(1)
    desk.locked = order


def discard(page: Page) -> None:
    """Give the draft on the page up; the day's list says so."""
    version = page.locator(".gf-head h1").inner_text()
    press(page, "form[action$='/discard'] button")
    agree(page)
    row = page.locator(".p-versions tr", has_text=version.split()[-2])
    expect(row.first).to_contain_text("已弃用")


def change(desk: Desk, made: HandMade) -> None:
    """Mend, try to keep what is still broken, lock, replan: what is locked stays."""
    page = desk.page
    mend(desk, made)
    *_mended, driver = slips(desk, made)
    assert desk.broken() <= driver
    page.keyboard.press("Control+s")
    expect(page.locator("#p-refused")).to_contain_text("仍有未放行的违规")
    page.keyboard.press("Escape")
    lock(desk, made.told_by("check")[0].order)
    by_hand = id_of(page)
    steps.replan(page)
    _, before, _ = desk.kept.plan(by_hand)
    problem, after, _ = desk.kept.plan(id_of(page))
    (held,) = problem.locks
    assert desk.locked in held.orders  # with whatever else is left there at that stop
    vehicle = on_vehicles(before)[desk.locked]
    assert {on_vehicles(after)[order] for order in held.orders} == {vehicle}
    row = page.locator(f"#p-routes tr[data-key='{desk.keys()[vehicle]}']")
    expect(row.locator(".p-lock")).to_have_count(1)


def hand_out(page: Page, into: Path) -> tuple[dict[str, papers.Said], dict[str, str]]:
    """What the plan's papers say, and the links in the texts for the group chat."""
    here = urlsplit(page.url).path
    said = {}
    page.goto(f"{here}/run-sheets")
    said["run sheet"] = papers.run_sheets(page)
    with page.expect_download() as coming:
        page.locator('a[href$="run-sheets?as=xlsx"]').press("Enter")
    coming.value.save_as(into / "run-sheets.xlsx")
    said["run sheet as XLSX"] = papers.run_sheets_xlsx(into / "run-sheets.xlsx")
    page.goto(f"{here}/chat")
    texts = steps.copied(page)
    said["chat text"] = papers.chat(texts)
    links = {key: re.search(r"https?://\S+/d/\S+", text).group() for key, text in texts.items()}
    return said, links


@pytest.fixture(scope="module")
def kept(product: Product) -> Iterator[Kept]:
    beside = Kept(product)
    yield beside
    beside.close()


@pytest.fixture(scope="module")
def street(product: Product, browser, logged_in, kept: Kept, tmp_path_factory) -> Street:
    """Tomorrow: planned, written down with five slips, brought back, changed and published."""
    with watched(browser, product.url, logged_in) as people:
        page = people.log_in(product.account("dispatcher"))
        source = steps.demo_day(page)
        day = dt.datetime.now(CITY).date() + dt.timedelta(days=1)
        if day != source:
            for shipper in SHIPPERS:
                steps.copy_orders(page, shipper, source, day)
        steps.plan(page, day)
        made = hand_made(*kept.plan(id_of(page)))
        assert len(made.faults) == 5
        desk = Desk(page, kept, day, kept.plates())
        bring(page, made, day)
        set_beside(page)
        discard(page)
        bring(page, made, day)
        planted = slips(desk, made)
        told = desk.broken()
        assert told <= set().union(*planted)
        assert all(told & slip for slip in planted)
        change(desk, made)
        for script in (SIDEWAYS, CUT, SMALL):
            assert not page.evaluate(script)
        steps.publish(page)
        plan = id_of(page)
        vehicles = {key: vehicle for vehicle, key in desk.keys().items()}
        said, links = hand_out(page, tmp_path_factory.mktemp("papers"))
        return Street(day, plan, said, links, vehicles, desk.plates)


def phone(people: People, kept: Kept, street: Street, key: str) -> Page:
    """A phone in a chat app's browser: service workers blocked; a vehicle's link opened."""
    vehicle = street.vehicles[key]
    _, plan, _ = kept.plan(street.plan)
    page = people.window(service_workers="block", has_touch=True, **PHONE)
    page.goto(urlsplit(street.links[key]).path)
    page.fill("#plate", kept.plates()[vehicle])
    page.fill("#digits", kept.digits(plan, vehicle))
    page.get_by_role("button", name="打开今日任务").tap()
    page.wait_for_selector("body[data-usable]")
    return page


def day_on(page: Page) -> dict[str, Any]:
    """The day that the driver's page was opened with."""
    return json.loads(page.locator("#d-data").text_content())["day"]


def said_on(page: Page) -> papers.Said:
    """What the driver's page says of the day."""
    told = day_on(page)
    said = papers.Said()
    for stop in told["stops"]:
        if stop["n"]:
            said.times[told["key"], stop["n"]] = stop["arrive_text"]
            said.orders |= {one["reference"]: (told["key"], stop["n"]) for one in stop["orders"]}
    said.trips = {(told["key"], trip["n"]): trip["depart_text"] for trip in told["trips"]}
    return said


@dataclass
class Drive:
    """Tapping through days: how many visits were made, the most taps that one took."""

    cuts: dict[int, bool]
    """Visit to whether the network is lost (or found again) there."""
    visits: int = 0
    most: int = 0
    offline: list[str] = field(default_factory=list)

    def through(self, page: Page) -> None:
        """A whole day on one phone; at its end all is sent."""
        names = tuple(stop["name"] for stop in day_on(page)["stops"] if stop["kind"] == "visit")
        arrive, done = "#d-arrive:not([hidden])", "#d-done:not([hidden]):not([disabled])"
        while page.locator(f"{arrive}, {done}").count():
            visit = page.inner_text("#d-card h1").endswith(names)
            if visit and self.visits in self.cuts:
                page.context.set_offline(self.cuts.pop(self.visits))
            taps = 0
            for button in (arrive, done):
                if page.locator(button).count():
                    page.locator(button).tap()
                    taps += 1
            self.visits += visit
            self.most = max(self.most, taps)
            if "离线" in page.inner_text("#d-net"):
                self.offline.append(page.get_attribute("#d-net", "data-waiting"))
        page.context.set_offline(offline=False)
        page.wait_for_selector("#d-net[data-waiting='0']", state="attached")
        expect(page.locator("#d-card h1")).to_contain_text("全部完成")


def test_the_papers_agree_to_the_minute(street: Street) -> None:
    first, *others = street.said.values()
    assert len(first.times) >= STOPS
    for other in others:
        assert (other.times, other.trips) == (first.times, first.trips)


def whole_of(reference: str) -> str:
    """The order that a part of it, ``HF-1#2`` on a run sheet, belongs to: as its owners know it."""
    return reference.partition("#")[0]


@pytest.fixture(scope="module")
def driven(product: Product, browser, logged_in, kept: Kept, street: Street) -> dict[str, str]:
    """Twenty stops are driven, the network lost twice: order numbers that were delivered, with
    the route."""
    sheet = street.said["run sheet"]
    with watched(browser, product.url, logged_in) as people:
        receiver = people.log_in(product.account("receiver"))
        receiver.goto("/arrivals/")
        tomorrow = receiver.locator(".x-tomorrow .x-lines .gf-soft").all_text_contents()
        theirs = {text.split(" · ")[0].strip() for text in tomorrow}
        many = {key: sum(k == key for k, _ in sheet.times) for key in street.links}
        meets = {key for ref, (key, _n) in sheet.orders.items() if whole_of(ref) in theirs}
        assert meets
        drive = Drive({3: True, 7: False, 11: True, 15: False})
        keys: list[str] = []
        for key in sorted(many, key=lambda k: (k not in meets, -many[k])):
            page = phone(people, kept, street, key)
            said = said_on(page)
            assert said.times == {at: t for at, t in sheet.times.items() if at[0] == key}
            assert said.trips == {at: t for at, t in sheet.trips.items() if at[0] == key}
            drive.through(page)
            keys.append(key)
            if drive.visits >= STOPS:
                break
        assert drive.visits >= STOPS
        assert drive.most <= TAPS
        assert not drive.cuts
        assert len(drive.offline) >= 8
        desk = people.log_in(product.account("dispatcher"))
        desk.goto(f"/plans/{street.plan}")
        desk.wait_for_load_state("networkidle")
        expect(desk.locator("#p-head")).to_contain_text("执行中")
        expect(desk.locator("#p-head")).not_to_contain_text("有变化")
    return {whole_of(ref): key for ref, (key, _n) in sheet.orders.items() if key in keys}


def test_the_receiver_sees_what_has_come(product, people, driven) -> None:
    page = people.log_in(product.account("receiver"))
    page.goto("/arrivals/")
    page.locator(".x-tomorrow > summary").press("Enter")
    done = page.locator(".x-tomorrow .x-done")
    expect(done.first).to_contain_text("已完成")
    told = {
        text.split(" · ")[0].strip() for text in done.locator(".x-lines .gf-soft").all_inner_texts()
    }
    assert told
    assert told <= set(driven)


def test_the_shipper_and_whoever_has_a_link_see_it(product, people, street, driven) -> None:
    page = people.log_in(product.account("shipper"))
    page.goto(f"/orders/?date={street.day}&state=delivered")
    rows = page.locator("tbody tr")
    told = {text.split()[0] for text in rows.all_inner_texts()}
    assert told
    assert told <= set(driven)
    rows.first.locator("a").first.press("Enter")
    page.get_by_role("button", name="生成查询链接").press("Enter")
    address = page.get_by_label("查询链接").input_value()
    stranger = people.window(**PHONE)
    stranger.goto(urlsplit(address).path)
    expect(stranger.locator("h1")).to_have_text("已签收")
    for plate in street.plates.values():
        expect(stranger.locator("body")).not_to_contain_text(plate)
