"""The framed map on which a desk's things lie, and the base map under it."""

from __future__ import annotations

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from webapp.frame.city import city
from webapp.planning import pages as planning
from webapp.planning.city_map import CityMap
from webapp.security.permissions import needs

blueprint = Blueprint("atlas", __name__, url_prefix="/atlas", template_folder="templates")


@blueprint.get("/")
@needs("signed-in")
def frame() -> ResponseReturnValue:
    """The map, with a content policy of its own; its page sends what lies on it."""
    g.framed_page = True
    place = city()
    return render_template("things/map.html", **CityMap(place.lon, place.lat, place.zoom).pieces())


@blueprint.get("/draw")
@needs("signed-in")
def draw() -> ResponseReturnValue:
    """The map on which a form sets its position or area, with the tools to draw."""
    g.framed_page = True
    place = city()
    pieces = CityMap(place.lon, place.lat, place.zoom).pieces()
    return render_template("things/draw.html", **pieces)


@blueprint.get("/base-map.json")
@needs("signed-in")
def base_map() -> ResponseReturnValue:
    """The city's base map."""
    return planning.base_map()
