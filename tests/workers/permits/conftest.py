"""A permit desk on either database, and what everybody does at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from models.accounts.city import today
from models.db import Database
from models.permits.applications import draft_application
from tests import factories
from tests.permit_city import asked, permit_city
from workers.artefacts import DirectoryStore
from workers.permits import desk
from workers.permits.checks import check_application


@dataclass
class Desk:
    """The city with its people."""

    database: Database
    world: factories.World
    store: DirectoryStore
    day: date

    def draft(self, who: str = "carrier", **more: Any):
        actor = self.world.actors[who]
        with self.database.write(actor) as session:
            return draft_application(session, actor, **asked(self.world, self.day, **more)).id

    def submit(self, key, who: str = "carrier"):
        actor = self.world.actors[who]
        with self.database.write(actor) as session:
            return desk.submit(session, actor, key)

    def handed_in(self, who: str = "carrier", **more: Any):
        key = self.draft(who, **more)
        self.submit(key, who)
        return key

    def decide(self, key, target: str, who: str = "police", **more: Any):
        actor = self.world.actors[who]
        with self.database.write(actor) as session:
            return desk.decide(session, actor, key, target, **more)

    def codes(self, key, who: str = "carrier") -> dict[str, str]:
        """Code → tone of what the checks find."""
        actor = self.world.actors[who]
        with self.database.read(actor) as session:
            _, found = check_application(session, actor, key)
            return {check.code: check.tone for check in found if check.sentence}


def made(database: Database, tmp_path) -> Desk:
    with database.write() as session:
        world = permit_city(session)
    with database.read() as session:
        day = today(session)
    return Desk(database, world, DirectoryStore(tmp_path / "artefacts"), day)


@pytest.fixture
def office(spatialite, tmp_path) -> Desk:
    return made(spatialite, tmp_path)


@pytest.fixture
def both(database, tmp_path) -> Desk:
    return made(database, tmp_path)
