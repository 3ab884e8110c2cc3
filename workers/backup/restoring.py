"""Restoring a backup, while the product is stopped: all of it is verified before anything changes.

An older schema is migrated; a newer one, a database of another kind, one with somebody's data and
one in use are refused.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path

from sqlalchemy import inspect, text

from models.db import Database, make_engine
from workers.artefacts import DirectoryStore
from workers.backup import postgres
from workers.backup.archive import ArchiveError, Manifest, unpack
from workers.backup.schema import known
from workers.settings import Settings, SettingsError, private_folder
from workers.supervise.steps import HomeLock


def restore(settings: Settings, archive: Path, *, force: bool = False) -> Manifest:
    """Make this installation what ``archive`` says; ``force`` replaces what is there.

    Raises:
        ArchiveError: the archive is damaged, newer, of another kind; or this place holds data.
        SettingsError: the product runs on this home.
    """
    database = Database(settings.database_url, settings.database_owner_url)
    private_folder(settings.home)
    lock = HomeLock(settings.home)
    try:
        with tempfile.TemporaryDirectory(prefix="restore-", dir=settings.home) as name:
            folder = Path(name)
            manifest = unpack(archive, folder)
            _fits(database, manifest)
            _free(settings, database, force=force)
            _artefacts(settings, folder)  # they replace nothing, so they may come first
            _lay(database, folder)
            Database(
                settings.database_url,
                settings.database_owner_url,
                secrets=_coming_secrets(settings, folder),
            ).upgrade()
            _secrets(settings, folder)
            return manifest
    finally:
        lock.release()


def same_secret(settings: Settings, manifest: Manifest) -> bool:
    """Whether sessions that were open when the archive was made are still good."""
    own = settings.home / "secrets" / "secret_key"
    now = own.read_text(encoding="ascii").strip() if own.is_file() else settings.secret
    return hashlib.sha256(now.encode()).hexdigest() == manifest.secret_sha256


def _fits(database: Database, manifest: Manifest) -> None:
    kind = "postgresql" if database.is_postgresql else "sqlite"
    if manifest.database != kind:
        raise ArchiveError(
            f"the archive is of a {manifest.database} database, this one is {kind}:"
            " set DATABASE_URL to match"
        )
    if not known(database, manifest.revision):
        raise ArchiveError(
            f"the archive's schema {manifest.revision} is newer than this version of the product:"
            " install the version that made it, or a later one"
        )


def _free(settings: Settings, database: Database, *, force: bool) -> None:
    """See that nobody uses the database and, unless forced, that it holds nothing."""
    if database.is_postgresql and (others := postgres.busy(database.owner_url)):
        raise SettingsError(f"DATABASE_URL: {others} connections are open; stop the product first")
    if force:
        return
    if _holds_data(database):
        raise ArchiveError(
            f"{settings.home if not database.is_postgresql else database.url.database}:"
            " holds data already; back it up, then restore with --force"
        )


def _holds_data(database: Database) -> bool:
    if not database.is_postgresql and not Path(str(database.url.database)).is_file():
        return False
    engine = make_engine(database.owner_url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("organisations"):
                return False
            return bool(connection.scalar(text("SELECT count(*) FROM organisations")))
    finally:
        engine.dispose()


def _lay(database: Database, folder: Path) -> None:
    """Put the database in its place."""
    if database.is_postgresql:
        postgres.clear(database.owner_url)
        postgres.load(database.owner_url, folder / "database.dump", folder)
        return
    target = Path(str(database.url.database))
    target.parent.mkdir(parents=True, exist_ok=True)
    for suffix in ("-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    (folder / "database.sqlite").replace(target)
    target.chmod(0o600)


def _artefacts(settings: Settings, folder: Path) -> None:
    store = DirectoryStore(settings.home / "artefacts")
    for path in sorted((folder / "artefacts").glob("??/*")):
        if store.put(path.read_bytes()) != path.name:
            raise ArchiveError(f"artefacts/{path.name}: its content is another's")


def _coming_secrets(settings: Settings, folder: Path) -> tuple[str, ...]:
    """The secrets of this installation once the archive's own have come into the home."""
    own, brought = (place / "secrets" / "secret_key" for place in (settings.home, folder))
    homemade = own.is_file() and own.read_text(encoding="ascii").strip() == settings.secret
    if homemade and brought.is_file():
        return (brought.read_text(encoding="ascii").strip(), *settings.earlier_secrets)
    return settings.secrets


def _secrets(settings: Settings, folder: Path) -> None:
    found = sorted((folder / "secrets").glob("*"))
    if not found:
        return
    target = private_folder(settings.home / "secrets")
    for path in found:
        draft = target / f".{path.name}"
        shutil.copyfile(path, draft)
        draft.chmod(0o600)
        draft.replace(target / path.name)
