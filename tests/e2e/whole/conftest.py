"""The product started once; windows that are closed, and judged, after each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.whole import product as whole
from tests.e2e.whole.browsing import People, watched

DEMO_PLAN_S = 5
PATIENCE_MS = 60_000
LONGEST_S = 900
"""The product's start and a test; other tests, and their browsers, run beside."""

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def product(tmp_path_factory) -> Iterator[whole.Product]:
    with whole.running(tmp_path_factory.mktemp("e2e") / "home", plan_s=DEMO_PLAN_S) as up:
        yield up


@pytest.fixture(scope="session")
def logged_in() -> dict:
    """Sessions by log-in: everybody uses the form once."""
    return {}


@pytest.fixture
def people(product, browser, logged_in) -> Iterator[People]:
    with watched(browser, product.url, logged_in) as everybody:
        yield everybody


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first of these tests waits for the product, which plans two days before it is up."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.timeout(LONGEST_S))
