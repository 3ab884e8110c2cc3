"""Use-cases of an import, the same for page, interface, command line and job.

A file is kept first, then read in a process of its own, then checked as often as somebody
changes something; nothing of it becomes orders or things before ``commit``, which is all or
nothing and may be called again without effect. What a killed process leaves is a file that is
read at the next look (``ensure_parsed``).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.audit.operations import append
from models.base import now
from models.db import Database
from models.errors import Conflict, FieldError, Invalid
from models.language import gettext as _
from models.language import kept
from models.orders.tables import Import, ImportMapping
from models.places.operations import remember_spelling
from workers.artefacts import ArtefactStore
from workers.sheets import isolate, queries
from workers.sheets.checking import Choices, check, choose, order_context
from workers.sheets.errors import SheetError, refusal
from workers.sheets.marked import mark
from workers.sheets.opening import MAX_BYTES
from workers.sheets.orders import Context
from workers.sheets.report import Report, from_json, to_json
from workers.sheets.storing import store
from workers.sheets.table import Sheet, Table, address, decode, encode, parse_address
from workers.sheets.templates import spec_for
from workers.sheets.values.base import fold

LONGEST_FIX = 100_000
"""Characters that may be typed over a cell; the outline of a zone is long."""
OPEN_STATES = ("received", "parsing", "parsed")


@dataclass(frozen=True)
class Desk:
    """Where imports are kept: the database and the store of files."""

    database: Database
    store: ArtefactStore


@dataclass(frozen=True)
class View:
    """An import with its table and its latest check, for showing."""

    row: Import
    table: Table | None
    sheet: Sheet | None
    report: Report | None
    fixes: Mapping[str, str] = field(default_factory=dict)


def start_import(
    desk: Desk,
    actor: Actor,
    *,
    kind: str,
    file_name: str,
    data: bytes,
    shipper_id: uuid.UUID | None = None,
    service_date: dt.date | None = None,
    table: Table | None = None,
) -> uuid.UUID:
    """Keep a file and note that it came; reading it is ``ensure_parsed``.

    ``table``: rows that were pasted or copied, already read. The same file sent again while an
    import of it is still open answers with that import.

    Raises:
        SheetError: empty or too large.
        NotFound: not a shipper that the actor acts for.
    """
    spec_for(kind)
    if not data:
        raise refusal("empty")
    if len(data) > MAX_BYTES:
        raise refusal("too_large")
    source = desk.store.put(data)
    content = desk.store.put(encode(table)) if table is not None else None
    with desk.database.write(actor) as session:
        came = Came(kind, file_name, len(data), source, content, shipper_id, service_date)
        return _start_in(session, actor, came).id


@dataclass(frozen=True)
class Came:
    """A file that came in and was kept: hashes of the file and (if read already) its rows."""

    kind: str
    file_name: str
    size: int
    source: str
    content: str | None
    shipper_id: uuid.UUID | None
    service_date: dt.date | None


def _start_in(session: Session, actor: Actor, came: Came) -> Import:
    owner = actor.organisation_id or came.shipper_id
    if came.kind == "orders":
        owner = queries.shipper(session, actor, came.shipper_id).id
    if owner is None:
        raise Invalid("no_organisation", _("没有指定所属组织"), _("请指定货主"))
    for again in queries.open_imports(session, actor, came.kind, came.source, came.service_date):
        if Choices.from_json(again.options).owner == owner:
            return again
    row = Import(
        organisation_id=actor.organisation_id or owner,
        account_id=actor.account_id,
        kind=came.kind,
        state="received",
        file_name=fold(came.file_name)[:200] or kept("未命名"),
        size=came.size,
        source_sha256=came.source,
        content_sha256=came.content,
        service_date=came.service_date,
        options=Choices(owner=owner).to_json(),
    )
    session.add(row)
    session.flush()
    append(session, actor, "import.start", "import", row.id, fields=("file",))
    return row


def import_in(
    session: Session, actor: Actor, table: Table, came: Came, *, pickup: str | None = None
) -> tuple[Import, Report]:
    """Start and check an import of rows that were read already, in the caller's transaction."""
    row = _start_in(session, actor, came)
    if row.state in {"received", "parsing"}:
        row.state = "parsed"
        row.content_sha256 = came.content
        row.encoding = table.encoding or None
        choices = choose(session, actor, row, table)
    else:
        choices = choices_of(row)
    if pickup is not None:
        choices = choices.with_(pickup=pickup)
    return row, _keep(session, actor, row, table, choices)


