"""Organisations and places: hubs, distribution centres, end stations, supermarkets."""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Point, STRtree

from models.accounts.tables import Agreement, Organisation
from models.places.tables import Depot, District, Place, PlaceWindow, ShipperPlaceCode
from workers.demo.build import Build, Values, clock, district_of, wkt_area, wkt_point
from workers.demo.geometry import Floats
from workers.demo.names import credit_code, person, phone, street_names
from workers.demo.streets import ARTERIAL, SECONDARY, SIDE

OPERATOR = "云汀共配（示例）"
SHIPPERS = {
    "HF": "禾丰超市（示例）",
    "HL": "惠邻超市（示例）",
    "LL": "邻里便利（示例）",
    "SD": "速达快递（示例）",
    "YC": "云程快递（示例）",
    "XD": "鲜到冷链（示例）",
}
DEPOTS = (
    ("A", "hub", "北岭干支衔接枢纽", (-700, 8_500)),
    ("B", "distribution_centre", "东港公共配送中心", (9_700, 1_500)),
    ("C", "hub", "西岭干支衔接枢纽", (-9_900, 1_900)),
    ("D", "distribution_centre", "江南公共配送中心", (3_300, -7_900)),
    ("E", "distribution_centre", "高新公共配送中心", (-6_300, -6_500)),
    ("F", "distribution_centre", "云港公共配送中心", (6_900, 6_900)),
)
CHAINS = (("HF", "禾丰超市", 24), ("HL", "惠邻超市", 20), ("LL", "邻里便利", 16))
STORES = sum(count for _, _, count in CHAINS)
STATIONS = 80
PROMENADE = (-2_150.0, 1_750.0)
"""The middle of the pedestrian zone, local metres."""
PROMENADE_KEEP_M = 700.0
FAR = "MZ-080"
"""The station on the far island: out of range of every refrigerated vehicle."""
NARROW = "MZ-079"
"""The station whose lane takes small vans only, and which no bay serves."""
PROMENADE_STORE = "LL-016"
"""The store in the pedestrian zone."""
NIGHT_PLACES = "night"
"""Key of ``Build.groups``: codes of places that receive at night."""
FAR_SPOT = (41_000.0, -24_000.0)
LEAST_APART_M = 60.0
"""No two places stand nearer than this."""


@dataclass(frozen=True)
class Site:
    """A spot beside a street: local metres, the street's name, its district."""

    x: float
    y: float
    street: str
    district: str


def add_organisations(build: Build) -> None:
    """The operator, six shippers, the stations' keeper, the police, the platform."""
    kinds = [("OP", "operator", OPERATOR), ("YZ", "receiver", "云汀末端驿站（示例）")]
    kinds += [(code, "shipper", name) for code, name in SHIPPERS.items()]
    kinds += [
        ("JG", "traffic_police", "云汀市公安局交警支队（示例）"),
        ("PT", "platform", "云汀绿色货运平台（示例）"),
        ("CD", "carrier", "云汀充电服务（示例）"),
        ("DG", "operator", "东港物流（示例）"),
    ]
    for serial, (code, kind, name) in enumerate(kinds, start=1):
        authority = kind == "traffic_police"
        build.known[code] = build.add(
            Organisation,
            kind=kind,
            code=code,
            name=name,
            short_name=name.removesuffix("（示例）"),
            credit_code=credit_code(serial),
            level="city" if authority else None,
            phone=phone(9000 + serial),
            address="云汀市（示例）",
            demo=True,
        )
    for code in SHIPPERS:
        build.add(Agreement, shipper_id=build.known[code], operator_id=build.known["OP"])


def add_districts(build: Build) -> None:
    """The six districts with their outlines."""
    for number, area in enumerate(build.terrain.districts, start=1):
        build.add(
            District, code=f"999999-{number:02d}", name=area.name, area=wkt_area(area.polygon)
        )


def roadside(build: Build, stream: int) -> list[Site]:
    """Spots beside minor streets of the built-up city, in a seeded order, town first."""
    network, terrain = build.network, build.terrain
    rng = build.rng(stream)
    minor = np.isin(network.road_class, (SECONDARY, SIDE)) & ~network.bridge
    arcs = np.flatnonzero(minor & (network.length_m > 70))
    arcs = rng.permutation(arcs)
    tail, head = network.tail[arcs], network.head[arcs]
    mid, normal = _middle_and_normal(network.x, network.y, tail, head)
    spots = mid + normal * 19.0
    points = shapely.points(spots)
    away = shapely.distance(points, terrain.outer_ring)
    inner = shapely.contains(terrain.inner_ring, points)
    weight = np.where(inner, 1.0, np.where(away <= 0, 0.42, np.where(away < 1_300, 0.12, 0.0)))
    keep = rng.random(len(arcs)) < weight
    keep &= shapely.distance(points, terrain.water) > 60
    for park in terrain.parks:
        keep &= ~shapely.contains(park.polygon, points)
    return [
        Site(
            float(spots[k, 0]),
            float(spots[k, 1]),
            network.names[int(network.name[arcs[k]])],
            district_of(terrain, float(spots[k, 0]), float(spots[k, 1])),
        )
        for k in np.flatnonzero(keep)[:900].tolist()
    ]


