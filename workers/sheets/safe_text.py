"""Text that leaves in a file must not become a formula in the reader's spreadsheet."""

from __future__ import annotations

import re

_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_PLAIN_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,10})?")


def neutral(text: str) -> str:
    """Text that begins with ``= + - @``, tab or return gets an apostrophe in front.

    Characters that XLSX cannot hold are dropped; a plain number such as ``-3`` is no formula but
    text all the same, so it too is neutralised: in a text cell the apostrophe only shows on edit.
    """
    clean = _ILLEGAL.sub("", text)
    folded = (
        clean.replace("\uff1d", "=")
        .replace("\uff0b", "+")
        .replace("\uff0d", "-")
        .replace("\uff20", "@")
    )
    return "'" + clean if folded.startswith(_RISKY) else clean


def is_number(text: str) -> bool:
    """Whether the text is a plain number."""
    return _PLAIN_NUMBER.fullmatch(text) is not None
