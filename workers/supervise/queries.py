"""What the supervisor looks up; it acts as the platform."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.tables import Account, Organisation


def organisation_by_code(session: Session, code: str) -> UUID | None:
    """The id of the organisation with this code."""
    return session.scalar(select(Organisation.id).where(Organisation.code == code))


def demo_accounts(session: Session) -> list[Account]:
    """The accounts of the demo in the order in which they were made."""
    return list(session.scalars(select(Account).where(Account.demo).order_by(Account.created_at)))
