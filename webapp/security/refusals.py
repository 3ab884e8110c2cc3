"""What a role or position asked to change and may not: written down at the edge.

Operations write their own refusals (:mod:`models.audit.refusals`); this is for requests that never
come to one, because the view is not open to whoever asks.
"""

from __future__ import annotations

import uuid

from flask import g, request

from models.audit.operations import append
from models.audit.refusals import ACTION
from webapp.database import database

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def note(reason: str) -> None:
    """Write down that this request, which would change something, is refused.

    ``reason``: ``role`` or ``scope``. Of the address only ids go in, never what may be a secret.
    """
    if request.method in SAFE or g.get("actor") is None:
        return
    ids = [value for value in (request.view_args or {}).values() if _is_id(value)]
    with database().write(g.actor) as session:
        append(
            session,
            g.actor,
            ACTION,
            "request",
            ids[0] if ids else "-",
            fields=[f"{request.method} {request.endpoint}", reason],
        )


def _is_id(value: object) -> bool:
    try:
        uuid.UUID(str(value))
    except ValueError:
        return False
    return True
