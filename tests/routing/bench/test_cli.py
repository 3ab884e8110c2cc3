import json
import os
import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest

from routing.cli import main
from tests.routing.bench.instances import EVRPNL, LILIM, SCHNEIDER, SOLOMON


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GREENFREIGHT_HOME", str(tmp_path / "home"))
    (tmp_path / "e.txt").write_bytes(SCHNEIDER)
    (tmp_path / "s.txt").write_bytes(SOLOMON)
    return tmp_path


def solve(home, name="e.txt", *more):
    out = home / "out.json"
    code = main(["solve", str(home / name), "--iterations", "60", "--output", str(out), *more])
    return code, out


def test_solve_then_check_then_plot(home, capsys):
    code, out = solve(home, "e.txt", "--progress", str(home / "p.jsonl"))
    assert code == 0
    assert main(["check", str(home / "e.txt"), str(out)]) == 0
    capsys.readouterr()
    assert main(["check", str(home / "e.txt"), str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"verdict": "clean", "violations": []}
    rows = [json.loads(line) for line in (home / "p.jsonl").read_text().splitlines()]
    assert rows
    assert all(set(row) == {"seconds", "iterations", "objective"} for row in rows)
    assert main(["plot", str(home / "e.txt"), str(out), "-o", str(home / "x.svg")]) == 0
    root = ET.fromstring((home / "x.svg").read_bytes())  # noqa: S314  # our own file
    lines = root.findall("{http://www.w3.org/2000/svg}polyline")
    assert len(lines) == len(json.loads(out.read_bytes())["routes"])


def test_a_broken_solution_exits_1_and_names_the_rule(home, capsys):
    _, out = solve(home)
    solution = json.loads(out.read_bytes())
    solution["objective"]["distance"] += 1
    out.write_text(json.dumps(solution))
    assert main(["check", str(home / "e.txt"), str(out)]) == 1
    assert "objective: route - stop -: 1 distance" in capsys.readouterr().out


def test_an_unreachable_customer_exits_1(home):
    data = SCHNEIDER.replace(b"C4         c          0.0        9.0", b"C4 c 0.0 900.0")
    (home / "far.txt").write_bytes(data)
    code, out = solve(home, "far.txt")
    assert code == 1
    assert json.loads(out.read_bytes())["unassigned"] == ["C4"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["solve", "nothing.txt"], (2, "nothing.txt: No such file")),
        (["solve", "x.xml"], (2, "not supported")),
        (["solve", "bad.json"], (2, "bad.json: ")),
        (["solve", "e.txt", "--objective", "time"], (3, "objective time")),
        (["solve", "e.txt", "--engine", "search", "--objective", "time"], (3, "objective time")),
        (["solve", "pairs.txt", "--engine", "search"], (3, "by search: engine search does not")),
        (["solve", "e.txt", "--output", "no/folder/x"], (2, "no such folder")),
        (["solve", "e.txt", "--start", "e.txt"], (2, "not a benchmark solution")),
        (["check", "e.txt", "e.txt"], (2, "not a benchmark solution")),
        (["plot", "e.txt", "e.txt", "-o", "x.svg"], (2, "not a benchmark solution")),
        (["bench", "empty", "--best-known", "none.csv"], (2, "no instances")),
    ],
)
def test_errors_are_one_line_with_their_code(home, monkeypatch, capsys, arguments, expected):
    code, said = expected
    monkeypatch.chdir(home)
    (home / "x.xml").write_bytes(EVRPNL)
    (home / "bad.json").write_text('{"format": "greenfreight-problem"}')
    (home / "empty").mkdir()
    (home / "pairs.txt").write_bytes(LILIM)
    assert main(arguments) == code
    text = capsys.readouterr().err
    assert said in text
    assert text.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [[], ["solve"], ["solve", "x", "--threads", "0"], ["solve", "x", "--objective", "beauty"]],
)
def test_wrong_usage_exits_2_in_one_line(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_bench_prints_a_table_and_measures_nothing_twice(home, capsys):
    folder = home / "set"
    folder.mkdir()
    (folder / "toy.txt").write_bytes(SOLOMON)
    known = home / "known.csv"
    known.write_text("instance,variant,objective,vehicles,value,unit,source\ntoy,,fleet,2,29,,x\n")
    command = ["bench", str(folder), "--best-known", str(known), "--iterations", "50"]
    assert main(command) == 0
    first = capsys.readouterr().out
    assert "| toy |  | fleet | 2 | 2 | 30.00 | 29.00 | 3.45 |" in first
    (folder / "more.txt").write_bytes(LILIM)
    (home / "home/bench/set.json").write_text(
        (home / "home/bench/set.json").read_text().replace('"value": 30.0', '"value": 31.0')
    )
    main([*command, "--time-limit", "1"])
    second = capsys.readouterr().out
    assert "| 31.00 |" in second
    assert "| more |" in second


def test_interrupted_it_writes_the_best_plan_so_far(home):
    """A process of its own, told to stop as soon as it has said what it found first."""
    progress = home / "progress"
    os.mkfifo(progress)
    command = [sys.executable, "-m", "routing", "solve", str(home / "e.txt")]
    command += ["--time-limit", "100000", "--progress", str(progress)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process, progress.open() as lines:
        assert json.loads(lines.readline())["iterations"] >= 0
        process.terminate()
        out, _ = process.communicate(timeout=100)
    assert process.returncode == 0
    assert json.loads(out)["unassigned"] == []
