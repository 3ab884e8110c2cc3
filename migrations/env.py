"""Alembic's environment; ``models.db.alembic_config`` gives the URL, no file does."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context
from geoalchemy2 import Geometry, alembic_helpers

from models.base import UtcDateTime
from models.db import make_engine
from models.tables import Base

SPATIALITE_TABLES = frozenset(
    {
        "spatial_ref_sys",
        "spatial_ref_sys_aux",
        "geometry_columns",
        "geometry_columns_auth",
        "geometry_columns_statistics",
        "geometry_columns_time",
        "geometry_columns_field_infos",
        "views_geometry_columns",
        "views_geometry_columns_auth",
        "views_geometry_columns_statistics",
        "views_geometry_columns_field_infos",
        "virts_geometry_columns",
        "virts_geometry_columns_auth",
        "virts_geometry_columns_statistics",
        "virts_geometry_columns_field_infos",
        "spatialite_history",
        "sql_statements_log",
        "data_licenses",
        "ElementaryGeometries",
        "KNN",
        "KNN2",
        "SpatialIndex",
        "sqlite_sequence",
    }
)


def include_name(name: str | None, kind: str, parents: Any) -> bool:
    """Leave out what SpatiaLite and PostGIS keep for themselves."""
    del parents
    if kind == "table":
        return name not in SPATIALITE_TABLES and not (name or "").startswith("idx_")
    return not (kind == "index" and name == "ex_claims_overlap")


def render_item(kind: str, item: Any, autogen_context: Any) -> str | bool:
    """Write our types as SQLAlchemy's own, so that a revision stands without the models."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return alembic_helpers.render_item(kind, item, autogen_context)


def compare_type(
    context_: Any, inspected: Any, column: Any, inspected_type: Any, metadata_type: Any
) -> bool | None:
    """SQLite names types loosely: compare there only what it keeps apart."""
    del inspected, column
    if context_.dialect.name == "sqlite" or isinstance(inspected_type, Geometry):
        return False
    if isinstance(metadata_type, sa.Uuid) and isinstance(inspected_type, sa.UUID):
        return False
    return None


def run() -> None:
    """Migrate in one transaction (SQLite: with the write lock from the start)."""
    engine = make_engine(context.config.attributes["url"])
    try:
        with engine.execution_options(greenfreight_write=True).connect() as connection:
            if engine.dialect.name == "sqlite":
                # a table's rows may be gone before those that point at them
                connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
            context.configure(
                connection=connection,
                target_metadata=Base.metadata,
                include_object=alembic_helpers.include_object,
                include_name=include_name,
                process_revision_directives=alembic_helpers.writer,
                render_item=render_item,
                compare_type=compare_type,
                render_as_batch=False,
                transaction_per_migration=True,
            )
            with context.begin_transaction():
                context.run_migrations()
    finally:
        engine.dispose()


run()
