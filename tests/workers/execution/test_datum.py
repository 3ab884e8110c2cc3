"""Known points: coordinates that several independent converters and their test files agree on."""

import pytest

from workers.execution.datum import shifted, to_bd09, to_gcj02

GCJ = [
    # WGS-84, GCJ-02: the test file of eviltransform (Shanghai, Shenzhen, Beijing)
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    # that of geotool
    ((121.0917077, 30.6107779), (121.09626935575027, 30.608604331756705)),
]


@pytest.mark.parametrize(("wgs", "gcj"), GCJ)
def test_known_points_in_gcj02(wgs, gcj):
    # a metre: the published constants differ in the last digits of pi
    assert to_gcj02(*wgs) == pytest.approx(gcj, abs=1e-5)


def test_a_known_point_in_bd09():
    found = to_bd09(121.0917077, 30.6107779)
    assert found == pytest.approx((121.10271732371203, 30.61484572185035), abs=1e-5)


@pytest.mark.parametrize(
    "place",
    [(133.0, 21.0), (121.5, 25.04), (106.8, 47.9), (126.98, 37.57), (139.7, 35.7), (2.35, 48.86)],
    ids=["demo city at sea", "Taipei", "Ulaanbaatar", "Seoul", "Tokyo", "Paris"],
)
def test_nothing_is_shifted_outside(place):
    assert to_gcj02(*place) == place
    assert to_bd09(*place) == place


@pytest.mark.parametrize("place", [(116.4, 39.9), (123.43, 41.8), (110.35, 20.02), (87.6, 43.8)])
def test_cities_inside_are_shifted(place):
    assert shifted(*place)
