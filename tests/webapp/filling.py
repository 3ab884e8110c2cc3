"""A row of every table for both sides of the small city, made from the tables themselves.

So that the crawlers meet data behind every route: whatever the small city does not have yet is
filled in here, with the owner's canary in its free texts. A table that cannot be filled by itself
says so: teach it in ``KNOWN``.
"""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import CheckConstraint, Column, Table, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from models.base import UtcDateTime
from models.db import Database
from models.tables import Base
from tests import factories
from tests.webapp.conftest import CANARIES, Web, made_web

NOBODYS = {
    *("alembic_version", "artefacts", "audit_events", "cities", "districts", "login_throttles"),
    *("idempotency_keys", "outbox", "organisations", "accounts", "claims", "plan_jobs"),
    *("plan_pieces", "connectors", "charge_points", "order_afters"),
    *("zones", "access_rules", "tariffs", "charging_sites", "vehicle_types", "permit_schemes"),
    *("bays", "bay_places"),
}
"""Tables of the machinery, those that the small city has whole, those that everybody may see."""
OWNERS = {
    "organisation_id": {
        "permit_applications": "carrier",
        "documents": "carrier",
        "notices": "carrier",
        "permit_schemes": "police",
        "tariffs": "operator",
    },
    "authority_id": {"": "police"},
    "operator_id": {"": "operator"},
    "shipper_id": {"": "shipper"},
    "receiver_id": {"": "receiver"},
}
"""Which organisation a column names, by table; "" = whichever; without an entry the shipper."""


def _choices_of_import(world: factories.World, side: str) -> dict[str, Any]:
    return {"owner": str(world.organisations[f"shipper{side}"].id)}


KNOWN: dict[str, dict[str, Any]] = {
    "invitations": {"role": "shipper"},
    "api_tokens": {"prefix": "gf_", "scopes": ["orders:read"]},
    "imports": {"kind": "orders", "state": "discarded", "options": _choices_of_import},
    "plan_edits": {"number": 0, "follows": None, "kind": "begin"},
    "permit_applications": {"state": "submitted"},
}
"""Values of columns that cannot be guessed, or a function of the city and the side."""
NOW = datetime.now(UTC)
_CHOICE = re.compile(r"^(?:(\w+) IS NULL OR )?(\w+) IN \(([^)]*)\)$")
_LATER = re.compile(r"(ends|expires|valid_to|until|date_to|_to|end)", re.IGNORECASE)
_TEXT = re.compile(r"name|note|purpose|reason|answer|text|address|phone|title|goods|comment|plate$")


@contextmanager
def filled_web(database: Database, folder: Path) -> Iterator[Web]:
    """The application with the small city and something in every table."""
    with made_web(database, folder) as web:
        with database.write() as session:
            fill(session, web.world, CANARIES)
        yield web


def fill(session: Session, world: factories.World, canaries: dict[str, str]) -> None:
    """Add a row of each side to every table that has none of that side."""
    pool = _pool(session, world)
    wrong: list[str] = []
    for table in Base.metadata.sorted_tables:
        if table.name in NOBODYS:
            continue
        for side in ("", "2"):
            if any(True for _row in pool.get((table.name, side), ())):
                continue
            values = _row(table, side, world, pool, canaries)
            try:
                with session.begin_nested():
                    session.execute(insert(table).values(**values))
            except SQLAlchemyError as error:
                wrong.append(f"{table.name}: {str(error).splitlines()[0]}")
                continue
            pool.setdefault((table.name, side), []).append(values)
    assert not wrong, f"teach tests/webapp/filling.py KNOWN a row of {wrong}"


def _pool(session: Session, world: factories.World) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The rows there are, by table and side; what is of no side counts for both."""
    sides: dict[Any, str] = {
        of.id: "2" if name.endswith("2") else "" for name, of in world.organisations.items()
    }
    pool: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for table in Base.metadata.sorted_tables:
        for found in session.execute(select(table)).mappings():
            row = dict(found)
            keys = [row[c.name] for c in table.columns if c.foreign_keys and row[c.name] in sides]
            own = [sides[key] for key in keys]
            side = "2" if "2" in own else ""
            if row.get("id") is not None and own:
                sides.setdefault(row["id"], side)
            pool.setdefault((table.name, side), []).append(row)
            if not own:
                pool.setdefault((table.name, "2"), []).append(row)
    return pool


def _row(
    table: Table, side: str, world: factories.World, pool: Any, canaries: dict[str, str]
) -> dict[str, Any]:
    owner = _owner(table)
    word = canaries.get(f"{owner}{side}", canaries[f"operator{side}"])
    values: dict[str, Any] = {}
    for column in table.columns:
        if column.name in KNOWN.get(table.name, {}):
            known = KNOWN[table.name][column.name]
            values[column.name] = known(world, side) if callable(known) else known
        elif column.foreign_keys:
            values[column.name] = _referred(table, column, side, world, pool)
        else:
            values[column.name] = _value(table, column, word)
    return values


def _owner(table: Table) -> str:
    for name, by_table in OWNERS.items():
        if name in table.columns and name != "authority_id":
            return by_table.get(table.name) or by_table.get("") or "shipper"
    hangs = {key.column.table.name for column in table.columns for key in column.foreign_keys}
    if hangs & {"orders", "order_requests", "places"}:
        return "shipper"
    return "carrier" if hangs & {"vehicles", "permits", "permit_applications"} else "operator"


def _referred(
    table: Table, column: Column[Any], side: str, world: factories.World, pool: Any
) -> Any:
    target = next(iter(column.foreign_keys)).column
    if target.table.name == "organisations":
        by_table = OWNERS.get(column.name, {})
        kind = by_table.get(table.name) or by_table.get("") or "shipper"
        return world.organisations[kind if kind == "police" else f"{kind}{side}"].id
    if target.table.name == "accounts":
        owner = _owner(table)
        role = {"operator": "dispatcher"}.get(owner, owner)
        return world.actors[role if role == "police" else f"{role}{side}"].account_id
    if target.table is table:
        return None
    rows = pool.get((target.table.name, side)) or []
    # What hangs on a place hangs on a store: hubs and the like are everybody's to see.
    rows = [row for row in rows if row.get("kind") == "store"] or rows
    return rows[0][target.name] if rows and not (column.nullable and column.unique) else None


def _value(table: Table, column: Column[Any], word: str) -> Any:
    kind = column.type.python_type if not isinstance(column.type, UtcDateTime) else datetime
    choice = _choices(table).get(column.name)
    if choice is not None:
        return choice
    if column.name.endswith("sha256"):
        return secrets.token_hex(32)
    if kind is str:
        free = _TEXT.search(column.name)
        return (
            f"{word} {column.name}" if free else None if column.nullable else secrets.token_hex(4)
        )
    if column.nullable:
        return None
    if kind is uuid.UUID:
        return uuid.uuid4()
    if kind is bool:
        return column.name == "active"
    if kind in (int, float):
        if _LATER.search(column.name):
            return 3600
        return 1 if column.name in {"row_version", "number", "version", "spaces"} else 0
    later = timedelta(days=30 if _LATER.search(column.name) else 0)
    if kind is datetime:
        return NOW + later
    if kind is date:
        return factories.DAY + later
    return [] if kind is list or "days" in column.name else {}


def _choices(table: Table) -> dict[str, str]:
    """The first value that each column with a closed list of values may have."""
    found = {}
    for check in table.constraints:
        if isinstance(check, CheckConstraint):
            match = _CHOICE.match(str(check.sqltext))
            if match:
                found[match[2]] = match[3].split(",")[0].strip().strip("'")
    return found
