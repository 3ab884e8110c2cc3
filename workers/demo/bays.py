"""80 unloading bays beside the places they serve."""

from __future__ import annotations

import math
from typing import Any

from models.bays.tables import Bay, BayPlace
from models.places.tables import Place
from workers.demo.build import Build, clock
from workers.demo.geometry import to_local
from workers.demo.places import FAR, NARROW, Site, add_place

BAYS = 80
_REACH_M = 330.0
_STREET_DETOUR = 1.3
_WALK_M_PER_S = 1.1


def local_of(row: dict[str, Any]) -> tuple[float, float]:
    """Local metres of a place's row."""
    lon, lat = row["geometry"].removeprefix("POINT(").removesuffix(")").split()
    return to_local(float(lon), float(lat))


def add_bays(build: Build) -> None:
    """Bays first where a place has no yard, then at the busiest stores.

    ``tight`` keeps the first half: every place without a yard keeps at least one bay.
    """
    rng = build.rng(50)
    served = [row for row in build.of(Place) if row["kind"] in {"end_station", "store"}]
    spots = {row["id"]: local_of(row) for row in served}
    wanting = [row for row in served if not row["yard"]]
    others = [row for row in served if row["yard"] and row["code"] not in {FAR, NARROW}]
    rng.shuffle(others)
    reachable = [row for row in served if row["code"] not in {FAR, NARROW}]
    covered: set[object] = set()
    anchors: list[dict[str, Any]] = []
    for row in wanting:
        if row["id"] not in covered:
            anchors.append(row)
            covered |= {
                other["id"]
                for other in wanting
                if math.dist(spots[row["id"]], spots[other["id"]]) < _REACH_M * 0.75
            }
    count = BAYS // 2 if build.tight else BAYS
    for row in anchors[count:]:  # more places without a yard than bays: these have one after all
        row["yard"] = True
    anchors = (anchors + others)[:count]
    for number, anchor in enumerate(anchors, start=1):
        x, y = spots[anchor["id"]]
        angle = float(rng.uniform(0, 2 * math.pi))
        away = float(rng.uniform(25, 70))
        site = Site(
            x + away * math.cos(angle),
            y + away * math.sin(angle),
            anchor["address"]
            .removeprefix("云汀市")
            .removeprefix(anchor["district"])
            .rstrip("0123456789号"),
            anchor["district"],
        )
        _add_bay(build, number, site, [(row["id"], spots[row["id"]]) for row in reachable])


def _add_bay(
    build: Build, number: int, site: Site, served: list[tuple[object, tuple[float, float]]]
) -> None:
    name = f"{site.street}卸货泊位 {number:02d}"
    place = add_place(build, site, kind="bay", code=f"BW-{number:03d}", name=name, rest=True)
    closed_at_peak = number % 6 == 0
    bay = build.add(
        Bay,
        organisation_id=build.known["JG"],
        place_id=place,
        code=f"BW-{number:03d}",
        name=name,
        spaces=2 if number % 5 == 0 else 1,
        hours=[{"start": clock(9, 30), "end": clock(7, 30)}] if closed_at_peak else [],
        longest_stay_s=clock(0, 45) if number % 3 else clock(0, 30),
        max_length_mm=8_000 if number % 4 == 0 else 6_200,
        max_mass_g=0 if number % 4 == 0 else 4_500_000,
        buffer_before_s=120,
        buffer_after_s=180,
        fixed_s=420,
        demo=True,
    )
    for key, spot in served:
        metres = math.dist(spot, (site.x, site.y))
        if metres <= _REACH_M:
            walk = round(2 * metres * _STREET_DETOUR / _WALK_M_PER_S / 10) * 10
            build.link(BayPlace, bay_id=bay, place_id=key, walk_s=walk)
