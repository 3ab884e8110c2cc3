"""The map that the plan's page frames: folium with our own assets and no tiles.

folium makes the map and its options; what lies on it comes later as JSON and is drawn by
``static/js/plan/map.js`` with text nodes only, so that no imported text is ever markup here.
"""

from __future__ import annotations

from functools import lru_cache

import folium
from branca.element import Figure
from markupsafe import Markup

from webapp.frame.assets import asset


class CityMap(folium.Map):
    """A folium map whose scripts and styles are this server's."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium's own way to name assets
    default_css: list[tuple[str, str]] = []  # noqa: RUF012 - the same

    def __init__(self, lon: float, lat: float, zoom: int) -> None:
        super().__init__(
            location=(lat, lon),
            zoom_start=zoom,
            tiles=None,
            prefer_canvas=True,
            zoom_control=False,
            attribution_control=False,
            zoom_snap=0.25,
            min_zoom=9,
            max_zoom=18,
        )
        self.default_js = [("leaflet", asset("vendor/leaflet/leaflet.js"))]
        self.default_css = [("leaflet_css", asset("vendor/leaflet/leaflet.css"))]

    def pieces(self) -> dict[str, object]:
        """Scripts, styles, body and script text for a page that gives the script its nonce."""
        figure = self.get_root()
        if not isinstance(figure, Figure):
            message = "a map of the city stands in a figure of its own"
            raise TypeError(message)
        self.render()
        return {
            "map_scripts": [url for _, url in self.default_js],
            "map_styles": [url for _, url in self.default_css],
            "map_body": Markup(figure.html.render()),  # noqa: S704 - folium's own div, no data in it
            "map_code": Markup(figure.script.render()),  # noqa: S704 - folium's own options
            "map_name": self.get_name(),
        }


@lru_cache(maxsize=8)
def map_pieces(lon: float, lat: float, zoom: int) -> dict[str, object]:
    """The pieces of a city's map; they hold no data and no nonce, so one making serves all."""
    return CityMap(lon, lat, zoom).pieces()
