"""PostgreSQL's own tools for a backup: ``pg_dump``, ``pg_restore``, as the owner of the tables."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import URL, text

from models.db import make_engine
from workers.backup.archive import ArchiveError

_HOMES = Path("/usr/lib/postgresql")
_NOT_OURS = re.compile(r";.*\b(?:EXTENSION - |SCHEMA - |spatial_ref_sys\b)")
"""What the database's administrator has made: it stays."""


def _tool(name: str) -> str:
    found = shutil.which(name)
    newest = sorted(_HOMES.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    if newest:
        return str(newest[-1])
    if found is None:
        raise ArchiveError(f"{name} is missing: install the client of PostgreSQL")
    return found


def _environment(url: URL) -> dict[str, str]:
    """The connection by variables: a password is on no command line."""
    given = {
        "PGHOST": url.host or url.query.get("host"),
        "PGPORT": url.port or url.query.get("port"),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": url.query.get("sslmode"),
    }
    return {**os.environ, **{name: str(value) for name, value in given.items() if value}}


def _run(url: URL, *command: str) -> str:
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own tool, our own arguments
        [_tool(command[0]), *command[1:]],
        env=_environment(url),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "error" in line] or [done.stderr]
        raise ArchiveError(f"{command[0]}: {said[0].strip()}")
    return done.stdout


def dump(url: URL, target: Path) -> None:
    """The owner's schema and rows at one moment, while others work."""
    _run(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges",
         "--schema=public", f"--file={target}")  # fmt: skip


def load(url: URL, source: Path, folder: Path) -> None:
    """Lay a dump into a database without tables of ours, all or nothing."""
    entries = _run(url, "pg_restore", "--list", str(source)).splitlines()
    chosen = folder / "entries"
    kept = [line for line in entries if not _NOT_OURS.search(line)]
    chosen.write_text("\n".join(kept), encoding="utf-8")
    _run(url, "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner",
         "--no-privileges", f"--use-list={chosen}", f"--dbname={url.database}",
         str(source))  # fmt: skip


def busy(url: URL) -> int:
    """How many others are connected to the database."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            return int(
                connection.scalar(
                    text(
                        "SELECT count(*) FROM pg_stat_activity"
                        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    )
                )
                or 0
            )
    finally:
        engine.dispose()


def clear(url: URL) -> None:
    """Drop every table and function of the owner; what extensions brought stays."""
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            for kind, query in (
                ("TABLE", _TABLES),
                ("FUNCTION", _FUNCTIONS),
            ):
                for (name,) in connection.execute(text(query)).all():
                    connection.execute(text(f"DROP {kind} IF EXISTS {name} CASCADE"))
    finally:
        engine.dispose()


_TABLES = """
SELECT c.oid::regclass::text FROM pg_class c
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
"""
_FUNCTIONS = """
SELECT p.oid::regprocedure::text FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace
AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""
