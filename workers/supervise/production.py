"""What production insists on before it starts."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from workers.settings import SHORTEST_SECRET, Settings, SettingsError

if TYPE_CHECKING:
    from models.db import Database


def require(settings: Settings) -> None:
    """See that nothing is left to a default that only one machine would know.

    Raises:
        SettingsError: naming the variable that is missing.
    """
    if settings.embedded_database:
        raise SettingsError("DATABASE_URL: production needs one; `make run` brings its own")
    if settings.embedded_redis:
        raise SettingsError("REDIS_URL: production needs one; `make run` brings its own")
    if len(os.environ.get("SECRET_KEY", "")) < SHORTEST_SECRET:
        raise SettingsError(
            f"SECRET_KEY: give at least {SHORTEST_SECRET} random characters, the same on every "
            "web machine"
        )


def refuse_demo(database: Database) -> None:
    """See that no account of the demo can log in.

    Raises:
        SettingsError: there is one.
    """
    from models.accounts.queries import has_demo_accounts  # noqa: PLC0415 - settings come first

    with database.read() as session:
        if has_demo_accounts(session):
            raise SettingsError(
                "DATABASE_URL: this database holds demo accounts; use another one, or --demo"
            )
