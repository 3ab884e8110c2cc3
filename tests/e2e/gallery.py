"""Every page for every role, found by the navigation, the route table and the pages' own links."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from flask import Flask
from playwright.sync_api import Error, Page
from playwright.sync_api import TimeoutError as TooLate
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from tests.e2e.whole.product import Account, Product
from webapp import create_app
from webapp.security.permissions import ROLE_PERMISSIONS
from workers.settings import Settings

NO_PAGE = re.compile(
    r"^/(api|static|language|healthz|readyz)\b|\.json$|\.xlsx$|\.<kind>$|/events$"
    r"|^/plans/(scenarios|<plan_id>/(following|hand|ways))$"
)
"""Routes that answer machines, files or streams, or give a part of a page."""
TELLS_APART = ("kind",)
"""Parameters of an address that make another page of it."""
QUIET_MS = 10_000.0
SETTLED = """async () => {
  await document.fonts.ready;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""


@dataclass
class Shown:
    """A page as it was opened: its name for a file, its address."""

    name: str
    address: str


@dataclass
class Tour:
    """One person's way through all pages of the role."""

    app: Flask
    account: Account
    page: Page
    start: str
    """Query of the first addresses: the demo's date."""
    seen: set[str] = field(default_factory=set)
    guesses: set[str] = field(default_factory=set)
    """Addresses that may be refused: some pages answer only a few people of the role."""

    def rules(self) -> Iterator[Rule]:
        """The pages that the role may open."""
        held = ROLE_PERMISSIONS[self.account.role]
        for rule in self.app.url_map.iter_rules():
            view = self.app.view_functions[rule.endpoint]
            needed = getattr(view, "permission_needed", "")
            if "GET" not in (rule.methods or ()) or NO_PAGE.search(rule.rule):
                continue
            if needed in held or needed == "signed-in":
                yield rule

    def walk(self, first: list[str]) -> Iterator[Shown]:
        """Open each page once."""
        guessed = [f"{r.rule}?{self.start}" for r in self.rules() if not r.arguments]
        waiting = [*first, *guessed]
        self.guesses.update(guessed)
        while waiting:
            address = waiting.pop(0)
            name = self._name(address)
            if name is None or name in self.seen:
                continue
            self.seen.add(name)
            if self._open(address, name):
                yield Shown(name, address)
                waiting += self._links()

    def opened(self) -> dict[str, bool]:
        """The pages that the role may open, and whether something led to them."""
        found = {name.split("=")[0] for name in self.seen}
        return {r.rule: r.endpoint in found for r in self.rules()}

    def _name(self, address: str) -> str | None:
        parts = urlsplit(address)
        adapter = self.app.url_map.bind("localhost")
        try:
            rule, _values = adapter.match(parts.path, "GET", return_rule=True)
        except HTTPException:
            return None
        query = parse_qs(parts.query)
        if NO_PAGE.search(rule.rule) or "as" in query:
            return None
        extra = "".join(f"={query[name][0]}" for name in TELLS_APART if name in query)
        return rule.endpoint + extra

    def _open(self, address: str, name: str) -> bool:
        try:
            answer = self.page.goto(address)
        except Error as error:
            if "Download is starting" in error.message:
                return False
            raise
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            return False
        if address in self.guesses and 400 <= answer.status < 500:
            self.seen.discard(name)  # something may yet lead to it
            return False
        settle(self.page)
        return True

    def _links(self) -> list[str]:
        found = self.page.locator("a[href]").evaluate_all(
            "links => links.map(link => link.href).filter(href => href.startsWith(origin))"
        )
        return [href[len(self.origin) :] for href in found]

    @property
    def origin(self) -> str:
        """Scheme and host of the product."""
        parts = urlsplit(self.page.url)
        return f"{parts.scheme}://{parts.netloc}"


def settle(page: Page) -> None:
    """Wait until a page shows what it is going to show."""
    if page.locator("#p-page[data-running='0']").count():
        page.locator("#p-page[data-usable]").wait_for()
        page.locator("#p-wait").wait_for(state="hidden")
    for frame in page.frames:
        frame.wait_for_load_state()
        frame.evaluate(SETTLED)


def routes(product: Product) -> Flask:
    """The application, for its route table."""
    return create_app(Settings.from_env({"GREENFREIGHT_HOME": str(product.home)}))


def photograph(page: Page, path: Path) -> None:
    """Take a picture once nothing more is on its way."""
    with contextlib.suppress(TooLate):  # an event stream keeps the line busy
        page.wait_for_load_state("networkidle", timeout=QUIET_MS)
    page.screenshot(path=path)
