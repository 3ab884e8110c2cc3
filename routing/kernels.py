"""Where compiled kernels are kept, and compiling them all ahead of use.

numba notices a change of a kernel's own file but not of a file that it calls into; so the cache
carries digests of the sources, and a group is emptied when its sources differ.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
from pathlib import Path

STAMP = "sources.json"
WARMED = ("routing.engines.ortools.bench_warm", "routing.engines.ortools.warm")
GROUPS = {
    "bench": (("engines/ortools/bench_*.py",), "**/bench_*.nb?"),
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
    before = _stored(stamp)
    if before == now:
        return folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for group, (_, pattern) in GROUPS.items():
            if before.get(group) == now[group]:
                continue
            for stale in folder.glob(pattern):
                if group == "bench" or not stale.name.startswith("bench_"):
                    stale.unlink(missing_ok=True)
        stamp.write_text(json.dumps(now))
    except OSError:
        # A cache that cannot be written only costs compiling again.
        os.environ.pop("NUMBA_CACHE_DIR")
    return folder


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


def compile_all() -> None:
    """Compile every kernel into the cache (minutes at first; a second call only loads them).

    Each engine's modules named in ``WARMED`` have a function ``warm`` that solves a toy.
    """
    use_cache()
    for name in WARMED:
        if importlib.util.find_spec(name) is not None:
            importlib.import_module(name).warm()


if __name__ == "__main__":
    compile_all()
