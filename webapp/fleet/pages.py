"""Pages of vehicles, vehicle kinds and drivers."""

from __future__ import annotations

from flask import Blueprint

from webapp.fleet.drivers import DRIVERS
from webapp.fleet.types import TYPES
from webapp.fleet.vehicles import VEHICLES
from webapp.things.desk import mount

blueprint = Blueprint("fleet", __name__, url_prefix="/fleet", template_folder="../things/templates")
mount(blueprint, VEHICLES, "/vehicles/")
mount(blueprint, TYPES, "/types/")
mount(blueprint, DRIVERS, "/drivers/")
