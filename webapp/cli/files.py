"""Orders from a file on the command line: the same import that the page uses."""

from __future__ import annotations

import uuid
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from models.accounts.actor import Actor
from models.accounts.tables import Organisation
from models.db import Database
from webapp.cli.running import CommandError, acting_for, organisation, parse_date
from workers.artefacts import open_store
from workers.sheets import imports
from workers.sheets.errors import SheetError
from workers.sheets.report import Report


def import_orders(database: Database, file: Path, shipper: str | None, when: str | None) -> int:
    """Store all orders of ``file`` or none; the number stored.

    Without ``shipper`` the file itself tells: it is the shipper's for whom every row passes.

    Raises:
        CommandError: the first fault with its cell, and how many there are.
    """
    data = file.read_bytes()
    desk = imports.Desk(database, open_store(current_app.extensions["settings"], database))
    service_date = parse_date(when) if when else None
    with database.read() as session:
        if shipper is not None:
            candidates = [organisation(session, "shipper", shipper, "--shipper").id]
        else:
            query = select(Organisation.id).where(
                Organisation.kind == "shipper", Organisation.active
            )
            candidates = list(session.scalars(query.order_by(Organisation.code)))
    if not candidates:
        raise CommandError("--shipper: there is no shipper yet")
    tried: list[tuple[uuid.UUID, Actor, Report]] = []
    for owner in candidates:
        with database.read() as session:
            actor = acting_for(session.get_one(Organisation, owner))
        import_id = imports.start_import(
            desk,
            actor,
            kind="orders",
            file_name=file.name,
            data=data,
            shipper_id=owner,
            service_date=service_date,
        )
        tried.append((import_id, actor, _checked(desk, actor, import_id, file)))
    fitting = [item for item in tried if item[2].ready]
    chosen = fitting[0] if len(fitting) == 1 else None
    for import_id, actor, _report in tried:
        if chosen is None or import_id != chosen[0]:
            imports.discard(desk, actor, import_id)
    if chosen is not None:
        return imports.commit(desk, chosen[1], chosen[0])
    if fitting:
        raise CommandError(f"{file}: it would fit several shippers; give --shipper")
    raise CommandError(f"{file}: {_first_fault(min((r for *_, r in tried), key=_faults))}")


def _checked(desk: imports.Desk, actor: Actor, import_id: uuid.UUID, file: Path) -> Report:
    try:
        imports.ensure_parsed(desk, actor, import_id)
        return imports.dry_run(desk, actor, import_id)
    except SheetError as error:
        raise CommandError(f"{file}: {error}") from error


def _faults(report: Report) -> int:
    return len(report.problems) + len(report.missing)


def _first_fault(report: Report) -> str:
    if report.missing:
        return f"columns missing: {', '.join(report.missing)}"
    if not report.problems:
        return "no rows"
    first = report.problems[0]
    more = len(report.problems) - 1
    rest = f"; {more} more" if more else ""
    return f"{first.sheet}!{first.cell} {first.value!r}: {first.text}; {first.remedy}{rest}"
