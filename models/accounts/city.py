"""The city's own settings and its calendar dates."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.tables import City
from models.base import now

DEFAULT_TIMEZONE = "Asia/Shanghai"


def find_city(session: Session) -> City | None:
    """The installation's city, None before one is set up."""
    return session.scalar(select(City))


def zone(session: Session) -> ZoneInfo:
    """The zone whose calendar dates the city goes by."""
    name = session.scalar(select(City.timezone))
    return ZoneInfo(name or DEFAULT_TIMEZONE)


def today(session: Session, at: datetime | None = None) -> date:
    """The city's calendar date at an instant (now)."""
    return (at or now()).astimezone(zone(session)).date()
