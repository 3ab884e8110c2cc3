import pytest

from models.accounts.city import today
from tests import factories


@pytest.fixture
def world(database):
    """A small city whose plans are of today, so that receivers see them."""
    with database.write() as session:
        factories.city(session, name="早先")
        day = today(session)
        session.rollback()
        return factories.world(session, day)


@pytest.fixture
def spatialite_world(spatialite):
    """A SpatiaLite database and the small city in it, for tests that one database is enough for."""
    with spatialite.write() as session:
        return spatialite, factories.world(session)
