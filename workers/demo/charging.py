"""Tariffs by time of day and 25 stations with 150 charge points."""

from __future__ import annotations

import uuid

import numpy as np

from models.charging.tables import ChargePoint, ChargingSite, Connector, Tariff
from workers.demo.build import Build, Values, clock
from workers.demo.places import DEPOTS, Site, add_place, place_site, roadside, spread

STATIONS = 25
POINTS = 150
# letter: (points, watts of each, limit of the supply)
DEPOT_SITES = {
    "A": (7, 60_000, 150_000),
    "B": (9, 60_000, 180_000),
    "D": (7, 60_000, 150_000),
    "E": (6, 60_000, 120_000),
}
_STEPS = [(0, 32), (7, 68), (10, 108), (12, 68), (17, 108), (21, 68), (23, 32)]
"""From hour on, 0.01 yuan per kWh: valley, flat, peak."""


def _steps(service_fee: int) -> list[Values]:
    return [
        {"start": clock(hour), "per_kwh": (cents + service_fee) * 1000} for hour, cents in _STEPS
    ]


def add_charging(build: Build) -> None:
    """Four depot sites, two small public ones beside the depots without any, 19 in town."""
    depot_tariff = _tariff(build, "tou-depot", "场站分时电价", 0)
    public_tariff = _tariff(build, "tou-public", "公共站分时电价（含服务费）", 45)
    number = 0
    for letter, _, name, spot in DEPOTS:
        if letter in DEPOT_SITES:
            number += 1
            _depot_site(build, number, letter, name, depot_tariff)
        else:
            number += 1
            near = place_site(build, spot[0] * 0.90, spot[1] * 0.90 + 260)
            _station(build, number, near, public_tariff, powers=[60_000] * 2, limit=75_000)
    counts = _counts(build, number)
    sites = spread(roadside(build, 40), STATIONS - number, 1_350.0)
    for site, count in zip(sites, counts, strict=True):
        number += 1
        power = 120_000 if number % 4 == 0 else 60_000
        limit = 0 if number % 3 else power * count * 6 // 10
        _station(build, number, site, public_tariff, powers=[power] * count, limit=limit)


def _counts(build: Build, done: int) -> list[int]:
    """How many points each town station has, so that the city has ``POINTS``."""
    rng = build.rng(41)
    left = POINTS - sum(points for points, _, _ in DEPOT_SITES.values()) - 4
    stations = STATIONS - done
    counts = np.full(stations, left // stations)
    counts[: left - int(counts.sum())] += 1
    for _ in range(12):
        a, b = rng.choice(stations, 2, replace=False)
        if counts[a] > 3:
            counts[a] -= 1
            counts[b] += 1
    return [int(count) for count in counts]


def _tariff(build: Build, code: str, name: str, fee: int) -> uuid.UUID:
    return build.add(
        Tariff,
        organisation_id=build.known["CD"],
        code=code,
        name=name,
        steps=_steps(fee),
        demo=True,
    )


def _depot_site(build: Build, number: int, letter: str, name: str, tariff: uuid.UUID) -> None:
    points, power, limit = DEPOT_SITES[letter]
    site = build.add(
        ChargingSite,
        organisation_id=build.known["OP"],
        place_id=build.known[letter],
        code=f"CDZ-{number:02d}",
        name=f"{name}充电场",
        power_w=limit,
        tariff_id=tariff,
        hours=[],
        overlaps=["loading", "rest"],
        attended=False,
        private_to=[str(build.known["OP"])],
        demo=True,
    )
    _points(build, site, [power] * points)


def _station(
    build: Build, number: int, spot: Site, tariff: uuid.UUID, *, powers: list[int], limit: int
) -> None:
    name = f"{spot.street}充电站"
    place = add_place(
        build,
        spot,
        kind="charging",
        code=f"CDZ-{number:02d}",
        name=name,
        rest=True,
    )
    build.known[f"S-{number}"] = place
    site = build.add(
        ChargingSite,
        organisation_id=build.known["CD"],
        place_id=place,
        code=f"CDZ-{number:02d}",
        name=name,
        power_w=limit,
        tariff_id=tariff,
        hours=[{"start": clock(5), "end": clock(1)}] if number % 7 == 0 else [],
        overlaps=["rest"],
        attended=number % 5 == 0,
        demo=True,
    )
    _points(build, site, powers)


def _points(build: Build, site: uuid.UUID, powers: list[int]) -> None:
    """Points in order; every fifth has a second, slower connector."""
    for number, power in enumerate(powers, start=1):
        point = build.add(ChargePoint, site_id=site, code=f"{number:02d}")
        build.add(Connector, point_id=point, code="1", plug="gbt_dc", power_w=power)
        if number % 5 == 0:
            build.add(Connector, point_id=point, code="2", plug="gbt_ac", power_w=7_000)
