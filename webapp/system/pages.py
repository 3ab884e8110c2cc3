"""Health and version."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from webapp.database import database, reading, settings
from webapp.security.guard import actor
from webapp.security.permissions import needs
from workers.queue.connection import connect

blueprint = Blueprint("system", __name__, url_prefix="/system", template_folder="templates")


def _works(try_it: Callable[[], object]) -> bool:
    try:
        try_it()
    except (RedisError, SQLAlchemyError, OSError):
        return False
    return True


def _ping_queue() -> None:
    redis = connect(settings())
    try:
        redis.ping()
    finally:
        redis.close()


def _ask_database() -> None:
    with reading(actor()) as session:
        session.execute(text("SELECT 1"))


def _revision() -> str:
    with reading(actor()) as session:
        return str(session.execute(text("SELECT version_num FROM alembic_version")).scalar())


@blueprint.get("/")
@needs("system:read")
def index() -> ResponseReturnValue:
    """What runs, in which version, and whether its parts answer."""
    kind = "PostgreSQL + PostGIS" if database().is_postgresql else "SpatiaLite"
    parts = [
        (_("数据库"), kind, _works(_ask_database)),
        (_("任务队列"), _("内置") if settings().embedded_redis else _("外接"), _works(_ping_queue)),
    ]
    return render_template(
        "system/index.html",
        parts=parts,
        product=version("greenfreight"),
        revision=_revision(),
        row_security=database().has_row_security,
        settings=settings(),
    )
