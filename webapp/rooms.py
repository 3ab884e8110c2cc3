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

from webapp.accounts.invited import blueprint as invitations
from webapp.accounts.own import blueprint as account
from webapp.accounts.pages import blueprint as accounts
from webapp.admin.api import accounts as api_accounts
from webapp.admin.api import organisations as api_organisations
from webapp.admin.colleagues import blueprint as colleagues
from webapp.admin.pages import blueprint as admin
from webapp.arrivals.pages import blueprint as arrivals
from webapp.audit.pages import blueprint as audit
from webapp.bays.api import interface as api_bays
from webapp.bays.pages import blueprint as bays
from webapp.charging.api import interface as api_chargers
from webapp.charging.pages import blueprint as charging
from webapp.duties.pages import blueprint as duties
from webapp.execution.api import interface as api_executions
from webapp.execution.pages import blueprint as execution
from webapp.fleet.api import drivers as api_drivers
from webapp.fleet.api import vehicles as api_vehicles
from webapp.fleet.pages import blueprint as fleet
from webapp.frame.pages import blueprint as frame
from webapp.imports.grids import blueprint as imports
from webapp.indicators.api import interface as api_indicators
from webapp.indicators.targets import blueprint as indicators
from webapp.inspections.room import blueprint as inspections
from webapp.notices.pages import blueprint as notices
from webapp.orders.api import interface as api_orders
from webapp.orders.entry import blueprint as orders
from webapp.permits.api import asked as api_applications
from webapp.permits.api import interface as api_permits
from webapp.permits.room import blueprint as permits
from webapp.places.api import interface as api_places
from webapp.places.pages import blueprint as places
from webapp.planning.by_hand import blueprint as planning
from webapp.planning.edits_api import interface as api_plans
from webapp.planning.flag_pages import blueprint as flags
from webapp.rules.api import rules as api_rules
from webapp.rules.api import zones as api_zones
from webapp.rules.room import blueprint as rules
from webapp.stores.api import waves as api_waves
from webapp.stores.waves import blueprint as stores
from webapp.system.pages import blueprint as system
from webapp.things.atlas import blueprint as atlas
from webapp.tracking.pages import blueprint as tracking

PAGES: tuple[Blueprint, ...] = (
    frame,
    accounts,
    account,
    invitations,
    planning,
    flags,
    orders,
    imports,
    stores,
    places,
    fleet,
    charging,
    bays,
    rules,
    permits,
    duties,
    execution,
    inspections,
    notices,
    arrivals,
    tracking,
    indicators,
    atlas,
    admin,
    colleagues,
    audit,
    system,
)
INTERFACES: tuple[Interface, ...] = (
    api_plans,
    api_orders,
    api_waves,
    api_indicators,
    api_places,
    api_vehicles,
    api_drivers,
    api_chargers,
    api_bays,
    api_zones,
    api_rules,
    api_permits,
    api_executions,
    api_applications,
    api_organisations,
    api_accounts,
)


def register(app: Flask, api: Api) -> None:
    """Register every room's pages and interface."""
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    for interface in INTERFACES:
        api.register_blueprint(interface)


def limit(app: Flask, limiter: Limiter) -> None:
    """Narrower limits where guessing or load would hurt."""
    guessable = ("accounts.log_in", "accounts.code", "invitations.accept", "duties.open_link")
    for guessed in guessable:
        view = app.view_functions[guessed]
        app.view_functions[guessed] = limiter.limit("30/minute", methods=["POST"])(view)
    tracked = app.view_functions["tracking.show"]
    app.view_functions["tracking.show"] = limiter.limit("30/minute")(tracked)
    for free in ("static", "frame.healthz", "frame.readyz"):
        limiter.exempt(app.view_functions[free])
