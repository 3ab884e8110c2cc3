"""XLSX → ``Table``: a defused streaming scan for limits, merges and sums; openpyxl for values."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse
from openpyxl.utils.exceptions import InvalidFileException

from workers.sheets.errors import refusal
from workers.sheets.table import (
    Cell,
    Merge,
    Row,
    Sheet,
    Table,
    moment_cell,
    number_cell,
    parse_address,
    text_cell,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_CELLS = 200_000
MAX_MARKUP_CELLS = 2_000_000
MAX_ROWS = 200_000
MAX_COLUMNS = 1_000
MAX_GRID = 4_000_000
MAX_MERGES = 20_000

_SUM = re.compile(r"\b(SUM|SUBTOTAL|SUMIF|SUMIFS|AGGREGATE)\s*\(", re.IGNORECASE)
_PLACES = re.compile(r"0{2,20}")


class _Scan:
    """What the markup of one worksheet says before any value is read."""

    def __init__(self) -> None:
        self.cells = 0
        self.last_row = 0
        self.last_column = 0
        self.sums: set[tuple[int, int]] = set()
        self.hidden: set[int] = set()
        self.merges: list[Merge] = []


def part(archive: zipfile.ZipFile, name: str) -> bytes:
    """A member's bytes; a member that cannot be unpacked is a broken file."""
    try:
        return archive.read(name)
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, ValueError) as error:
        raise refusal("zip_broken") from error


def read(archive: zipfile.ZipFile, data: bytes) -> Table:
    """Read every visible worksheet that has content."""
    for name in archive.namelist():
        if name.endswith((".xml", ".rels")):
            _refuse_entities(archive, name)
    try:
        book = openpyxl.load_workbook(
            io.BytesIO(data), read_only=True, data_only=True, keep_links=False
        )
    except (InvalidFileException, KeyError, ValueError, TypeError, OSError) as error:
        raise refusal("zip_broken") from error
    except (DefusedXmlException, ParseError) as error:
        raise refusal("unsafe_xml") from error
    try:
        total = 0
        sheets = []
        worksheets: list[Any] = list(book.worksheets)
        for ws in worksheets:
            if ws.sheet_state != "visible":
                continue
            path = ws._worksheet_path.lstrip("/")  # noqa: SLF001  openpyxl keeps no public name
            scan = _scan(archive, path, MAX_CELLS - total)
            total += scan.cells
            sheet = _sheet(ws, scan)
            if sheet.rows:
                sheets.append(sheet)
    finally:
        book.close()
    if not sheets:
        raise refusal("no_rows")
    return Table(kind="xlsx", sheets=sheets)


def _refuse_entities(archive: zipfile.ZipFile, name: str) -> None:
    """A document type or entity has no place in a spreadsheet: it can only attack the parser."""
    with archive.open(name) as stream:
        head = stream.read(4096)
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise refusal("unsafe_xml")


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


def _scan(archive: zipfile.ZipFile, path: str, allowed: int) -> _Scan:
    scan = _Scan()
    markup = 0
    row_number = 0
    column = 0
    try:
        with archive.open(path) as stream:
            for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
                tag = _local(element.tag)
                if event == "start":
                    if tag == "row":
                        row_number = int(element.get("r") or row_number + 1)
                        column = 0
                        if element.get("hidden") in {"1", "true"}:
                            scan.hidden.add(row_number)
                    continue
                if tag == "c":
                    markup += 1
                    reference = element.get("r")
                    column = parse_address(reference)[1] if reference else column + 1
                    _scan_cell(scan, element, row_number, column)
                    element.clear()
                elif tag == "row":
                    element.clear()
                elif tag == "mergeCell":
                    _scan_merge(scan, element.get("ref") or "")
                if scan.cells > allowed or markup > MAX_MARKUP_CELLS:
                    raise refusal("too_many_cells")
    except (DefusedXmlException, ParseError) as error:
        raise refusal("unsafe_xml") from error
    except (KeyError, ValueError, zipfile.BadZipFile, OSError) as error:
        raise refusal("zip_broken") from error
    beyond = scan.last_row > MAX_ROWS or scan.last_column > MAX_COLUMNS
    if beyond or scan.last_row * scan.last_column > MAX_GRID:
        raise refusal("too_wide")
    return scan


def _scan_cell(scan: _Scan, element: Any, row: int, column: int) -> None:
    content = False
    for child in element:
        tag = _local(child.tag)
        if tag == "f" and _SUM.search(child.text or ""):
            scan.sums.add((row, column))
        if tag in {"v", "is", "f"}:
            content = True
    if content:
        scan.cells += 1
        scan.last_row = max(scan.last_row, row)
        scan.last_column = max(scan.last_column, column)


def _scan_merge(scan: _Scan, reference: str) -> None:
    first, _, last = reference.partition(":")
    top, left = parse_address(first)
    bottom, right = parse_address(last or first)
    if len(scan.merges) < MAX_MERGES:
        scan.merges.append(Merge(top, left, bottom, right))


def _sheet(ws: Any, scan: _Scan) -> Sheet:
    rows: list[Row] = []
    if scan.cells:
        grid: Iterable[tuple[Any, ...]] = ws.iter_rows(
            min_row=1, max_row=scan.last_row, max_col=scan.last_column
        )
        for number, line in enumerate(grid, start=1):
            cells = {}
            for column, source in enumerate(line, start=1):
                cell = _cell(source, sums=(number, column) in scan.sums)
                if cell is not None:
                    cells[column] = cell
            if cells:
                rows.append(Row(number, cells, number in scan.hidden))
    return Sheet(name=str(ws.title), rows=rows, merges=scan.merges)


def _cell(source: Any, *, sums: bool) -> Cell | None:
    value = source.value
    if value is None:
        # a sum that was never computed has no cached value but still marks a totals row
        return Cell("text", "", sums=True) if sums else None
    if isinstance(value, bool):
        cell = Cell("bool", "是" if value else "否", float(value))
    elif isinstance(value, (int, float)):
        cell = number_cell(value, _shown(value, source.number_format))
    elif isinstance(value, (dt.datetime, dt.date, dt.time)):
        cell = moment_cell(value)
    elif isinstance(value, dt.timedelta):
        cell = number_cell(value.total_seconds() / 86400)
    else:
        text = str(value)
        if not text.strip():
            return None
        cell = Cell("error", text) if source.data_type == "e" else text_cell(text)
    if sums:
        return Cell(cell.kind, cell.text, cell.number, sums=True)
    return cell


def _shown(value: float, number_format: str | None) -> str | None:
    """A format of zeros only keeps leading zeros: 123 as ``00000`` is seen as 00123."""
    whole = value >= 0 and value == int(value)
    if number_format and whole and _PLACES.fullmatch(number_format):
        return str(int(value)).zfill(len(number_format))
    return None
