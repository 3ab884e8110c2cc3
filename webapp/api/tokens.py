"""Who asks at the HTTP interface: a bearer token, never the cookie."""

from __future__ import annotations

from flask import Response, current_app, g, request

from models.accounts.tables import Account
from models.accounts.tokens import find_token, touch_token
from models.language import gettext as _
from webapp.api.problems import not_found, problem
from webapp.database import database
from webapp.frame import language
from webapp.security import refusals
from webapp.security.permissions import allowed, expand_scopes


def ask() -> Response | None:
    """Set the actor of the request's token; an answer where there is none or it may not."""
    needed = _needed()
    if needed == "":
        return None
    kind, secret = (request.headers.get("Authorization", "") + " ").split(" ", 1)
    if kind.lower() != "bearer" or not secret:
        return problem(401, "token_missing", _("请求须带 Authorization: Bearer gf_…"))
    with database().read() as session:
        found = find_token(
            session,
            secret.strip(),
            request_id=str(g.get("request_id", "")),
            address=request.remote_addr or "",
        )
        if found is None:
            return problem(401, "token_invalid", _("令牌无效、已撤销或已过期"))
        token, g.actor = found
        g.token_id = token.id
        g.account_language = session.get_one(Account, g.actor.account_id).language
        g.scopes = expand_scopes(token.scopes)
    language.begin()
    with database().write() as writing:
        touch_token(writing, g.token_id)
    if needed is None or not allowed(g.actor, needed):
        refusals.note("role")
        return not_found()
    if not allowed(g.actor, needed, g.scopes):
        refusals.note("scope")
        return problem(403, "scope", _("令牌的权限范围不含 %(needed)s", needed=needed))
    return None


def _needed() -> str | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        return None
    view_class = getattr(view, "view_class", None)
    if view_class is not None:
        view = getattr(view_class, request.method.lower(), view)
    needed = getattr(view, "permission_needed", None)
    return needed if needed is None else str(needed)
