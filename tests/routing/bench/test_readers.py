from pathlib import Path

import pytest

from routing.benchmarks import BenchmarkInstance, Pair, default_convention
from routing.formats import FormatError, read_any, sniff
from tests.routing.bench.instances import EVRPNL, LILIM, SCHNEIDER, SOLOMON, VRPLIB

SHARED = Path(__file__).parents[4] / "shared" / "bench"


def read(data: bytes) -> BenchmarkInstance:
    instance = read_any(data, name="file")
    assert isinstance(instance, BenchmarkInstance)
    return instance


def test_each_format_is_told_by_its_content():
    found = [sniff(data) for data in (SOLOMON, VRPLIB, SCHNEIDER, LILIM, EVRPNL, b" {}")]
    assert found == ["solomon", "vrplib", "schneider", "lilim", "evrpnl", "ours"]


def test_solomon_figures():
    instance = read(SOLOMON)
    assert (instance.name, instance.vehicles, instance.capacity) == ("TOY", 3, 10)
    assert [node.id for node in instance.nodes] == ["0", "1", "2", "3"]
    first = instance.nodes[1]
    assert (first.x, first.y, first.demand, first.ready, first.due, first.service) == (
        3, 4, 4, 10, 40, 5,
    )  # fmt: skip
    assert instance.battery is None
    assert default_convention(instance).objective == "fleet"


def test_vrplib_figures_and_its_own_convention():
    instance = read(VRPLIB)
    assert [node.kind for node in instance.nodes] == ["depot"] + ["customer"] * 3
    assert [node.service for node in instance.nodes] == [0, 5, 5, 5]
    assert instance.nodes[1].ready == 10
    convention = default_convention(instance)
    assert (convention.objective, convention.rounding) == ("distance", "dimacs")


def test_schneider_figures():
    instance = read(SCHNEIDER)
    assert instance.name == "file"
    assert (instance.battery, instance.capacity) == (30, 12)
    assert (instance.consumption, instance.inverse_refuel, instance.velocity) == (1, 0.5, 1)
    assert [node.id for node in instance.nodes if node.kind == "station"] == ["S0", "S1"]
    assert default_convention(instance).variant == "partial"


def test_lilim_pairs():
    instance = read(LILIM)
    assert instance.pairs == [Pair(pickup="1", delivery="2"), Pair(pickup="3", delivery="4")]
    assert instance.nodes[2].demand == -4


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (EVRPNL, "not supported"),
        (b"hello", "format is none of"),
        (b"\xff\xfe\x00", "UTF-8"),
        (SOLOMON.replace(b"   3          10\n", b"   3\n"), "line 5"),
        (SOLOMON.replace(b"  10         40 ", b"  50         40 "), "node 1: the window ends"),
        (SOLOMON.replace(b"    2      6 ", b"    1      6 "), "node 1 stands twice"),
        (SOLOMON.replace(b"    2      6 ", b"    2      nan "), "line 12: 'nan' is not finite"),
        (SCHNEIDER.replace(b"g inverse refueling rate /0.5/\n", b""), "parameter g is missing"),
        (SCHNEIDER.replace(b"C1         c", b"C1         x"), "line 5"),
        (LILIM.replace(b"\t1\t0\n", b"\t3\t0\n"), "delivery 2, which does not name it"),
        (VRPLIB.replace(b"EUC_2D", b"EXPLICIT"), "EXPLICIT"),
        (VRPLIB.replace(b"2 4\n3 4\n", b"3 4\n"), "node 2 has no point or no demand"),
    ],
)
def test_what_is_wrong_is_said(data, said):
    with pytest.raises(FormatError, match=said):
        read_any(data)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared research instances are not here")
def test_every_shared_instance_is_read():
    paths = [p for p in sorted(SHARED.glob("**/*")) if p.suffix in {".txt", ".vrp"}]
    read_as = {path: read_any(path.read_bytes(), name=path.stem) for path in paths}
    assert len(read_as) > 100
    assert len(read_as[SHARED / "vrptw/gh1000/r1_10_1.vrp"].nodes) == 1001
    assert len(read_as[SHARED / "evrptw/100/r101_21.txt"].nodes) == 122
