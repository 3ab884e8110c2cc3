"""A dispatcher re-creates a plan from a sheet of their own and is told its five planted faults."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing

from playwright.sync_api import Page, expect

from routing.formats.ours import read_plan, read_problem
from tests.e2e.whole.by_hand import HandMade, hand_made
from tests.e2e.whole.product import Product
from workers.artefacts import DirectoryStore

FOLLOWED_MS = 180_000.0


def planted(product: Product) -> tuple[str, HandMade]:
    """The demo's service date, and its solved plan as a sheet with five slips."""
    with closing(sqlite3.connect(product.home / "greenfreight.sqlite")) as database:
        *hashes, day = database.execute(
            "SELECT problem_sha256, plan_sha256, names_sha256, service_date"
            " FROM plan_versions WHERE id = ?",
            [product.plan.replace("-", "")],
        ).fetchone()
    store = DirectoryStore(product.home / "artefacts")
    problem, plan, names = (store.get(name) for name in hashes)
    return day, hand_made(read_problem(problem), read_plan(plan), json.loads(names))


def bring(page: Page, made: HandMade, day: str) -> str:
    """Import the sheet as a plan of the day; the address of the plan that it makes."""
    page.goto(f"/imports/?kind=plans&date={day}")
    page.locator('input[type="file"]').set_input_files({
        "name": "明日派车.xlsx", "buffer": made.data,
        "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    })  # fmt: skip
    page.get_by_role("button", name="上传并检查").click()
    told = page.locator(".gf-problem")
    expect(told).to_have_count(len(made.told_by("sheet")))
    cells = {told.nth(n).get_attribute("data-cell") for n in range(told.count())}
    assert cells == {fault.cell for fault in made.told_by("sheet")}
    with page.expect_response(re.compile("/mapping$")):
        page.get_by_label("作为当日方案").check()
    page.get_by_role("button", name="并校验").click()
    page.wait_for_url(re.compile(r"/plans/[0-9a-f-]{36}$"), timeout=FOLLOWED_MS)
    page.locator("#p-page[data-usable]").wait_for()
    return page.url


def test_five_planted_faults_are_told(product: Product, people) -> None:
    day, made = planted(product)
    assert len(made.faults) == 5
    page = people.log_in(product.account("dispatcher"))
    address = bring(page, made, day)
    expect(page.locator(".gf-head")).to_contain_text("方案校验未通过")
    broken = page.locator("#p-check .p-violation")
    expect(broken.first).to_be_visible()
    found = " ".join(broken.all_inner_texts())
    assert "载" in found or "容积" in found, found
    assert "时段" in found, found
    assert "司机" in found, found
    assert page.get_by_role("button", name=re.compile("^下发")).count() == 0
    broken.first.click()
    expect(page.locator("#p-route .p-route-head")).to_be_visible()
    page.get_by_role("link", name="对比", exact=True).click()
    expect(page.locator(".c-broken")).to_contain_text("项违规")
    expect(page.locator("#c-common-rows .c-total, .c-right .c-total")).to_contain_text("成本合计")
    assert address.rsplit("/", 1)[1] in page.url
