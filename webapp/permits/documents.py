"""Documents over the web: taken in, cleaned, given out as attachments to those who may see them."""

from __future__ import annotations

import io

from flask import abort, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.accounts.visibility import fetch
from models.documents.tables import Document
from models.errors import Forbidden, NotFound
from models.permits import queries
from webapp.database import database, reading
from webapp.permits.pages import blueprint
from webapp.planning.reads import store
from webapp.security.guard import actor
from webapp.security.permissions import needs
from workers.artefacts import ArtefactMissingError
from workers.documents import (
    KINDS,
    DocumentError,
    clean,
    discard_document,
    read_document,
    store_document,
)

OF_VEHICLE = frozenset({"vehicle_licence", "vehicle_photo", "insurance", "transport_licence"})
OF_APPLICANT = frozenset({"business_licence", "agent_id"})


@blueprint.post("/applications/<application_id>/documents")
@needs("permits:apply")
def upload(application_id: str) -> ResponseReturnValue:
    """Take a document in; what shows the vehicle is kept for its next application too."""
    with reading(actor()) as session:
        row = queries.get_application(session, actor(), application_id)
        if row.organisation_id != actor().organisation_id:
            raise NotFound
        vehicle_id, shared = row.vehicle_id, row.state not in {"draft", "withdrawn"}
    kind = request.form.get("kind", "")
    if kind not in KINDS:
        abort(404)
    subject: tuple[str, object] = ("application", row.id)
    if kind in OF_VEHICLE and vehicle_id is not None:
        subject = ("vehicle", vehicle_id)
    elif kind in OF_APPLICANT:
        subject = ("organisation", actor().organisation_id)
    done = 0
    for sent in request.files.getlist("file"):
        try:
            cleaned = clean(sent.read())
            with database().write(actor()) as session:
                store_document(
                    session,
                    actor(),
                    store(),
                    cleaned,
                    file_name=sent.filename or "",
                    subject_kind=subject[0],
                    subject_id=str(subject[1]),
                    kind=kind,
                    audience="authority" if shared else "own",
                )
            done += 1
        except DocumentError as error:
            flash(
                _(
                    "%(filename)s：%(message)s。%(remedy)s",
                    filename=sent.filename,
                    message=error.message,
                    remedy=error.remedy,
                ),
                "broken",
            )
    if done:
        flash(_("已上传 %(n)s 份。", n=done), "good")
    return redirect(url_for("permits.application", application_id=application_id))


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
