"""Cells and worksheets of the files that are handed out.

A text cell that a spreadsheet program would take for a formula is neutralised.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from models.language import N_

Cell = str | int | float | None

NOTICE = N_("未核验途经路段禁限行，里程与时间为估算")
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_THIN = Side(style="thin", color="999999")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD = PatternFill("solid", fgColor="EDF0F3")


def safe(value: Cell) -> Cell:
    """``value`` as a cell that no spreadsheet program runs."""
    if isinstance(value, str) and value.startswith(_RISKY):
        return "'" + value
    return value


class Sheet:
    """Writes a worksheet row by row and sizes its columns by what stands in them."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self.at = 0
        self.widths: dict[int, int] = {}

    def row(self, cells: Sequence[Cell], *, bold: bool = False, boxed: bool = False) -> None:
        """A row of cells."""
        self.at += 1
        for column, value in enumerate(cells, start=1):
            cell = self.sheet.cell(row=self.at, column=column, value=safe(value))
            cell.font = Font(bold=bold, size=10)
            cell.alignment = Alignment(vertical="center", wrap_text=boxed)
            if boxed:
                cell.border = _BORDER
                if bold:
                    cell.fill = _HEAD
                width = sum(
                    2 if ord(c) > 255 else 1 for c in str(value if value is not None else "")
                )
                self.widths[column] = max(self.widths.get(column, 6), min(width + 2, 40))

    def title(self, text: str) -> None:
        """A large line."""
        self.row([text])
        self.sheet.cell(row=self.at, column=1).font = Font(bold=True, size=14)

    def finish(self, *, landscape: bool = False) -> None:
        """Column widths and a page to print."""
        for column, width in self.widths.items():
            self.sheet.column_dimensions[get_column_letter(column)].width = width
        self.sheet.page_setup.paperSize = self.sheet.PAPERSIZE_A4
        self.sheet.page_setup.orientation = "landscape" if landscape else "portrait"
        self.sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        self.sheet.page_setup.fitToHeight = 0


def book_with(first: str) -> tuple[Workbook, Sheet]:
    """A workbook and its first worksheet, named ``first``."""
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise TypeError("a new workbook has a worksheet")
    sheet.title = first
    return book, Sheet(sheet)


def to_bytes(book: Workbook) -> bytes:
    """The workbook as a file."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
