"""What the officer's page takes along for work without network, and what it tells afterwards."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from models.permits.inspections import scan, to_carry
from models.rules.queries import list_zones
from webapp.database import database, reading
from webapp.frame.formats import city_zone
from webapp.inspections.pages import blueprint
from webapp.security.guard import actor
from webapp.security.permissions import needs
from webapp.things.desk import every
from workers.permits.codes import zone_key

MOST = 50
"""Scans of one sending."""
_ID = re.compile(r"^[A-Za-z0-9_-]{8,64}\Z")


@blueprint.get("/carried.json")
@needs("vehicles:check")
def carried() -> ResponseReturnValue:
    """Public keys by name, stopped serials, names of zones, and when all this was so.

    With the form token of now: a page may stay open while its officer logs in anew.
    """
    with reading(actor()) as session:
        found = to_carry(session, actor())
        zones = every(list_zones)(session, actor())
    return jsonify(
        csrf=generate_csrf(),
        made_at=found.made_at.isoformat(),
        timezone=str(city_zone()),
        keys={
            key.kid: {"algorithm": key.algorithm, "public": key.public.hex()} for key in found.keys
        },
        stopped=found.stopped,
        zones={zone_key(zone.id): zone.name for zone in zones},
    )


@blueprint.post("/scans")
@needs("vehicles:check")
def scans() -> ResponseReturnValue:
    """Scans of codes, those made without network too: judged by what is on record, recorded once.

    ``{"scans": [{"client_id", "code", "plate"?, "note"?, "at"?}]}``, ``at`` where it was offline.
    """
    body = request.get_json(silent=True)
    given = body.get("scans") if isinstance(body, dict) else None
    if not isinstance(given, list) or len(given) > MOST:
        return jsonify(code="scans"), 422
    if not all(isinstance(one, dict) and _ID.match(_text(one, "client_id")) for one in given):
        return jsonify(code="client_id"), 422
    answers = []
    for one in given:
        with database().write(actor()) as session:
            found = scan(
                session,
                actor(),
                _text(one, "code"),
                plate=_text(one, "plate"),
                note=_text(one, "note"),
                scanned_at=_moment(_text(one, "at")),
                client_id=_text(one, "client_id"),
            )
            answers.append({"client_id": _text(one, "client_id"), "verdict": found.verdict})
    return jsonify(answers=answers, now=datetime.now(UTC).isoformat())


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    return value[:4000] if isinstance(value, str) else ""


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
