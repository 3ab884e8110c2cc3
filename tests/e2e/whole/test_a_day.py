"""A day from the shipper's own sheet to the papers in the dispatcher's hands, on the real pages."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.keys import agree
from tests.e2e.whole import papers
from tests.e2e.whole.browsing import watched
from tests.e2e.whole.steps import copied, demo_day, publish

ROWS = 14
SHORT = "<img src=x onerror=alert(1)>"
NAUGHTY = "`</script><img src=x onerror=alert(1)>'\"${1}"
SOLVED_MS = 300_000.0


Store = tuple[str, str]
"""Its name and when it receives."""


def their_sheet(stores: list[Store], day: dt.date) -> bytes:
    """An ERP's CSV in GB18030, with three faults: a letter in a figure, a window that ends before
    it begins, a store's name written wrongly."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["配送单号", "客户名称", "货物名称", "总重量(公斤)", "件数", "要求到货日期",
                     "送货时间", "备注"])  # fmt: skip
    for n in range(ROWS):
        store, window = stores[n]
        weight = "12O" if n == 3 else f"{60 + n}"
        if n == 5:
            window = "-".join(reversed(window.split("-")))
        if n == 8:
            store = store[:-3] + "恏" + store[-3:]
        writer.writerow([f"E2E-{n:02d}", store, "日配食品", weight, 2, f"{day:%Y/%m/%d}", window,
                         NAUGHTY if n == 1 else "后门收货"])  # fmt: skip
    return out.getvalue().encode("gb18030")


def their_stores(page: Page, day: dt.date) -> list[Store]:
    """The stores that the shipper serves by day, with their receiving windows."""
    page.goto(f"/imports/copy?from={day}")
    lines = page.locator("form[data-guard] tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.innerText))"
    )
    found = {}
    for _reference, _amount, store, _goods, temperature, window, _weight in lines:
        begin, _, end = window.replace("–", "-").partition("-")
        if "店" in store and temperature == "常温" and "04" < begin < end:
            found[store] = f"{begin}-{end}"
    return sorted(found.items())[:ROWS]


def download(page: Page, path: str, into: Path) -> Path:
    """Click the link to ``path`` on the page and keep the file."""
    with page.expect_download() as coming:
        page.locator(f'a[href$="{path}"]').click()
    file = into / coming.value.suggested_filename
    coming.value.save_as(file)
    return file


def rename(page: Page, desk: str, field: str, name: str, which: str = "") -> None:
    """Give the first thing of a desk (that the filter ``which`` leaves) a name."""
    page.goto(f"{desk}?{urlencode({'q': which})}")
    page.locator("#t-table tbody a").first.click()
    page.locator(f'form.t-form [name="{field}"]').fill(name)
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#t-table, .gf-say.gf-good").first).to_be_visible()


def order(page: Page, stores: list[Store], day: dt.date) -> None:
    """The shipper imports a sheet for the day, mends its three faults and writes it."""
    page.goto(f"/imports/?date={day}")
    page.locator('input[type="file"]').set_input_files(
        {"name": "配送.csv", "mimeType": "text/csv", "buffer": their_sheet(stores, day)}
    )
    page.get_by_role("button", name="上传并检查").click()
    problems = page.locator(".gf-problem")
    expect(problems).to_have_count(3)
    assert sorted(p.get_attribute("data-cell") for p in problems.all()) == ["B10", "D5", "G7"]
    for cell, remedy in (("D5", "改为 120"), ("G7", f"改为 {stores[5][1]}"), ("B10", "改为")):
        card = page.locator(f'.gf-problem[data-cell="{cell}"]')
        card.get_by_role("button", name=remedy).first.click()
        expect(card).to_have_count(0)
    page.get_by_role("button", name=f"写入 {ROWS} 单").click()
    page.get_by_role("link", name="看这些订单").click()
    expect(page.locator("tbody tr")).to_have_count(ROWS)


