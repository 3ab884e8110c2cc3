"""Where a sheet's header is, what its columns are called, which rows are no orders."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

import msgspec

from models.language import N_
from workers.sheets.table import Cell, Row, Sheet, letters
from workers.sheets.values.base import fold

HEADER_SEARCH_ROWS = 20

_TOTALS = re.compile(
    r"^(?:合\s*计|小\s*计|总\s*计|共\s*计|汇\s*总|累\s*计|总\s*数|本页合计|本页小计|总合计|total|"
    r"sub\s*total|grand\s*total|sum)[:：]?(?:\s*\d[\d,.]*\s*\S{0,3})?$",
    re.IGNORECASE,
)
_TRAILER = re.compile(
    r"^(?:制表|制单|审核|复核|打印|填表|备注|说明|注)\s*[人时日]?[人间期]?\s*[:：]"
)


class Column(msgspec.Struct, frozen=True):
    """A column with its header as the sheet says it; ``key`` is unique within the sheet."""

    number: int
    label: str
    key: str

    @property
    def letters(self) -> str:
        """``B`` for 2."""
        return letters(self.number)


class Header(msgspec.Struct, frozen=True):
    """Header rows ``first`` to ``last`` (the last is where data begins after)."""

    first: int
    last: int
    columns: list[Column]

    @property
    def fingerprint(self) -> str:
        """Same for the same set of headers, in any order, on any day (figures left out)."""
        names = sorted(re.sub(r"\d+", "#", normal(column.key)) for column in self.columns)
        return hashlib.sha256("\n".join(names).encode()).hexdigest()


class Skipped(msgspec.Struct, frozen=True):
    """A row that is no order, and why: ``totals``, ``header``, ``note`` or ``blank``."""

    row: int
    why: str
    text: str = ""


def normal(text: str) -> str:
    """A label or name for comparing: folded, lower case, without spaces and punctuation."""
    folded = fold(text).lower()
    return re.sub(r"[\s*:：()（）\[\]【】/\\_\-.,，。、·\"'“”]+", "", folded)


def find_header(sheet: Sheet, known: Iterable[str]) -> Header:
    """The most likely header among the first rows; ``known`` are words that headers use."""
    words = {normal(word) for word in known}
    best_row, best_score = None, -1.0
    for row in sheet.rows[:HEADER_SEARCH_ROWS]:
        score = _header_score(sheet, row, words)
        if score > best_score:
            best_row, best_score = row, score
    number = best_row.number if best_row is not None else 1
    return header_at(sheet, number, words)


def _header_score(sheet: Sheet, row: Row, words: set[str]) -> float:
    wide = [m for m in sheet.merges if m.top <= row.number <= m.bottom and m.right - m.left >= 3]
    cells = [c for c in row.cells.values() if c.text.strip()]
    if not cells or (wide and len(cells) <= 2):
        return -1
    texts = sum(c.kind == "text" and not any(ch.isdigit() for ch in c.text) for c in cells)
    hits = sum(1.0 if normal(c.text) in words else 0.4 * _contains(c.text, words) for c in cells)
    return hits * 3 + texts / len(cells) + min(len(cells), 12) * 0.1


def _contains(text: str, words: set[str]) -> bool:
    label = normal(text)
    return any(len(word) > 1 and word in label for word in words)


def header_at(sheet: Sheet, number: int, known: Iterable[str] = ()) -> Header:
    """The header that ends at or passes through row ``number``, group titles above included."""
    words = {normal(word) for word in known}
    first = last = number
    for merge in sheet.merges:
        spans_down = merge.bottom > merge.top and merge.top <= number <= merge.bottom
        if spans_down and merge.right - merge.left < 3:
            first, last = min(first, merge.top), max(last, merge.bottom)
    group = [m for m in sheet.merges if m.top == first == m.bottom and m.right > m.left]
    if first == last and group and _has_sub_header(sheet, first + 1, words):
        last = first + 1
    above = [m for m in sheet.merges if m.bottom == first - 1 and m.top == m.bottom]
    parts_above = len({m.left for m in above if m.right > m.left})
    row_above = sheet.row(first - 1)
    if row_above is not None and parts_above >= 1 and len(row_above.cells) >= 2 and first == last:
        labels = [c.text for c in row_above.cells.values()]
        if not any(len(label) > 20 for label in labels):
            first -= 1
    return Header(first, last, _columns(sheet, first, last))


def _has_sub_header(sheet: Sheet, number: int, words: set[str]) -> bool:
    row = sheet.row(number)
    if row is None:
        return False
    cells = list(row.cells.values())
    plain = [c for c in cells if c.kind == "text" and not any(ch.isdigit() for ch in c.text)]
    if len(plain) < len(cells):
        return False
    return any(normal(c.text) in words or _contains(c.text, words) for c in cells)


def _columns(sheet: Sheet, first: int, last: int) -> list[Column]:
    header_rows = {n: sheet.row(n) for n in range(first, last + 1)}
    covered: dict[tuple[int, int], tuple[int, int]] = {}
    for merge in sheet.merges:
        if merge.bottom < first or merge.top > last:
            continue
        for line in range(merge.top, min(merge.bottom, last) + 1):
            for column in range(merge.left, min(merge.right, merge.left + 200) + 1):
                covered[line, column] = (merge.top, merge.left)
    seen: dict[str, int] = {}
    columns = []
    numbers = sorted(set(sheet.columns) | {c for _, c in covered})
    for number in numbers:
        parts: list[str] = []
        for row_number in range(first, last + 1):
            top, left = covered.get((row_number, number), (row_number, number))
            source = header_rows.get(top) or sheet.row(top)
            cell = source.cells.get(left) if source is not None else None
            text = fold(cell.text) if cell is not None else ""
            if text and text not in parts:
                parts.append(text)
        label = "/".join(parts)
        if not label and not _has_data(sheet, number, last):
            continue
        seen[label] = seen.get(label, 0) + 1
        key = label if seen[label] == 1 else f"{label}#{seen[label]}"
        columns.append(Column(number, label, key or f"({letters(number)})"))
    return columns


def _has_data(sheet: Sheet, column: int, after: int) -> bool:
    return any(row.number > after and column in row.cells for row in sheet.rows)


def data_rows(sheet: Sheet, header: Header) -> tuple[list[Row], list[Skipped]]:
    """Rows of data, and the rows below the header that are none, with the reason."""
    rows: list[Row] = []
    skipped: list[Skipped] = []
    titles = {normal(c.label) for c in header.columns if c.label}
    numeric: dict[int, float] = {}
    before = header.last
    for row in sheet.rows:
        if row.number <= header.last:
            continue
        skipped += [Skipped(n, "blank") for n in range(before + 1, min(row.number, before + 50))]
        before = row.number
        why = _no_data(row, header, titles, numeric)
        if why is not None:
            skipped.append(why)
            continue
        rows.append(row)
        for column, cell in row.cells.items():
            if cell.kind == "number" and cell.number is not None:
                numeric[column] = numeric.get(column, 0.0) + cell.number
    return rows, skipped


def _no_data(
    row: Row, header: Header, titles: set[str], numeric: dict[int, float]
) -> Skipped | None:
    cells = [(column, row.cells[column]) for column in sorted(row.cells)]
    shown = [cell for _, cell in cells if cell.text.strip()]
    if not shown and not any(cell.sums for _, cell in cells):
        return Skipped(row.number, "blank")
    for cell in shown[:3]:
        if cell.kind == "text" and _TOTALS.match(fold(cell.text)):
            return Skipped(row.number, "totals", fold(cell.text)[:20])
    texts = [cell for cell in shown if cell.kind != "number"]
    if any(cell.sums for _, cell in cells) and len(texts) <= 1:
        return Skipped(row.number, "totals", N_("求和公式"))
    sums = [numeric.get(column) == cell.number for column, cell in cells if cell.kind == "number"]
    if not texts and sums and all(sums) and len(cells) < len(header.columns):
        return Skipped(row.number, "totals", N_("各列之和"))
    if shown and sum(normal(cell.text) in titles for cell in shown) >= max(2, len(shown) - 1):
        return Skipped(row.number, "header", N_("重复的表头"))
    if len(shown) == 1 and len(header.columns) > 3 and _TRAILER.match(fold(shown[0].text)):
        return Skipped(row.number, "note", fold(shown[0].text)[:20])
    return None


def cell_in(sheet: Sheet, row: Row, column: int) -> tuple[Cell | None, bool]:
    """The cell, or the head of the merged range that covers it (then the second is True)."""
    cell = row.cells.get(column)
    if cell is not None:
        return cell, False
    for merge in sheet.merges:
        inside = merge.top <= row.number <= merge.bottom and merge.left <= column <= merge.right
        if inside and merge.left == merge.right:
            head = sheet.row(merge.top)
            return (head.cells.get(merge.left) if head is not None else None), True
    return None, False
