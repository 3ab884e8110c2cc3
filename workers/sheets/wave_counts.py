"""Counts of courier waves from a sheet: stations down, ``07:00 预计`` and ``07:00 实际`` across."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from models.language import gettext as _
from workers.sheets.table import Row, Table, address
from workers.sheets.values.base import fold

STATION_HEADS = frozenset(
    ("站点编码", "站点代码", "站点", "网点编码", "门店编码", "编码", "station code")
)
ACTUAL = ("实际", "actual")
TOTALS = ("合计", "总计", "小计", "total")
HEADER_WITHIN = 20
MOST = 1_000_000
Key = tuple[uuid.UUID, uuid.UUID]


@dataclass
class Counts:
    """What a sheet says by wave and station; with ``problems``, told by cell, nothing counts."""

    expected: dict[Key, int] = field(default_factory=dict)
    actual: dict[Key, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def read_counts(
    table: Table,
    waves: Mapping[str, uuid.UUID],
    stations: Mapping[str, uuid.UUID],
    cells: Collection[Key],
) -> Counts:
    """Read the first sheet that has a header of stations and waves; blank cells say nothing.

    ``waves``: by code as in ``07:00``; ``stations``: by the courier's own code; ``cells``: which
    station stands in which wave that day.
    """
    known = {fold(code).lower(): place for code, place in stations.items()}
    for sheet in table.sheets:
        for row in sheet.rows[:HEADER_WITHIN]:
            head = _header(row, waves)
            if head is not None:
                return _read([r for r in sheet.rows if r.number > row.number], *head, known, cells)
    found = Counts()
    found.problems.append(_("没有找到表头：须有“站点编码”一列和带班次名称的列，如“07:00 预计”"))
    return found


Column = tuple[uuid.UUID, bool]
"""A wave, and whether the column holds real counts."""


def _header(row: Row, waves: Mapping[str, uuid.UUID]) -> tuple[int, dict[int, Column]] | None:
    station, columns = None, {}
    for number, cell in row.cells.items():
        text = fold(cell.text).lower()
        if station is None and text in STATION_HEADS:
            station = number
            continue
        code = next((code for code in waves if fold(code).lower() in text), None)
        if code is not None:
            columns[number] = (waves[code], any(word in text for word in ACTUAL))
    return (station, columns) if station is not None and columns else None


def _read(
    rows: list[Row],
    station: int,
    columns: Mapping[int, Column],
    known: Mapping[str, uuid.UUID],
    cells: Collection[Key],
) -> Counts:
    found = Counts()
    for row in rows:
        named = row.cells.get(station)
        text = fold(named.text) if named is not None else ""
        if not text or text.lower() in TOTALS:
            continue
        place = known.get(text.lower())
        if place is None:
            where = address(row.number, station)
            found.problems.append(_("%(cell)s：没有站点 %(text)s", cell=where, text=text[:30]))
            continue
        for number, (wave, actual) in columns.items():
            cell = row.cells.get(number)
            typed = fold(cell.text).replace(",", "") if cell is not None else ""
            if not typed:
                continue
            if not (typed.isascii() and typed.isdigit() and int(typed) <= MOST):
                where = address(row.number, number)
                found.problems.append(
                    _("%(cell)s：“%(text)s”不是件数", cell=where, text=typed[:20])
                )
                continue
            if (wave, place) not in cells:
                where = address(row.number, number)
                said = _("%(cell)s：这个班次不到站点 %(text)s", cell=where, text=text[:30])
                found.problems.append(said)
                continue
            (found.actual if actual else found.expected)[wave, place] = int(typed)
    return found