def _middle_and_normal(
    x: Floats, y: Floats, tail: np.ndarray, head: np.ndarray
) -> tuple[Floats, Floats]:
    a = np.column_stack([x[tail], y[tail]])
    b = np.column_stack([x[head], y[head]])
    way = (b - a) / np.linalg.norm(b - a, axis=1, keepdims=True)
    return (a + b) / 2, np.column_stack([way[:, 1], -way[:, 0]])


def spread(sites: list[Site], count: int, apart: float) -> list[Site]:
    """The first ``count`` sites that keep ``apart`` metres between each other.

    Where a city has too few such sites, the rest stand closer: never nearer than ``LEAST_APART_M``.
    """
    chosen: list[Site] = []
    while len(chosen) < count:
        for site in sites:
            if len(chosen) == count:
                break
            if all(math.dist((s.x, s.y), (site.x, site.y)) >= apart for s in chosen):
                chosen.append(site)
        if apart <= LEAST_APART_M:
            break
        apart = max(LEAST_APART_M, apart * 0.85)
    if len(chosen) < count:
        raise ValueError(f"only {len(chosen)} of {count} sites keep {LEAST_APART_M} m apart")
    return chosen


def clustered(sites: list[Site], count: int) -> list[Site]:
    """``count`` sites, three in ten of them a short walk from another, so that bays are shared."""
    pairs = count * 3 // 10
    chosen = spread(sites, count - pairs, 300.0)
    for site in [*chosen]:
        near = [
            other
            for other in sites
            if LEAST_APART_M <= math.dist((site.x, site.y), (other.x, other.y)) <= 240.0
            and all(math.dist((other.x, other.y), (s.x, s.y)) >= LEAST_APART_M for s in chosen)
        ]
        chosen += near[:1]
        if len(chosen) == count:
            return chosen
    left = [site for site in sites if site not in chosen]
    for site in left:
        if all(math.dist((site.x, site.y), (s.x, s.y)) >= LEAST_APART_M for s in chosen):
            chosen.append(site)
            if len(chosen) == count:
                return chosen
    raise ValueError(f"only {len(chosen)} of {count} sites found")


def add_place(build: Build, site: Site, **values: object) -> uuid.UUID:
    """A place of the operator at a site."""
    number = 1 + round(abs(site.x) + abs(site.y)) % 180
    return build.add(
        Place,
        organisation_id=build.known["OP"],
        geometry=wkt_point(site.x, site.y),
        district=site.district,
        address=f"云汀市{site.district}{site.street}{number}号",
        demo=True,
        **values,
    )


def place_site(build: Build, x: float, y: float) -> Site:
    """The nearest spot beside an avenue to a wished point, for depots."""
    network = build.network
    nodes = np.unique(network.tail[network.road_class == ARTERIAL])
    tree = STRtree(shapely.points(network.x[nodes], network.y[nodes]))
    node = int(nodes[int(tree.nearest(shapely.Point(x, y)))])
    arc = int(np.flatnonzero((network.tail == node) & (network.road_class == ARTERIAL))[0])
    sx, sy = float(network.x[node]) + 42.0, float(network.y[node]) + 36.0
    return Site(sx, sy, network.names[int(network.name[arc])], district_of(build.terrain, sx, sy))


def add_depots(build: Build) -> None:
    """Two hubs and four public distribution centres; ``known`` holds them by letter."""
    for letter, kind, name, spot in DEPOTS:
        site = place_site(build, *spot)
        key = add_place(
            build,
            site,
            kind=kind,
            code=f"DC-{letter}",
            name=name,
            fixed_s=300,
            rest=True,
            receiver_id=build.known["OP"],
        )
        build.known[letter] = key
        build.add(Depot, place_id=key, letter=letter, hours=[], fixed_s=600)


def _windows(build: Build, place: uuid.UUID, spans: list[Values]) -> None:
    for span in spans:
        build.add(PlaceWindow, place_id=place, **span)


