"""The demo city's road network: directed arcs over jittered streets, rings and river roads.

Kept as a compressed ``.npz`` artefact; written as OpenStreetMap XML by ``workers.demo.osm``.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workers.demo.geometry import Floats, Terrain, make_terrain
from workers.demo.streets import Edges, lay_edges

CLASSES = ("ring", "arterial", "secondary", "side")
SPEED_KMH = (80, 60, 40, 30)

Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Network:
    """Nodes and directed arcs.

    ``x``, ``y`` (n,) local metres; arcs (m,): ``tail``, ``head`` node numbers, ``length_m``,
    ``road_class`` index of ``CLASSES``, ``speed_kmh``, ``name`` index of ``names``, ``bridge``
    and ``one_way`` flags, ``line`` and ``rank`` (which street, and where along it).
    """

    x: Floats
    y: Floats
    tail: Ints
    head: Ints
    length_m: Floats
    road_class: Ints
    speed_kmh: Ints
    name: Ints
    bridge: NDArray[np.bool_]
    one_way: NDArray[np.bool_]
    line: Ints
    rank: Floats
    names: tuple[str, ...]

    def to_bytes(self) -> bytes:
        """The network as a compressed ``.npz``; same network, same bytes."""
        buffer = io.BytesIO()
        arrays = {key: value for key, value in vars(self).items() if key != "names"}
        names = np.frombuffer(json.dumps(self.names, ensure_ascii=False).encode(), dtype=np.uint8)
        np.savez_compressed(buffer, **arrays, names=names)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Network:
        """Read what ``to_bytes`` wrote."""
        with np.load(io.BytesIO(data)) as arrays:
            fields = {key: arrays[key] for key in arrays.files}
        names = tuple(json.loads(fields.pop("names").tobytes()))
        return cls(**fields, names=names)


def strong_component(count: int, tail: Ints, head: Ints) -> NDArray[np.bool_]:
    """The nodes that reach, and are reached from, the busiest node (boolean, shape (count,))."""
    hub = int(np.argmax(np.bincount(tail, minlength=count) + np.bincount(head, minlength=count)))
    return _reach(count, tail, head, hub) & _reach(count, head, tail, hub)


def _reach(count: int, tail: Ints, head: Ints, start: int) -> NDArray[np.bool_]:
    order = np.argsort(tail, kind="stable")
    first = np.searchsorted(tail[order], np.arange(count + 1))
    heads = head[order]
    seen = np.zeros(count, dtype=bool)
    seen[start] = True
    stack = [start]
    while stack:
        node = stack.pop()
        for other in heads[first[node] : first[node + 1]].tolist():
            if not seen[other]:
                seen[other] = True
                stack.append(other)
    return seen


def _direct(edges: Edges) -> dict[str, NDArray[Any]]:
    """Turn undirected edges into arcs: two per two-way edge, one per one-way edge."""
    both = ~edges.one_way
    pick = np.concatenate([np.arange(len(edges.a)), np.flatnonzero(both)])
    back = np.concatenate([np.zeros(len(edges.a), bool), np.ones(int(both.sum()), bool)])
    tail = np.where(back, edges.b[pick], edges.a[pick])
    head = np.where(back, edges.a[pick], edges.b[pick])
    return {
        "tail": tail,
        "head": head,
        "road_class": edges.road_class[pick],
        "name": edges.name[pick],
        "bridge": edges.bridge[pick],
        "one_way": edges.one_way[pick],
        "line": edges.line[pick],
        "rank": edges.rank[pick],
    }


def build_network(seed: int) -> tuple[Network, Terrain]:
    """Make the strongly connected network of a seed, and the terrain it lies on."""
    rng = np.random.default_rng([seed, 1])
    terrain = make_terrain(rng)
    edges = lay_edges(rng, terrain)
    arcs = _direct(edges)
    keep_node = strong_component(len(edges.x), arcs["tail"], arcs["head"])
    number = np.cumsum(keep_node) - 1
    keep = keep_node[arcs["tail"]] & keep_node[arcs["head"]]
    tail = number[arcs["tail"][keep]].astype(np.int32)
    head = number[arcs["head"][keep]].astype(np.int32)
    x, y = edges.x[keep_node], edges.y[keep_node]
    road_class = arcs["road_class"][keep].astype(np.int32)
    network = Network(
        x=x,
        y=y,
        tail=tail,
        head=head,
        length_m=np.round(np.hypot(x[tail] - x[head], y[tail] - y[head]), 1),
        road_class=road_class,
        speed_kmh=np.array(SPEED_KMH, dtype=np.int32)[road_class],
        name=arcs["name"][keep].astype(np.int32),
        bridge=arcs["bridge"][keep].astype(bool),
        one_way=arcs["one_way"][keep].astype(bool),
        line=arcs["line"][keep].astype(np.int32),
        rank=arcs["rank"][keep].astype(np.float64),
        names=edges.names,
    )
    return network, terrain