def ensure_parsed(desk: Desk, actor: Actor, import_id: uuid.UUID) -> str:
    """Read the kept file if it has not been read; the state after (``parsed`` or ``failed``).

    May be called by several at once and again after a kill: the outcome is the same.
    """
    with desk.database.read(actor) as session:
        row = queries.import_by_id(session, actor, import_id)
        state, source, content = row.state, row.source_sha256, row.content_sha256
    if state not in {"received", "parsing"}:
        return state
    try:
        table = (
            decode(desk.store.get(content)) if content else isolate.parse(desk.store.get(source))
        )
        if not any(sheet.rows for sheet in table.sheets):
            raise refusal("no_rows")
    except SheetError as error:
        with desk.database.write(actor) as session:
            row = queries.import_by_id(session, actor, import_id)
            row.state = "failed"
            row.errors = 1
            row.report = {
                "refused": {"code": error.code, "message": error.message, "remedy": error.remedy}
            }
        return "failed"
    content = desk.store.put(encode(table))
    with desk.database.write(actor) as session:
        row = queries.import_by_id(session, actor, import_id)
        if row.state in {"received", "parsing"}:
            row.state = "parsed"
            row.content_sha256 = content
            row.encoding = table.encoding or None
            choices = choose(session, actor, row, table)
            _keep(session, actor, row, table, choices)
        return row.state


def view(desk: Desk, actor: Actor, import_id: uuid.UUID) -> View:
    """The import with its rows and its last check, checked anew while it is open."""
    ensure_parsed(desk, actor, import_id)
    with desk.database.read(actor) as session:
        row = queries.import_by_id(session, actor, import_id)
        session.expunge(row)  # outlives the session: a rolled-back read would empty it
        if row.state not in {"parsed", "stored"} or row.content_sha256 is None:
            return View(row, None, None, None)
        table = decode(desk.store.get(row.content_sha256))
        choices = Choices.from_json(row.options)
        if row.state == "stored":  # as it was: now every one of its orders exists already
            report = from_json(row.report)
        else:
            report = check(session, actor, row, table, choices)
        return View(row, table, choices.sheet_of(table), report, dict(choices.fixes))


def dry_run(desk: Desk, actor: Actor, import_id: uuid.UUID) -> Report:
    """Check the whole file; nothing is stored.

    Raises:
        SheetError: the file could not be read.
    """
    found = view(desk, actor, import_id)
    if found.report is None:
        raise refusal(str(found.row.report.get("refused", {}).get("code", "unreadable")))
    return found.report


def set_mapping(
    desk: Desk,
    actor: Actor,
    import_id: uuid.UUID,
    *,
    columns: Mapping[str, int] | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
    pickup: str | None = None,
    service_date: dt.date | None = None,
    remember: bool | None = None,
    purpose: Literal["compare", "plan"] | None = None,
    strict: bool | None = None,
) -> Report:
    """Say which column (1 = A) each field is read from, which sheet, which row is the header.

    A new sheet or header row suggests columns anew unless they are given too. ``pickup``: the
    place that goods are loaded at where the sheet names none. ``purpose``, ``strict``: of a
    hand-made plan, see ``Choices``. What is None stays as it was.
    """

    def change(session: Session, row: Import, table: Table, choices: Choices) -> Choices:
        if service_date is not None:
            row.service_date = service_date
        moved = (sheet is not None and sheet != choices.sheet) or (
            header_row is not None and header_row != choices.header_row
        )
        if moved:
            choices = choose(session, actor, row, table, sheet=sheet, header_row=header_row)
        if pickup is not None:
            choices = choices.with_(pickup=pickup or None)
        given = {"remember": remember, "purpose": purpose, "strict": strict}
        choices = choices.with_(**{name: v for name, v in given.items() if v is not None})
        if columns is not None:
            spec = spec_for(row.kind)
            known = {name: number for name, number in columns.items() if name in spec.by_name}
            if len(set(known.values())) != len(known):
                raise Invalid("column_twice", _("同一列不能对应两个字段"), _("请改选其中一列"))
            if known != choices.columns:
                choices = choices.with_(columns=known, how="chosen")
        return choices

    return _change(desk, actor, import_id, change)