NIGHT: Values = {
    "start_s": clock(-2),
    "end_s": clock(5, 30),
    "night": True,
    "needs": ["quiet"],
    "unattended": True,
    "unattended_extra_s": 240,
}
"""A night window: quiet vehicle, nobody receives."""


def add_stations(build: Build, sites: list[Site]) -> None:
    """End stations: two courier waves; nearly half take goods at night."""
    rng = build.rng(21)
    stems = street_names(build.rng(22), STATIONS)
    for number, site in enumerate(sites, start=1):
        tight_yard = rng.random() < 0.12
        special = f"MZ-{number:03d}" in {FAR, NARROW}
        longest = 5_200 if tight_yard else 6_400
        # Each of the two has one cause alone: the narrow yard, the long way.
        longest = {NARROW: 4_600, FAR: 0}.get(f"MZ-{number:03d}", longest)
        key = add_place(
            build,
            site,
            kind="end_station",
            code=f"MZ-{number:03d}",
            name=f"{stems[number - 1]}末端配送站",
            receiver_id=build.known["YZ"],
            contact_name=person(rng),
            contact_phone=phone(number),
            fixed_s=int(rng.integers(8, 12)) * 60,
            yard=bool(rng.random() < 0.8) or special,
            yard_max_length_mm=longest,
            rest=f"MZ-{number:03d}" == FAR,
            yard_max_mass_g=8_000_000,
        )
        spans: list[Values] = [
            {"start_s": clock(6), "end_s": clock(8, 30)},
            {"start_s": clock(13), "end_s": clock(15, 30)},
        ]
        if number % 9 in {1, 3, 5, 8} and not special:
            spans.append(NIGHT)
            build.groups.setdefault(NIGHT_PLACES, set()).add(f"MZ-{number:03d}")
        _windows(build, key, spans)
        for code in ("SD", "YC", "XD"):
            _code(build, code, key, f"{code}{3000 + number * 7}", f"{stems[number - 1]}站")


def add_stores(build: Build, sites: list[Site]) -> None:
    """Supermarkets and convenience stores of three chains."""
    rng = build.rng(23)
    number = 0
    for chain, label, count in CHAINS:
        for serial in range(1, count + 1):
            site = sites[number]
            number += 1
            name = f"{label}{site.street}店"
            taken = sum(1 for row in build.of(Place) if row["name"].startswith(name))
            name += f"{'二三四五六'[taken - 1]}号" if taken else ""
            key = add_place(
                build,
                site,
                kind="store",
                code=f"{chain}-{serial:03d}",
                name=name,
                receiver_id=build.known[chain],
                contact_name=person(rng),
                contact_phone=phone(200 + number),
                fixed_s=int(rng.integers(10, 16)) * 60,
                yard=bool(rng.random() < (0.75 if chain != "LL" else 0.4)),
                yard_max_length_mm=8_000 if chain == "HF" else 6_400,
            )
            early = clock(5, 30) if serial % 2 else clock(6, 30)
            spans: list[Values] = [
                {"start_s": early, "end_s": early + 9000},
                {"start_s": clock(9, 30), "end_s": clock(11)},
            ]
            if serial % 5 in {0, 2}:
                spans.append(NIGHT)
                build.groups.setdefault(NIGHT_PLACES, set()).add(f"{chain}-{serial:03d}")
            _windows(build, key, spans)
            # A retailer's own code keeps its leading zeros, as its ERP prints it.
            _code(build, chain, key, f"{serial:04d}", name)
            _code(build, "XD", key, f"K{chain}{serial:03d}", name)


def _code(build: Build, shipper: str, place: uuid.UUID, code: str, name: str) -> None:
    build.add(
        ShipperPlaceCode, shipper_id=build.known[shipper], place_id=place, code=code, name=name
    )


def add_network_places(build: Build) -> None:
    """Depots, then 80 end stations and 60 stores spread along the streets."""
    add_depots(build)
    sites = roadside(build, 20)
    promenade = Point(PROMENADE)
    near = [site for site in sites if promenade.distance(Point(site.x, site.y)) < PROMENADE_KEEP_M]
    inside = min(near, key=lambda site: promenade.distance(Point(site.x, site.y)))
    far = Site(*FAR_SPOT, "环岛路", "江南区")
    chosen = clustered([s for s in sites if s not in near], STATIONS - 1 + STORES - 1)
    order = build.rng(24).permutation(len(chosen))
    mixed = [chosen[int(k)] for k in order]
    add_stations(build, [*mixed[: STATIONS - 1], far])
    add_stores(build, [*mixed[STATIONS - 1 :], inside])
