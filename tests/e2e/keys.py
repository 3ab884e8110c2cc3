"""A page worked by keys alone, the focus always to be seen."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

MOST_TABS = 150
SEEN = """() => {
  const at = document.activeElement, style = getComputedStyle(at);
  const ring = (css) => css.outlineStyle !== "none" && parseFloat(css.outlineWidth) > 0;
  const around = [at.parentElement, at.parentElement?.parentElement, at.closest("label")];
  return at.matches("iframe, body, main") || ring(style) || style.boxShadow !== "none"
    || around.some((box) => box && ring(getComputedStyle(box)));
}"""
HERE = "(wanted) => Boolean(document.activeElement?.matches(wanted))"


def tab_to(page: Page, selector: str, *, back: bool = False) -> None:
    """Press Tab (Shift+Tab) until the focus is on ``selector``; each stop must be seen."""
    for _ in range(MOST_TABS):
        if page.evaluate(HERE, selector):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
        assert page.evaluate(SEEN), page.evaluate("() => document.activeElement.outerHTML")[:200]
    raise AssertionError(f"no way to {selector} by Tab")


def press(page: Page, selector: str, key: str = "Enter", *, back: bool = False) -> None:
    """Go to ``selector`` and press a key there."""
    tab_to(page, selector, back=back)
    page.keyboard.press(key)


def write(page: Page, selector: str, text: str) -> None:
    """Go to a field and write over what is in it."""
    tab_to(page, selector)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def choose(page: Page, selector: str, downs: int) -> None:
    """Go to a list and take what is ``downs`` lines below."""
    tab_to(page, selector)
    for _ in range(downs):
        page.keyboard.press("ArrowDown")


def give_files(page: Page, selector: str, files: Any) -> None:
    """Open the system's own dialog from the focused field; it gives the files."""
    with page.expect_file_chooser() as chooser:  # awaited before the key, however busy the machine
        tab_to(page, selector)
        page.keyboard.press("Space")
    chooser.value.set_files(files)


def agree(page: Page) -> None:
    """Yes, to the page's own question."""
    press(page, "#gf-ask [data-yes]")
