"""Reading organisations and accounts."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.tables import Account, Agreement, Organisation
from models.accounts.visibility import require, visible
from models.errors import NotFound


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
