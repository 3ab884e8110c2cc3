"""Public keys of roadside codes: kept by name, retired when another takes over."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.visibility import require, visible
from models.audit.operations import append
from models.base import now
from models.errors import Conflict
from models.language import gettext as _
from models.permits.tables import RoadsideKey
from models.signing import PublicKey


def may_sign(session: Session, key: PublicKey) -> bool | None:
    """Whether a key signs; None where it is not on record yet. Asked by the platform alone."""
    row = session.scalars(select(RoadsideKey).where(RoadsideKey.kid == key.kid)).one_or_none()
    return None if row is None else row.retired_at is None


def record_key(session: Session, actor: Actor, key: PublicKey) -> None:
    """Put a key on record, so that what it signs verifies from now on.

    Raises:
        Forbidden: only the platform itself does this.
        Conflict: it was retired.
    """
    require(session, actor)
    known = may_sign(session, key)
    if known is False:
        raise Conflict("key_retired", _("签名密钥已停用"), _("请更换 ROADSIDE_KEY"))
    if known is None:
        row = RoadsideKey(kid=key.kid, algorithm=key.algorithm, public_key=key.public.hex())
        session.add(row)
        session.flush()
        append(session, actor, "create", "roadside_key", row.id, fields=["kid"])


def retire_key(session: Session, actor: Actor, kid: str, *, withdraw: bool = False) -> None:
    """Let a key sign no more; ``withdraw``: what it signed does not verify either.

    Raises:
        Forbidden: only the platform itself does this.
        Conflict: there is no such key.
    """
    require(session, actor)
    row = session.scalars(select(RoadsideKey).where(RoadsideKey.kid == kid)).one_or_none()
    if row is None:
        raise Conflict("key_unknown", _("没有这个签名密钥"), _("请核对密钥编号"))
    row.retired_at = row.retired_at or now()
    if withdraw:
        row.withdrawn_at = row.withdrawn_at or now()
    fields = ["retired_at", *(["withdrawn_at"] if withdraw else [])]
    append(session, actor, "change", "roadside_key", row.id, fields=fields)


def verifying_keys(session: Session, actor: Actor) -> dict[str, PublicKey]:
    """The keys that verify, by name: present and retired ones."""
    query = visible(session, actor, RoadsideKey).where(RoadsideKey.withdrawn_at.is_(None))
    return {
        row.kid: PublicKey(
            kid=row.kid, algorithm=row.algorithm, public=bytes.fromhex(row.public_key)
        )
        for row in session.scalars(query.order_by(RoadsideKey.created_at))
    }
