"""What a running product has stored, read beside it: what a person in the story knows already."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from playwright.sync_api import Page
from sqlalchemy import select

from models.db import Database
from models.fleet.tables import Driver, Vehicle
from models.planning.tables import PlanVersion
from routing.formats.ours import read_plan, read_problem
from routing.plan import Plan
from routing.problem import Problem
from tests.e2e.whole.product import Product
from workers.artefacts import open_store
from workers.settings import Settings


def id_of(page: Page) -> str:
    """The plan's id in the page's address."""
    return urlsplit(page.url).path.rsplit("/", 1)[-1]


def on_vehicles(plan: Plan) -> dict[str, str]:
    """Order to vehicle."""
    return {
        order: route.vehicle
        for route in plan.routes
        for duty in route.duties
        for trip in duty.trips
        for stop in trip.stops
        for order in stop.orders
    }


class Kept:
    """The database and the artefacts of a product's home."""

    def __init__(self, product: Product) -> None:
        settings = Settings.from_env({"GREENFREIGHT_HOME": str(product.home)})
        self.database = Database(settings.database_url)
        self._store = open_store(settings, self.database)

    def close(self) -> None:
        """Let the database go."""
        self.database.dispose()

    def version(self, key: str) -> PlanVersion:
        """A version's row."""
        with self.database.read() as session:
            row = session.get_one(PlanVersion, UUID(key))
            session.expunge(row)
            return row

    def plan(self, key: str) -> tuple[Problem, Plan, dict[str, Any]]:
        """A version's problem, plan and labels."""
        row = self.version(key)
        return (
            read_problem(self._store.get(row.problem_sha256)),
            read_plan(self._store.get(row.plan_sha256)),
            json.loads(self._store.get(row.names_sha256)),
        )

    def plates(self) -> dict[str, str]:
        """Vehicle to plate."""
        with self.database.read() as session:
            return {str(row.id): row.plate for row in session.scalars(select(Vehicle))}

    def digits(self, plan: Plan, vehicle: str) -> str:
        """The last four digits of the phone of who drives the vehicle first."""
        (route,) = (one for one in plan.routes if one.vehicle == vehicle)
        with self.database.read() as session:
            return str(session.get_one(Driver, UUID(route.duties[0].driver)).phone)[-4:]
