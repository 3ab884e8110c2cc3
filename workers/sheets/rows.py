"""Reading rows by a mapping: the part that is the same for orders and for things."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from workers.sheets.fields import Field, Spec
from workers.sheets.layout import Header, cell_in, data_rows
from workers.sheets.mapping import Mapped
from workers.sheets.report import Converted, Problem
from workers.sheets.table import Cell, Row, Sheet, address, text_cell
from workers.sheets.values.base import Ask, Fault, Note, Reading, fold
from workers.sheets.values.numbers import header_unit


class Pass:
    """One pass over a sheet: what each row says, with problems and conversions collected.

    ``fixes``: cell address → text typed by hand instead of the sheet's. ``left_out``: rows not
    to be imported.
    """

    def __init__(
        self,
        sheet: Sheet,
        header: Header,
        spec: Spec,
        mapping: list[Mapped],
        *,
        fixes: Mapping[str, str],
        left_out: set[int],
        today: dt.date,
        service_date: dt.date | None,
    ) -> None:
        self.sheet = sheet
        self.header = header
        self.spec = spec
        self.columns = {m.field: m.column for m in mapping}
        self.fixes = fixes
        self.problems: list[Problem] = []
        self.converted: list[Converted] = []
        all_rows, self.skipped = data_rows(sheet, header)
        self.left_out = sorted(row.number for row in all_rows if row.number in left_out)
        self.rows = [row for row in all_rows if row.number not in left_out]
        labels = {c.number: c.label for c in header.columns}
        self._asks = {
            name: Ask(
                spec.by_name[name].label,
                header_unit(labels.get(column, "")),
                today,
                service_date,
                spec.by_name[name].limit,
            )
            for name, column in self.columns.items()
        }
        self.labels = labels

    def cell(self, row: Row, name: str) -> tuple[Cell | None, bool]:
        """The field's cell as fixed by hand or in the sheet; True if a merge lent it."""
        column = self.columns.get(name)
        if column is None:
            return None, False
        fixed = self.fixes.get(address(row.number, column))
        if fixed is not None:
            return (text_cell(fixed) if fixed else None), False
        return cell_in(self.sheet, row, column)

    def shown(self, row: Row, name: str) -> str:
        """The field's cell as the sheet's owner sees it."""
        cell, _ = self.cell(row, name)
        return cell.text if cell is not None else ""

    def read(self, row: Row, name: str) -> Any:
        """The field's value, or None; faults and notes are recorded at the cell."""
        field = self.spec.by_name[name]
        if name not in self.columns:
            return field.default
        cell, lent = self.cell(row, name)
        reading = field.reader(cell, self._asks[name])
        if reading.fault is not None:
            self.fault(row, name, reading.fault)
            return None
        if reading.value is None:
            if field.required:
                self.fault(row, name, Fault("required", {"field": field.label}))
            return field.default
        if lent:
            reading = Reading(reading.value, (Note("merged_down"),), None, reading.shown)
        self.note(row, name, reading.shown, reading.notes)
        return reading.value

    def fault(
        self,
        row: Row,
        name: str,
        fault: Fault,
        near: list[tuple[str, str]] | None = None,
        *,
        blocks: bool = True,
    ) -> None:
        """Record a problem at the field's cell (column A's if it has none)."""
        column = self.columns.get(name, min(self.columns.values(), default=1))
        self.problems.append(
            Problem(
                sheet=self.sheet.name,
                cell=address(row.number, column),
                row=row.number,
                column=column,
                field=name,
                value=self.shown(row, name),
                rule=fault.rule,
                params=dict(fault.params),
                fix=fault.fix,
                near=near or [],
                blocks=blocks,
            )
        )

    def note(self, row: Row, name: str, result: str, notes: tuple[Note, ...]) -> None:
        """Record conversions at the field's cell."""
        column = self.columns.get(name, min(self.columns.values(), default=1))
        self.converted.extend(
            Converted(
                sheet=self.sheet.name,
                cell=address(row.number, column),
                row=row.number,
                column=column,
                field=name,
                value=self.shown(row, name),
                result=result,
                note=note.id,
                params=dict(note.params),
            )
            for note in notes
        )

    def missing(self) -> list[str]:
        """Fields that must be mapped but are not: names, or ``a|b`` for one of several."""
        absent = [f.name for f in self.spec.fields if f.required and f.name not in self.columns]
        absent += [
            "|".join(group)
            for group in self.spec.one_of
            if not any(name in self.columns for name in group)
        ]
        return absent


_PREFIX = re.compile(r"[^\W\d_]+[-_/]?")


def common_prefix(values: list[str]) -> str:
    """The leading letters (with a dash) that four in five values share; empty if none."""
    heads = [match.group() for value in values if (match := _PREFIX.match(value))]
    if len(values) < 5 or not heads:
        return ""
    usual = max(sorted(set(heads)), key=heads.count)
    return usual if heads.count(usual) * 5 >= len(values) * 4 else ""


def shape(value: str) -> str:
    """``HF-1124-003`` → ``HF-####-###``."""
    return re.sub(r"\d", "#", value)


def duplicates(keys: list[tuple[Row, str]]) -> dict[int, Row]:
    """Row number → the earlier row with the same key."""
    first: dict[str, Row] = {}
    again: dict[int, Row] = {}
    for row, key in keys:
        folded = fold(key).lower()
        if folded in first:
            again[row.number] = first[folded]
        else:
            first[folded] = row
    return again


def field_of(spec: Spec, name: str) -> Field:
    """The field by name."""
    return spec.by_name[name]