def hover(page: Page) -> None:
    """Open the tips of the map's marks and of the time line."""
    frame = page.frame_locator("#p-frame")
    for mark in frame.locator(".k-depot, .k-charger").all()[:3]:
        mark.dispatch_event("mouseover")
    page.locator(".vis-item").first.dispatch_event("mouseover")


def each_route(page: Page) -> str:
    """The text of the plan's page with each route chosen in turn, its load and charge drawn."""
    page.locator("#p-page[data-usable]").wait_for()
    hover(page)
    page.locator("[data-tab=charts]").click()
    text = ""
    for row in page.locator("#p-routes tr").all():
        row.click()
        expect(page.locator("#p-route .p-route-head")).to_contain_text(row.inner_text().split()[0])
        text += everything(page)
    return text


def everything(page: Page) -> str:
    """The text of a page and its frames; nothing of it became an image."""
    text = ""
    for frame in page.frames:
        assert frame.locator('img[src="x"]').count() == 0, page.url
        text += frame.evaluate(
            "document.body.innerText"
            " + [...document.querySelectorAll('textarea, input')].map(f => f.value).join(' ')"
        )
    return text


def accept(page: Page, day: dt.date) -> None:
    """The dispatcher takes in the day's submitted orders."""
    page.goto(f"/orders/?date={day}")
    page.get_by_role("button", name=f"全部受理 {ROWS} 单").click()
    agree(page)
    expect(page.locator("tbody tr", has_text="已受理")).to_have_count(ROWS)


def begin(page: Page, day: dt.date) -> None:
    """Ask for a plan of the day, with the shortest limit."""
    page.goto(f"/plans/?date={day}")
    page.get_by_label("求解时限").select_option("30")
    page.get_by_role("button", name="智能排线").click()
    page.get_by_role("button", name="取消求解").wait_for()
    page.wait_for_load_state("load")  # only then do the page's scripts ask before they cancel


def plan(page: Page, day: dt.date) -> None:
    """Plan, cancel, plan again, watch, keep the best so far."""
    begin(page, day)
    page.get_by_role("button", name="取消求解").click()
    agree(page)
    expect(page.locator(".p-versions tbody tr").first).to_contain_text("已取消")
    begin(page, day)
    served = page.locator("#p-progress [data-live=served]")
    expect(served).to_have_text(re.compile(r"[1-9]"), timeout=SOLVED_MS)
    expect(page.locator("#p-cost-chart svg")).to_be_visible()
    expect(page.locator("#p-elapsed")).not_to_have_text("0:00")
    if page.get_by_role("button", name="停止并采用当前最好方案").is_visible():
        page.get_by_role("button", name="停止并采用当前最好方案").click()
    page.locator("#p-page[data-usable][data-running='0']").wait_for(timeout=SOLVED_MS)
    expect(page.locator(".gf-head")).to_contain_text("校验通过")


def choose(page: Page) -> None:
    """A route chosen in the list is chosen on map, time line, panel and in the address."""
    frame = page.frame_locator("#p-frame")
    row = page.locator("#p-routes tr").last
    key = row.locator(".chip").inner_text()
    row.click()
    expect(row).to_have_attribute("aria-selected", "true")
    expect(frame.locator("#m-card")).to_contain_text(key)
    expect(page.locator(".vis-label.t-here")).to_contain_text(key)
    expect(page.locator("#p-route .p-route-head")).to_contain_text(key)
    expect(page).to_have_url(re.compile(rf"[?&]route={key}"))
    stops = frame.locator(".k-stop")
    assert stops.count() == int(row.locator("td").nth(3).inner_text())
    number = stops.first.inner_text()
    stops.first.dispatch_event("click")
    expect(page).to_have_url(re.compile(rf"stop={number}"))
    expect(page.locator('#p-route tr[aria-selected="true"] .p-num')).to_have_text(number)
    page.go_back()
    expect(page).not_to_have_url(re.compile("stop="))


