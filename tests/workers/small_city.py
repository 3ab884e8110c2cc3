"""The demo city with few orders, so that a day of it is planned in a second."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from models.orders.tables import Order, OrderAfter, OrderAlternative, OrderEvent
from models.orders.wave_tables import WaveOrder
from workers.demo.city import City, generate

DAY = dt.date(2026, 11, 24)
KEPT = 10


def small_city() -> City:
    """The city with its first orders only, the very first one for a crane that nobody has."""
    city = generate(1, DAY)
    kept = sorted(city.rows[Order], key=lambda row: row["reference"])[:KEPT]
    kept[0] = kept[0] | {"needs": ["crane"]}
    return with_orders(city, kept)


def with_orders(city: City, kept: list[dict]) -> City:
    """The city with these of its orders only."""
    ids = {row["id"] for row in kept}
    rows = city.rows | {Order: kept, OrderAfter: []}
    for table in (OrderAlternative, OrderEvent, WaveOrder):
        rows[table] = [row for row in city.rows[table] if row["order_id"] in ids]
    return replace(city, rows=rows)
