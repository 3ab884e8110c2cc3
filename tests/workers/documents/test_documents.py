"""Documents: told by content, cleaned in a child, seen by those who may."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject
from sqlalchemy import select

from models.documents.tables import Document
from models.errors import Forbidden, NotFound
from tests import factories
from workers.artefacts import DirectoryStore
from workers.documents.cleaning import DocumentError, clean
from workers.documents.keeping import (
    discard_document,
    documents_of,
    read_document,
    share_documents,
    store_document,
)


def jpeg(width: int = 60, height: int = 40) -> bytes:
    """A photo that says where it was taken, lying on its side."""
    picture = Image.new("RGB", (width, height), "#0072b2")
    exif = picture.getexif()
    exif[0x010F] = "SECRETCAMERA"
    exif[0x0112] = 6  # turn by 90 degrees
    exif.get_ifd(0x8825)[2] = (38.0, 55.0, 0.0)
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def pdf(script: str = "") -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if script:
        action = DictionaryObject()
        action[NameObject("/S")] = NameObject("/JavaScript")
        action[NameObject("/JS")] = TextStringObject(script)
        writer.root_object[NameObject("/OpenAction")] = action
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_photo_keeps_its_picture_upright_and_nothing_else():
    raw = jpeg()
    assert b"SECRETCAMERA" in raw
    kept = clean(raw)
    assert (kept.media_type, kept.width, kept.height) == ("image/jpeg", 40, 60)
    assert b"SECRETCAMERA" not in kept.data
    with Image.open(io.BytesIO(kept.data)) as opened:
        assert not dict(opened.getexif())


def test_a_picture_that_carries_a_script_behind_its_end_loses_it():
    assert b"<script>" not in clean(jpeg() + b"<script>alert(1)</script>").data


def test_a_plain_pdf_is_kept_as_it_is():
    kept = clean(pdf())
    assert (kept.media_type, kept.pages, kept.data) == ("application/pdf", 1, pdf())


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"x" * (20 * 1024 * 1024 + 1), "too_large"),
        (b"GIF89a" + b"\0" * 50, "type"),
        (b"PK\x03\x04 not a picture.jpg", "type"),
        (b"\xff\xd8\xff\xe0 broken", "unreadable"),
        (b"%PDF-1.7 broken", "unreadable"),
        (pdf("app.alert(1)"), "active"),
    ],
)
def test_what_is_no_document_is_refused_by_name_with_a_remedy(data, code):
    with pytest.raises(DocumentError) as refused:
        clean(data)
    assert refused.value.code == code
    assert refused.value.remedy


def test_who_sees_a_document(database, tmp_path):
    store = DirectoryStore(tmp_path)
    with database.write() as session:
        world = factories.world(session)
    carrier, police = world.actors["carrier"], world.actors["police"]
    vehicle = world.id("vehicle")
    kept = clean(jpeg())
    with database.write(carrier) as session:
        row = store_document(
            session, carrier, store, kept, file_name="C:\\照片\\../行驶证.exe",
            subject_kind="vehicle", subject_id=vehicle, kind="vehicle_licence",
        )  # fmt: skip
        key = row.id
        assert row.file_name == "行驶证.jpg"
    for name, sees in (("carrier", True), ("carrier2", False), ("police", False)):
        with database.read(world.actors[name]) as session:
            found = documents_of(session, world.actors[name], [("vehicle", vehicle)])
            assert bool(found) is sees, name
    with database.write(carrier) as session:
        share_documents(session, carrier, [("vehicle", vehicle)])
    with database.read(police) as session:
        shown, data = read_document(session, police, store, key)
        assert (shown.kind, data) == ("vehicle_licence", kept.data)
    with database.read(world.actors["carrier2"]) as session, pytest.raises(NotFound):
        read_document(session, world.actors["carrier2"], store, key)
    with database.read(world.actors["shipper"]) as session:
        assert not session.scalars(select(Document)).all() or not database.is_postgresql


def test_nobody_hangs_a_document_on_what_is_not_theirs(spatialite, tmp_path):
    store = DirectoryStore(tmp_path)
    with spatialite.write() as session:
        world = factories.world(session)
    kept = clean(jpeg())

    def put(name: str) -> Document:
        who = world.actors[name]
        with spatialite.write(who) as session:
            return store_document(
                session, who, store, kept, file_name="x.jpg",
                subject_kind="vehicle", subject_id=world.id("vehicle"), kind="vehicle_photo",
            )  # fmt: skip

    with pytest.raises(NotFound):
        put("carrier2")
    with pytest.raises(Forbidden):  # the police see every vehicle and keep none
        put("police")
    mine = put("dispatcher")  # who runs the vehicle may hand its papers in
    with spatialite.write(world.actors["dispatcher"]) as session:
        discard_document(session, world.actors["dispatcher"], mine.id)
        assert not documents_of(
            session, world.actors["dispatcher"], [("vehicle", world.id("vehicle"))]
        )


def test_the_process_that_opens_foreign_bytes_knows_no_database():
    asked = "import sys, workers.documents.child; print('sqlalchemy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True)
    assert done.stdout.strip() == b"False"
