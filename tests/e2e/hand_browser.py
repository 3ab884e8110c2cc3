"""Changes by hand in Chromium: from the key press to the answer on the panel, as painted.

Locks, removals, undo and redo by their own keys; moves by a button that carries the change, as the
buttons of ways out do, since choosing a vehicle in the dialog takes as long as the person takes.
"""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, Page

from tests.e2e.browser import open_page
from workers.demo.load import DemoAccount

ROUNDS = 8
PATIENCE_MS = 60_000

Took = Callable[[str, str, Callable[[], float]], None]
"""Called with kind, a word about where, and what does the change and tells its milliseconds."""

WATCH = """() => { window.gfTook = new Promise((done) => {
  let began = 0;
  addEventListener("keydown", (event) => { began = event.timeStamp; },
    { capture: true, once: true });
  const watch = new MutationObserver(() => {
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => {
      window.gfBegan = began;
      done(performance.now() - began);
    }));
  });
  watch.observe(document.getElementById("p-hand"), { childList: true });
}); }"""
"""The panel is written anew by each answer; it counts once the next frame has been painted."""
WAYS = """() => new Promise((done) => {
  const look = () => {
    const box = document.querySelector("#p-hand .p-ways");
    if (box && !box.querySelector("button, .p-hint")) requestAnimationFrame(look);
    else done(performance.now() - window.gfBegan);
  };
  look();
})"""
BUTTON = """(edit) => {
  const id = "gf-bench";
  const button = document.getElementById(id)
    || document.body.appendChild(Object.assign(document.createElement("button"), { id }));
  button.dataset.edits = JSON.stringify([edit]);
  button.focus();
}"""
MOVE = """(number) => {
  const routes = GF.page.view.routes;
  const from = routes[(5 * number + 2) % routes.length];
  const to = routes[(5 * number + 4) % routes.length];
  const stop = from.trips[0].stops.find((one) => one.parts.length);
  return { type: "move", orders: [stop.parts.flat()[0]], vehicle: to.vehicle };
}"""
CHOOSE = """(number) => {
  const rows = document.querySelectorAll("#p-routes tr");
  rows[(5 * number + 2) % rows.length].click();
  document.querySelectorAll("#p-route tr[data-stop]")[1].click();
}"""


def changes(browser: Browser, url: str, plan_id: str, account: DemoAccount, took: Took) -> None:
    """Make the changes; ``took`` is told of each.

    Raises:
        RuntimeError: the page complained.
    """
    desk = open_page(browser, url)
    desk.log_in(account.login, account.password)
    page = desk.page
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{url}/plans/{plan_id}")
    page.wait_for_selector("#p-page[data-usable]", state="attached")
    _pressed(page, "l", lambda: page.evaluate(CHOOSE, 0))
    _pressed(page, "Control+z")
    for number in range(ROUNDS):
        page.evaluate(CHOOSE, number)
        for kind, key in (
            ("lock", "l"),
            ("undo", "Control+z"),
            ("redo", "Control+y"),
            ("undo", "Control+z"),
            ("remove", "Delete"),
            ("undo", "Control+z"),
        ):
            _one(page, took, kind, key)
        edit = page.evaluate(MOVE, number)
        for kind, wish in (("move", edit), ("move to a place", {**edit, "trip": 0, "position": 0})):
            page.evaluate(BUTTON, wish)
            _one(page, took, kind, "Enter")
            page.evaluate("() => document.getElementById('gf-bench').remove()")
            _one(page, took, "undo", "Control+z")
    page.context.close()
    if desk.troubles:
        raise RuntimeError("\n".join(desk.troubles))


def _one(page: Page, took: Took, kind: str, key: str) -> None:
    took("browser", kind, lambda: _pressed(page, key))
    if page.locator("#p-hand .p-ways").count():
        took("browser", f"{kind}, ways out too", lambda: float(page.evaluate(WAYS)))


def _pressed(page: Page, key: str, before: Callable[[], object] = lambda: None) -> float:
    before()
    page.evaluate(WATCH)
    page.keyboard.press(key)
    return float(page.evaluate("() => window.gfTook"))
