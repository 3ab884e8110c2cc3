"""The same sheet with its cells marked: red with a comment where refused, amber where converted."""

from __future__ import annotations

import io
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from models.language import gettext as _
from workers.sheets.report import Report
from workers.sheets.safe_text import neutral
from workers.sheets.table import Cell, Row, Sheet, address

_BROKEN = PatternFill("solid", fgColor="FFFDECEA")
_AMBER = PatternFill("solid", fgColor="FFFFF3D9")
_GREY = PatternFill("solid", fgColor="FFEDF0F3")
_RED_EDGE = Border(*(Side(style="medium", color="FFB42318"),) * 4)
_AUTHOR = "Greenfreight"


def mark(sheet: Sheet, report: Report, fixes: dict[str, str]) -> bytes:
    """XLSX bytes: every row and cell where it was, with fixes made by hand in place."""
    book = Workbook()
    out = book.active
    assert out is not None  # noqa: S101  a new workbook has a sheet; openpyxl's type does not say so
    out.title = _title(sheet.name)
    comments = _comments(report)
    for row in sheet.rows:
        _write_row(out, row, fixes)
    for place, text in fixes.items():
        _write(out[place], text)
    skipped = {s.row for s in report.skipped} | set(report.left_out)
    for row in sheet.rows:
        if row.number in skipped:
            for number in row.cells:
                out.cell(row.number, number).fill = _GREY
    _paint(out, report, comments)
    for merge in sheet.merges:
        if merge.bottom <= report.header_last:
            out.merge_cells(
                start_row=merge.top, start_column=merge.left,
                end_row=merge.bottom, end_column=merge.right,
            )  # fmt: skip
    for column in report.columns:
        out.column_dimensions[get_column_letter(column.number)].width = 16
    out.freeze_panes = address(report.header_last + 1, 1)
    _list_problems(book, report)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _title(name: str) -> str:
    clean = "".join("_" if ch in "[]:*?/\\'" else ch for ch in name)[:28].strip()
    return neutral(clean) or "Sheet"


def _write_row(out: Any, row: Row, fixes: dict[str, str]) -> None:
    for column, cell in row.cells.items():
        if address(row.number, column) not in fixes:
            _write(out.cell(row.number, column), cell)


def _write(target: Any, content: Cell | str) -> None:
    if isinstance(content, Cell) and content.kind == "number" and content.number is not None:
        target.value = (
            content.number if content.number != int(content.number) else int(content.number)
        )
        if content.text.startswith("0") and content.text.isdigit() and len(content.text) > 1:
            target.number_format = "0" * len(content.text)
        return
    text = content.text if isinstance(content, Cell) else content
    target.value = neutral(text)
    target.data_type = "s"
    target.number_format = "@"


def _comments(report: Report) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for problem in report.problems:
        found.setdefault(problem.cell, []).append(
            _("%(text)s。%(remedy)s。", text=problem.text, remedy=problem.remedy)
        )
    refused = set(found)
    for change in report.converted:
        if change.cell not in refused:
            text = _("%(text)s：%(result)s", text=change.text, result=change.result)
            found.setdefault(change.cell, []).append(text)
    return found


def _paint(out: Any, report: Report, comments: dict[str, list[str]]) -> None:
    refused = {p.cell for p in report.problems}
    for place, lines in comments.items():
        cell = out[place]
        cell.fill = _BROKEN if place in refused else _AMBER
        if place in refused:
            cell.border = _RED_EDGE
            cell.font = Font(bold=True, color="FFB42318")
        cell.comment = Comment("\n".join(lines)[:1000], _AUTHOR, width=260, height=90)


def _list_problems(book: Any, report: Report) -> None:
    out = book.create_sheet(_("问题清单"))
    out.append([_("工作表"), _("单元格"), _("原值"), _("问题"), _("处理建议"), _("类别")])
    for problem in report.problems:
        line = (problem.sheet, problem.cell, problem.value, problem.text, problem.remedy, _("错误"))
        out.append([neutral(text) for text in line])
    for change in report.converted:
        line = (
            change.sheet,
            change.cell,
            change.value,
            change.text,
            change.result,
            _("已自动转换"),
        )
        out.append([neutral(text) for text in line])
    for out_of_it in report.absent:
        line = (
            "",
            "",
            out_of_it.reference,
            _("表里没有这张当日订单"),
            _("导入后为未排"),
            _("未排"),
        )
        out.append([neutral(text) for text in line])
    for letter, width in zip("ABCDEF", (12, 8, 20, 32, 32, 12), strict=True):
        out.column_dimensions[letter].width = width
    for cell in out[1]:
        cell.font = Font(bold=True)
    out.freeze_panes = "A2"
