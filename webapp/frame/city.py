"""The city that this installation serves, as the frame shows it."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import g
from flask_babel import gettext as _

from models.accounts.city import find_city
from webapp.database import database


@dataclass(frozen=True)
class CityView:
    """Name, whether its data is made up, and where its map begins."""

    name: str
    demo: bool
    lon: float = 0.0
    lat: float = 0.0
    zoom: int = 12
    bounds: list[float] = field(default_factory=list)
    map_sha256: str | None = None


def city() -> CityView:
    """The city, read once per request; before one is set up, a placeholder says so."""
    if "city_view" not in g:
        with database().read() as session:
            row = find_city(session)
            g.city_view = (
                CityView(_("未设置城市"), demo=False)
                if row is None
                else CityView(
                    row.name, row.demo, row.lon, row.lat, row.zoom, list(row.bounds), row.map_sha256
                )
            )
    return g.city_view  # type: ignore[no-any-return]
