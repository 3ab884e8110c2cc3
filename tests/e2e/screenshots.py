"""``make screenshots``: every page for every role at 1440 and 390 px, judged and photographed.

``python -m tests.e2e.screenshots [--home HOME] [--role ROLE …] [FOLDER]``: into
``$GREENFREIGHT_HOME/screenshots`` by default; ``--home`` photographs the demo that runs on that
home instead of starting one.
Exit 0 if every page fits and every page was found, 1 with a line per fault.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from tests.e2e import fitting, gallery
from tests.e2e.browser import chromium
from tests.e2e.whole import product as whole
from tests.e2e.whole.browsing import People, watched
from tests.e2e.whole.product import Product

HOME = Path(os.environ.get("GREENFREIGHT_HOME") or "var").absolute()
SIZES = ((1440, 900), (390, 844))
PLAN_S = 20


@contextmanager
def _product(home: Path | None) -> Iterator[Product]:
    if home is not None:
        running = whole.read(home)
        if running is None:
            raise SystemExit(f"{home}: no demo.json; start the product there first")
        yield running
        return
    with (
        tempfile.TemporaryDirectory(prefix="greenfreight-") as folder,
        whole.running(Path(folder) / "home", plan_s=PLAN_S) as up,
    ):
        yield up


def demo_day(people: People, product: Product) -> str:
    """The demo's service date, as its plan's page shows it."""
    page = people.log_in(product.account("dispatcher"))
    page.goto(f"/plans/{product.plan}")
    return page.locator("#gf-date").input_value()


def on_the_street(people: People, product: Product) -> dict[str, tuple[str, ...]]:
    """Where a dispatcher and a driver find today's part of the demo."""
    if not any(account.role == "driver" for account in product.accounts):
        return {}
    page = people.log_in(product.account("driver"))
    page.goto("/duties/")
    return {"driver": (page.url[len(product.url) :],)}


def begin_an_import(people: People, product: Product, day: str) -> str:
    """A shipper's sheet with faults, so that the import has something to show; its address."""
    page = people.log_in(product.account("shipper"))
    page.goto(f"/imports/copy?from={day}")
    lines = page.locator("form[data-guard] tbody tr").evaluate_all(
        "rows => rows.slice(0, 40).map(row => [...row.cells].map(cell => cell.innerText))"
    )
    book = openpyxl.Workbook()
    book.active.append(["禾丰超市配货单（示例）"])
    book.active.append(["调拨单号", "门店名称", "品类", "毛重", "箱数", "到货日", "收货时段"])
    date = dt.date.fromisoformat(day) + dt.timedelta(days=1)
    for n, cells in enumerate(lines):
        weight = {4: "18O", 9: ""}.get(n, 120 + 7 * n % 90)
        window = "09:30-06:30" if n == 6 else "06:30-09:30"
        store = cells[2].replace("超市", "超巿") if n == 11 else cells[2]
        asked = f"{date.month}月{date.day}日" if n % 5 else date
        book.active.append([f"DB-{n:03d}", store, cells[3], weight, 4 + n % 9, asked, window])
    book.active.append(["合计", None, None, None, 300])
    out = io.BytesIO()
    book.save(out)
    page.goto(f"/imports/?date={date}")
    page.locator('input[type="file"]').set_input_files(
        {
            "name": "禾丰超市配货单.xlsx",
            "mimeType": "application/octet-stream",
            "buffer": out.getvalue(),
        }
    )
    page.get_by_role("button", name="上传并检查").click()
    page.locator(".gf-problem").first.wait_for()
    return page.url[len(product.url) :]


def _strangers(people: People, folder: Path, faults: list[str]) -> None:
    """The pages of whoever has not logged in."""
    for width, height in SIZES:
        page = people.window(width=width, height=height)
        people.watch(page).expected.add(404)
        for name, address in (("login", "/login"), ("not-found", "/no-such-page")):
            page.goto(address)
            gallery.settle(page)
            gallery.photograph(page, folder / f"nobody-{name}-{width}.png")
            faults += [f"nobody {address} {width}: {fault}" for fault in fitting.faults(page)]


