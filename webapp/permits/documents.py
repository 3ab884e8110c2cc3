"""Documents over the web: taken in, cleaned, given out as attachments to those who may see them."""

from __future__ import annotations

import io
import unicodedata
import uuid
from collections.abc import Iterable

from flask import abort, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from models.accounts.visibility import fetch
from models.documents.tables import Document
from models.errors import Forbidden, NotFound
from models.permits import queries
from models.permits.tables import PermitApplication
from webapp.database import database, reading
from webapp.permits.pages import blueprint
from webapp.permits.shown import batch_rows
from webapp.planning.reads import store
from webapp.security.guard import actor
from webapp.security.permissions import needs
from workers.artefacts import ArtefactMissingError
from workers.documents.cleaning import Cleaned, DocumentError, clean
from workers.documents.keeping import (
    KINDS,
    OF_VEHICLE,
    discard_document,
    read_document,
    store_document,
)

MOST_TOLD = 5
OF_APPLICANT = frozenset({"business_licence", "agent_id"})
Subject = tuple[str, object]
Sent = tuple[FileStorage, Subject, bool]
"""A file, what it is about, and whether the authority is shown it at once."""


@blueprint.post("/applications/<application_id>/documents")
@needs("permits:apply")
def upload(application_id: str) -> ResponseReturnValue:
    """Take a document in; what shows the vehicle is kept for its next application too."""
    with reading(actor()) as session:
        row = queries.get_application(session, actor(), application_id)
        if row.organisation_id != actor().organisation_id:
            raise NotFound
        vehicle_id, shared = row.vehicle_id, _shared(row)
    kind = request.form.get("kind", "")
    if kind not in KINDS:
        abort(404)
    subject: Subject = ("application", row.id)
    if kind in OF_VEHICLE and vehicle_id is not None:
        subject = ("vehicle", vehicle_id)
    elif kind in OF_APPLICANT:
        subject = ("organisation", actor().organisation_id)
    _take(((sent, subject, shared) for sent in request.files.getlist("file")), kind)
    return redirect(url_for("permits.application", application_id=application_id))


@blueprint.post("/batches/<uuid:batch_id>/documents")
@needs("permits:apply")
def upload_batch(batch_id: uuid.UUID) -> ResponseReturnValue:
    """Papers of many vehicles at once: a file goes to the vehicle whose plate is in its name."""
    with reading(actor()) as session:
        rows = batch_rows(session, batch_id)
        if any(row.organisation_id != actor().organisation_id for row in rows):
            raise NotFound
        vehicles = {
            row.vehicle.plate: (row.vehicle.id, _shared(row)) for row in rows if row.vehicle
        }
    kind = request.form.get("kind", "")
    if kind not in OF_VEHICLE:
        abort(404)
    known: list[Sent] = []
    nobodys: list[str] = []
    for sent in request.files.getlist("file"):
        name = _plain(sent.filename or "")
        plate = next((plate for plate in vehicles if _plain(plate) in name), None)
        if plate is None:
            nobodys.append(sent.filename or "")
            continue
        vehicle, shared = vehicles[plate]
        known.append((sent, ("vehicle", vehicle), shared))
    _take(known, kind)
    for name in nobodys[:MOST_TOLD]:
        flash(_("%(filename)s：文件名里没有本批车辆的号牌，未上传。", filename=name), "broken")
    if len(nobodys) > MOST_TOLD:
        flash(_("另有 %(n)s 个文件的文件名里没有号牌。", n=len(nobodys) - MOST_TOLD), "broken")
    return redirect(url_for("permits.batch", batch_id=batch_id))


def _plain(text: str) -> str:
    """A plate or file name without what people put between: ``行驶证 辽A·12345`` has 辽A12345."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char.isalnum()).upper()


def _shared(row: PermitApplication) -> bool:
    """Whether the authority has the application, and so is shown what comes for it."""
    return row.state not in {"draft", "withdrawn"}


def _take(files: Iterable[Sent], kind: str) -> None:
    """Clean the files, keep them in one transaction, say what is wrong with the others."""
    cleaned: list[tuple[Cleaned, Sent]] = []
    for sent in files:
        try:
            cleaned.append((clean(sent[0].read()), sent))
        except DocumentError as error:
            told = {"filename": sent[0].filename, "message": error.message}
            flash(_("%(filename)s：%(message)s。%(remedy)s", remedy=error.remedy, **told), "broken")
    with database().write(actor()) as session:
        for one, (file, subject, shared) in cleaned:
            store_document(
                session,
                actor(),
                store(),
                one,
                file_name=file.filename or "",
                subject_kind=subject[0],
                subject_id=str(subject[1]),
                kind=kind,
                audience="authority" if shared else "own",
            )
    if cleaned:
        flash(_("已上传 %(n)s 份。", n=len(cleaned)), "good")


@blueprint.get("/documents/<document_id>")
@needs("permits:read")
def document(document_id: str) -> ResponseReturnValue:
    """The document as an attachment."""
    with reading(actor()) as session:
        try:
            row, data = read_document(session, actor(), store(), document_id)
        except ArtefactMissingError:
            raise NotFound from None
    return send_file(
        io.BytesIO(data), mimetype=row.media_type, as_attachment=True, download_name=row.file_name
    )


@blueprint.post("/documents/<document_id>/discard")
@needs("permits:apply")
def discard_one(document_id: str) -> ResponseReturnValue:
    """Put a document aside that nobody has been shown."""
    with database().write(actor()) as session:
        row = fetch(session, actor(), Document, document_id)
        if row.organisation_id != actor().organisation_id:
            raise Forbidden
        discard_document(session, actor(), document_id)
    flash(_("材料已删除。"), "good")
    back = request.form.get("back", "")
    if back:
        return redirect(url_for("permits.application", application_id=back))
    return redirect(url_for("permits.applications"))
