"""How many notices wait for who asks: the figure at the bell."""

from __future__ import annotations

from flask import g

from models.notices import operations
from webapp.database import reading
from webapp.security.guard import actor

TOLD = frozenset({"dispatcher", "carrier"})
"""Roles that are told things."""


def unread() -> int | None:
    """Unread notices, None for a role that gets none; asked once per request."""
    if actor().role not in TOLD:
        return None
    if "unread" not in g:
        with reading(actor()) as session:
            g.unread = operations.unread(session, actor())
    return int(g.unread)
