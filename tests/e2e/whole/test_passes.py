"""Twelve vehicles apply for passes by sheet; one is returned, one denied, ten are approved, and the
next plan drives on the ten: everything on the pages, by keys alone."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import urllib.request
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import msgspec
import openpyxl
import pytest
from playwright.sync_api import Page, expect
from shapely.geometry import Point, Polygon
from sqlalchemy import select

from models.db import Database
from models.fleet.tables import Vehicle
from models.permits.tables import PermitApplication
from models.places.tables import Place
from models.planning.tables import PlanVersion
from models.rules.tables import AccessRule, Zone
from models.spatial import polygons
from routing.checker import check
from routing.formats.ours import read_plan, read_problem
from routing.plan import Plan
from routing.problem import Problem
from routing.problem.hashing import problem_sha256
from tests.e2e.keys import agree, give_files, press, tab_to, write
from tests.e2e.whole.browsing import People
from tests.e2e.whole.product import Product
from workers.artefacts import open_store
from workers.demo.permits import demo_paper
from workers.planning.clock import Clock
from workers.planning.rows import stops_of
from workers.settings import Settings

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PLATES = [f"辽Y9{n:03d}E" for n in range(12)]
HOURS = ((7, 12), (13, 20))
"""Every second vehicle asks for the morning, the others for the afternoon: the zone has a quota."""
STORES = (("HF-007", (9, 11)), ("HF-014", (14, 16)), ("HF-008", (9, 11)), ("HF-017", (14, 16)))
"""Stores of a shipper in Z1 and no other zone, and the hours by day in which they are asked for."""
PALLET_G = 1_600_000
"""In one piece: too heavy for those vehicles of the depot that need no pass."""
SOLVED_MS = 300_000.0
READY = "#p-page[data-usable][data-running='0']"
DECISIONS = {"补正（一次告知）": "b", "不予通过": "n", "予以通过": "a"}


@dataclass
class Story:
    """The product, its database beside it, and the day that is planned."""

    product: Product
    database: Database
    settings: Settings
    day: dt.date

    def all(self, query: Any) -> list[Any]:
        """The rows of a query."""
        with self.database.read() as session:
            return list(session.scalars(query))

    def states(self) -> dict[str, str]:
        """States of the applications of the twelve, by plate."""
        with self.database.read() as session:
            rows = session.scalars(select(PermitApplication)).all()
            mine = [row for row in rows if row.vehicle.plate in PLATES]
            assert len({row.vehicle.plate for row in mine}) == len(mine)
            return {row.vehicle.plate: row.state for row in mine}

    def planned(self, address: str) -> tuple[Problem, Plan]:
        """The problem and the plan of a version."""
        (row,) = self.all(select(PlanVersion).where(PlanVersion.id == uuid.UUID(address[-36:])))
        store = open_store(self.settings, self.database)
        return read_problem(store.get(row.problem_sha256)), read_plan(store.get(row.plan_sha256))


@pytest.fixture
def story(product: Product) -> Iterator[Story]:
    settings = Settings.from_env({"GREENFREIGHT_HOME": str(product.home)})
    database = Database(settings.database_url)
    with database.read() as session:
        demo = session.get_one(PlanVersion, uuid.UUID(product.plan)).service_date
    yield Story(product, database, settings, demo + dt.timedelta(days=2))
    database.dispose()


def template(page: Page, kind: str) -> openpyxl.Workbook:
    """The product's own sheet for a kind of thing."""
    page.goto(f"/imports/?{urlencode({'kind': kind})}")
    with page.expect_download() as coming:
        press(page, f'a[href$="/template/{kind}.xlsx"]')
    return openpyxl.load_workbook(io.BytesIO(coming.value.path().read_bytes()))


def filled(book: openpyxl.Workbook, rows: Sequence[dict[str, object]]) -> dict[str, Any]:
    """The sheet with its example written over, as a file to send."""
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for cell in sheet[2]:
        cell.value = None
    for n, row in enumerate(rows, start=2):
        for head, value in row.items():
            sheet.cell(n, columns[head], value)
    out = io.BytesIO()
    book.save(out)
    return {"name": f"{sheet.title}.xlsx", "mimeType": XLSX, "buffer": out.getvalue()}


def send(page: Page, sheet: dict[str, Any]) -> None:
    """Give the sheet on the page of imports."""
    give_files(page, 'input[type="file"]', sheet)
    press(page, ".gf-import-start button.btn-primary")
    page.wait_for_url(re.compile(r"/imports/[0-9a-f-]{36}"))


def store(page: Page, rows: int) -> None:
    """Write what was checked."""
    expect(page.locator(".gf-problem")).to_have_count(0)
    expect(page.locator(".gf-import-do form .btn-primary")).to_have_text(f"写入 {rows} 行")
    press(page, ".gf-import-do form .btn-primary")
    expect(page.locator(".gf-says")).to_contain_text(f"已写入 {rows} 行")


