"""Every page of every role fits a phone; ``make screenshots`` judges both sizes and photographs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from tests.e2e import screenshots
from tests.e2e.browser import chromium
from tests.e2e.whole.browsing import watched
from tests.e2e.whole.product import Product

PHONE = ((390, 844),)
LONGEST = ("dispatcher", "bureau")
"""About as many pages as all other roles have: two browsers go about at the same time."""

Visits = list[screenshots.Visit]


def tour_all(
    product: Product, logged_in: dict[str, Any], visits: Visits
) -> tuple[list[str], dict[str, bool]]:
    """What is wrong on the pages of these visits, and which pages were led to."""
    faults: list[str] = []
    led: dict[str, bool] = {}
    with chromium() as browser, watched(browser, product.url, logged_in) as people:
        for visit in visits:
            told, opened = screenshots.tour(people, product, visit, None)
            faults += told
            for rule, was in opened.items():
                led[rule] = was or led.get(rule, False)
    return faults, led


def test_every_page_of_every_role_fits_a_phone_and_is_led_to(people, product, logged_in):
    day = screenshots.demo_day(people, product)
    first = {
        "dispatcher": (f"/plans/{product.plan}?route=A1", "/execution/"),
        "shipper": (screenshots.begin_an_import(people, product, day),),
        **screenshots.on_the_street(people, product),
    }
    halves: tuple[Visits, Visits] = ([], [])
    for role in dict.fromkeys(account.role for account in product.accounts):
        visit = screenshots.Visit(role, first.get(role, ()), day, PHONE)
        halves[role in LONGEST].append(visit)
    with ThreadPoolExecutor(len(halves)) as pool:
        told = list(pool.map(partial(tour_all, product, logged_in), halves))
    faults = [fault for wrong, _led in told for fault in wrong]
    assert not faults, "\n".join(faults)
    rules = {rule for _wrong, led in told for rule in led}
    assert not {rule for rule in rules if not any(led.get(rule) for _wrong, led in told)}
