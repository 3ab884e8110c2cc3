"""The preview: the sheet's own rows and addresses, a page at a time, with marks on cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.language import retell
from webapp.imports.desk import note_text, problem_text
from workers.sheets.imports import View
from workers.sheets.layout import Column
from workers.sheets.table import Cell, address

PAGE_ROWS = 100
MOST_COLUMNS = 40
LONGEST_SHOWN = 160
"""Characters of a cell that the preview shows; the outline of a zone runs to thousands."""


@dataclass(frozen=True)
class GridCell:
    """A cell as shown; ``mark``: wrong, converted or nothing."""

    place: str
    text: str
    mark: str = ""
    says: str = ""
    number: bool = False


@dataclass(frozen=True)
class GridRow:
    """A row as shown; ``kind``: data, header, skipped or left-out."""

    number: int
    kind: str
    cells: list[GridCell]
    says: str = ""
    wrong: bool = False


@dataclass(frozen=True)
class Grid:
    """A page of the preview."""

    columns: list[Column]
    rows: list[GridRow]
    page: int
    pages: int
    total: int
    first: int = 0
    last: int = 0
    only_wrong: bool = False
    hidden_columns: int = field(default=0)


def build(view: View, page: int, *, only_wrong: bool, at: int | None = None) -> Grid:
    """The page of the preview; ``at``: show the page that holds this row."""
    report, sheet = view.report, view.sheet
    if report is None or sheet is None:
        return Grid([], [], 1, 1, 0)
    wrong = {p.cell: problem_text(p) for p in report.problems}
    converted = {c.cell: note_text(c) for c in report.converted}
    failed = report.failed_rows
    skipped = {s.row: s for s in report.skipped}
    left_out = set(report.left_out)
    columns = report.columns[:MOST_COLUMNS]
    shown = [row for row in sheet.rows if row.number > report.header_last]
    if only_wrong:
        shown = [row for row in shown if row.number in failed]
    pages = max(1, -(-len(shown) // PAGE_ROWS))
    if at is not None:
        place = next((i for i, row in enumerate(shown) if row.number == at), 0)
        page = place // PAGE_ROWS + 1
    page = min(max(page, 1), pages)
    rows = []
    for row in shown[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]:
        kind, says = "data", ""
        if row.number in left_out:
            kind = "left-out"
        elif row.number in skipped:
            kind, says = "skipped", retell(skipped[row.number].text)
        cells = [
            _cell(
                address(row.number, column.number),
                row.cells.get(column.number),
                view.fixes,
                wrong,
                converted,
            )
            for column in columns
        ]
        rows.append(GridRow(row.number, kind, cells, says, row.number in failed))
    return Grid(
        columns=columns,
        rows=rows,
        page=page,
        pages=pages,
        total=len(shown),
        first=rows[0].number if rows else 0,
        last=rows[-1].number if rows else 0,
        only_wrong=only_wrong,
        hidden_columns=len(report.columns) - len(columns),
    )


def _cell(
    place: str,
    cell: Cell | None,
    fixes: Mapping[str, str],
    wrong: Mapping[str, str],
    converted: Mapping[str, str],
) -> GridCell:
    text = fixes.get(place, cell.text if cell is not None else "")
    if len(text) > LONGEST_SHOWN:
        text = f"{text[:LONGEST_SHOWN]}…"
    number = cell is not None and cell.kind == "number"
    if place in wrong:
        return GridCell(place, text, "wrong", wrong[place], number)
    if place in fixes:
        return GridCell(place, text, "fixed", "", number)
    if place in converted:
        return GridCell(place, text, "converted", converted[place], number)
    return GridCell(place, text, "", "", number)
