"""CSV and pasted text → ``Table``: encoding and delimiter are found and said."""

from __future__ import annotations

import codecs
import csv
import io
import re

from models.language import N_, kept
from workers.sheets.errors import refusal
from workers.sheets.table import Cell, Row, Sheet, Table, text_cell

MAX_CELLS = 200_000
_SAMPLE = 40
_DELIMITERS: dict[str, str] = {
    ",": N_("逗号"),
    "\t": N_("制表符"),
    ";": N_("分号"),
    "|": N_("竖线"),
}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\x80-\x9f\ue000-\uf8ff\ufffd]")
_QUOTED_TEXT = re.compile(r'="((?:[^"]|"")*)"')


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding.

    Raises:
        SheetError: ``encoding`` if none fits.
    """
    for mark, name in (
        (codecs.BOM_UTF8, N_("UTF-8（带 BOM）")),
        (codecs.BOM_UTF16_LE, "UTF-16 LE"),
        (codecs.BOM_UTF16_BE, "UTF-16 BE"),
    ):
        if data.startswith(mark):
            codec = {"UTF-16 LE": "utf-16-le", "UTF-16 BE": "utf-16-be"}.get(name, "utf-8")
            return _plain(data[len(mark) :], codec), name
    for codec, name in _guesses(data):
        try:
            return _plain(data, codec), name
        except UnicodeDecodeError:
            continue
    raise refusal("encoding")


def _guesses(data: bytes) -> list[tuple[str, str]]:
    head = data[:4096]
    if b"\x00" in head:
        odd = head[1::2].count(0)
        even = head[0::2].count(0)
        if odd >= even:
            return [("utf-16-le", "UTF-16 LE")]
        return [("utf-16-be", "UTF-16 BE")]
    return [("utf-8", "UTF-8"), ("gb18030", "GB18030")]


def _plain(data: bytes, codec: str) -> str:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        if codec in {"utf-8", "gb18030"}:
            raise
        raise refusal("encoding") from None
    head = text[:20_000]
    if len(_CONTROL.findall(head)) > len(head) // 200:
        if codec == "utf-8":
            raise refusal("not_a_table")
        raise refusal("encoding")
    return text


def find_delimiter(text: str) -> str:
    """The delimiter whose columns are most even over the first lines; empty if none parts them."""
    best, best_score = "", 0.0
    for delimiter in _DELIMITERS:
        widths = []
        for number, record in enumerate(
            csv.reader(io.StringIO(text[:200_000]), delimiter=delimiter)
        ):
            if number >= _SAMPLE:
                break
            if any(field.strip() for field in record):
                widths.append(len(record))
        if len(widths) < 2:
            continue
        usual = max(set(widths), key=lambda w: (widths.count(w), w))
        if usual < 2:
            continue
        score = widths.count(usual) / len(widths) * min(usual, 8)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def read(data: bytes) -> Table:
    """Read bytes of a text file.

    Raises:
        SheetError: not text, not a table, too many cells.
    """
    text, encoding = decode(data)
    hint = re.match(r"sep=(.)\r?\n", text)
    if hint is not None:
        text = text[hint.end() :]
    delimiter = hint.group(1) if hint is not None else find_delimiter(text)
    if not delimiter:
        raise refusal("not_a_table")
    sheet = _parse(text, delimiter, "CSV", offset=1 if hint is not None else 0)
    return Table(
        kind="csv",
        sheets=[sheet],
        encoding=encoding,
        delimiter=delimiter,
        findings=[
            kept(
                "编码 %(encoding)s，以%(delimiter)s分列",
                encoding=encoding,
                delimiter=_DELIMITERS.get(delimiter, delimiter),
            )
        ],
    )


def read_pasted(text: str) -> Table:
    """Read what was copied from a spreadsheet: tab-separated rows."""
    if not text.strip():
        raise refusal("empty")
    delimiter = "\t" if "\t" in text else find_delimiter(text) or "\t"
    return Table(kind="paste", sheets=[_parse(text, delimiter, "粘贴")], delimiter=delimiter)


def from_grid(grid: list[list[str]], name: str = "粘贴") -> Table:
    """Read rows of text, the first being the header."""
    rows = [Row(n, _cells(record)) for n, record in enumerate(grid, start=1)]
    rows = [row for row in rows if row.cells]
    if not rows:
        raise refusal("no_rows")
    return Table(kind="paste", sheets=[Sheet(name=name, rows=rows)])


def _parse(text: str, delimiter: str, name: str, offset: int = 0) -> Sheet:
    rows: list[Row] = []
    count = 0
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        for number, record in enumerate(reader, start=1 + offset):
            cells = _cells(record)
            count += len(cells)
            if count > MAX_CELLS:
                raise refusal("too_many_cells")
            if cells:
                rows.append(Row(number, cells))
    except csv.Error as error:
        raise refusal("not_a_table") from error
    if not rows:
        raise refusal("no_rows")
    return Sheet(name=name, rows=rows)


def _cells(record: list[str]) -> dict[int, Cell]:
    return {
        n: text_cell(_unwrap(field)) for n, field in enumerate(record, start=1) if field.strip()
    }


def _unwrap(field: str) -> str:
    """``="00123"`` and ``'00123`` are how spreadsheets keep a number as text in CSV."""
    quoted = _QUOTED_TEXT.fullmatch(field.strip())
    if quoted is not None:
        return quoted.group(1).replace('""', '"')
    if field.startswith("'") and len(field) > 1:
        return field[1:]
    return field
