"""Immutable data named by its SHA-256: networks, matrices, problem snapshots, plans.

One machine keeps them in a folder; several share the database and keep copies in theirs.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from models.db import Database
from models.errors import Conflict
from models.planning.tables import Artefact
from workers.settings import Settings


class ArtefactMissingError(LookupError):
    """No artefact has this name; the message is the name."""


class ArtefactStore(Protocol):
    """Where artefacts are kept."""

    def put(self, data: bytes) -> str:
        """Keep ``data`` for good and return its name; keeping it twice is keeping it once."""

    def get(self, sha256: str) -> bytes:
        """The data named ``sha256``.

        Raises:
            ArtefactMissingError: if there is none, or what is there is damaged.
        """


def name_of(data: bytes) -> str:
    """The name of ``data``: 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


class DirectoryStore:
    """A folder, two levels deep; each file appears whole or not at all."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def _path(self, sha256: str) -> Path:
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise ArtefactMissingError(sha256)
        return self._root / sha256[:2] / sha256

    def put(self, data: bytes) -> str:
        """Write to a draft, flush to the disk, then move into place."""
        name = name_of(data)
        path = self._path(name)
        if path.exists() and path.stat().st_size == len(data):
            return name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{name}.{uuid.uuid4().hex}")
        try:
            with draft.open("xb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            draft.chmod(0o600)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        return name

    def get(self, sha256: str) -> bytes:
        """Read it; a file that does not match its name counts as missing."""
        try:
            data = self._path(sha256).read_bytes()
        except FileNotFoundError:
            raise ArtefactMissingError(sha256) from None
        if name_of(data) != sha256:
            raise ArtefactMissingError(sha256)
        return data


class DatabaseStore:
    """The shared store of several machines, with a folder of copies on each."""

    def __init__(self, database: Database, cache: DirectoryStore) -> None:
        self._database = database
        self._cache = cache

    def put(self, data: bytes) -> str:
        """Into the database unless it is there already, and into the cache."""
        name = name_of(data)
        # Two machines may store the same bytes at once: the second has nothing left to do.
        with suppress(Conflict), self._database.write() as session:
            if session.get(Artefact, name) is None:
                session.add(Artefact(sha256=name, size=len(data), content=data))
                session.flush()
        self._cache.put(data)
        return name

    def get(self, sha256: str) -> bytes:
        """From the cache, else from the database."""
        with suppress(ArtefactMissingError):
            return self._cache.get(sha256)
        with self._database.read() as session:
            row = session.get(Artefact, sha256)
            content = row.content if row is not None else None
        if content is None or name_of(content) != sha256:
            raise ArtefactMissingError(sha256)
        self._cache.put(content)
        return content


def open_store(settings: Settings, database: Database) -> ArtefactStore:
    """The store of this installation: a folder when embedded, else the database."""
    folder = DirectoryStore(settings.home / "artefacts")
    return folder if settings.embedded_database else DatabaseStore(database, folder)
