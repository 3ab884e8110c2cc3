"""Every page of every role, looked at: axe-core's judgement and the language of its words."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Frame, Page
from sqlalchemy import String, Text, select

from models.accounts.tables import Account as Person
from models.planning.tables import PlanVersion
from models.tables import Base
from tests.e2e import gallery
from tests.e2e.whole.product import Account
from workers.artefacts import open_store

HERE = Path(__file__).parent
AXE = HERE.parents[1] / "webapp/static/vendor/axe-core/axe.min.js"
ALLOWED = HERE.parents[1] / "tests/language/allowed.toml"
WORDS = HERE / "access.js"
SIZES = {"zh": (1440, 900), "en": (390, 844)}
"""The window in which each language is looked at."""
BY_SIZE = ("target-size", "scrollable-region-focusable")
"""What axe-core judges by the room that a page has, not by its words."""
ROLES = ("dispatcher", "shipper", "receiver", "carrier", "driver", "police", "bureau", "admin")
HAN = re.compile(r"[\u3400-\u9fff\u3001\u3002\uff08-\uff1f]+")
LATIN = re.compile(r"[A-Za-z]{2,}(?:['’][a-z]+)?")
SCOPE = re.compile(r"\b[a-z]+:[a-z]+\b")
MASKED = re.compile(r"\S*\*\*\*\S*")
"""Scopes of tokens are said as they are written; a masked name or number is data."""
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
RUN = """(runOnly) => axe.run(document, {
  iframes: false, resultTypes: ["violations"], runOnly,
}).then((said) => said.violations
  .filter((one) => one.impact === "serious" || one.impact === "critical")
  .flatMap((one) => one.nodes.filter((node) => !(one.id === "scrollable-region-focusable"
    && document.querySelector(node.target[0])?.matches("fieldset[disabled] [tabindex='0']")))
  .map((node) =>
    `${one.id}: ${node.target.join(" ")} ${node.any.concat(node.all, node.none)
      .map((check) => check.message).join("; ").slice(0, 160)}`)))"""
"""A scrolling part with a ``tabindex`` takes the focus in a disabled fieldset, too; axe-core takes
all of such a fieldset for out of reach."""


@lru_cache(maxsize=1)
def allowed() -> dict[str, Any]:
    """What may stand in a page of the other language."""
    return tomllib.loads(ALLOWED.read_text(encoding="utf-8"))


@dataclass
class Visitor:
    """Somebody with a browser's window, and the product that it looks at."""

    role: str
    web: Any
    base: str
    context: BrowserContext
    page: Page

    def log_in(self, language: str) -> None:
        """Log in with the account in ``language``; the session is carried into the browser."""
        with self.web.database.write() as session:
            session.get(Person, self.web.world.actors[self.role].account_id).language = language
        cookie = self.web.client(self.role).get_cookie("greenfreight")
        cookies = [{"name": "greenfreight", "value": cookie.value, "url": self.base}]
        self.context.add_cookies(cookies)
        width, height = SIZES[language]
        self.page.set_viewport_size({"width": width, "height": height})


def visit(browser: Browser, web: Any, base: str, role: str, *, judged: bool = False) -> Visitor:
    """A window in which ``role`` has logged in, in Chinese; ``judged``: with axe-core in pages."""
    context = browser.new_context(locale="zh-CN", base_url=base)
    if judged:
        # A frame's window outlives its first, blank document, which axe-core would then judge.
        context.add_init_script(f"if (self === top) {{ {AXE.read_text(encoding='utf-8')} }}")
    visitor = Visitor(role, web, base, context, context.new_page())
    visitor.log_in("zh")
    return visitor


def pages(visitor: Visitor, first: list[str]) -> Iterator[str]:
    """Open every page of the visitor, one after another; their addresses."""
    account = Account(visitor.role, "", "", "")
    tour = gallery.Tour(visitor.web.app, account, visitor.page, "")
    for shown in tour.walk(first):
        yield shown.address


def faults(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """What axe-core calls serious or critical by all (or these) rules, in page and frames."""
    asked = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    return [fault for frame in _shown(page) for fault in _faults(frame, asked)]


def _shown(page: Page) -> list[Frame]:
    """The page and its frames that have loaded something."""
    return [frame for frame in page.frames if frame.url.startswith("http")]


def _faults(frame: Frame, asked: dict[str, Any]) -> list[str]:
    if frame.parent_frame is not None:
        frame.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = frame.evaluate(RUN, asked)
    return found


def said(page: Page) -> list[str]:
    """What the page and its frames say."""
    script = WORDS.read_text(encoding="utf-8")
    return [text for frame in _shown(page) for text in frame.evaluate(script)]


def data_of(web: Any) -> re.Pattern[str]:
    """What is data on the pages of ``web``: every text in its database and its plans' names."""
    found: set[str] = set()
    with web.database.read() as session:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, (String, Text)) and not column.primary_key:
                    found.update(str(v) for v in session.scalars(select(column).distinct()) if v)
        names = [sha for sha in session.scalars(select(PlanVersion.names_sha256)) if sha]
    store = open_store(web.app.extensions["settings"], web.database)
    for sha in names:
        found.update(_texts(json.loads(store.get(sha))))
    ours = {code for code in found if re.fullmatch(r"[a-z_]+", code)}  # states: never shown bare
    chosen = sorted((t for t in found - ours if len(t) > 1), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, chosen)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, str):
        yield value


def foreign(texts: list[str], language: str, data: re.Pattern[str]) -> list[str]:
    """Words of the other language that are neither data nor allowed."""
    names = allowed()["english_in_chinese"] if language == "zh" else allowed()["chinese_in_english"]
    pattern = LATIN if language == "zh" else HAN
    found = []
    for text in texts:
        left = MASKED.sub(" ", data.sub(" ", SCOPE.sub(" ", text)))
        wrong = [word for word in pattern.findall(left) if word not in names]
        if wrong:
            found.append(f"{' '.join(wrong)} — {text[:90]}")
    return found
