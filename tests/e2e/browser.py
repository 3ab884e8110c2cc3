"""A Chromium that says what went wrong: console errors, failed requests, foreign hosts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--disable-sync",
)


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """Debian's Chromium, with ``more`` arguments."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=[*ARGUMENTS, *more]
        )
        yield browser
        browser.close()


@dataclass
class Watched:
    """A page and everything that it complained about."""

    page: Page
    base: str
    troubles: list[str] = field(default_factory=list)

    def watch(self) -> Watched:
        """Listen from now on."""
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        self.page.on("dialog", self._dialog)
        self.page.on("request", self._request)
        return self

    def _console(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.troubles.append(f"console: {message.text}")

    def _dialog(self, dialog: Any) -> None:
        if dialog.type == "alert":
            self.troubles.append(f"alert: {dialog.message}")
        dialog.accept()

    def _request(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and parts.netloc != urlsplit(self.base).netloc:
            self.troubles.append(f"foreign host: {request.url}")

    def log_in(self, login: str, password: str) -> None:
        """Through the form, as a person does."""
        self.page.goto(f"{self.base}/login")
        self.page.fill("#login", login)
        self.page.fill("#password", password)
        self.page.click("button[type=submit]")
        self.page.wait_for_url(lambda address: "/login" not in address)


def open_page(browser: Browser, base: str, width: int = 1440, height: int = 900) -> Watched:
    """A fresh context with one watched page."""
    context = browser.new_context(locale="zh-CN", viewport={"width": width, "height": height})
    return Watched(page=context.new_page(), base=base).watch()


SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CUT = """() => [...document.querySelectorAll('h1,h2,h3,th,td,label,button,a,.gf-pill,.gf-total b')]
  .filter((node) => node.offsetParent && !node.closest('.visually-hidden'))
  .filter((node) => node.children.length === 0 && node.textContent.trim())
  .filter((node) => {
    const style = getComputedStyle(node);
    return style.overflowX !== 'visible' && node.scrollWidth > node.clientWidth + 1;
  }).map((node) => node.textContent.trim().slice(0, 40))"""
SMALL = """() => [...document.querySelectorAll('body *')]
  .filter((node) => node.offsetParent)
  .filter((node) => [...node.childNodes].some((c) => c.nodeType === 3 && c.textContent.trim()))
  .filter((node) => parseFloat(getComputedStyle(node).fontSize) < 12)
  .map((node) => node.textContent.trim().slice(0, 40))"""
