"""Where compiled kernels are kept, and compiling them all ahead of use.

numba notices a change of a kernel's own file but not of a file that it calls into; so the cache
carries digests of the sources, and a group is emptied when its sources differ.

``python -m routing.kernels [GROUP]`` compiles ahead; groups may be compiled side by side.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import importlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STAMP = "sources.json"
WARMED = {
    "bench": "routing.engines.ortools.bench_warm",
    "search": "routing.search.warm",
    "other": "routing.engines.ortools.warm",
}
"""Per group: the module whose function ``warm`` solves a toy that needs all its kernels."""
GROUPS = {
    "bench": (("engines/ortools/bench_*.py",), "**/bench_*.nb?"),
    "search": (
        (
            *(f"search/{name}.py" for name in ("anneal", "exchanges", "moves", "labels", "travel")),
            *(
                "search/data.py",
                "search/chance.py",
                "search/compiled.py",
                "search/build.py",
                "search/rules/*.py",
            ),
        ),
        "search_*/**/*.nb?",
    ),
    "other": (("engines/**/*.py", "travel/*.py", "energy/*.py"), "**/*.nb?"),
}
"""Per group: its sources, and what they leave in the cache; the first group that fits owns."""


def home() -> Path:
    """The folder of all state: ``$GREENFREIGHT_HOME``, else ``./var``."""
    return Path(os.environ.get("GREENFREIGHT_HOME") or "var")


def use_cache() -> Path:
    """Point numba at its cache and drop what older sources left there; returns the folder.

    To be called before the first kernel is imported. ``$NUMBA_CACHE_DIR`` is obeyed when set.
    """
    folder = Path(os.environ.get("NUMBA_CACHE_DIR") or home() / "cache" / "numba").absolute()
    os.environ["NUMBA_CACHE_DIR"] = str(folder)
    stamp = folder / STAMP
    now = _digests()
    if _stored(stamp) == now:
        return folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            _drop_stale(folder, _stored(stamp), now)
            stamp.write_text(json.dumps(now))
    except OSError:
        # A cache that cannot be written only costs compiling again.
        os.environ.pop("NUMBA_CACHE_DIR")
    return folder


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes from emptying what this one is about to fill."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _drop_stale(folder: Path, before: dict[str, str], now: dict[str, str]) -> None:
    owners: dict[Path, str] = {}
    for group, (_, pattern) in GROUPS.items():
        for path in folder.glob(pattern):
            owners.setdefault(path, group)
    for path, group in owners.items():
        if before.get(group) != now[group]:
            path.unlink(missing_ok=True)


def compiled(group: str) -> bool:
    """Whether the cache holds kernels of ``group``; without them the first use takes a minute."""
    folder = Path(os.environ.get("NUMBA_CACHE_DIR") or home() / "cache" / "numba")
    return any(True for _ in folder.glob(GROUPS[group][1]))


def _stored(stamp: Path) -> dict[str, str]:
    """Digests that the cache was made from; empty where it says nothing readable."""
    try:
        found = json.loads(stamp.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _digests() -> dict[str, str]:
    """Digest of each group's sources."""
    root = Path(__file__).parent
    seen: set[Path] = set()
    digests = {}
    for group, (patterns, _) in GROUPS.items():
        total = hashlib.sha256()
        paths = sorted({path for pattern in patterns for path in root.glob(pattern)} - seen)
        for path in paths:
            total.update(path.read_bytes())
        seen.update(paths)
        digests[group] = total.hexdigest()
    return digests


def compile_groups(groups: list[str]) -> None:
    """Compile the kernels of ``groups`` (minutes at first; a second call only loads them)."""
    use_cache()
    for group in groups:
        importlib.import_module(WARMED[group]).warm()


def main(arguments: list[str]) -> None:
    """Compile what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m routing.kernels", description=__doc__)
    parser.add_argument("group", nargs="?", choices=list(WARMED), help="everything when left out")
    group = parser.parse_args(arguments).group
    compile_groups(list(WARMED) if group is None else [group])


if __name__ == "__main__":
    main(sys.argv[1:])
