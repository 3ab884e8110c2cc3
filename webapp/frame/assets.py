"""Addresses of our static files, with their content in the address so that they may be kept."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import url_for

STATIC = Path(__file__).parent.parent / "static"


@lru_cache(maxsize=512)
def _version(name: str, changed: int) -> str:
    del changed
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """The address of ``static/name``; its version changes when the file does."""
    changed = (STATIC / name).stat().st_mtime_ns
    return url_for("static", filename=name, v=_version(name, changed))
