"""The permit desk in the web: everybody logged in before a small city."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from flask.testing import FlaskClient

from models.accounts.city import today
from models.accounts.tables import City
from models.db import Database
from tests import factories
from tests.permit_city import permit_city
from tests.webapp.conftest import Web, csrf
from webapp import create_app
from workers.settings import Settings


@dataclass
class Office:
    """The application with its city, and forms as browsers send them."""

    web: Web
    day: date

    @property
    def world(self) -> factories.World:
        return self.web.world

    @property
    def database(self) -> Database:
        return self.web.database

    def post(self, client: FlaskClient, path: str, **data):
        token = csrf(client.get("/welcome").text)
        return client.post(path, data={"csrf_token": token, **data})


@pytest.fixture
def office(spatialite, tmp_path) -> Office:
    url = spatialite.url.render_as_string(hide_password=False)
    settings = Settings(
        home=tmp_path,
        database_url=url,
        database_owner_url=url,
        redis_url=f"unix://{tmp_path}/none.sock",
        secret=spatialite.secrets[0],
        demo=True,
    )
    with spatialite.write() as session:
        world = permit_city(session)
        session.query(City).update({"calendar": {}})
    with spatialite.read() as session:
        day = today(session)
    app = create_app(settings, TESTING=True, RATELIMIT_ENABLED=False)
    yield Office(Web(app=app, database=spatialite, world=world), day)
    app.extensions["database"].dispose()
