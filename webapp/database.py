"""The request's way to the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.accounts.actor import Actor
    from models.db import Database
    from workers.settings import Settings


def database() -> Database:
    """The application's database: ``.read()`` and ``.write()`` give sessions."""
    return cast("Database", current_app.extensions["database"])


def settings() -> Settings:
    """The settings that the application was made with."""
    return cast("Settings", current_app.extensions["settings"])


@contextmanager
def reading(actor: Actor | None = None) -> Iterator[Session]:
    """A read-only session whose rows keep what was loaded, for templates rendered after it."""
    with database().read(actor) as session:
        yield session
        session.expunge_all()
