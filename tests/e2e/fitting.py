"""Whether a page fits its window: nothing sideways, no text cut, nothing too small to read."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

FAULTS = Path(__file__).with_name("fitting.js")


def faults(page: Page) -> list[str]:
    """What does not fit on the page or in its frames."""
    script = FAULTS.read_text(encoding="utf-8")
    return [fault for frame in page.frames for fault in frame.evaluate(script)]
