"""The service date of a page: in its address, else the one last looked at, else tomorrow."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from flask import request, session

from webapp.frame.formats import city_zone


def parse(text: str | None) -> date | None:
    """An ISO date, or None where it is not one."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def current() -> date:
    """The date that this page is about; a date given in the address is remembered."""
    given = parse(request.args.get("date"))
    if given is not None:
        session["service_date"] = given.isoformat()
        return given
    kept = parse(session.get("service_date"))
    if kept is not None:
        return kept
    return datetime.now(UTC).astimezone(city_zone()).date() + timedelta(days=1)