def fix_cell(
    desk: Desk, actor: Actor, import_id: uuid.UUID, *, cell: str, value: str | None
) -> Report:
    """Type another value over a cell (``C9``); None takes the sheet's own again."""
    try:
        place = address(*parse_address(cell))
    except ValueError:
        raise Invalid(
            "bad_cell", _("没有 %(cell)s 这个单元格", cell=cell[:10]), _("请写成 C9 的样子")
        ) from None

    def change(session: Session, row: Import, table: Table, choices: Choices) -> Choices:
        del session, row, table
        fixes = dict(choices.fixes)
        if value is None:
            fixes.pop(place, None)
        else:
            fixes[place] = value[:LONGEST_FIX]
        return choices.with_(fixes=fixes)

    return _change(desk, actor, import_id, change)


def leave_out(desk: Desk, actor: Actor, import_id: uuid.UUID, *, row: int, out: bool) -> Report:
    """Do not import a row, or import it after all."""

    def change(session: Session, imported: Import, table: Table, choices: Choices) -> Choices:
        del session, imported, table
        rows = set(choices.left_out) | {row} if out else set(choices.left_out) - {row}
        return choices.with_(left_out=sorted(rows))

    return _change(desk, actor, import_id, change)


def pick_place(
    desk: Desk, actor: Actor, import_id: uuid.UUID, *, cell: str, place_id: uuid.UUID
) -> Report:
    """Say which place an unmatched cell means; the spelling is remembered for this shipper."""

    def change(session: Session, row: Import, table: Table, choices: Choices) -> Choices:
        report = check(session, actor, row, table, choices)
        problem = next((p for p in report.problems if p.cell == cell), None)
        if problem is None or problem.field not in {"store", "store_code", "address", "pickup"}:
            raise Conflict(
                "no_such_problem", _("%(cell)s 已没有待选的网点", cell=cell[:10]), _("请重新检查")
            )
        operator = queries.operator_of(session, actor, choices.owner).operator_id
        allowed = queries.stores(session, actor, choices.owner)
        if problem.field == "pickup":
            allowed = queries.pickups(session, actor, choices.owner, operator)
        if str(place_id) not in {k.place for k in allowed}:
            raise Invalid("place_unknown", _("这个网点不在贵司的网点里"), _("请先新建网点"))
        kind = {"store_code": "code", "address": "address"}.get(problem.field, "name")
        remember_spelling(
            session,
            actor,
            shipper_id=choices.owner,
            place_id=place_id,
            kind=kind,
            text=problem.value,
        )
        append(session, actor, "import.pick_place", "place", place_id, fields=("alias",))
        return choices

    return _change(desk, actor, import_id, change)


def commit(desk: Desk, actor: Actor, import_id: uuid.UUID) -> int:
    """Store all rows in one transaction, or none; how many were stored.

    Calling it again answers the same number and stores nothing more.

    Raises:
        Invalid: the check does not pass (``fields`` name every problem).
        Conflict: the file was discarded or could not be read.
    """
    ensure_parsed(desk, actor, import_id)
    with desk.database.write(actor) as session:
        row = queries.import_by_id(session, actor, import_id)
        # Whoever commits the same import meanwhile is waited for, and then seen.
        session.refresh(row, with_for_update=True)
        if row.state == "stored":
            return row.stored
        if row.state != "parsed" or row.content_sha256 is None:
            raise Conflict("import_closed", _("这次导入已不能写入"), _("请重新选择文件"))
        table = decode(desk.store.get(row.content_sha256))
        return commit_in(session, actor, row, table)


