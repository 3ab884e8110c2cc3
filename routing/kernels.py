"""Where compiled kernels are kept, and compiling them all ahead of use.

numba notices a change of a kernel's own file but not of a file that it calls into; so the cache
carries a digest of all sources and is emptied when they differ.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

STAMP = "sources.sha256"


def home() -> Path:
    """The folder of all state: ``$GREENFREIGHT_HOME``, else ``./var``."""
    return Path(os.environ.get("GREENFREIGHT_HOME") or "var")


def use_cache() -> Path:
    """Point numba at its cache and drop what older sources left there; returns the folder.

    To be called before the first kernel is imported. ``$NUMBA_CACHE_DIR`` is obeyed when set.
    """
    folder = Path(os.environ.get("NUMBA_CACHE_DIR") or home() / "cache" / "numba").absolute()
    os.environ["NUMBA_CACHE_DIR"] = str(folder)
    digest = _digest()
    stamp = folder / STAMP
    try:
        if stamp.read_text() == digest:
            return folder
    except OSError:
        pass
    try:
        for pattern in ("**/*.nbi", "**/*.nbc"):
            for stale in folder.glob(pattern):
                stale.unlink(missing_ok=True)
        folder.mkdir(parents=True, exist_ok=True)
        stamp.write_text(digest)
    except OSError:
        # A cache that cannot be written only costs compiling again.
        os.environ.pop("NUMBA_CACHE_DIR")
    return folder


def _digest() -> str:
    """Digest of every source that holds kernels or is called by them."""
    root = Path(__file__).parent
    total = hashlib.sha256()
    for folder in ("engines", "travel", "energy"):
        for path in sorted((root / folder).rglob("*.py")):
            total.update(path.read_bytes())
    return total.hexdigest()


def compile_all() -> None:
    """Compile every kernel into the cache (about a minute; a second call only loads them)."""
    use_cache()
    from routing.engines.ortools import bench_warm  # noqa: PLC0415  # after the cache is set

    bench_warm.warm()


if __name__ == "__main__":
    compile_all()
