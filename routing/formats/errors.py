"""What is wrong with an instance file."""

from __future__ import annotations

import math


class FormatError(ValueError):
    """An unreadable instance: the cause, and the line where there is one."""

    def __init__(self, cause: str, line: int | None = None) -> None:
        super().__init__(cause if line is None else f"line {line}: {cause}")
        self.line = line


def number(word: str, line: int) -> float:
    """Read a finite number.

    Raises:
        FormatError: when it is none.
    """
    try:
        value = float(word)
    except ValueError:
        raise FormatError(f"{word!r} is not a number", line) from None
    if not math.isfinite(value):
        raise FormatError(f"{word!r} is not finite", line)
    return value


def whole(word: str, line: int) -> int:
    """Read a whole number.

    Raises:
        FormatError: when it is none.
    """
    value = number(word, line)
    if value != int(value):
        raise FormatError(f"{word!r} is not a whole number", line)
    return int(value)