def papers_of(page: Page, into: Path) -> dict[str, papers.Said]:
    """Everything that is handed out of the plan on the page."""
    here = page.url.split("?")[0]
    said = {"page": papers.plan_page(page)}
    page.goto(here)
    page.locator("summary", has_text="导出").click()
    for kind, read in (("xlsx", papers.plan_xlsx), ("csv", papers.plan_csv),
                       ("geojson", papers.plan_geojson)):  # fmt: skip
        said[kind] = read(download(page, f"/export.{kind}", into))
    for name, read, read_file in (
        ("run-sheets", papers.run_sheets, papers.run_sheets_xlsx),
        ("loading-sheets", papers.loading_sheets, papers.loading_sheets_xlsx),
        ("arrivals", papers.arrivals, papers.arrivals_xlsx),
    ):
        page.goto(f"{here}/{name}")
        said[name] = read(page)
        said[f"{name}.xlsx"] = read_file(download(page, f"{name}?as=xlsx", into))
        expect(page.locator("body")).not_to_contain_text("未下发")
    page.goto(f"{here}/chat")
    said["chat"] = papers.chat(copied(page))
    return said


@dataclass(frozen=True)
class Published:
    """The day that was ordered, planned and published."""

    date: dt.date
    address: str
    stores: list[Store]


@pytest.fixture(scope="module")
def published(product, browser, logged_in) -> Published:
    with watched(browser, product.url, logged_in) as people:
        shipper = people.log_in(product.account("shipper"))
        demo = demo_day(shipper)
        stores = their_stores(shipper, demo)
        day = demo + dt.timedelta(days=1)
        page = people.log_in(product.account("dispatcher"))
        rename(page, "/places/", "name", NAUGHTY, stores[0][0])
        rename(page, "/fleet/vehicles/", "code", SHORT)
        rename(page, "/fleet/drivers/", "name", SHORT)
        order(shipper, stores, day)
        accept(page, day)
        plan(page, day)
        choose(page)
        publish(page)
        return Published(day, urlsplit(page.url).path, stores)


def test_papers_files_texts_and_page_agree_to_the_minute(published, people, product, tmp_path):
    page = people.log_in(product.account("dispatcher"))
    page.goto(published.address)
    said = papers_of(page, tmp_path)
    times = said["page"].times
    orders = said["csv"].orders
    assert times
    assert len(orders) == ROWS
    by_time = {ref: (key, times[key, n]) for ref, (key, n) in orders.items()}
    for name, one in said.items():
        if one.times:
            assert one.times == times, name
        if one.trips:
            assert one.trips == said["page"].trips, name
        if one.orders:
            assert one.orders == (by_time if name.startswith("arrivals") else orders), name
    numbered = {"page", "xlsx", "csv", "geojson", "run-sheets", "run-sheets.xlsx", "chat"}
    assert {name for name, one in said.items() if one.times} == numbered


def test_the_shipper_sees_the_orders_planned_and_not_the_plan(published, people, product):
    page = people.log_in(product.account("shipper"))
    page.goto(f"/orders/?date={published.date}")
    expect(page.locator("tbody tr", has_text="已排线")).to_have_count(ROWS)
    people.watch(page).expected.add(404)
    page.goto(published.address)
    expect(page.locator(".gf-lone, .gf-empty").first).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("A1")


def test_hostile_names_are_text_wherever_they_appear(published, people, product):
    """In windows that are watched, as all are: a script's dialog, a refused image or a breach of
    the content policy would be told at the end."""
    page = people.log_in(product.account("dispatcher"))
    told = {}
    for path in ("", "/run-sheets", "/loading-sheets", "/arrivals", "/chat"):
        page.goto(published.address + path)
        told[path] = each_route(page) if not path else everything(page)
    for path in ("/places/", "/fleet/vehicles/", "/fleet/drivers/", "/bays/", "/charging/",
                 f"/orders/?date={published.date}", "/search?q=onerror"):  # fmt: skip
        page.goto(path)
        told[path] = everything(page)
    shown_not = {"/bays/", "/charging/"}
    assert {path for path, text in told.items() if "onerror=alert(1)" not in text} <= shown_not
