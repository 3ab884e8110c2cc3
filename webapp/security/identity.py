"""Accounts as the web needs them."""

from __future__ import annotations

import uuid

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from models.accounts.tables import Account, City
from models.errors import Invalid
from sqlalchemy import select
from sqlalchemy.orm import Session


def city(session: Session) -> City | None:
    return session.scalar(select(City))


def account_for_session(session: Session, account_id: uuid.UUID) -> Account | None:
    account = session.get(Account, account_id)
    return account if account is not None and account.active else None


def log_in(
    session: Session, *, login: str, password: str, address: str, request_id: str
) -> Account:
    account = session.scalar(select(Account).where(Account.login == login.lower()))
    try:
        if account is None:
            raise VerifyMismatchError
        PasswordHasher().verify(account.password_hash, password)
    except VerifyMismatchError:
        raise Invalid("log_in", "登录名或密码不对", "请检查大小写后重试") from None
    return account
