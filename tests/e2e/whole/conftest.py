"""The product started once; windows that are closed, and judged, after each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.whole import product as whole
from tests.e2e.whole.browsing import People

DEMO_PLAN_S = 5


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
    """Windows by person; no page may ask another host or complain in the console."""
    everybody = People(browser, product.url, logged_in)
    yield everybody
    faults = everybody.close()
    assert not faults, "\n".join(faults)
