"""The base map that pages draw: water, parks, districts, roads by class, labels.

The answer is plain JSON, coordinates ``[lon, lat]`` with five decimals:
``{"bounds": [[lon, lat], [lon, lat]], "simulated": true,
"water": [{"name", "rings"}], "parks": [...], "districts": [{"name", "label", "rings"}],
"roads": [{"class", "min_zoom", "lines": [[[lon, lat], …], …]}],
"labels": [{"text", "kind", "at", "angle", "min_zoom"}]}``.
A road class may come twice: once simplified for low zooms (with ``max_zoom``) and once whole.
"""

from __future__ import annotations

import math
from typing import Any, cast

import numpy as np
from shapely import LineString, MultiPolygon, Polygon

from workers.demo.geometry import HALF_HEIGHT_M, HALF_WIDTH_M, Area, Terrain, to_lonlat
from workers.demo.network import CLASSES, Network

_ZOOMS = {"ring": 0, "arterial": 0, "secondary": 12, "side": 14}


def _point(x: float, y: float) -> list[float]:
    lon, lat = to_lonlat(x, y)
    return [round(lon, 5), round(lat, 5)]


def _rings(shape: Polygon | MultiPolygon, tolerance: float) -> list[list[list[float]]]:
    parts = shape.geoms if isinstance(shape, MultiPolygon) else [shape]
    out = []
    for part in parts:
        simple = cast("Polygon", part.simplify(tolerance))
        out.append([_point(*xy) for xy in simple.exterior.coords])
        out.extend([_point(*xy) for xy in hole.coords] for hole in simple.interiors)
    return out


def _chains(network: Network, road_class: int) -> list[LineString]:
    """Arcs of a class joined along their streets into as few polylines as they allow."""
    pick = np.flatnonzero(network.road_class == road_class)
    low = np.minimum(network.tail[pick], network.head[pick])
    high = np.maximum(network.tail[pick], network.head[pick])
    _, first = np.unique(np.column_stack([low, high]), axis=0, return_index=True)
    pick = pick[first]
    pick = pick[np.lexsort((network.rank[pick], network.line[pick]))]
    chains: list[list[int]] = []
    last = -1
    for arc in pick.tolist():
        a, b = int(network.tail[arc]), int(network.head[arc])
        chain = chains[-1] if chains and network.line[arc] == last else None
        last = int(network.line[arc])
        if chain is not None and len(chain) == 2 and chain[0] in (a, b):
            chain.reverse()
        if chain is not None and chain[-1] in (a, b):
            chain.append(b if chain[-1] == a else a)
        else:
            chains.append([a, b])
    return [LineString([(network.x[n], network.y[n]) for n in chain]) for chain in chains]


def _roads(network: Network) -> list[dict[str, Any]]:
    out = []
    for number, kind in enumerate(CLASSES):
        chains = _chains(network, number)

        def layer(tolerance: float, least: float, lines: list[LineString]) -> list[Any]:
            return [
                [_point(*xy) for xy in line.simplify(tolerance).coords]
                for line in lines
                if line.length >= least
            ]

        low_zoom = _ZOOMS[kind]
        if kind in {"ring", "arterial"}:
            out.append(
                {"class": kind, "min_zoom": 0, "max_zoom": 12, "lines": layer(35, 300, chains)}
            )
            low_zoom = 13
        out.append({"class": kind, "min_zoom": low_zoom, "lines": layer(3, 0, chains)})
    return out


def _areas(areas: list[Area], tolerance: float) -> list[dict[str, Any]]:
    return [
        {
            "name": area.name,
            "label": _point(*area.label),
            "rings": _rings(area.polygon, tolerance),
        }
        for area in areas
    ]


def _labels(network: Network, terrain: Terrain) -> list[dict[str, Any]]:
    """Names of districts, water, parks, and of rings and arterials beside them."""
    labels = [
        {"text": a.name, "kind": "district", "at": _point(*a.label), "angle": 0, "min_zoom": 0}
        for a in terrain.districts
    ]
    labels += [
        {"text": a.name, "kind": kind, "at": _point(*a.label), "angle": 0, "min_zoom": 13}
        for kind, areas in (("park", terrain.parks[:7]), ("water", terrain.lakes))
        for a in areas
    ]
    at = terrain.river_line.interpolate(0.2, normalized=True)
    labels.append(
        {"text": "云汀江", "kind": "water", "at": _point(at.x, at.y), "angle": 0, "min_zoom": 0}
    )
    for number, kind in enumerate(CLASSES[:3]):
        seen: set[str] = set()
        for chain in sorted(_chains(network, number), key=lambda line: -line.length):
            middle = chain.interpolate(0.37, normalized=True)
            ahead = chain.interpolate(min(chain.length, 0.37 * chain.length + 150))
            name = _name_at(network, number, (middle.x, middle.y))
            if name in seen:
                continue
            seen.add(name)
            angle = -math.degrees(math.atan2(ahead.y - middle.y, ahead.x - middle.x))
            angle = (angle + 90) % 180 - 90
            zoom = {"ring": 12, "arterial": 13, "secondary": 15}[kind]
            spot = _point(middle.x, middle.y)
            labels.append(
                {"text": name, "kind": "road", "at": spot, "angle": round(angle), "min_zoom": zoom}
            )
    return labels


def _name_at(network: Network, road_class: int, at: tuple[float, float]) -> str:
    pick = np.flatnonzero(network.road_class == road_class)
    mx = (network.x[network.tail[pick]] + network.x[network.head[pick]]) / 2
    my = (network.y[network.tail[pick]] + network.y[network.head[pick]]) / 2
    nearest = pick[int(np.argmin((mx - at[0]) ** 2 + (my - at[1]) ** 2))]
    return network.names[int(network.name[nearest])]


def base_map(network: Network, terrain: Terrain) -> dict[str, Any]:
    """The base map of the demo city as plain JSON (see the module's text); about 0.5 MB."""
    water = [Area("云汀江", terrain.river, (0, 0)), Area("西河", terrain.brook, (0, 0))]
    water += terrain.lakes
    return {
        "simulated": True,
        "bounds": [
            _point(-HALF_WIDTH_M, -HALF_HEIGHT_M),
            _point(HALF_WIDTH_M, HALF_HEIGHT_M),
        ],
        "water": _areas(water, 6),
        "parks": _areas(terrain.parks, 6),
        "districts": _areas(terrain.districts, 20),
        "roads": _roads(network),
        "labels": _labels(network, terrain),
    }
