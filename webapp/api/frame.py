"""The frame of ``/api/v1``: OpenAPI, errors as problem+json, who asks, kept apart from pages."""

from __future__ import annotations

from flask import Flask
from flask_smorest import Api
from flask_wtf import CSRFProtect


def install(app: Flask, csrf: CSRFProtect) -> Api:
    """Make the interface of ``app``; rooms register their part with it."""
    app.config.update(
        API_TITLE="Greenfreight",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    del csrf
    return Api(app)
