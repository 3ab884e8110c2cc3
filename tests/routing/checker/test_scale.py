"""Ten thousand orders are checked within the minute that is promised."""

from __future__ import annotations

import pytest

from routing.checker import check
from routing.plan import MadeBy, Plan
from tests.routing.builders import (
    Day,
    at,
    change,
    order,
    small_city,
    stamped,
)

ROUTES, ORDERS = 250, 40


@pytest.fixture
def big_day():
    city = small_city()
    goods = [
        order(f"g{k}", at("dc"), at("s3"), weight_g=1_000, volume_cm3=1_000, units=1)
        for k in range(ROUTES * ORDERS)
    ]
    van = change(city.vehicles[1], available=change(city.vehicles[1].available, start=0))
    problem = change(
        city,
        orders=goods,
        vehicles=[change(van, id=f"v{k}") for k in range(ROUTES)],
        drivers=[change(city.drivers[2], id=f"d{k}") for k in range(ROUTES)],
        duties=[change(city.duties[2], id=f"D{k}", driver=f"d{k}") for k in range(ROUTES)],
        permits=[],
        objective=change(city.objective, published={}),
    )
    routes = []
    for k in range(ROUTES):
        day = Day(problem, f"v{k}").duty(f"D{k}", f"d{k}").trip()
        mine = [item.id for item in goods[k * ORDERS : (k + 1) * ORDERS]]
        day.stop("depot", "dc", 50_000, load=" ".join(mine), arrive=44_000)
        clock = 53_000
        for n, name in enumerate(mine):
            clock += 220 if n == 0 else 20
            day.stop("delivery", "s3", clock, unload=name)
        day.stop("depot", "dc", clock + 3_000)
        routes.append(day.route())
    plan = stamped(problem, Plan(problem_sha256="", made_by=MadeBy(engine="hand", version="1"),
                                 routes=routes))  # fmt: skip
    return problem, plan


@pytest.mark.timeout(60)
def test_ten_thousand_orders(big_day):
    verdict = check(*big_day)
    # the fixture prices nothing; everything else holds
    assert {item.rule for item in verdict.violations} == {"objective"}
