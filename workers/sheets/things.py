"""The city's things by sheet: which kinds there are, and the check of their rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from models.language import gettext as _
from workers.sheets.fields import Field, Spec
from workers.sheets.layout import Header
from workers.sheets.mapping import Mapped
from workers.sheets.report import Draft, Report
from workers.sheets.rows import Pass, duplicates
from workers.sheets.specs.access import RULES, ZONES
from workers.sheets.specs.energy import CHARGERS, TARIFFS
from workers.sheets.specs.ground import BAYS, PLACES
from workers.sheets.specs.kinds import VEHICLE_TYPES
from workers.sheets.specs.people import DRIVERS, VEHICLES
from workers.sheets.specs.permits import PERMIT_APPLICATIONS
from workers.sheets.storing_permits import dates_in_order
from workers.sheets.table import Row, Sheet, address
from workers.sheets.values.base import Fault
from workers.sheets.values.windows import Span
from workers.sheets.wholes import WHOLES

THINGS: dict[str, Spec] = {
    s.kind: s
    for s in (
        VEHICLES,
        VEHICLE_TYPES,
        DRIVERS,
        PLACES,
        CHARGERS,
        TARIFFS,
        BAYS,
        ZONES,
        RULES,
        PERMIT_APPLICATIONS,
    )
}
"""All kinds of things that come by sheet."""
ROWS = {"permit_applications": dates_in_order}
"""Kind → what a whole row is looked at for: fields with their faults."""


def check_things(
    spec: Spec,
    sheet: Sheet,
    header: Header,
    mapping: list[Mapped],
    *,
    known: Mapping[str, set[str]],
    taken: Mapping[str, set[str]],
    today: dt.date,
    fixes: Mapping[str, str],
    left_out: set[int],
) -> Report:
    """Check a sheet of things.

    ``known``: field name → values it may have (codes that exist). ``taken``: field name → values
    that are other organisations'. A key of one's own that is there already is no fault: storing
    changes the thing.
    """
    work = Pass(
        sheet,
        header,
        spec,
        mapping,
        fixes=fixes,
        left_out=left_out,
        today=today,
        service_date=None,
    )
    missing = work.missing()
    drafts: list[Draft] = []
    for row in [] if missing else work.rows:
        values = {f.name: _plain(work.read(row, f.name)) for f in spec.fields}
        _unknown(work, row, values, known)
        _taken(work, row, values, taken)
        for name, fault in ROWS[spec.kind](values) if spec.kind in ROWS else []:
            work.fault(row, name, fault)
        lat = values.get("lat")
        if isinstance(lat, float) and abs(lat) > 90:
            work.fault(row, "lat", Fault("not_coordinate"))
        drafts.append(Draft(row.number, values))
    rows = {row.number: row for row in work.rows}
    _together(work, spec, rows, drafts)
    _twice(work, spec, rows, drafts)
    work.problems.sort(key=lambda p: (p.row, p.column))
    failed = {p.row for p in work.problems}
    good = [d for d in drafts if d.row not in failed]
    return Report(
        kind=spec.kind,
        sheet=sheet.name,
        header_first=header.first,
        header_last=header.last,
        columns=header.columns,
        mapping=mapping,
        missing=missing,
        rows=len(work.rows),
        passed=len(good),
        failed=len(work.rows) - len(good),
        left_out=work.left_out,
        skipped=work.skipped,
        problems=work.problems,
        converted=work.converted,
        drafts=good,
        fingerprint=header.fingerprint,
    )


def _unknown(
    work: Pass, row: Row, values: Mapping[str, object], known: Mapping[str, set[str]]
) -> None:
    for name, allowed in known.items():
        value = values.get(name)
        for code in value if isinstance(value, list) else [value]:
            if not code or code in allowed:
                continue
            bare = str(code).lstrip("0")
            near = [other for other in sorted(allowed) if other.lstrip("0") == bare]
            label = work.spec.by_name[name].label
            choices = "、".join(sorted(allowed)[:8]) or _("（还没有）")
            fix = near[0] if len(near) == 1 and not isinstance(value, list) else None
            work.fault(row, name, Fault("unknown_word", {"field": label, "choices": choices}, fix))


def _taken(
    work: Pass, row: Row, values: Mapping[str, object], taken: Mapping[str, set[str]]
) -> None:
    for name, others in taken.items():
        if values.get(name) in others:
            work.fault(row, name, Fault("taken", {"field": work.spec.by_name[name].label}))


def _together(work: Pass, spec: Spec, rows: Mapping[int, Row], drafts: list[Draft]) -> None:
    """Rows of one thing agree in what is the thing's own; blanks take what the first row says."""
    if not spec.group:
        return
    groups: dict[object, list[Draft]] = {}
    for draft in drafts:
        if draft.values.get(spec.group) is not None:
            groups.setdefault(draft.values[spec.group], []).append(draft)
    shared = [f.name for f in spec.fields if f.name not in (*spec.per_row, spec.group)]
    for parts in groups.values():
        first = parts[0]
        for draft in parts[1:]:
            row = rows[draft.row]
            for name in shared:
                cell, _ = work.cell(row, name)
                if cell is None or not cell.text.strip():
                    draft.values[name] = first.values[name]
                elif draft.values[name] is not None and draft.values[name] != first.values[name]:
                    where = address(first.row, work.columns[name])
                    work.fault(row, name, Fault("differs", {"cell": where}))
        told = {problem.row for problem in work.problems}
        if spec.kind in WHOLES and not told & {draft.row for draft in parts}:
            for at, name, fault in WHOLES[spec.kind]([draft.values for draft in parts]):
                work.fault(rows[parts[at].row], name, fault)


def _twice(work: Pass, spec: Spec, rows: Mapping[int, Row], drafts: list[Draft]) -> None:
    """No two rows say the same thing."""
    names = spec.unique or (spec.key,)
    at = spec.key if spec.key in work.columns else names[0]
    keys = [
        (rows[draft.row], "\x1f".join(str(draft.values.get(name) or "") for name in names))
        for draft in drafts
        if draft.values.get(names[0])
    ]
    for number, earlier in duplicates(keys).items():
        where = address(earlier.number, work.columns[at])
        work.fault(rows[number], at, Fault("duplicate_in_file", {"cell": where}))


def _plain(value: object) -> object:
    """Values as JSON: dates as ISO text, windows as seconds."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, list) and value and isinstance(value[0], Span):
        return [{"start": s.start * 60, "end": s.end * 60, "night": s.night} for s in value]
    return value


def spec_of(kind: str) -> Spec:
    """The fields of a kind of thing; raises ``KeyError`` for a kind that has no sheet."""
    return THINGS[kind]


__all__ = ["THINGS", "Field", "check_things", "spec_of"]
