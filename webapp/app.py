"""The application factory."""

from __future__ import annotations

import secrets
from datetime import timedelta

from flask import Flask, Response, g
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect

from models.db import Database
from webapp import cli, rooms
from webapp.api import frame as api_frame
from webapp.frame import context, errors, formats, language
from webapp.security import guard, headers, proxies, sessions
from workers.settings import Settings

MEGABYTE = 1024 * 1024


def create_app(settings: Settings, **overrides: object) -> Flask:
    """Make the web application for ``settings``; ``overrides`` go into the Flask configuration."""
    app = Flask("webapp", template_folder="frame/templates")
    app.config.update(
        SECRET_KEY=settings.secret,
        SESSION_COOKIE_NAME="greenfreight",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        MAX_CONTENT_LENGTH=21 * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=8 * MEGABYTE,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="zh_Hans_CN",
        BABEL_DEFAULT_TIMEZONE="UTC",
        CITY_ZONE="Asia/Shanghai",
        JSON_AS_ASCII=False,
    )
    app.config.update(overrides)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.extensions["settings"] = settings
    app.extensions["database"] = Database(
        settings.database_url, settings.database_owner_url, secrets=settings.secrets
    )
    proxies.install(app, settings.trusted_proxies)
    _request_ids(app)
    headers.install(app)
    language.install(app)
    csrf = CSRFProtect(app)
    limiter = Limiter(
        get_remote_address,
        app=app,
        default_limits=["1200/minute"],
        storage_uri=app.config.get("RATELIMIT_STORAGE_URI") or _counts(settings),
        in_memory_fallback_enabled=True,  # limits hold while Redis is away, per process
    )
    app.extensions["limit"] = limiter
    sessions.install(app)
    guard.install(app)
    formats.install(app)
    context.install(app)
    errors.install(app)
    api = api_frame.install(app, csrf)
    rooms.register(app, api)
    cli.install(app)
    rooms.limit(app, limiter)
    return app


def _counts(settings: Settings) -> str:
    """Where requests are counted: in the Redis that several processes share, else in this one."""
    if settings.embedded_redis:
        return "memory://"
    url = settings.redis_url
    return f"redis+{url}" if url.startswith("unix://") else url


def _request_ids(app: Flask) -> None:
    """Give each request a random id that its answer, its audit rows and its log lines carry."""

    @app.before_request
    def begin() -> None:
        g.request_id = secrets.token_hex(8)

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.get("request_id", "")
        return response
