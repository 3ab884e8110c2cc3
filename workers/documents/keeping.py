"""Keeping documents: rows in the database, bytes among the artefacts."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from models.accounts.actor import SYSTEM, Actor
from models.accounts.tables import Organisation
from models.accounts.visibility import fetch, visible
from models.audit.operations import append
from models.documents.tables import Document
from models.errors import Forbidden, Invalid
from models.fleet.tables import Vehicle
from models.language import N_, Words, kept
from models.language import gettext as _
from models.permits.tables import Permit, PermitApplication, PermitScheme
from workers.artefacts import ArtefactStore
from workers.documents.cleaning import Cleaned

KINDS = Words(
    {
        "vehicle_licence": N_("行驶证"),
        "vehicle_photo": N_("车辆照片"),
        "business_licence": N_("营业执照"),
        "agent_id": N_("经办人证件"),
        "letter": N_("委托书"),
        "official_pass": N_("交管通行证截图"),
        "insurance": N_("保险单"),
        "transport_licence": N_("道路运输证"),
        "authorisation": N_("交管授权文件"),
        "other": N_("其他材料"),
    }
)
"""What a document shows."""
OF_VEHICLE = frozenset({"vehicle_licence", "vehicle_photo", "insurance", "transport_licence"})
"""Kinds that show the vehicle, and are kept for whatever is asked for it."""
SUBJECTS: Mapping[str, type[Any]] = {
    "vehicle": Vehicle,
    "application": PermitApplication,
    "permit": Permit,
    "organisation": Organisation,
    "scheme": PermitScheme,
}
"""What a document may be about."""
LONGEST_NAME = 120


def _name(given: str, media_type: str) -> str:
    """A file name without paths, control characters or a false extension."""
    plain = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    plain = re.sub(r"[\x00-\x1f\x7f-\x9f\"<>|:*?\u202a-\u202e\u2066-\u2069]", "", plain).strip(" .")
    end = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}[media_type]
    stem = plain.rpartition(".")[0] or plain
    return f"{stem[:LONGEST_NAME] or kept('文件')}{end}"


def _owner(session: Session, actor: Actor, kind: str, subject: Any) -> uuid.UUID:
    """Whose document it is: the organisation that keeps its subject, and only its own people."""
    owner: uuid.UUID = subject.id if kind == "organisation" else subject.organisation_id
    runs = getattr(subject, "operator_id", None)
    if actor.role != SYSTEM and actor.organisation_id not in (owner, runs):
        raise Forbidden
    del session
    return actor.organisation_id or owner


def store_document(
    session: Session,
    actor: Actor,
    store: ArtefactStore,
    cleaned: Cleaned,
    *,
    file_name: str,
    subject_kind: str,
    subject_id: uuid.UUID | str,
    kind: str,
    audience: str = "own",
) -> Document:
    """Keep a cleaned document of something that the actor's organisation has.

    Clean the bytes first (:func:`workers.documents.clean`), outside the transaction.

    Raises:
        NotFound: its subject is not there for the actor.
        Forbidden: its subject is another organisation's.
        Invalid: an unknown kind.
    """
    if kind not in KINDS or subject_kind not in SUBJECTS:
        raise Invalid("kind", _("材料类别无效"), _("请重新选择材料类别"))
    subject = fetch(session, actor, SUBJECTS[subject_kind], subject_id)
    row = Document(
        organisation_id=_owner(session, actor, subject_kind, subject),
        account_id=actor.account_id,
        subject_kind=subject_kind,
        subject_id=subject.id,
        kind=kind,
        file_name=_name(file_name, cleaned.media_type),
        media_type=cleaned.media_type,
        size=len(cleaned.data),
        width=cleaned.width,
        height=cleaned.height,
        pages=cleaned.pages,
        sha256=store.put(cleaned.data),
        audience=audience,
    )
    session.add(row)
    session.flush()
    append(session, actor, "upload", "document", row.id, fields=["kind"])
    return row


def documents_of(
    session: Session, actor: Actor, subjects: Sequence[tuple[str, uuid.UUID]]
) -> list[Document]:
    """The documents about these things that the actor may see, by kind, newest first."""
    wanted = set(subjects)
    query = visible(session, actor, Document).where(
        Document.active, Document.subject_id.in_({key for _, key in wanted})
    )
    rows = session.scalars(query.order_by(Document.kind, Document.created_at.desc()))
    return [row for row in rows if (row.subject_kind, row.subject_id) in wanted]


def read_document(
    session: Session, actor: Actor, store: ArtefactStore, document_id: uuid.UUID | str
) -> tuple[Document, bytes]:
    """A document and its bytes.

    Raises:
        NotFound: none, or not for the actor to see.
    """
    row = fetch(session, actor, Document, document_id)
    return row, store.get(row.sha256)


def share_documents(
    session: Session, actor: Actor, subjects: Sequence[tuple[str, uuid.UUID]]
) -> None:
    """Let the authority see the documents about these things."""
    for row in documents_of(session, actor, subjects):
        row.audience = "authority"


def discard_document(session: Session, actor: Actor, document_id: uuid.UUID | str) -> Document:
    """Put a document aside; what the authority has been shown stays with it.

    Raises:
        NotFound: none, or another organisation's.
        Invalid: the authority has it already.
    """
    row = fetch(session, actor, Document, document_id)
    if actor.role != SYSTEM and row.organisation_id != actor.organisation_id:
        raise Forbidden
    if row.audience == "authority":
        raise Invalid("shared", _("材料已随申请提交，不能删除"), _("可上传新的一份"))
    row.active = False
    append(session, actor, "discard", "document", row.id, fields=["active"])
    return row
