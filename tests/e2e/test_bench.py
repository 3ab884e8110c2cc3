"""``make bench`` without its solver: what it keeps, skips, and when it says no."""

from __future__ import annotations

import json

import pytest

from tests import bench
from tests.e2e import hand_bench, page_bench


def rows(seconds):
    mine = {"page": "plan", "stops": 1053, "seconds": seconds, "worst": seconds, "limit": 2.0}
    return [{**mine, "ratios": {"folium": 0.9}}, {"page": "folium", "seconds": 1.0, "worst": 1.1}]


@pytest.mark.parametrize(("seconds", "code"), [(1.9, 0), (2.1, 1)])
def test_a_page_above_its_limit_fails_and_other_results_stay(
    tmp_path, monkeypatch, capsys, seconds, code
):
    monkeypatch.setattr(page_bench, "measure", lambda: rows(seconds))
    kept = {"instances": {"evrptw/small": {"c101": {"vehicles": 2}}}, "pages": []}
    (tmp_path / "results.json").write_text(json.dumps(kept), "utf-8")
    assert bench.main(["--only", "pages", "--target", str(tmp_path)]) == code
    found = json.loads((tmp_path / "results.json").read_text("utf-8"))
    assert found["instances"] == kept["instances"]
    assert found["pages"] == rows(seconds)
    assert f"| plan | 1053 | {seconds} |" in capsys.readouterr().out


def test_a_set_that_is_not_there_is_skipped_and_said(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GREENFREIGHT_BENCH", str(tmp_path / "nowhere"))
    assert bench.main(["--only", "evrptw/small", "--target", str(tmp_path)]) == 0
    assert "skipped" in capsys.readouterr().out


def test_all_sets_together_stay_within_the_hour():
    counts = {"evrptw/small": 36, "evrptw/100": 29, "vrptw/solomon": 29, "pdptw/100": 29}
    assert {folder.name for folder in bench.FOLDERS} == set(counts)
    assert sum(folder.seconds * counts[folder.name] for folder in bench.FOLDERS) < 55 * 60


@pytest.mark.parametrize(("p95", "code"), [(299, 0), (301, 1)])
def test_changes_by_hand_above_their_limit_fail_however_long_ways_out_take(
    tmp_path, monkeypatch, capsys, p95, code
):
    taken = hand_bench.Taken()
    for ms in (100.0, float(p95), float(p95)):
        taken("browser", "move", lambda ms=ms: ms)
    taken("browser", "move, ways out too", lambda: 900.0)
    found = {"stops": 1095, "limit_ms": 300, "load": [0.1, 0.2], "rows": taken.table()}
    monkeypatch.setattr(hand_bench, "measure", lambda: found)
    assert bench.main(["--only", "hand", "--target", str(tmp_path)]) == code
    assert json.loads((tmp_path / "results.json").read_text("utf-8"))["hand"] == found
    said = capsys.readouterr().out
    assert f"| browser | all | 3 | {p95} |" in said
    assert "| browser | move, ways out too | 1 | 900 |" in said
