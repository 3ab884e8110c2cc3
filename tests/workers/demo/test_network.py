"""The demo's streets: strongly connected, bridges over water, the same through OSM and npz."""

import json
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import shapely

from workers.demo.basemap import base_map
from workers.demo.network import CLASSES, Network, build_network, strong_component
from workers.demo.osm import arcs_of, write_osm


@pytest.fixture(scope="module")
def made():
    return build_network(1)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_node_reaches_every_other(seed):
    network, _ = build_network(seed)
    assert 3_000 <= len(network.x) <= 8_000
    assert strong_component(len(network.x), network.tail, network.head).all()


def test_a_one_way_dead_end_is_not_strongly_connected():
    tail, head = np.array([0, 1, 2]), np.array([1, 2, 1])
    assert strong_component(3, tail, head).tolist() == [False, True, True]


def test_water_is_crossed_on_bridges_only(made):
    network, terrain = made
    ends = np.column_stack([network.x, network.y])
    arcs = shapely.linestrings(np.stack([ends[network.tail], ends[network.head]], axis=1))
    wet = shapely.intersects(terrain.river, arcs)
    assert wet.sum() > 20
    assert network.bridge[wet].all()
    assert set(np.unique(network.road_class).tolist()) == set(range(len(CLASSES)))
    assert {"内环路", "外环路"} <= {network.names[k] for k in network.name[network.road_class == 0]}


def test_same_seed_same_bytes_and_back(made):
    network, _ = made
    data = network.to_bytes()
    assert build_network(1)[0].to_bytes() == data
    again = Network.from_bytes(data)
    assert again.names == network.names
    assert (again.head == network.head).all()
    assert build_network(2)[0].to_bytes() != data


def test_osm_holds_the_same_directed_arcs(made):
    network, _ = made
    root = ET.fromstring(write_osm(network))  # noqa: S314 - our own text
    first = min(int(node.get("id")) for node in root.findall("node"))
    got = set()
    for way in root.findall("way"):
        tags = {tag.get("k"): tag.get("v") for tag in way.findall("tag")}
        assert tags["highway"] in {"trunk", "primary", "secondary", "residential"}
        nodes = [int(nd.get("ref")) - first for nd in way.findall("nd")]
        got |= arcs_of(nodes, one_way=tags.get("oneway") == "yes")
    assert got == set(zip(network.tail.tolist(), network.head.tolist(), strict=True))


def test_base_map_is_light_and_in_the_open_sea(made):
    picture = base_map(*made)
    text = json.dumps(picture, ensure_ascii=False, separators=(",", ":"))
    assert len(text.encode()) < 1_500_000
    low = [layer for layer in picture["roads"] if layer["min_zoom"] == 0]
    assert len(json.dumps(low)) < len(json.dumps(picture["roads"])) / 3
    assert {area["name"] for area in picture["districts"]} >= {"老城区", "江北区", "云东区"}
    for layer in picture["roads"]:
        for lon, lat in layer["lines"][0]:
            assert 132.8 < lon < 133.2
            assert 20.8 < lat < 21.2
    assert picture["simulated"] is True
