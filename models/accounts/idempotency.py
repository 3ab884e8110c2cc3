"""Answers to POSTs by their ``Idempotency-Key``: done once, answered alike for 24 hours.

``begin`` runs in a transaction of its own, so that a second request sees the first one in flight;
``finish`` runs in the transaction of the work itself, so that work and answer are stored together.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.tables import IdempotencyKey
from models.base import now
from models.errors import Conflict, Forbidden, Invalid
from models.language import gettext as _

KEPT = timedelta(hours=24)
IN_FLIGHT = timedelta(seconds=30)
"""After this an unanswered key may be taken over: its request died, or stores nothing any more."""


@dataclass(frozen=True, kw_only=True)
class Replay:
    """The stored answer to give again."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a key is scoped to, beside the actor's organisation.

    ``token_key``: the token's id, or ``session`` for pages.
    """

    token_key: str
    method: str
    path: str
    key: str
    body_sha256: str


def begin(session: Session, actor: Actor, request: Request) -> uuid.UUID | Replay:
    """Reserve the key and return its row's id, or the stored answer.

    Raises:
        Invalid: the key came before with another body (422).
        Conflict: the first request with it is still in flight (409).
    """
    if actor.organisation_id is None:
        raise Forbidden
    at = now()
    forget_expired(session, at)
    found = session.scalars(
        select(IdempotencyKey)
        .where(
            IdempotencyKey.organisation_id == actor.organisation_id,
            IdempotencyKey.token_key == request.token_key,
            IdempotencyKey.method == request.method,
            IdempotencyKey.path == request.path,
            IdempotencyKey.key == request.key,
        )
        .with_for_update()
    ).one_or_none()
    if found is None:
        return _reserve(session, actor.organisation_id, request, at)
    if found.body_sha256 != request.body_sha256:
        raise Invalid(
            "idempotency_mismatch", _("同一幂等键的请求内容不同"), _("请更换 Idempotency-Key")
        )
    if found.status is not None:
        return Replay(status=found.status, headers=found.headers, body=found.response or b"")
    if at - found.created_at < IN_FLIGHT:
        raise Conflict("idempotency_in_flight", _("相同请求正在处理"), _("请稍后重试"))
    session.delete(found)  # with its id goes the right to finish under it
    session.flush()
    return _reserve(session, actor.organisation_id, request, at)


def forget_expired(session: Session, at: datetime) -> None:
    """Drop answers whose time is over, as far as the session sees them."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.expires_at <= at))


def _reserve(
    session: Session, organisation: uuid.UUID, request: Request, at: datetime
) -> uuid.UUID:
    row = IdempotencyKey(
        organisation_id=organisation,
        token_key=request.token_key,
        method=request.method,
        path=request.path,
        key=request.key,
        body_sha256=request.body_sha256,
        created_at=at,
        expires_at=at + KEPT,
    )
    session.add(row)
    session.flush()
    return row.id


def finish(
    session: Session, row_id: uuid.UUID, *, status: int, headers: Mapping[str, str], body: bytes
) -> None:
    """Store the answer beside the work, in the work's own transaction.

    Raises:
        Conflict: the same request came again and was taken over, so the work is not to be stored.
    """
    row = session.get(IdempotencyKey, row_id, with_for_update=True)
    if row is None:
        raise Conflict("idempotency_in_flight", _("相同请求正在处理"), _("请稍后重试"))
    row.status, row.headers, row.response = status, dict(headers), body


def abandon(session: Session, row_id: uuid.UUID) -> None:
    """Forget the key: nothing was done, the same request may come again."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.id == row_id))
