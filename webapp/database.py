"""The request's way to the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from models.db import Database
    from workers.settings import Settings


def database() -> Database:
    """The application's database: ``.read()`` and ``.write()`` give sessions."""
    return cast("Database", current_app.extensions["database"])


def settings() -> Settings:
    """The settings that the application was made with."""
    return cast("Settings", current_app.extensions["settings"])
