"""The schema's revision: the database's, this version's, and which come after which."""

from __future__ import annotations

from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from models.db import Database, alembic_config, make_engine


def _scripts(database: Database) -> ScriptDirectory:
    return ScriptDirectory.from_config(alembic_config(database.owner_url))


def revision_of(database: Database) -> str:
    """What the database is at; "" where it has no tables."""
    engine = make_engine(database.owner_url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return ""
            return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")
    finally:
        engine.dispose()


def newest(database: Database) -> str:
    """What this version of the product migrates to."""
    return str(_scripts(database).get_current_head())


def known(database: Database, revision: str) -> bool:
    """Whether this version of the product can migrate from ``revision``."""
    return any(script.revision == revision for script in _scripts(database).walk_revisions())


def pending(database: Database) -> list[str]:
    """Revisions that are still to be run, the oldest first."""
    at = revision_of(database)
    scripts = _scripts(database)
    found = [script.revision for script in scripts.iterate_revisions("head", at or "base")]
    return list(reversed(found))
