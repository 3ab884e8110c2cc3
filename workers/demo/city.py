"""The whole demo city of a seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from models.accounts.tables import City as CityRow
from models.base import Base
from workers.demo.basemap import base_map
from workers.demo.bays import add_bays
from workers.demo.build import Build, Values, clock
from workers.demo.charging import add_charging
from workers.demo.fleet import add_drivers, add_types, add_vehicles
from workers.demo.geometry import HALF_HEIGHT_M, HALF_WIDTH_M, ORIGIN_LAT, ORIGIN_LON, to_lonlat
from workers.demo.indicators import add_indicators
from workers.demo.network import Network, build_network
from workers.demo.orders import add_orders, add_unit_factors
from workers.demo.partner import add_partner
from workers.demo.permits import add_permit_desk
from workers.demo.places import add_districts, add_network_places, add_organisations
from workers.demo.rules import add_rules
from workers.demo.waves import add_night_contacts, add_waves

NAME = "云汀市（示例）"
AIR_C = 4
TIGHT_AIR_C = -20
_SPEED_KMH = [(0, 38), (6, 32), (7, 23), (9, 28), (16, 26), (17, 22), (19, 30), (22, 36)]
_PROFILES = {"van": 100, "light": 95, "medium": 85}


@dataclass(frozen=True)
class City:
    """What a seed makes. ``rows``: column values by table, parents first (geometry as WKT).

    ``impossible``: reference of an order nobody can serve, to the rule that forbids it.
    """

    seed: int
    service_date: date
    tight: bool
    network: Network = field(repr=False)
    base_map: dict[str, Any] = field(repr=False)
    rows: dict[type[Base], list[Values]] = field(repr=False)
    impossible: dict[str, str]


def _speeds(permille: int) -> list[Values]:
    return [
        {"start": clock(hour), "metres_per_hour": kmh * 10 * permille} for hour, kmh in _SPEED_KMH
    ]


def _city(build: Build) -> None:
    corners = [
        to_lonlat(-HALF_WIDTH_M, -HALF_HEIGHT_M),
        to_lonlat(HALF_WIDTH_M, HALF_HEIGHT_M),
    ]
    build.add(
        CityRow,
        name=NAME,
        timezone="Asia/Shanghai",
        division_code="999999",
        plate_prefix="辽Z",
        lon=ORIGIN_LON,
        lat=ORIGIN_LAT,
        zoom=12,
        bounds=[list(corner) for corner in corners],
        calendar={"holidays": [], "working_days": [], "alerts": {}},
        travel={
            "detour_permille": 1300,
            "profiles": {name: _speeds(share) for name, share in _PROFILES.items()},
        },
        objective={"late_per_hour": 6_000_000},
        planning={
            "air_temperature_c": TIGHT_AIR_C if build.tight else AIR_C,
            "time_limit_s": 60,
        },
        seed=build.seed,
        demo=True,
    )


def generate(seed: int, service_date: date, *, tight: bool = False) -> City:
    """Make the city of a seed with one day of orders.

    ``tight``: 20 % more orders, range as at -20 °C, half the unloading bays.
    The same arguments give the same city, ids included.
    """
    network, terrain = build_network(seed)
    build = Build(seed, service_date, tight, network, terrain)
    _city(build)
    add_organisations(build)
    add_districts(build)
    add_network_places(build)
    add_charging(build)
    add_bays(build)
    add_types(build)
    add_vehicles(build)
    add_drivers(build)
    add_rules(build)
    add_unit_factors(build)
    add_orders(build)
    add_partner(build)
    add_permit_desk(build)
    add_waves(build)
    add_night_contacts(build)
    add_indicators(build)
    return City(
        seed=seed,
        service_date=service_date,
        tight=tight,
        network=network,
        base_map=base_map(network, terrain),
        rows=build.rows,
        impossible=build.impossible,
    )
