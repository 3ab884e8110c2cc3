"""Open a file of unknown origin: its content decides what it is, limits come first."""

from __future__ import annotations

import io
import zipfile
import zlib

from workers.sheets import delimited, geojson, xlsx
from workers.sheets.errors import refusal
from workers.sheets.table import Table

MAX_BYTES = 20 * 1024 * 1024
MAX_ENTRIES = 1000
MAX_UNZIPPED = 200 * 1024 * 1024
MAX_RATIO = 200
RATIO_FLOOR = 5 * 1024 * 1024
"""Below this size a high ratio is harmless: short sheets of equal rows compress very well."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REFUSED_STARTS: tuple[bytes, ...] = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"SQLite format 3",
    b"\x7fELF",
    b"MZ",
)


def open_table(data: bytes) -> Table:
    """Read bytes as a table.

    Raises:
        SheetError: with a code, what is wrong and what to do.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise refusal("empty")
    if len(data) > MAX_BYTES:
        raise refusal("too_large")
    if data.startswith(_OLE):
        encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise refusal("encrypted" if encrypted else "old_xls")
    if data.startswith(b"PK"):
        return _open_zip(data)
    if data.startswith(_REFUSED_STARTS):
        raise refusal("not_a_table")
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta")):
        raise refusal("html")
    if geojson.looks_like(data):
        return geojson.read(data)
    return delimited.read(data)


def _open_zip(data: bytes) -> Table:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise refusal("zip_broken") from error
    with archive:
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES:
            raise refusal("zip_entries")
        unzipped = sum(entry.file_size for entry in entries)
        if unzipped > MAX_UNZIPPED:
            raise refusal("zip_ratio")
        for entry in entries:
            too_dense = entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
            if too_dense and entry.file_size > RATIO_FLOOR:
                raise refusal("zip_ratio")
            if entry.flag_bits & 0x1:
                raise refusal("encrypted")
        try:
            _refuse_kinds(archive, {entry.filename.lower() for entry in entries})
            return xlsx.read(archive, data)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise refusal("zip_broken") from error


def _refuse_kinds(archive: zipfile.ZipFile, names: set[str]) -> None:
    if "xl/workbook.bin" in names:
        raise refusal("xlsb")
    if "[content_types].xml" not in names:
        raise refusal("ods" if "mimetype" in names else "not_a_table")
    types = xlsx.part(archive, "[Content_Types].xml").lower()
    if b"macroenabled" in types or any("vba" in n or "macrosheets" in n for n in names):
        raise refusal("macros")
    linked = ("xl/externallinks/", "xl/connections", "xl/querytables/", "xl/embeddings/")
    if any(n.startswith(linked) or "/activex/" in n for n in names):
        raise refusal("external_links")
    if "xl/workbook.xml" not in names:
        raise refusal("not_a_table")