def register(page: Page) -> None:
    """Twelve diesel vehicles of the depot DC-C, which the ring lets in by day with a pass only."""
    vehicle = {"号牌种类": "小型汽车", "车型编码": "diesel", "所属仓编码": "DC-C",
               "检验有效期至": "2028-05-31", "保险有效期至": "2028-05-31"}  # fmt: skip
    rows = [{"号牌号码": plate, "自编号": f"P{n}", **vehicle} for n, plate in enumerate(PLATES)]
    send(page, filled(template(page, "vehicles"), rows))
    store(page, len(PLATES))


def asked(day: dt.date) -> list[dict[str, object]]:
    """The twelve rows of the carrier's sheet."""
    return [
        {
            "号牌号码": plate,
            "证件种类": "HCTXZ",
            "规则编码": "R1",
            "起始日期": day - dt.timedelta(days=1),
            "截止日期": day + dt.timedelta(days=20),
            "每日时段": f"{begin:02d}:00-{end:02d}:00",
            "每日进入次数": 3,
            "用途": "共同配送",
            "车辆识别代号": f"LZZ5CLVB8NA9980{n:02d}",
            "行驶证所有人": "云汀共配（示例）",
            "注册日期": "2025-06-18",
        }
        for n, plate in enumerate(PLATES)
        for begin, end in (HOURS[n % 2],)
    ]


def apply_for_twelve(page: Page, story: Story) -> None:
    """A sheet with two wrong rows is told, mended, sent again; papers; all handed in at once."""
    book = template(page, "permit_applications")
    rows = asked(story.day)
    wrong = [dict(row) for row in rows]
    wrong[3]["号牌号码"] = "辽Y9003F"
    wrong[7]["截止日期"] = story.day - dt.timedelta(days=9)
    send(page, filled(book, wrong))
    told = page.locator(".gf-problem")
    expect(told).to_have_count(2)
    assert [one.get_attribute("data-cell") for one in told.all()] == ["A5", "E9"]
    page.keyboard.press("j")
    expect(told.nth(0)).to_be_focused()
    expect(told.nth(0)).to_contain_text("号牌号码")
    page.keyboard.press("j")
    expect(told.nth(1)).to_be_focused()
    expect(told.nth(1)).to_contain_text("截止日期")
    expect(page.locator(".gf-import-do form button")).to_be_disabled()
    assert story.states() == {}
    press(page, ".gf-import-file a")
    page.wait_for_url(re.compile(r"/imports/\?"))
    send(page, filled(book, rows))
    store(page, len(PLATES))
    press(page, ".gf-import-do a.btn-primary")
    page.wait_for_url("**/permits/batches/*")
    papers(page)
    press(page, "form[action$='/submit'] button")
    agree(page)
    expect(page.locator(".gf-says")).to_contain_text(f"已提交 {len(PLATES)} 份")
    assert story.states() == dict.fromkeys(PLATES, "submitted")


def papers(page: Page) -> None:
    """Licence and photo of each vehicle, told by the plate in the file's name."""
    picture = demo_paper()
    for downs, word in enumerate(("行驶证", "车辆照片")):
        tab_to(page, "form[action$='/documents'] select")
        for _ in range(downs):
            page.keyboard.press("ArrowDown")
        files = [
            {"name": f"{word}_{plate[:2]}·{plate[2:]}.png", "mimeType": "image/png",
             "buffer": picture}
            for plate in PLATES
        ]  # fmt: skip
        give_files(page, "form[action$='/documents'] input[type=file]", files)
        press(page, "form[action$='/documents'] button")
        expect(page.locator(".gf-says")).to_contain_text(f"已上传 {len(PLATES)} 份")
    expect(page.locator("td .d-good")).to_have_count(len(PLATES))


def queue(page: Page, plate: str) -> None:
    """The queue, only of plates that begin so."""
    page.goto("/permits/applications")
    write(page, "form.gf-filters [name=q]", plate)
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")


def decide(page: Page, plate: str, word: str, reason: str) -> None:
    """Open an application from the queue and decide it, with one of the usual reasons."""
    queue(page, plate)
    press(page, "tbody a")
    page.wait_for_url(re.compile(r"/permits/applications/[0-9a-f-]{36}"))
    expect(page.locator(".d-who")).to_contain_text(plate)
    page.wait_for_load_state()  # keys are heard once the page's scripts have run
    page.keyboard.press(DECISIONS[word])
    press(page, f"dialog[open] input[value='{reason}']", "Space")
    press(page, "dialog[open] button[type=submit]")
    expect(page.locator(".gf-says")).to_contain_text(f"{word}，已记录")


