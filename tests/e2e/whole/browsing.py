"""A browser that notes what no page may do: ask another host, complain in its console."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pyotp
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    Response,
)

from tests.e2e.whole.product import Account

PATIENCE_MS = 90_000.0
OURS = ("data", "blob", "about")


@dataclass
class Watch:
    """What went wrong in the pages of a browser context, each with the page's address."""

    url: str
    faults: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)
    """Statuses of 400 and above that the test itself provokes."""
    guesses: set[str] = field(default_factory=set)
    """Addresses, without host, that may be refused."""

    def over(self, context: BrowserContext) -> None:
        """Note from now on."""
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"error: {error.error}"))
        context.on("dialog", self._dialog)

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in OURS and parts.netloc != urlsplit(self.url).netloc:
            self.faults.append(f"another host: {request.url}")

    def _response(self, response: Response) -> None:
        wrong = response.status >= 400 and response.status not in self.expected
        refused = response.status < 500 and response.url.removeprefix(self.url) in self.guesses
        if wrong and not refused:
            self.faults.append(f"{response.status}: {response.url}")

    def _dialog(self, dialog: Dialog) -> None:
        # Leaving a form that was begun asks; any other dialog is somebody's script.
        if dialog.type == "beforeunload":
            dialog.accept()
        else:
            self.faults.append(f"dialog: {dialog.message}")
            dialog.dismiss()

    def _console(self, message: ConsoleMessage) -> None:
        # Chromium repeats a refused request in the console; the response above has told it.
        told = message.type in {"error", "warning"}
        if told and "Failed to load resource" not in message.text:
            at = message.page.url if message.page else ""
            self.faults.append(f"console on {at}: {message.text}")


class People:
    """Log-ins in browser windows; each person logs in by the form once."""

    def __init__(self, browser: Browser, url: str, states: dict[str, Any]) -> None:
        self._browser = browser
        self._url = url
        self._states = states
        self._open: list[tuple[BrowserContext, Watch]] = []

    def window(
        self, *, width: int = 1440, height: int = 900, state: Any = None, **options: Any
    ) -> Page:
        """A fresh window in which nobody has logged in (or ``state``'s owner has).

        ``options``: others of the browser context, such as ``has_touch``.
        """
        context = self._browser.new_context(
            locale="zh-CN",
            base_url=self._url,
            storage_state=state,
            viewport={"width": width, "height": height},
            accept_downloads=True,
            **options,
        )
        context.set_default_timeout(PATIENCE_MS)
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=self._url)
        watch = Watch(self._url)
        watch.over(context)
        self._open.append((context, watch))
        return context.new_page()

    def log_in(self, account: Account, **size: int) -> Page:
        """A window of this person."""
        if account.login in self._states:
            return self.window(state=self._states[account.login], **size)
        page = self.window(**size)
        page.goto("/login")
        page.get_by_label("登录名").fill(account.login)
        page.get_by_label("密码").fill(account.password)
        page.get_by_role("button", name="登录").click()
        if account.totp_secret:
            page.get_by_label("验证码").fill(pyotp.TOTP(account.totp_secret).now())
            page.get_by_role("button", name="验证").click()
        page.locator(".gf-me, body[data-usable]").wait_for()
        self._states[account.login] = page.context.storage_state()
        return page

    def watch(self, page: Page) -> Watch:
        """What was noted in the window of ``page``."""
        return next(watch for context, watch in self._open if context is page.context)

    def close(self) -> list[str]:
        """Close all windows; what went wrong in any of them."""
        faults = [fault for _context, watch in self._open for fault in watch.faults]
        for context, _watch in self._open:
            context.close()
        self._open.clear()
        return faults


@contextmanager
def watched(browser: Browser, url: str, states: dict[str, Any]) -> Iterator[People]:
    """Windows by person; afterwards no page may have asked another host, complained in the
    console, been refused anything or shown a script's dialog."""
    everybody = People(browser, url, states)
    try:
        yield everybody
    finally:
        faults = everybody.close()
    assert not faults, "\n".join(faults)
