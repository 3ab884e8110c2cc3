"""Reading organisations and accounts."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.accounts.actor import SYSTEM, Actor, system_actor
from models.accounts.tables import Account, Agreement, Organisation
from models.accounts.visibility import require, visible
from models.db import bind
from models.errors import NotFound
from models.paging import DEFAULT, Page, page


def list_organisations(
    session: Session, actor: Actor, kind: str | None = None
) -> list[Organisation]:
    """Organisations that the actor may know of, by name."""
    query = visible(session, actor, Organisation)
    if kind is not None:
        query = query.where(Organisation.kind == kind)
    return list(session.scalars(query.order_by(Organisation.name)))


def list_accounts(session: Session, actor: Actor) -> list[Account]:
    """Accounts, by log-in name: an administrator sees all, others themselves."""
    return list(session.scalars(visible(session, actor, Account).order_by(Account.login)))


@dataclass(frozen=True, kw_only=True)
class AccountFilter:
    """What is looked for; None = no matter. ``text``: part of the log-in or the name."""

    text: str = ""
    organisation_id: uuid.UUID | None = None
    role: str | None = None
    active: bool | None = None


def page_accounts(
    session: Session,
    actor: Actor,
    wanted: AccountFilter,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT,
) -> Page[Account]:
    """A page of accounts by log-in name: an administrator sees all, an organisation's its own."""
    query = visible(session, actor, Account)
    if wanted.text:
        part = f"%{wanted.text.lower()}%"
        query = query.where(or_(Account.login.like(part), func.lower(Account.name).like(part)))
    if wanted.organisation_id is not None:
        query = query.where(Account.organisation_id == wanted.organisation_id)
    if wanted.role is not None:
        query = query.where(Account.role == wanted.role)
    if wanted.active is not None:
        query = query.where(Account.active == wanted.active)
    return page(session, query, [Account.login], cursor=cursor, limit=limit)


def page_organisations(
    session: Session,
    actor: Actor,
    *,
    kind: str | None = None,
    text: str = "",
    cursor: str | None = None,
    limit: int = DEFAULT,
) -> Page[Organisation]:
    """A page of the organisations that the actor may know of, by kind and name."""
    query = visible(session, actor, Organisation)
    if kind is not None:
        query = query.where(Organisation.kind == kind)
    if text:
        query = query.where(func.lower(Organisation.name).like(f"%{text.lower()}%"))
    keys = [Organisation.kind, Organisation.name, Organisation.id]
    return page(session, query, keys, cursor=cursor, limit=limit)


def names_of(session: Session, actor: Actor, ids: Collection[uuid.UUID | None]) -> dict[Any, str]:
    """Names by account id, of those within the actor's organisation; an administrator knows all."""
    query = select(Account.id, Account.name).where(Account.id.in_([i for i in ids if i]))
    if actor.role not in {"admin", SYSTEM}:
        query = query.where(Account.organisation_id == actor.organisation_id)
    return {row.id: row.name for row in session.execute(query)}


def whoever(
    session: Session, actor: Actor, ids: Collection[uuid.UUID | None]
) -> dict[uuid.UUID, Account]:
    """Accounts by id, of whichever organisation: what is told of them is the caller's care."""
    wanted = {one for one in ids if one}
    if not wanted:
        return {}
    session.flush()
    bind(session, system_actor(actor.organisation_id, actor.request_id))
    try:
        found = session.scalars(select(Account).where(Account.id.in_(wanted)))
        return {account.id: account for account in found}
    finally:
        bind(session, actor)


def signed_in(session: Session, account_id: uuid.UUID, session_epoch: int) -> Account | None:
    """The account of a page session, None once it was closed or its password changed."""
    account = session.get(Account, account_id)
    if account is None or not account.active or not account.organisation.active:
        return None
    return account if account.session_epoch == session_epoch else None


def operator_for(session: Session, actor: Actor, shipper_id: uuid.UUID) -> uuid.UUID:
    """The operator that delivers a shipper's orders.

    Raises:
        NotFound: the actor may not act for this shipper, or nobody delivers for it.
    """
    require(session, actor, "shipper", "dispatcher")
    query = visible(session, actor, Agreement).where(
        Agreement.shipper_id == shipper_id, Agreement.active
    )
    found = session.scalars(query.order_by(Agreement.created_at)).first()
    if found is None:
        raise NotFound
    return found.operator_id


def has_demo_accounts(session: Session) -> bool:
    """Whether a demo account exists: production refuses to start with one."""
    return bool(session.scalar(select(func.count()).where(Account.demo)))
