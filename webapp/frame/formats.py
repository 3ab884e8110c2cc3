"""How figures, times and states are written, in templates and in print alike."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask, current_app
from flask_babel import gettext as _

from models.language import N_, retell

WEEKDAYS = (N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"))


def city_zone() -> ZoneInfo:
    """The zone in which the city's clocks are shown."""
    return ZoneInfo(str(current_app.config["CITY_ZONE"]))


def money(fen: int | None) -> str:
    """Fen as yuan with two places and thousands: ``1,234.50``."""
    if fen is None:
        return "—"
    sign = "−" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), 100)
    return f"{sign}{yuan:,}.{rest:02d}"


def number(value: float | None, places: int = 0) -> str:
    """A figure with thousands; a missing one is a dash."""
    return "—" if value is None else f"{value:,.{places}f}"


def local(moment: datetime | None) -> str:
    """A UTC moment as local ``11-23 15:42``."""
    return "—" if moment is None else moment.astimezone(city_zone()).strftime("%m-%d %H:%M")


def local_time(moment: datetime | None) -> str:
    """A UTC moment as the city's clock shows it: ``15:42``."""
    return "—" if moment is None else moment.astimezone(city_zone()).strftime("%H:%M")


def day(value: date) -> str:
    """A date with its weekday: ``2026-11-24 周二``."""
    return f"{value.isoformat()} {_(WEEKDAYS[value.weekday()])}"


def install(app: Flask) -> None:
    """Make the formats filters of the templates."""
    app.jinja_env.filters.update(
        money=money,
        number=number,
        local=local,
        local_time=local_time,
        day=day,
        retell=retell,
        moment=datetime.fromisoformat,
    )
