"""Log-in with back-off per log-in name and per address.

A failure must be stored, so :func:`log_in` never raises: the caller commits, then looks at the
answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.passwords import hash_password, matches, outdated
from models.accounts.tables import Account, LoginThrottle
from models.audit.operations import append
from models.base import now
from models.errors import DomainError, Invalid
from models.language import gettext as _

WINDOW = timedelta(minutes=15)
"""Failures older than this are forgotten."""
LIMITS = {"login": 5, "address": 30}
"""Failures that are let pass before tries are refused for a while."""
FIRST_BLOCK = timedelta(seconds=30)
LONGEST_BLOCK = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class LogIn:
    """The answer: an account, or the error to show and until when tries are refused.

    ``second_factor``: the password was right, a code must follow.
    """

    account: Account | None
    second_factor: bool = False
    error: DomainError | None = None
    blocked_until: datetime | None = None


def actor_of(account: Account, *, request_id: str = "", address: str = "") -> Actor:
    """The actor that a logged-in account is."""
    return Actor(
        account_id=account.id,
        organisation_id=account.organisation_id,
        organisation_kind=account.organisation.kind,
        role=account.role,
        positions=frozenset(account.positions),
        request_id=request_id,
        address=address,
    )


def log_in(
    session: Session, *, login: str, password: str, address: str, request_id: str = ""
) -> LogIn:
    """Check a log-in; counts failures, resets them on success, writes the audit event."""
    name, at = login.strip().lower(), now()
    for kind, key in (("login", name), ("address", address)):
        blocked = refused_until(session, kind, key, at)
        if blocked is not None:
            return blocked
    account = session.scalars(select(Account).where(Account.login == name)).one_or_none()
    fits = matches(account.password_hash if account else None, password)
    usable = account is not None and account.active and account.organisation.active
    if account is None or not fits or not usable:
        counted = [
            count_failure(session, kind, key, at)
            for kind, key in (("login", name), ("address", address))
        ]
        until = max((u for u in counted if u), default=None)
        if account is not None:
            account.failed_attempts += 1
            append(
                session,
                actor_of(account, request_id=request_id, address=address),
                "log_in_failed",
                "account",
                account.id,
            )
        error = Invalid("log_in", _("登录名或密码不正确"), _("请检查大小写后重试"))
        return LogIn(account=None, error=error, blocked_until=until)
    forget_failures(session, "login", name)
    account.failed_attempts = 0
    if outdated(account.password_hash):
        account.password_hash = hash_password(password)
    if account.totp_confirmed_at is not None:
        return LogIn(account=account, second_factor=True)
    account.last_login_at = at
    append(
        session,
        actor_of(account, request_id=request_id, address=address),
        "log_in",
        "account",
        account.id,
    )
    return LogIn(account=account)


def refused_until(session: Session, kind: str, key: str, at: datetime) -> LogIn | None:
    """The refusal while ``key`` has failed too often; None when it may try."""
    until = _throttle(session, kind, key, at).blocked_until
    if until is None or until <= at:
        return None
    return LogIn(account=None, error=_blocked(until, at), blocked_until=until)


def count_failure(session: Session, kind: str, key: str, at: datetime) -> datetime | None:
    """Count one failure of ``key``; until when it is refused from now on, if at all."""
    return _count(_throttle(session, kind, key, at), at)


def forget_failures(session: Session, kind: str, key: str) -> None:
    """Begin to count anew."""
    found = session.get(LoginThrottle, (kind, key))
    if found is not None:
        found.failures, found.blocked_until = 0, None


def _throttle(session: Session, kind: str, key: str, at: datetime) -> LoginThrottle:
    found = session.get(LoginThrottle, (kind, key), with_for_update=True)
    if found is None:
        found = LoginThrottle(kind=kind, key=key, failures=0, last_failure_at=at)
        session.add(found)
        session.flush()
    elif at - found.last_failure_at > WINDOW:
        found.failures, found.blocked_until = 0, None
    return found


def _count(throttle: LoginThrottle, at: datetime) -> datetime | None:
    throttle.failures += 1
    throttle.last_failure_at = at
    over = throttle.failures - LIMITS[throttle.kind]
    if over < 0:
        return None
    throttle.blocked_until = at + min(FIRST_BLOCK * 2 ** min(over, 10), LONGEST_BLOCK)
    return throttle.blocked_until


def _blocked(until: datetime, at: datetime) -> DomainError:
    seconds = max(1, round((until - at).total_seconds()))
    return DomainError(
        "log_in_blocked",
        _("尝试次数过多，请 %(seconds)s 秒后再试", seconds=seconds),
        _("请稍后重试"),
    )
