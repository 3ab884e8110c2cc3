"""Reading the audit trail."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.visibility import visible
from models.audit.tables import AuditEvent
from models.paging import DEFAULT, Page, page


def list_events(
    session: Session,
    actor: Actor,
    *,
    entity: str | None = None,
    entity_id: object | None = None,
    action: str | None = None,
    account_id: uuid.UUID | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT,
) -> Page[AuditEvent]:
    """A page of events, latest first."""
    query = visible(session, actor, AuditEvent)
    if entity is not None:
        query = query.where(AuditEvent.entity == entity)
    if entity_id is not None:
        query = query.where(AuditEvent.entity_id == str(entity_id))
    if action is not None:
        query = query.where(AuditEvent.action == action)
    if account_id is not None:
        query = query.where(AuditEvent.account_id == account_id)
    return page(session, query, [AuditEvent.sequence], cursor=cursor, limit=limit, descending=True)
