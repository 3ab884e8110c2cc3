"""What all records of the problem share."""

from __future__ import annotations

from typing import Annotated

import msgspec

Count = Annotated[int, msgspec.Meta(ge=0)]
"""A whole number, zero or more."""
Positive = Annotated[int, msgspec.Meta(ge=1)]
"""A whole number, one or more."""
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
"""An identifier; never a display name."""


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An immutable record; unknown keys are refused when it is read."""


class Interval(Record, frozen=True, kw_only=True):
    """Half-open span ``[start, end)`` in seconds after the horizon's start."""

    start: int
    end: int


class Horizon(Record, frozen=True, kw_only=True):
    """From D-1 18:00 to D+1 06:00 local time for service date D.

    ``start`` and ``end`` are ISO 8601 with offset; ``tz`` is the IANA zone whose calendar dates
    bans, tail numbers and holidays go by.
    """

    start: str
    end: str
    tz: str
