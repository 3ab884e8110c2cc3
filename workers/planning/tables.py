"""Tables that are handed out, declared once: heads, what stands below each, worksheets of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook

from models.language import gettext as _
from workers.planning.cells import Cell, Sheet, book_with, to_bytes

Row = Mapping[str, Cell]
Columns = Mapping[str, str]
"""Head to the row's key below it."""


@dataclass(frozen=True)
class Block:
    """A part of a paper: a line about it, its rows, its subtotal (None: it has none)."""

    rows: Iterable[Row]
    caption: str = ""
    total: Row | None = None


@dataclass(frozen=True)
class Paper:
    """A paper as worksheets: its name, columns, lines above and below, blocks of its data."""

    name: str
    columns: Columns
    blocks: Callable[[Any], Iterable[Block]]
    title: Callable[[Any], str] = field(default=lambda _data: "")
    lead: Callable[[Any], list[str]] = field(default=lambda _data: [])
    tail: tuple[str, ...] = ()
    landscape: bool = False


def table(sheet: Sheet, columns: Columns, rows: Iterable[Row], total: Row | None = None) -> None:
    """Heads, rows, a subtotal."""
    sheet.row([_(head) for head in columns], bold=True, boxed=True)
    for row in rows:
        sheet.row([row.get(key) for key in columns.values()], boxed=True)
    if total is not None:
        sheet.row([total.get(key) for key in columns.values()], bold=True, boxed=True)


def added(book: Workbook, name: str, columns: Columns, rows: Iterable[Row]) -> None:
    """A further worksheet with one table."""
    sheet = Sheet(book.create_sheet(name))
    table(sheet, columns, rows)
    sheet.finish(landscape=True)


def paper_xlsx(paper: Paper, pages: Mapping[str, Any], heading: str, mark: str) -> bytes:
    """A worksheet per page, named by its key; ``mark`` stands in every title."""
    book, first = book_with(_(paper.name))
    for number, (name, data) in enumerate(pages.items()):
        sheet = Sheet(book.create_sheet(name)) if number else first
        sheet.sheet.title = name
        sheet.title(" ".join(part for part in (_(paper.name), paper.title(data), mark) if part))
        for line in (heading, *paper.lead(data)):
            sheet.row([line])
        for block in paper.blocks(data):
            if block.caption:
                sheet.row([])
                sheet.row([block.caption], bold=True)
            table(sheet, paper.columns, block.rows, block.total)
        for line in paper.tail:
            sheet.row([_(line)])
        sheet.finish(landscape=paper.landscape)
    return to_bytes(book)