def commit_in(session: Session, actor: Actor, row: Import, table: Table) -> int:
    """Check once more and store all rows, in the caller's transaction; how many.

    Raises:
        Invalid: the check does not pass; ``fields`` name each cell with its rule.
    """
    choices = choices_of(row)
    report = check(session, actor, row, table, choices)
    if not report.ready:
        left = len(report.problems) + len(report.missing)
        raise Invalid(
            "import_not_ready",
            _("还差 %(left)s 处未改正，未写入任何一行", left=left),
            _("请逐处改正"),
            [
                FieldError(
                    field=p.cell,
                    code=p.rule,
                    message=_("%(text)s。%(remedy)s", text=p.text, remedy=p.remedy),
                    index=p.row,
                )
                for p in report.problems
            ]
            + [
                FieldError(field=name, code="column_missing", message=_("没有对应的列"))
                for name in report.missing
            ],
        )
    row.stored = store(session, actor, row, choices.owner, report)
    row.state = "stored"
    row.stored_at = now()
    _remember_mapping(session, actor, row, report, choices)
    _fill(row, report)
    append(session, actor, "import.commit", row.kind, row.id, fields=("stored",))
    return row.stored


def discard(desk: Desk, actor: Actor, import_id: uuid.UUID) -> None:
    """Put an open import aside; nothing of it is stored."""
    with desk.database.write(actor) as session:
        row = queries.import_by_id(session, actor, import_id)
        if row.state == "stored":
            raise Conflict("import_closed", _("已经写入，不能作废"), _("请在订单列表中逐单处理"))
        row.state = "discarded"
        append(session, actor, "import.discard", "import", row.id, fields=())


def marked(desk: Desk, actor: Actor, import_id: uuid.UUID) -> tuple[str, bytes]:
    """A file name and the same sheet as XLSX with its cells marked."""
    found = view(desk, actor, import_id)
    if found.report is None or found.sheet is None:
        raise Conflict(
            "import_closed", _("这个文件没有读出来，没有可标色的表格"), _("请重新选择文件")
        )
    stem = found.row.file_name.rsplit(".", 1)[0] or _("导入")
    return _("%(stem)s_标色.xlsx", stem=stem), mark(found.sheet, found.report, dict(found.fixes))


def _change(
    desk: Desk,
    actor: Actor,
    import_id: uuid.UUID,
    change: Callable[[Session, Import, Table, Choices], Choices],
) -> Report:
    ensure_parsed(desk, actor, import_id)
    with desk.database.write(actor) as session:
        row = queries.import_by_id(session, actor, import_id)
        if row.state != "parsed" or row.content_sha256 is None:
            raise Conflict("import_closed", _("这次导入已不能再改"), _("请重新选择文件"))
        table = decode(desk.store.get(row.content_sha256))
        choices = change(session, row, table, Choices.from_json(row.options))
        return _keep(session, actor, row, table, choices)


def _keep(session: Session, actor: Actor, row: Import, table: Table, choices: Choices) -> Report:
    row.options = choices.to_json()
    report = check(session, actor, row, table, choices)
    _fill(row, report)
    session.flush()
    return report


def _fill(row: Import, report: Report) -> None:
    plain: dict[str, Any] = to_json(report)
    plain["drafts"] = []  # made anew from the rows whenever they are needed
    row.report = plain
    row.rows = report.rows
    row.errors = len(report.problems) + len(report.missing)
    row.warnings = len(report.converted)


def _remember_mapping(
    session: Session, actor: Actor, row: Import, report: Report, choices: Choices
) -> None:
    if not choices.remember:
        return
    found = queries.mapping_for(session, actor, choices.owner, row.kind, report.fingerprint)
    if found is None:
        found = ImportMapping(
            organisation_id=choices.owner,
            kind=row.kind,
            fingerprint=report.fingerprint,
            used=0,
        )
        session.add(found)
    found.name = row.file_name
    found.columns = {m.field: m.key for m in report.mapping}
    found.options = {"pickup": choices.pickup} if choices.pickup else {}
    found.used += 1
    found.last_used_at = now()
    found.account_id = actor.account_id
    session.flush()
    row.mapping_id = found.id


def choices_of(row: Import) -> Choices:
    """What was chosen for an import."""
    return Choices.from_json(row.options)


def owner_of(row: Import) -> uuid.UUID:
    """Whose orders (or things) an import brings."""
    return choices_of(row).owner


def context(session: Session, actor: Actor, row: Import) -> Context:
    """What the check of orders knows of the shipper: stores, loading places, factors."""
    return order_context(session, actor, row, choices_of(row))


def row_of(cell: str) -> int | None:
    """The row number of ``C9``; None for anything else."""
    try:
        return parse_address(cell)[0]
    except ValueError:
        return None