def review(page: Page, story: Story) -> None:
    """One returned, one denied, ten approved: those that ask alike together."""
    decide(page, PLATES[0], "补正（一次告知）", "行驶证照片不清晰")
    decide(page, PLATES[1], "不予通过", "申请时段的配额已满")
    for first in (2, 3):
        alike = PLATES[first::2]
        queue(page, PLATES[0][:3])
        for plate in alike:
            press(page, f"input[name=application][aria-label='{plate}']", "Space")
        press(page, "form[action$='/approve'] header button", back=True)
        agree(page)
        expect(page.locator(".gf-says")).to_contain_text(f"已予以通过 {len(alike)} 件")
    assert story.states() == {
        **dict.fromkeys(PLATES, "approved"),
        PLATES[0]: "correction",
        PLATES[1]: "denied",
    }


def order(story: Story) -> None:
    """Pallets from the depot into the ring, by day, from the shipper's own system."""
    places = {place.code: str(place.id) for place in story.all(select(Place))}
    orders = [
        {
            "reference": f"PASS-{n}",
            "service_date": story.day.isoformat(),
            "delivery_place_id": places[code],
            "pickup_place_id": places["DC-C"],
            "weight_g": PALLET_G,
            "volume_cm3": 2_000_000,
            "unit_kind": "pallet",
            "windows": [{"start": begin * 3600, "end": end * 3600}],
        }
        for n, (code, (begin, end)) in enumerate(STORES)
    ]
    request = urllib.request.Request(  # noqa: S310
        f"{story.product.url}/api/v1/orders/bulk",
        data=json.dumps({"orders": orders}).encode(),
        headers={
            "Authorization": f"Bearer {story.product.account('shipper').token}",
            "Content-Type": "application/json",
            "Idempotency-Key": str(uuid.uuid4()),
        },
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        assert answer.status == 201


def plan(page: Page, story: Story) -> None:
    """The next plan, begun by keys; it is kept as soon as it serves all."""
    page.goto(f"/plans/?{urlencode({'date': story.day})}")
    tab_to(page, "select[name=time_limit]")
    page.keyboard.press("Home")
    press(page, "form.p-start button.btn-primary")
    page.wait_for_url(re.compile(r"/plans/[0-9a-f-]{36}"))
    served = page.locator("#p-progress [data-live=served]")
    expect(served).to_have_text(str(len(STORES)), timeout=SOLVED_MS)
    stop = "form[action$='/stop'] button.btn-primary"
    expect(page.locator(stop)).to_be_visible()
    press(page, stop)
    page.locator(READY).wait_for(timeout=SOLVED_MS)
    expect(page.locator(".gf-head")).to_contain_text("校验通过")


def entries(story: Story, problem: Problem, found: Plan) -> dict[str, list[dt.datetime]]:
    """Vehicle → local times of its stops inside Z1."""
    (zone,) = story.all(select(Zone).where(Zone.code == "Z1"))
    ring = [Polygon(rings[0]) for rings in polygons(zone.area)]
    inside = {
        place.id
        for place in problem.places
        if any(part.contains(Point(place.lon, place.lat)) for part in ring)
    }
    clock = Clock(problem.horizon)
    stops = {
        route.vehicle: [clock.at(s.arrive) for s in stops_of(route) if s.place in inside]
        for route in found.routes
    }
    return {vehicle: times for vehicle, times in stops.items() if times}


def judge(story: Story, address: str) -> None:
    """The plan holds the ten passes, drives on them, and is not lawful without them."""
    problem, found = story.planned(address)
    with story.database.read() as session:
        twelve = {
            str(one.id): one.plate
            for one in session.scalars(select(Vehicle).where(Vehicle.plate.in_(PLATES)))
        }
        rule = str(session.scalars(select(AccessRule.id).where(AccessRule.code == "R1")).one())
    ten = {v: permit for permit in problem.permits for v in permit.vehicles if v in twelve}
    assert sorted(twelve[vehicle] for vehicle in ten) == PLATES[2:]
    assert all(permit.rules == [rule] for permit in ten.values())

    assert not found.unassigned
    driven = entries(story, problem, found)
    assert driven
    assert driven.keys() <= ten.keys()
    for vehicle, times in driven.items():
        (span,) = ten[vehicle].hours
        assert all(span.start <= t.hour * 3600 + t.minute * 60 < span.end for t in times)
    assert check(problem, found).verdict == "clean"

    gone = {permit.id for permit in ten.values()}
    without = [permit for permit in problem.permits if permit.id not in gone]
    barred = msgspec.structs.replace(problem, permits=without)
    same = msgspec.structs.replace(found, problem_sha256=problem_sha256(barred))
    verdict = check(barred, same)
    assert verdict.verdict == "violated"
    assert {(v.rule, v.route) for v in verdict.violations} == {("access", v) for v in driven}
    assert all(rule in violation.subjects for violation in verdict.violations)


def test_twelve_apply_and_the_next_plan_drives_on_ten(story: Story, people: People) -> None:
    carrier, police, dispatcher = (
        people.log_in(story.product.account(role)) for role in ("carrier", "police", "dispatcher")
    )
    register(dispatcher)
    apply_for_twelve(carrier, story)
    review(police, story)
    order(story)
    plan(dispatcher, story)
    judge(story, dispatcher.url.partition("?")[0])
