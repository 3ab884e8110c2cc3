"""The frame of ``/api/v1``: OpenAPI 3.1, errors as problem+json, who asks, kept apart from pages.

A room's part is a ``flask_smorest.Blueprint`` with ``url_prefix="/api/v1/…"`` whose views carry
``@needs("resource:verb")`` *innermost* (next to the function or method), listed in
:mod:`webapp.rooms`. A POST goes through :func:`webapp.api.idempotent.once`.
"""

from __future__ import annotations

from flask import Flask, Response, jsonify, request
from flask_smorest import Api
from flask_wtf import CSRFProtect

from webapp.api import tokens
from webapp.api.description import described
from webapp.api.schemas import ProblemSchema
from webapp.security.permissions import public

PREFIX = "/api/"


class Interface(Api):
    """flask-smorest without its own error pages: ours tell interface and pages apart."""

    def _register_error_handlers(self) -> None:
        """Leave errors to :mod:`webapp.frame.errors`."""


def is_interface() -> bool:
    """Whether this request is one of the interface."""
    return request.path.startswith(PREFIX)


def install(app: Flask, csrf: CSRFProtect) -> Interface:
    """Make the interface of ``app``; rooms register their part with it."""
    app.config.update(
        API_TITLE="Greenfreight",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        API_SPEC_OPTIONS={
            "security": [{"bearer": []}],
            "info": {"description": "Orders, places, fleet and plans of urban freight."},
            "components": {
                "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            },
        },
    )
    interface = Interface(app)
    interface.spec.components.schema("Problem", schema=ProblemSchema)

    @app.get("/api/v1/openapi.json")
    @public
    def openapi() -> Response:
        """The interface's own description; it names no data."""
        answer: Response = jsonify(described(interface.spec.to_dict()))
        return answer

    @app.before_request
    def ask() -> Response | None:
        if not is_interface() or request.endpoint is None:
            return None
        return tokens.ask()

    _exempt(app, csrf)
    return interface


def _exempt(app: Flask, csrf: CSRFProtect) -> None:
    """Tokens are not sent by browsers on their own: CSRF is a matter of pages alone."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False

    @app.before_request
    def protect() -> None:
        if not is_interface():
            csrf.protect()
