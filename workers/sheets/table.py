"""A spreadsheet as plain records: sheets, rows, cells with their addresses."""

from __future__ import annotations

import datetime as dt
import re
from typing import Literal

import msgspec

Kind = Literal["text", "number", "date", "time", "bool", "error"]


def letters(column: int) -> str:
    """Column 1 → ``A``, 27 → ``AA``."""
    out = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        out = chr(65 + rest) + out
    return out


def address(row: int, column: int) -> str:
    """Row 9, column 3 → ``C9``."""
    return f"{letters(column)}{row}"


_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


def parse_address(text: str) -> tuple[int, int]:
    """``C9`` → (9, 3). Raises ``ValueError`` for anything else."""
    match = _ADDRESS.fullmatch(text)
    if match is None:
        raise ValueError(text)
    column = 0
    for letter in match.group(1):
        column = column * 26 + ord(letter) - 64
    return int(match.group(2)), column


class Cell(msgspec.Struct, frozen=True, array_like=True):
    """One cell with content.

    ``text`` is what the sheet's owner sees (``00123`` for 123 shown with five places). ``number``
    is the stored number, if it is one (dates and times as ISO 8601 in ``text``). ``formula``: the
    cell holds a formula that sums others.
    """

    kind: Kind
    text: str
    number: float | None = None
    sums: bool = False


class Row(msgspec.Struct, frozen=True, array_like=True):
    """A row with content: its number in the sheet and its cells by column number (1 = A)."""

    number: int
    cells: dict[int, Cell]
    hidden: bool = False


class Merge(msgspec.Struct, frozen=True, array_like=True):
    """A merged range, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


class Sheet(msgspec.Struct, frozen=True):
    """One worksheet; rows without content are absent."""

    name: str
    rows: list[Row]
    merges: list[Merge] = []

    def row(self, number: int) -> Row | None:
        """The row with this number, or None if it is blank."""
        return next((r for r in self.rows if r.number == number), None)

    @property
    def last_row(self) -> int:
        """Number of the last row with content, 0 if none."""
        return self.rows[-1].number if self.rows else 0

    @property
    def columns(self) -> list[int]:
        """All column numbers with content, ascending."""
        return sorted({c for row in self.rows for c in row.cells})


class Table(msgspec.Struct, frozen=True):
    """A whole file. ``findings`` say how it was read (type, encoding, delimiter, oddities)."""

    kind: Literal["xlsx", "csv", "paste", "geojson"]
    sheets: list[Sheet]
    encoding: str = ""
    delimiter: str = ""
    findings: list[str] = []


def text_cell(text: str) -> Cell:
    """A cell that holds this text."""
    return Cell("text", text)


def number_cell(value: float, shown: str | None = None) -> Cell:
    """A cell that holds this number; whole numbers are shown without a point."""
    if shown is None:
        whole = abs(value) < 1e15 and value == int(value)
        shown = str(int(value)) if whole else repr(value)
    return Cell("number", shown, float(value))


def moment_cell(value: dt.datetime | dt.date | dt.time) -> Cell:
    """A date, date with time, or time of day."""
    if isinstance(value, dt.time):
        return Cell("time", value.isoformat("minutes"))
    if isinstance(value, dt.datetime):
        if value.time() == dt.time():
            return Cell("date", value.date().isoformat())
        return Cell("date", value.isoformat(" ", "minutes"))
    return Cell("date", value.isoformat())


def encode(table: Table) -> bytes:
    """The table as JSON, for keeping between steps."""
    return msgspec.json.encode(table)


def decode(data: bytes) -> Table:
    """The table that ``encode`` wrote."""
    return msgspec.json.decode(data, type=Table)
