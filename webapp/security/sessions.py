"""Log-in sessions: begun afresh at log-in, ended when idle, void after a password change.

The cookie holds the account's id, a random session mark and the account's ``session_epoch``; a
log-out everywhere or a new password raises the epoch, which voids every older cookie.
"""

from __future__ import annotations

import secrets
import time
import uuid
from dataclasses import dataclass

from flask import Flask, session
from flask_login import LoginManager, UserMixin, login_user, logout_user

from models.accounts import queries
from models.accounts.tables import Account
from webapp.database import database

IDLE_SECONDS = {"police": 1800, "bureau": 1800, "admin": 1800}
"""Roles that decide or administer are logged out after half an hour; others after twelve hours."""
LONGEST_IDLE = 12 * 3600


@dataclass(frozen=True, eq=False)
class Person(UserMixin):
    """Somebody who is logged in, as the frame needs them."""

    account_id: uuid.UUID
    organisation_id: uuid.UUID
    organisation_kind: str
    organisation_name: str
    role: str
    positions: frozenset[str]
    name: str
    login: str
    demo: bool

    def get_id(self) -> str:
        """The account's id, as Flask-Login keeps it."""
        return str(self.account_id)


def person_of(account: Account) -> Person:
    """What the frame needs of ``account``."""
    return Person(
        account_id=account.id,
        organisation_id=account.organisation_id,
        organisation_kind=account.organisation.kind,
        organisation_name=account.organisation.name,
        role=account.role,
        positions=frozenset(account.positions),
        name=account.name,
        login=account.login,
        demo=account.demo,
    )


def _load(account_id: str) -> Person | None:
    idle = time.time() - float(session.get("seen", 0))
    with database().read() as reading:
        epoch = int(session.get("epoch", -1))
        account = queries.signed_in(reading, uuid.UUID(account_id), epoch)
        if account is None:
            return None
        person = person_of(account)
    if idle > IDLE_SECONDS.get(person.role, LONGEST_IDLE):
        session.clear()
        session["ended"] = "idle"
        return None
    if idle > 30:
        session["seen"] = time.time()
    return person


def begin(account: Account) -> Person:
    """Start a session for ``account``: nothing of the session before is kept, the language neither.

    A language chosen before log-in is the account's from now on: see ``webapp.accounts.pages``.
    """
    session.clear()
    session["language"] = account.language
    session["mark"] = secrets.token_urlsafe(24)
    session["epoch"] = account.session_epoch
    session["seen"] = time.time()
    session.permanent = True
    person = person_of(account)
    login_user(person)
    return person


def end() -> None:
    """End this session."""
    logout_user()
    session.clear()


def install(app: Flask) -> None:
    """Let Flask-Login load people from the cookie."""
    manager = LoginManager()
    manager.session_protection = None  # the epoch and the idle limit do this
    manager.user_loader(_load)
    manager.init_app(app)
