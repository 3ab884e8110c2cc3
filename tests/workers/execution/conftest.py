"""A published plan on the street, on both databases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from models.accounts.city import today
from models.db import Database
from models.planning.tables import PlanVersion
from tests import factories
from tests.street import Street, street
from workers.artefacts import DirectoryStore
from workers.execution.day import Day, DayCache, RouteDay
from workers.planning.read import ViewCache


@dataclass
class Scene:
    """Everything that a test of the street asks for."""

    database: Database
    world: factories.World
    street: Street
    days: DayCache

    def version(self, session: Any) -> PlanVersion:
        """The plan version as it is now."""
        return session.get(PlanVersion, self.world.id("plan"))

    def day(self) -> Day:
        """The plan's day."""
        with self.database.read() as session:
            return self.days.of(self.version(session))

    def route(self, number: int = 0) -> RouteDay:
        """A vehicle's day."""
        return self.day().routes[str(self.street.vehicles[number].id)]


def scene_of(database: Database, folder: Any, **shape: int) -> Scene:
    """A world of today with a plan on the street."""
    store = DirectoryStore(folder)
    with database.write() as session:
        factories.city(session, name="早先")
        day = today(session)
        session.rollback()
    with database.write() as session:
        world = factories.world(session, day)
        made = street(session, store, world, **shape)
    return Scene(database, world, made, DayCache(store, ViewCache(store)))


@pytest.fixture
def scene(database, tmp_path) -> Scene:
    return scene_of(database, tmp_path, per_trip=4)


@pytest.fixture
def lite(spatialite, tmp_path) -> Scene:
    """On one database, for tests that it is enough for."""
    return scene_of(spatialite, tmp_path, per_trip=4)
