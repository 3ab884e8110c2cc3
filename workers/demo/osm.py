"""The demo network as OpenStreetMap XML: it comes in again through the door of real extracts."""

from __future__ import annotations

import io
from itertools import pairwise
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

import numpy as np

from workers.demo.geometry import to_lonlat
from workers.demo.network import CLASSES, Network

HIGHWAY = {
    "ring": "trunk",
    "arterial": "primary",
    "secondary": "secondary",
    "side": "residential",
}
_FIRST_ID = 900_000_000_000
"""Far above any id that OpenStreetMap has given out."""


def ways(network: Network) -> list[list[int]]:
    """Arcs joined into ways: runs of arcs head to tail with the same street and properties.

    A two-way street appears once, in the direction of its lower node number at the start.
    """
    key = np.column_stack(
        [
            network.line,
            network.road_class,
            network.name,
            network.bridge,
            network.one_way,
            network.speed_kmh,
        ]
    )
    forward = network.one_way | (network.tail < network.head)
    mates = {
        (int(a), int(b)): k for k, (a, b) in enumerate(zip(network.tail, network.head, strict=True))
    }
    pick = np.flatnonzero(forward)
    pick = pick[np.lexsort((network.rank[pick], network.line[pick]))]
    out: list[list[int]] = []
    for arc in pick.tolist():
        last = out[-1] if out else None
        if last is not None and np.array_equal(key[last[-1]], key[arc]):
            joined = _join(network, mates, last, arc)
            if joined is not None:
                out[-1] = joined
                continue
        out.append([arc])
    return out


def _join(
    network: Network, mates: dict[tuple[int, int], int], way: list[int], arc: int
) -> list[int] | None:
    """The way with the arc at its end, turning either where both directions are open."""
    tail, head = int(network.tail[arc]), int(network.head[arc])
    if int(network.head[way[-1]]) == tail:
        return [*way, arc]
    if network.one_way[arc]:
        if int(network.tail[way[0]]) == head:
            return [arc, *way]
        return None
    back = mates.get((head, tail))
    if back is not None and int(network.head[way[-1]]) == head:
        return [*way, back]
    return None


def _tags(network: Network, arc: int) -> dict[str, str]:
    tags = {
        "highway": HIGHWAY[CLASSES[int(network.road_class[arc])]],
        "name": network.names[int(network.name[arc])],
        "maxspeed": str(int(network.speed_kmh[arc])),
    }
    if network.one_way[arc]:
        tags["oneway"] = "yes"
    if network.bridge[arc]:
        tags |= {"bridge": "yes", "layer": "1"}
    return tags


def _open(xml: XMLGenerator, element: str, **attributes: str) -> None:
    xml.startElement(element, AttributesImpl(attributes))


def write_osm(network: Network) -> bytes:
    """The network as ``.osm`` XML (UTF-8), marked as simulated data."""
    buffer = io.BytesIO()
    xml = XMLGenerator(buffer, encoding="utf-8", short_empty_elements=True)
    xml.startDocument()
    _open(xml, "osm", version="0.6", generator="greenfreight demo (模拟数据)")
    for node, (x, y) in enumerate(zip(network.x, network.y, strict=True)):
        lon, lat = to_lonlat(float(x), float(y))
        _open(xml, "node", id=f"{_FIRST_ID + node}", version="1", lat=f"{lat}", lon=f"{lon}")
        xml.endElement("node")
    for number, way in enumerate(ways(network)):
        _open(xml, "way", id=f"{_FIRST_ID + number}", version="1")
        nodes = [int(network.tail[way[0]])] + [int(network.head[arc]) for arc in way]
        for node in nodes:
            _open(xml, "nd", ref=f"{_FIRST_ID + node}")
            xml.endElement("nd")
        for name, value in _tags(network, way[0]).items():
            _open(xml, "tag", k=name, v=value)
            xml.endElement("tag")
        xml.endElement("way")
    xml.endElement("osm")
    xml.endDocument()
    return buffer.getvalue()


def arcs_of(way_nodes: list[int], *, one_way: bool) -> set[tuple[int, int]]:
    """The directed node pairs that a way stands for."""
    ahead = set(pairwise(way_nodes))
    return ahead if one_way else ahead | {(b, a) for a, b in ahead}
