"""Everything up, in order, and kept up until somebody stops it."""

from __future__ import annotations

import sys

from sqlalchemy.exc import SQLAlchemyError

from models.db import Database
from models.errors import DomainError
from workers.jobs.ledger import Ledger
from workers.settings import Settings, SettingsError
from workers.supervise import demo_day, production, roster, steps
from workers.supervise.children import Household, StoppedError, TooSlowError


def run_to_the_end(settings: Settings, *, serve: bool) -> int:
    """Run; 0 after an orderly stop, 2 with one line of what is wrong and where."""
    try:
        run(settings, serve=serve)
    except (SettingsError, TooSlowError, DomainError) as error:
        line = str(error)
    except SQLAlchemyError as error:
        line = f"DATABASE_URL: {str(error).splitlines()[0]}"
    else:
        return 0
    sys.stderr.write(f"{line}\n")
    return 2


def run(settings: Settings, *, serve: bool) -> None:
    """Start everything, keep it up until told to stop.

    Raises:
        SettingsError, TooSlowError, DomainError, SQLAlchemyError: what is wrong, where.
    """
    lock = steps.HomeLock(settings.home)
    steps.check_port(settings)
    try:
        with Household(settings.home / "logs", roster.child_environment(settings)) as house:
            _start(settings, house, serve=serve)
            while True:
                house.tick(1.0)
    except StoppedError:
        print("stopped.", flush=True)  # noqa: T201 - the terminal is this program's page
    finally:
        lock.release()


def _start(settings: Settings, house: Household, *, serve: bool) -> None:
    if settings.embedded_redis:
        house.add(roster.valkey(settings))
    house.until(lambda: steps.redis_answers(settings), 15, "Redis")
    database = Database(settings.database_url, settings.database_owner_url)
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
    for child in roster.household(settings):
        house.add(child)
    house.until(lambda: steps.web_answers(settings), 60, "the web")
    if settings.demo:
        demo_day.present(settings, database, house)
    else:
        house.say(f"http://{settings.host}:{settings.port}")
    database.dispose()
