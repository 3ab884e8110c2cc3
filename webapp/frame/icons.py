"""Tabler icons, inlined from the vendored files so that they take the text's colour."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

_FOLDER = Path(__file__).parent.parent / "static" / "vendor" / "tabler-icons"
_NAME = re.compile(r"[a-z0-9-]+\Z")


@lru_cache(maxsize=256)
def icon(name: str, kind: str = "outline") -> Markup:
    """The SVG of ``name`` (decorative: the word stands beside it).

    Raises:
        ValueError: the name is not one of a vendored icon.
    """
    if not _NAME.match(name) or kind not in {"outline", "filled"}:
        message = f"not an icon: {kind}/{name}"
        raise ValueError(message)
    path = _FOLDER / kind / f"{name}.svg"
    if not path.is_file():
        message = f"icon {kind}/{name} is not vendored"
        raise ValueError(message)
    text = re.sub(r"\s+", " ", path.read_text(encoding="utf-8")).strip()
    text = text.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
    return Markup(text)  # noqa: S704 - our own vendored file, its hash is tested
