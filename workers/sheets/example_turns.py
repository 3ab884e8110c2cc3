"""An example of a dispatcher's own sheet: the plate once per vehicle, a title, subtotals."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font

from models.language import gettext as _
from routing.formats.ours import read_problem
from routing.problem import Problem
from workers.artefacts import ArtefactStore
from workers.demo.by_hand import ByHand, HandRow
from workers.planning.cells import safe
from workers.planning.clock import Clock
from workers.planning.names import Names

WIDTHS = {"A": 12, "B": 8, "C": 8, "D": 8, "E": 18, "F": 30, "G": 8, "H": 14}


def example(problem: Problem, labels: Mapping[str, Any], title: str) -> bytes:
    """XLSX bytes of the day planned by hand; ``labels`` as they are kept with a plan."""
    names, clock = Names(labels), Clock(problem.horizon)
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101  a new workbook has a sheet; its type does not say so
    sheet.title = _("派车表")
    sheet.append([safe(title)])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(WIDTHS))
    heads = (_("号牌号码"), _("趟次"), _("顺序"), _("作业"), _("订单号"), _("收货门店"), _("件数"))
    sheet.append([*heads, _("计划到达")])
    for cell in (sheet.cell(1, 1), *sheet[2]):
        cell.font = Font(bold=True)
    words = {"pickup": _("提货"), "delivery": _("送货")}
    for vehicle, rows in _by_vehicle(ByHand(problem).rows()).items():
        trip = 0
        for turn, row in enumerate(rows, start=1):
            new, trip = row.trip != trip, row.trip
            line = [
                names.of(vehicle) if turn == 1 else None,
                _("第%(n)s趟", n=trip) if new else None,
                turn,
                words[row.kind],
                names.of(row.order.split("#", 1)[0]),
                names.of(row.place),
                row.units,
                clock.text(row.arrive) if row.kind == "delivery" else None,
            ]
            sheet.append([safe(value) for value in line])
        units = sum(row.units for row in rows if row.kind == "delivery")
        sheet.append([_("小计"), None, None, None, None, None, units])
    for letter, width in WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def example_of(store: ArtefactStore, problem: str, names: str, title: str) -> bytes:
    """As ``example``, of a snapshot named by the hashes of its problem and names."""
    return example(read_problem(store.get(problem)), json.loads(store.get(names)), title)


def _by_vehicle(rows: list[HandRow]) -> dict[str, list[HandRow]]:
    found: dict[str, list[HandRow]] = {}
    for row in rows:
        found.setdefault(row.vehicle, []).append(row)
    return found
