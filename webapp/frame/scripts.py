"""Messages in our scripts: what stands in ``GF.t("…")``."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

FOLDER = Path(__file__).parent.parent / "static" / "js"
_SAID = re.compile(r'\bGF\.t\(\s*("(?:[^"\\]|\\.)*")')


def messages_in(text: str) -> Iterator[tuple[int, str]]:
    """The messages of a script with their lines (from 1)."""
    for found in _SAID.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, json.loads(found.group(1))


def extract(
    file: BinaryIO,
    keywords: Mapping[str, object],
    comment_tags: Collection[str],
    options: Mapping[str, object],
) -> Iterator[tuple[int, str, str, list[str]]]:
    """The messages of a script, as pybabel asks for them (``babel.cfg`` names this function)."""
    del keywords, comment_tags, options
    for line, message in messages_in(file.read().decode()):
        yield line, "gettext", message, []


@lru_cache(maxsize=1)
def said() -> frozenset[str]:
    """Every message of our scripts."""
    return frozenset(
        message
        for path in FOLDER.rglob("*.js")
        for _line, message in messages_in(path.read_text(encoding="utf-8"))
    )
