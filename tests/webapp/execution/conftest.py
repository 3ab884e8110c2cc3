"""The web with a published plan on the street and its drivers' links."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient

from models.execution import links
from models.planning.tables import PlanVersion
from tests.street import PHONE, Street, street
from tests.webapp.conftest import Web, csrf
from workers.artefacts import open_store
from workers.execution.day import DayCache, RouteDay
from workers.planning.read import ViewCache


@dataclass
class OnTheStreet:
    """A web whose operator's plan is driven today; ``tokens`` of its vehicles' links."""

    web: Web
    street: Street
    tokens: list[str]
    route: RouteDay

    def driver(self, number: int = 0) -> FlaskClient:
        """A phone that has opened a vehicle's link."""
        client = self.web.app.test_client()
        answer = self.open(client, self.tokens[number])
        assert answer.status_code == 302, answer.text
        return client

    def open(self, client, token, plate=None, digits=PHONE[-4:]):
        """Plate and phone, as a driver types them."""
        page = client.get(f"/d/{token}").text
        sent = {"csrf_token": csrf(page), "plate": plate or self.street.plate, "digits": digits}
        return client.post(f"/d/{token}", data=sent)


def on_the_street(web: Web, **shape: int) -> OnTheStreet:
    """Put a plan on the street and make its links."""
    settings = web.app.extensions["settings"]
    store = open_store(settings, web.database)
    with web.database.write() as session:
        made = street(session, store, web.world, **shape)
    with web.database.write() as session:
        version = session.get(PlanVersion, web.world.id("plan"))
        links.ensure_links(session, web.world.actors["dispatcher"], version, settings.secret)
    with web.database.read() as session:
        version = session.get(PlanVersion, web.world.id("plan"))
        days = links.queries.executions_by_vehicle(
            session, version.operator_id, version.service_date
        )
        rows = [days[vehicle.id] for vehicle in made.vehicles]
        live = links.queries.live_links(session, [row.id for row in rows])
        tokens = [links.driver_token(settings.secret, live[row.id]) for row in rows]
        day = DayCache(store, ViewCache(store)).of(version)
    return OnTheStreet(web, made, tokens, day.routes[str(made.vehicles[0].id)])


@pytest.fixture
def driven(web) -> OnTheStreet:
    return on_the_street(web, per_trip=4)
