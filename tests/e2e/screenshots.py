"""``make screenshots``: every page of every role at 1440 and 390 px, whole and uncut.

Pages are found by following links from each role's home, one per shape of address. It looks at the
running product (``demo.json`` of ``$GREENFREIGHT_HOME``), or starts it and stops it again.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit

from playwright.sync_api import Browser

from tests.e2e.browser import CUT, SIDEWAYS, SMALL, Watched, chromium, open_page

HOME = Path(os.environ.get("GREENFREIGHT_HOME") or "var").absolute()
WIDTHS = {1440: 900, 390: 844}
FILES = re.compile(r"\.(xlsx|csv|geojson|json|svg|png)$|/export\.|[?&]as=xlsx|/language/|openapi")
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
PATIENCE_S = 1200


def answers(url: str) -> bool:
    """Whether the product runs there."""
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:  # noqa: S310 - our own
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def demo() -> dict[str, Any] | None:
    """The demo's address and log-ins, if it is up."""
    try:
        found: dict[str, Any] = json.loads((HOME / "demo.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return found if answers(found["url"]) else None


@contextmanager
def product() -> Iterator[dict[str, Any]]:
    """The running product, or one that is started for this."""
    found = demo()
    if found is not None:
        yield found
        return
    started = subprocess.Popen([sys.executable, "-m", "workers.supervise"])
    try:
        until = time.monotonic() + PATIENCE_S
        while found is None and time.monotonic() < until and started.poll() is None:
            time.sleep(2)
            found = demo()
        if found is None:
            sys.exit("the product did not come up; see its output above")
        yield found
    finally:
        started.send_signal(signal.SIGINT)
        started.wait(timeout=60)


def shape(address: str) -> str:
    """An address with its ids and query taken out: pages of one shape are one page."""
    parts = urlsplit(address)
    return ID.sub("id", parts.path).strip("/").replace("/", "-") or "home"


def pages(watched: Watched) -> dict[str, str]:
    """Shape to address of every page that links lead to from here."""
    found: dict[str, str] = {shape(watched.page.url): watched.page.url}
    waiting = [watched.page.url]
    while waiting:
        watched.page.goto(waiting.pop(0))
        links = watched.page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
        for link in links:
            address = link.split("#")[0]
            inside = address.startswith(watched.base)
            if inside and not FILES.search(address) and shape(address) not in found:
                found[shape(address)] = address
                waiting.append(address)
    return found


def look(watched: Watched, folder: Path, role: str, width: int) -> list[str]:
    """Take a picture of each page; what is wrong with them."""
    wrong: list[str] = []
    for name, address in pages(watched).items():
        watched.page.goto(address)
        watched.page.wait_for_load_state("load")
        if watched.page.locator("#p-page").count():
            watched.page.wait_for_selector("#p-page[data-usable]", state="attached")
            watched.page.wait_for_selector("#p-wait", state="hidden")
        watched.page.screenshot(path=folder / f"{role}-{width}-{name}.png", full_page=True)
        where = f"{role} {width} px {address}"
        if watched.page.evaluate(SIDEWAYS) > 0:
            wrong.append(f"{where}: scrolls sideways")
        wrong += [f"{where}: cut: {text}" for text in watched.page.evaluate(CUT)]
        wrong += [f"{where}: under 12 px: {text}" for text in watched.page.evaluate(SMALL)]
    return wrong + [f"{role} {width} px: {trouble}" for trouble in watched.troubles]


def every(browser: Browser, found: dict[str, Any], folder: Path) -> list[str]:
    """All roles at all widths."""
    wrong: list[str] = []
    seen: set[str] = set()
    for account in found["accounts"]:
        if account["role"] in seen:
            continue
        seen.add(account["role"])
        for width, height in WIDTHS.items():
            watched = open_page(browser, found["url"].rstrip("/"), width, height)
            watched.log_in(account["login"], account["password"])
            wrong += look(watched, folder, account["role"], width)
            watched.page.context.close()
    return wrong


def main() -> int:
    """Take the pictures; exit 1 if a page scrolls sideways, cuts text or complains."""
    folder = HOME / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    with product() as found, chromium() as browser:
        wrong = every(browser, found, folder)
    for line in wrong:
        print(line)  # noqa: T201 - a command's answer
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}, {len(wrong)} problems")  # noqa: T201 - the same
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
