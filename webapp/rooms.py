"""Which rooms the product has: their pages and their part of the HTTP interface.

To add a room: a ``flask.Blueprint`` in ``webapp/<room>/pages.py`` whose views carry
``@needs("resource:verb")`` (:mod:`webapp.security.permissions`), templates that extend
``frame/base.html`` and fill ``page_title``, ``main`` and ``page_scripts`` (macros are there as
``ui``), and a line in ``PAGES``; a ``flask_smorest.Blueprint`` goes into ``INTERFACES``.
"""

from __future__ import annotations

from flask import Blueprint, Flask
from flask_limiter import Limiter
from flask_smorest import Api
from flask_smorest import Blueprint as Interface

from webapp.accounts.pages import blueprint as accounts
from webapp.frame.pages import blueprint as frame
from webapp.planning.handouts import blueprint as planning

PAGES: tuple[Blueprint, ...] = (frame, accounts, planning)
INTERFACES: tuple[Interface, ...] = ()


def register(app: Flask, api: Api) -> None:
    """Register every room's pages and interface."""
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    for interface in INTERFACES:
        api.register_blueprint(interface)


def limit(app: Flask, limiter: Limiter) -> None:
    """Narrower limits where guessing or load would hurt."""
    view = app.view_functions["accounts.log_in"]
    app.view_functions["accounts.log_in"] = limiter.limit("30/minute", methods=["POST"])(view)
    for free in ("static", "frame.healthz", "frame.readyz"):
        limiter.exempt(app.view_functions[free])
