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

from models.accounts import queries, second_factor
from models.accounts.tables import Account
from webapp.database import database

IDLE_SECONDS = {"police": 1800, "bureau": 1800, "admin": 1800}
"""Roles that decide or administer are logged out after half an hour; others after twelve hours."""
LONGEST_IDLE = 12 * 3600
CODE_SECONDS = 300


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
    must_enrol: bool
    """A second factor is required and not set up yet: nothing else is open until it is."""

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
        must_enrol=second_factor.required(account.role, account.positions)
        and not second_factor.has_one(account),
    )


def _load(account_id: str) -> Person | None:
    idle = time.time() - float(session.get("seen", 0))
    with database().read() as reading:
        epoch = int(session.get("epoch", -1))
        account = queries.signed_in(reading, uuid.UUID(account_id), epoch)
        if account is None or (second_factor.has_one(account) and not session.get("second")):
            return None
        person = person_of(account)
    if idle > IDLE_SECONDS.get(person.role, LONGEST_IDLE):
        session.clear()
        session["ended"] = "idle"
        return None
    if idle > 30:
        session["seen"] = time.time()
    return person


def await_code(account: Account, target: str | None) -> None:
    """The password was right; a code must follow within five minutes."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    session["awaiting"] = {
        "account": str(account.id),
        "epoch": account.session_epoch,
        "at": time.time(),
        "next": target,
    }


def awaiting() -> tuple[uuid.UUID, int, str | None] | None:
    """Whose code is awaited, in which epoch, and where the visitor was going."""
    found = session.get("awaiting")
    if not found or time.time() - float(found["at"]) > CODE_SECONDS:
        session.pop("awaiting", None)
        return None
    return uuid.UUID(found["account"]), int(found["epoch"]), found["next"]


def begin(account: Account, *, second: bool = False) -> Person:
    """Start a session for ``account``: nothing of the session before is kept, the language neither.

    A language chosen before log-in is the account's from now on: see ``webapp.accounts.pages``.
    ``second``: the second factor was shown.
    """
    session.clear()
    session["language"] = account.language
    session["second"] = second
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
