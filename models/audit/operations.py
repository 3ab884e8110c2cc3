"""Writing and proving the audit trail."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.audit.tables import AuditEvent
from models.base import now

FIRST = "0" * 64
_LOCK = 0x67664155
"""Number of PostgreSQL's advisory lock that lets one writer at a time lengthen the chain."""


def _digest(event: AuditEvent) -> str:
    at: datetime = event.at
    body = [
        event.sequence,
        at.isoformat(timespec="microseconds"),
        str(event.account_id or ""),
        str(event.organisation_id or ""),
        event.request_id,
        event.address,
        event.action,
        event.entity,
        event.entity_id,
        event.fields,
        event.previous,
    ]
    packed = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(packed.encode()).hexdigest()


def append(
    session: Session,
    actor: Actor,
    action: str,
    entity: str,
    entity_id: object,
    *,
    fields: Sequence[str] = (),
) -> AuditEvent:
    """Add an event to the trail, in the caller's transaction.

    ``fields`` are names of what changed; personal values never go in.
    """
    return append_all(session, actor, [(action, entity, entity_id, fields)])[0]


def append_all(
    session: Session, actor: Actor, entries: Sequence[tuple[str, str, object, Sequence[str]]]
) -> list[AuditEvent]:
    """Add several events ``(action, entity, entity_id, fields)`` at once."""
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    last = session.scalars(
        select(AuditEvent).order_by(AuditEvent.sequence.desc()).limit(1)
    ).one_or_none()
    sequence, previous = (last.sequence, last.hash) if last else (0, FIRST)
    events: list[AuditEvent] = []
    for action, entity, entity_id, fields in entries:
        sequence += 1
        event = AuditEvent(
            sequence=sequence,
            at=now(),
            account_id=actor.account_id,
            organisation_id=actor.organisation_id,
            request_id=actor.request_id,
            address=actor.address,
            action=action,
            entity=entity,
            entity_id=str(entity_id),
            fields=list(fields),
            previous=previous,
        )
        event.hash = previous = _digest(event)
        events.append(event)
    session.add_all(events)
    session.flush()
    return events


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What :func:`verify` found: ``broken_at`` is the first event that does not fit, if any."""

    events: int
    broken_at: int | None
    head: str

    @property
    def whole(self) -> bool:
        """Whether every event fits the one before."""
        return self.broken_at is None


def verify(session: Session) -> Proof:
    """Walk the whole trail and compute every hash again."""
    previous, count = FIRST, 0
    rows: Any = session.scalars(
        select(AuditEvent).order_by(AuditEvent.sequence).execution_options(yield_per=1000)
    )
    for event in rows:
        count += 1
        fits = event.sequence == count and event.previous == previous
        if not fits or _digest(event) != event.hash:
            return Proof(events=count, broken_at=event.sequence, head=previous)
        previous = event.hash
    return Proof(events=count, broken_at=None, head=previous)
