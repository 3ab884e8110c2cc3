"""Making a backup, while the product runs.

The database is copied first, at one moment; artefacts after it: they never change, and what a row
refers to was stored before the row.
"""

from __future__ import annotations

import hashlib
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import msgspec
import pysqlite3

from models.db import Database
from workers.backup import postgres
from workers.backup.archive import Manifest, Source, members_of, write
from workers.backup.schema import revision_of
from workers.settings import Settings, private_folder

LAST = "last.json"


class Backup(msgspec.Struct, frozen=True, kw_only=True):
    """A backup that was made: where, when (UTC), its size in bytes, how many files."""

    path: str
    made_at: str
    size: int
    files: int
    revision: str


@dataclass(frozen=True)
class _Work:
    settings: Settings
    database: Database
    folder: Path


def backups_folder(home: Path) -> Path:
    """Where backups go unless told otherwise."""
    return home / "backups"


def last_backup(home: Path) -> Backup | None:
    """The last one that this home made; None if there is none."""
    try:
        said = (backups_folder(home) / LAST).read_bytes()
        return msgspec.json.decode(said, type=Backup)
    except (OSError, msgspec.MsgspecError):
        return None


def back_up(settings: Settings, database: Database, target: Path | None = None) -> Backup:
    """Write everything into one archive; the product may run meanwhile.

    Raises:
        ArchiveError: the database's own tools are missing or fail.
        OSError: the archive cannot be written.
    """
    at = datetime.now(UTC)
    folder = private_folder(backups_folder(settings.home))
    path = target or folder / f"greenfreight-{at:%Y%m%d-%H%M%S}.tar.gz"
    with tempfile.TemporaryDirectory(prefix="backup-", dir=folder) as name:
        work = _Work(settings, database, Path(name))
        sources = [_database(work), *_secrets(settings), *_artefacts(settings)]
        manifest = Manifest(
            made_at=at.isoformat(timespec="seconds"),
            product=version("greenfreight"),
            revision=revision_of(database),
            database="postgresql" if database.is_postgresql else "sqlite",
            secret_sha256=hashlib.sha256(settings.secret.encode()).hexdigest(),
            members=members_of(sources),
        )
        write(path, manifest, sources)
    made = Backup(
        path=str(path.absolute()),
        made_at=manifest.made_at,
        size=path.stat().st_size,
        files=len(sources),
        revision=manifest.revision,
    )
    draft = folder / f".{LAST}"
    draft.write_bytes(msgspec.json.encode(made))
    draft.replace(folder / LAST)
    return made


def _database(work: _Work) -> Source:
    if work.database.is_postgresql:
        target = work.folder / "database.dump"
        postgres.dump(work.database.owner_url, target)
        return Source(target.name, target)
    target = work.folder / "database.sqlite"
    with (
        closing(pysqlite3.connect(work.database.url.database)) as source,
        closing(pysqlite3.connect(str(target))) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    return Source(target.name, target)


def _secrets(settings: Settings) -> list[Source]:
    folder = settings.home / "secrets"
    found = sorted(p for p in folder.glob("*") if p.is_file() and not p.name.startswith("."))
    return [Source(f"secrets/{path.name}", path) for path in found]


def _artefacts(settings: Settings) -> list[Source]:
    """The folder's, where it is the store; elsewhere the database holds them."""
    if not settings.embedded_database:
        return []
    folder = settings.home / "artefacts"
    found = sorted(p for p in folder.glob("??/*") if len(p.name) == 64 and p.is_file())
    return [Source(f"artefacts/{path.parent.name}/{path.name}", path) for path in found]
