"""``make bench``: tables of research instances and of pages, and ``bench/results.json``.

Instances are looked for in ``$GREENFREIGHT_BENCH`` (default ``../shared/bench``); what was measured
before under the same settings is not measured again. All of it takes about fifty minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Folder:
    """A set of instances, where its best-known values stand, seconds for each instance."""

    name: str
    best: str
    seconds: int


FOLDERS = (
    Folder("evrptw/small", "evrptw/best-known.csv", 5),
    Folder("evrptw/100", "evrptw/best-known.csv", 40),
    Folder("vrptw/solomon", "vrptw/best-known.csv", 40),
    Folder("pdptw/100", "pdptw/best-known.csv", 15),
)
PAGES = "pages"
HAND = "hand"


def main(arguments: list[str]) -> int:
    """Measure what is there; 1 when a table could not be made or a page is too slow."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--time-limit", type=int, help="seconds for every instance of all sets")
    parser.add_argument(
        "--only",
        choices=[*(folder.name for folder in FOLDERS), PAGES, HAND],
        help="one set, or the pages or changes by hand alone",
    )
    parser.add_argument("--target", type=Path, default=ROOT / "bench", help="folder of the results")
    chosen = parser.parse_args(arguments)
    chosen.target.mkdir(parents=True, exist_ok=True)
    results = _earlier(chosen.target / "results.json")
    failed = False
    for folder in FOLDERS:
        if chosen.only in {None, folder.name}:
            failed |= not _instances(folder, chosen, results)
    if chosen.only in {None, PAGES}:
        failed |= not _pages(chosen.target, results)
    if chosen.only in {None, HAND}:
        failed |= not _by_hand(chosen.target, results)
    return 1 if failed else 0


def _earlier(path: Path) -> dict[str, Any]:
    """What an earlier run found: one set measured anew leaves the others' rows."""
    empty: dict[str, Any] = {"instances": {}, PAGES: []}
    try:
        found = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return empty
    return empty | found if isinstance(found, dict) else empty


def _write(target: Path, results: dict[str, Any]) -> None:
    text = json.dumps(results, ensure_ascii=False, indent=1)
    (target / "results.json").write_text(f"{text}\n", "utf-8")


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - its output


def _instances(folder: Folder, chosen: argparse.Namespace, results: dict[str, Any]) -> bool:
    """The table of one set; True when all of it is solved and clean, or nothing is there."""
    source = Path(os.environ.get("GREENFREIGHT_BENCH") or ROOT.parent / "shared" / "bench")
    seconds = chosen.time_limit or folder.seconds
    _say(f"\n## {folder.name}, {seconds} s each\n")
    if not (source / folder.name).is_dir():
        _say(f"{source / folder.name} is not there: skipped")
        return True
    rows = chosen.target / f"{folder.name.replace('/', '-')}.json"
    command = [sys.executable, "-m", "routing", "bench", str(source / folder.name)]
    command += ["--time-limit", str(seconds), "--results", str(rows)]
    if (source / folder.best).exists():
        command += ["--best-known", str(source / folder.best)]
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    if rows.exists():
        results["instances"][folder.name] = json.loads(rows.read_text("utf-8"))
        _write(chosen.target, results)
    return code == 0


def _pages(target: Path, results: dict[str, Any]) -> bool:
    """How fast the plan's page is with a thousand stops; True within its limit."""
    from tests.e2e.page_bench import measure  # noqa: PLC0415 - brings a browser and an engine

    _say("\n## Pages, seconds from navigation to usable\n")
    rows = measure()
    _say("| page | stops | seconds | slowest | kept files | click | limit |")
    _say("|---|--:|--:|--:|--:|--:|--:|")
    for row in rows:
        names = ("page", "stops", "seconds", "worst", "again", "click", "limit")
        _say("| " + " | ".join(str(row.get(name, "")) for name in names) + " |")
    mine = rows[0]
    ratios = ", ".join(f"{name} {ratio}" for name, ratio in mine["ratios"].items())
    _say(f"\nThe plan's page against the others, same run: {ratios}")
    results[PAGES] = rows
    _write(target, results)
    return bool(mine["seconds"] <= mine["limit"])


def _by_hand(target: Path, results: dict[str, Any]) -> bool:
    """How fast a change by hand is answered at a thousand stops; True within its limit."""
    from tests.e2e.hand_bench import measure  # noqa: PLC0415 - brings an engine

    _say(
        "\n## A change by hand, milliseconds to the answer (processor's time of web and planner)\n"
    )
    found = measure()
    names = ("way", "kind", "count", "p50_ms", "p95_ms", "worst_ms", "cpu_p50_ms", "cpu_p95_ms")
    _say("| way | kind | changes | p50 | p95 | slowest | processor p50 | p95 |")
    _say("|---|---|--:|--:|--:|--:|--:|--:|")
    for row in found["rows"]:
        _say("| " + " | ".join(str(row[name]) for name in names) + " |")
    before, after = found["load"]
    _say(f"\n{found['stops']} stops, limit {found['limit_ms']}, load {before}, then {after}")
    results[HAND] = found
    _write(target, results)
    return all(row["p95_ms"] <= found["limit_ms"] for row in found["rows"] if row["kind"] == "all")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
