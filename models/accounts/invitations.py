"""Invitations: a link, good once and for a week, with which somebody sets up a log-in.

There is no mail server: the link is shown once to whoever invites, to be handed over. The same
kind of link lets somebody set a new password.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor, system_actor
from models.accounts.operations import (
    ROLE_KINDS,
    add_account,
    fitting_positions,
    set_password,
)
from models.accounts.people import account_to_manage, administers
from models.accounts.tables import Account, Invitation, Organisation
from models.accounts.visibility import fetch, visible
from models.audit.operations import append
from models.base import now
from models.errors import Invalid, NotFound
from models.language import gettext as _

LASTS = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Invited:
    """Who is to come: the organisation, the role and positions there, the name."""

    organisation_id: uuid.UUID
    role: str
    name: str
    positions: Sequence[str] | None = None


def invite(session: Session, actor: Actor, wanted: Invited) -> tuple[Invitation, str]:
    """An invitation and the secret of its link, which is never to be had again.

    Raises:
        Forbidden: the actor administers no accounts.
        NotFound: no such organisation, or not the actor's.
        Invalid: role or positions do not fit the organisation, no name, the organisation is closed.
    """
    administers(actor, wanted.organisation_id)
    organisation = fetch(session, actor, Organisation, wanted.organisation_id)
    if not organisation.active:
        raise Invalid("organisation_closed", _("该组织已停用"), _("请先启用该组织"))
    if organisation.kind not in ROLE_KINDS.get(wanted.role, ()):
        raise Invalid("role", _("该角色不能属于此类机构"), _("请选择与机构相符的角色"))
    if not wanted.name.strip():
        raise Invalid("name_missing", _("姓名不能为空"), _("请填写姓名"))
    return _write(
        session,
        actor,
        Invitation(
            organisation_id=organisation.id,
            role=wanted.role,
            positions=fitting_positions(wanted.role, wanted.positions),
            name=wanted.name.strip(),
        ),
    )


def invite_to_reset(
    session: Session, actor: Actor, account_id: uuid.UUID
) -> tuple[Invitation, str]:
    """A link with which somebody sets a new password; the old one goes on until then.

    Raises:
        Forbidden, NotFound, Invalid: as :func:`account_to_manage`.
    """
    account = account_to_manage(session, actor, account_id)
    return _write(
        session,
        actor,
        Invitation(
            organisation_id=account.organisation_id,
            role=account.role,
            positions=list(account.positions),
            name=account.name,
            account_id=account.id,
        ),
    )


def _write(session: Session, actor: Actor, row: Invitation) -> tuple[Invitation, str]:
    secret = secrets.token_urlsafe(32)
    at = now()
    row.token_sha256 = _digest(secret)
    row.created_at, row.expires_at = at, at + LASTS
    row.invited_by = actor.account_id
    session.add(row)
    session.flush()
    append(session, actor, "invite", "invitation", row.id, fields=["role", "positions"])
    return row, secret


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _usable(row: Invitation, at: datetime) -> bool:
    return (
        row.used_at is None
        and row.revoked_at is None
        and row.expires_at > at
        and row.organisation.active
    )


def find_invitation(session: Session, secret: str, *, to_use: bool = False) -> Invitation:
    """The invitation of a link that still counts; ``to_use`` keeps others from using it meanwhile.

    Raises:
        NotFound: used, expired, revoked, or none at all: all the same.
    """
    query = select(Invitation).where(Invitation.token_sha256 == _digest(secret))
    if to_use:
        query = query.with_for_update(of=Invitation)
    row = session.scalars(query).one_or_none()
    if row is None or not _usable(row, now()):
        raise NotFound
    return row


def accept(
    session: Session,
    secret: str,
    *,
    login: str,
    password: str,
    request_id: str = "",
    address: str = "",
) -> Account:
    """Set up the log-in (or the new password) that the link is for; the link ends.

    Raises:
        NotFound: the link does not count.
        Invalid: the log-in name is taken or malformed, the password too short.
    """
    row = find_invitation(session, secret, to_use=True)
    actor = replace(system_actor(row.organisation_id, request_id), address=address)
    if row.account_id is None:
        account = add_account(
            session,
            login=login,
            name=row.name,
            role=row.role,
            positions=row.positions,
            organisation_id=row.organisation_id,
            password=password,
        )
        append(session, actor, "create", "account", account.id, fields=["login", "role"])
    else:
        account = session.get_one(Account, row.account_id)
        if not account.active:
            raise NotFound
        set_password(session, actor, account, password)
    row.used_at = now()
    append(session, actor, "accept", "invitation", row.id)
    return account


def revoke_invitation(session: Session, actor: Actor, invitation_id: uuid.UUID) -> None:
    """End a link that was not used.

    Raises:
        NotFound: there is none, or it is not the actor's to know.
        Forbidden: the actor administers no accounts.
    """
    row = fetch(session, actor, Invitation, invitation_id)
    administers(actor, row.organisation_id)
    if row.used_at is None and row.revoked_at is None:
        row.revoked_at = now()
        append(session, actor, "revoke", "invitation", row.id)


def open_invitations(session: Session, actor: Actor) -> list[Invitation]:
    """Invitations that still count, the newest first."""
    query = visible(session, actor, Invitation).where(
        Invitation.used_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > now(),
    )
    return list(session.scalars(query.order_by(Invitation.created_at.desc())))
