"""Every request passes here: who asks, and whether the view's permission is theirs.

Pages know a person by the session cookie, the interface by a bearer token alone. A view without
a mark (see :mod:`webapp.security.permissions`) answers 404 to everybody: forgetting is closed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from models.accounts.actor import Actor
from webapp.security import refusals
from webapp.security.permissions import allowed

if TYPE_CHECKING:
    from webapp.security.sessions import Person


ENROLLING = frozenset({"account.enrol", "accounts.log_out"})
"""What is open to somebody who must set up a second factor first."""


def actor() -> Actor:
    """Who asks. Only call it in views that need a permission."""
    found = g.get("actor")
    if found is None:
        abort(404)
    return found  # type: ignore[no-any-return]


def can(permission: str) -> bool:
    """Whether who asks may do ``permission``."""
    who = g.get("actor")
    return who is not None and allowed(who, permission, g.get("scopes"))


def _needed() -> str | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if not view:
        return None
    method_view = getattr(view, "view_class", None)
    if method_view is not None:
        view = getattr(method_view, request.method.lower(), view)
    return getattr(view, "permission_needed", None)


def actor_of(person: Person) -> Actor:
    """The actor of a person who is logged in."""
    return Actor(
        account_id=person.account_id,
        organisation_id=person.organisation_id,
        organisation_kind=person.organisation_kind,
        role=person.role,
        positions=person.positions,
        request_id=str(g.get("request_id", "")),
        address=request.remote_addr or "",
    )


def install(app: Flask) -> None:
    """Ask before every view."""

    @app.before_request
    def ask() -> ResponseReturnValue | None:
        if request.endpoint is None or request.endpoint == "static":
            return None
        if request.path.startswith("/api/"):
            return None  # the interface asks by token: webapp.api.tokens
        needed = _needed()
        if needed == "":
            if current_user.is_authenticated:
                g.actor = actor_of(current_user._get_current_object())  # noqa: SLF001 - Flask-Login's way
            return None
        if not current_user.is_authenticated:
            back = request.full_path.rstrip("?") if request.method == "GET" else None
            return redirect(url_for("accounts.log_in", next=back))
        g.actor = actor_of(current_user._get_current_object())  # noqa: SLF001 - Flask-Login's way
        if current_user.must_enrol and request.endpoint not in ENROLLING:
            return redirect(url_for("account.enrol"))
        if needed is None or (needed != "signed-in" and not allowed(g.actor, needed)):
            refusals.note("role")
            abort(404)
        return None
