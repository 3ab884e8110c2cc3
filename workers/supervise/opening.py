"""What is done to the database before and after the processes are up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from models.db import Database
from models.errors import DomainError
from workers.jobs.ledger import Ledger
from workers.settings import Settings, SettingsError
from workers.supervise import demo_day, production, steps
from workers.supervise.children import Household


@contextmanager
def _opened(settings: Settings) -> Iterator[Database]:
    database = Database(
        settings.database_url, settings.database_owner_url, secrets=settings.secrets
    )
    try:
        yield database
    except DomainError as error:
        raise SettingsError(str(error)) from error
    except SQLAlchemyError as error:
        raise SettingsError(f"DATABASE_URL: {str(error).splitlines()[0]}") from error
    finally:
        database.dispose()


def prepare(settings: Settings, house: Household, *, serve: bool) -> None:
    """Migrate, load the demo city into an empty database, take back what dead workers held.

    Raises:
        SettingsError: the database cannot be used; why.
        TooSlowError: Redis does not answer.
    """
    with _opened(settings) as database:
        database.upgrade()
        if database.is_postgresql and not database.has_row_security:
            house.say(
                "DATABASE_OWNER_URL is not another role than DATABASE_URL's: "
                "row security and the proof of the audit trail are off."
            )
        if serve:
            production.refuse_demo(database)
        if settings.demo:
            demo_day.load_city(settings, database, house.say)
        Ledger(database, settings.lease_s).reclaim_dead()
    house.until(lambda: steps.redis_answers(settings), 15, "REDIS_URL")


def present(settings: Settings, house: Household) -> None:
    """Say where to look; with the demo, once its day is planned.

    Raises:
        SettingsError, TooSlowError: the day could not be planned; why.
    """
    if not settings.demo:
        house.say(f"http://{settings.host}:{settings.port}")
        return
    with _opened(settings) as database:
        demo_day.present(settings, database, house)
