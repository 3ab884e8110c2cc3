"""Which column is which field: suggested from headers and contents, remembered by fingerprint."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from workers.sheets.fields import Field, Spec
from workers.sheets.layout import Column, Header, normal
from workers.sheets.table import Row
from workers.sheets.values.base import Ask, blank
from workers.sheets.values.numbers import header_unit

SAMPLE_ROWS = 30
_ENOUGH = 0.5


class Mapped(msgspec.Struct, frozen=True):
    """A field and the column it is read from; ``how``: remembered, suggested or chosen."""

    field: str
    column: int
    key: str
    how: str


def suggest(spec: Spec, header: Header, rows: list[Row], ask: Ask) -> list[Mapped]:
    """The likeliest field of each column, each field at most once."""
    scores = []
    for column in header.columns:
        for place, field in enumerate(spec.fields):
            by_name = _by_name(field, column)
            if by_name <= 0:
                continue
            score = by_name * _by_content(field, column, rows, ask)
            if score >= _ENOUGH:
                scores.append((-score, place, column.number, field.name, column.key))
    taken_fields: set[str] = set()
    taken_columns: set[int] = set()
    found = []
    for _, _, number, name, key in sorted(scores):
        if name in taken_fields or number in taken_columns:
            continue
        taken_fields.add(name)
        taken_columns.add(number)
        found.append(Mapped(name, number, key, "suggested"))
    return sorted(found, key=lambda m: m.column)


def remembered(spec: Spec, header: Header, columns: Mapping[str, str]) -> list[Mapped]:
    """The kept mapping (field → header key) laid on this header, wherever its columns are now."""
    by_key = {column.key: column for column in header.columns}
    by_shape = {_shape(column.key): column for column in header.columns}
    found = []
    for name, key in columns.items():
        column = by_key.get(key) or by_shape.get(_shape(key))
        if column is not None and name in spec.by_name:
            found.append(Mapped(name, column.number, column.key, "remembered"))
    return sorted(found, key=lambda m: m.column)


def _shape(key: str) -> str:
    return re.sub(r"\d+", "#", normal(key))


def _by_name(field: Field, column: Column) -> float:
    label = normal(column.label)
    if not label:
        return 0.0
    last = normal(column.label.rsplit("/", 1)[-1])
    names = [normal(word) for word in field.names]
    bare = _without_unit(last)
    if label in names or last in names:
        return 1.0
    if bare in names:
        return 0.95
    inside = [name for name in names if len(name) >= 2 and (name in last or name in label)]
    if inside:
        return 0.6 + 0.3 * max(len(name) for name in inside) / max(len(label), 1)
    return 0.0


def _without_unit(label: str) -> str:
    unit = normal(header_unit(label))
    return label[: -len(unit)] if unit and label.endswith(unit) else label


def _by_content(field: Field, column: Column, rows: list[Row], ask: Ask) -> float:
    """Share of the first filled cells that the field's reader understands, eased."""
    asked = Ask(field.label, header_unit(column.label), ask.today, ask.service_date, field.limit)
    read = good = 0
    for row in rows[:SAMPLE_ROWS]:
        cell = row.cells.get(column.number)
        if blank(cell):
            continue
        read += 1
        reading = field.reader(cell, asked)
        good += reading.fault is None or reading.fault.fix is not None
    if not read:
        return 0.9
    # a header in so many words is believed even where every cell is faulty: faults are to be shown
    return 0.55 + 0.45 * good / read