ENGLISH = {"plan": "/plans/{plan}?route=A1", "orders": "/orders/", "rules": "/rules/"}
"""Key pages that are photographed in English, too."""


def _in_english(people: People, product: Product, folder: Path, faults: list[str]) -> None:
    """The dispatcher's key pages in English; the account is given back in Chinese."""
    page = people.log_in(product.account("dispatcher"))
    page.goto("/orders/")
    page.locator(".gf-language button").click()
    page.locator('html[lang="en"]').wait_for()
    for name, address in ENGLISH.items():
        page.goto(address.format(plan=product.plan))
        gallery.settle(page)
        gallery.photograph(page, folder / f"dispatcher-{name}-en-1440.png")
        faults += [f"dispatcher {address} en: {fault}" for fault in fitting.faults(page)]
    page.locator(".gf-language button").click()
    page.locator('html[lang="zh-CN"]').wait_for()


@dataclass(frozen=True)
class Visit:
    """Whose pages are opened, from where, on which day."""

    role: str
    first: tuple[str, ...]
    day: str
    sizes: tuple[tuple[int, int], ...] = SIZES


def tour(
    people: People, product: Product, visit: Visit, folder: Path | None
) -> tuple[list[str], dict[str, bool]]:
    """Photograph all pages of a role (into no ``folder``: only judge them); the faults, and which
    routes were opened."""
    role = visit.role
    faults: list[str] = []
    found: dict[str, bool] = {}
    app = gallery.routes(product)
    for width, height in visit.sizes:
        page = people.log_in(product.account(role), width=width, height=height)
        page.set_viewport_size({"width": width, "height": height})
        guesses = people.watch(page).guesses
        walk = gallery.Tour(app, product.account(role), page, f"date={visit.day}", guesses=guesses)
        for shown in walk.walk(list(visit.first)):
            faults += [f"{role} {shown.address} {width}: {fault}" for fault in fitting.faults(page)]
            if folder is not None:
                name = re.sub(r"[^\w.]+", "-", shown.name)
                gallery.photograph(page, folder / f"{role}-{name}-{width}.png")
        for rule, opened in walk.opened().items():
            found[rule] = opened or found.get(rule, False)
    app.extensions["database"].dispose()
    return faults, found


def photograph(product: Product, roles: list[str], folder: Path) -> list[str]:
    """All pages of all roles; the faults."""
    folder.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    found: set[str] = set()
    wanted: set[str] = set()
    with chromium() as browser, watched(browser, product.url, {}) as people:
        day = demo_day(people, product)
        first = {
            "dispatcher": (f"/plans/{product.plan}?route=A1", "/execution/"),
            "shipper": (begin_an_import(people, product, day),),
            **on_the_street(people, product),
        }
        _strangers(people, folder, faults)
        if not roles or "dispatcher" in roles:
            _in_english(people, product, folder, faults)
        for role in roles or dict.fromkeys(a.role for a in product.accounts):
            told, opened = tour(people, product, Visit(role, first.get(role, ()), day), folder)
            faults += told
            wanted |= set(opened)
            found |= {rule for rule, was in opened.items() if was}
    return faults + [f"no page leads to {rule}" for rule in sorted(wanted - found)]


def main(arguments: list[str]) -> int:
    """0 if all is well, 1 with a line per fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.screenshots")
    parser.add_argument("folder", nargs="?", type=Path, default=HOME / "screenshots")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--role", action="append", default=[])
    chosen = parser.parse_args(arguments)
    with _product(chosen.home) as product:
        faults = photograph(product, chosen.role, chosen.folder)
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    taken = len(list(chosen.folder.glob("*.png")))
    sys.stdout.write(f"{taken} pictures in {chosen.folder}, {len(faults)} faults\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
