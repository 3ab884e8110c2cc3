"""The archive: a gzipped tar that begins with a manifest of its members and their SHA-256.

It is written beside its place and moved there whole, readable by its user alone.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import tarfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

FORMAT = "greenfreight-backup"
VERSION = 1
MANIFEST = "manifest.json"
LARGEST_MANIFEST = 256 * 1024 * 1024
BLOCK = 1024 * 1024
_NAME = re.compile(
    r"database\.(?:sqlite|dump)|artefacts/[0-9a-f]{2}/[0-9a-f]{64}|secrets/[A-Za-z0-9_.-]{1,80}"
)


class ArchiveError(ValueError):
    """An archive cannot be used, or not here: the message says why and what to do."""


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the archive; ``size`` in bytes."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What an archive holds and where it comes from.

    ``made_at`` is UTC; ``revision`` the schema's; ``database`` ``sqlite`` or ``postgresql``;
    ``secret_sha256`` of the secret that signed sessions then, which the archive only holds where it
    was the home's own.
    """

    format: str = FORMAT
    version: int = VERSION
    made_at: str
    product: str
    revision: str
    database: str
    secret_sha256: str
    members: list[Member]


@dataclass(frozen=True)
class Source:
    """A file on its way into the archive under ``name``."""

    name: str
    path: Path


def hash_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def members_of(sources: Sequence[Source]) -> list[Member]:
    """What the manifest says of ``sources``."""
    return [
        Member(name=s.name, size=s.path.stat().st_size, sha256=hash_of(s.path)) for s in sources
    ]


def write(target: Path, manifest: Manifest, sources: Sequence[Source]) -> None:
    """Write the archive whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as tar:
                said = msgspec.json.format(msgspec.json.encode(manifest))
                entry = tarfile.TarInfo(MANIFEST)
                entry.size, entry.mode = len(said), 0o600
                tar.addfile(entry, io.BytesIO(said))
                for source in sources:
                    _add(tar, source)
            raw.flush()
            os.fsync(raw.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _add(tar: tarfile.TarFile, source: Source) -> None:
    entry = tarfile.TarInfo(source.name)
    entry.size, entry.mode = source.path.stat().st_size, 0o600
    with source.path.open("rb") as stream:
        tar.addfile(entry, stream)


def unpack(archive: Path, folder: Path) -> Manifest:
    """Lay all members into ``folder``, each compared with the manifest.

    Raises:
        ArchiveError: it is no such archive, a member is missing, too many or damaged.
    """
    try:
        with tarfile.open(archive, mode="r|gz") as tar:
            return _unpack(tar, folder)
    except (tarfile.TarError, EOFError, OSError) as error:
        if isinstance(error, FileNotFoundError):
            raise ArchiveError(f"{archive}: no such file") from None
        raise ArchiveError(f"{archive}: not a whole backup archive ({error})") from None


def _unpack(tar: tarfile.TarFile, folder: Path) -> Manifest:
    manifest: Manifest | None = None
    waiting: dict[str, Member] = {}
    for entry in tar:
        if manifest is None:
            manifest = _manifest(tar, entry)
            waiting = {member.name: member for member in manifest.members}
            continue
        member = waiting.pop(entry.name, None)
        stream = tar.extractfile(entry) if entry.isreg() else None
        if member is None or stream is None or not _NAME.fullmatch(entry.name):
            raise ArchiveError(f"{entry.name}: not named by the manifest")
        path = folder / entry.name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with path.open("xb") as out:
            while block := stream.read(BLOCK):
                digest.update(block)
                out.write(block)
        if digest.hexdigest() != member.sha256 or path.stat().st_size != member.size:
            raise ArchiveError(f"{entry.name}: damaged, its SHA-256 is not the manifest's")
    if manifest is None:
        raise ArchiveError("the archive is empty")
    if waiting:
        raise ArchiveError(f"{min(waiting)}: missing from the archive")
    return manifest


def _manifest(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> Manifest:
    stream = tar.extractfile(entry) if entry.isreg() else None
    if entry.name != MANIFEST or stream is None or entry.size > LARGEST_MANIFEST:
        raise ArchiveError("the archive does not begin with its manifest")
    try:
        manifest = msgspec.json.decode(stream.read(), type=Manifest)
    except msgspec.MsgspecError as error:
        raise ArchiveError(f"{MANIFEST}: {error}") from None
    if manifest.format != FORMAT or manifest.version != VERSION:
        raise ArchiveError(
            f"{MANIFEST}: {manifest.format} version {manifest.version} is not known here;"
            " use the product's version that made it"
        )
    return manifest
