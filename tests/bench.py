"""``make bench``: tables of research instances and of pages, and ``bench/results.json``.

Instances are looked for in ``$GREENFREIGHT_BENCH`` (default ``../shared/bench``); what was measured
before under the same settings is not measured again.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = (
    ("evrptw/small", "evrptw/best-known.csv"),
    ("evrptw/100", "evrptw/best-known.csv"),
    ("vrptw/solomon", "vrptw/best-known.csv"),
    ("pdptw", "pdptw/best-known.csv"),
)
PAGES = "tests.e2e.page_bench"
"""Where it is there, its ``measure()`` gives rows ``{"page", "stops", "seconds"}``."""


def main(arguments: list[str]) -> int:
    """Measure what is there; 1 when a table could not be made."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--time-limit", type=int, default=60, help="seconds per instance")
    parser.add_argument("--only", help="one folder of the set, such as evrptw/small")
    chosen = parser.parse_args(arguments)
    source = Path(os.environ.get("GREENFREIGHT_BENCH") or ROOT.parent / "shared" / "bench")
    target = ROOT / "bench"
    target.mkdir(exist_ok=True)
    results: dict[str, object] = {"time_limit_s": chosen.time_limit, "instances": {}}
    tables: dict[str, object] = {}
    failed = False
    for folder, best in FOLDERS:
        if chosen.only not in {None, folder} or not (source / folder).is_dir():
            continue
        print(f"\n## {folder}\n", flush=True)  # noqa: T201 - its output
        rows = target / f"{folder.replace('/', '-')}.json"
        failed |= _table(source / folder, source / best, rows, chosen.time_limit) != 0
        if rows.exists():
            tables[folder] = json.loads(rows.read_text())
    results["instances"] = tables
    if chosen.only is None and find_spec("tests.e2e") and find_spec(PAGES):
        results["pages"] = importlib.import_module(PAGES).measure()
    (target / "results.json").write_text(json.dumps(results, ensure_ascii=False, indent=1))
    return 1 if failed else 0


def _table(folder: Path, best: Path, rows: Path, limit: int) -> int:
    command = [sys.executable, "-m", "routing", "bench", str(folder), "--time-limit", str(limit)]
    if best.exists():
        command += ["--best-known", str(best)]
    command += ["--results", str(rows)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
